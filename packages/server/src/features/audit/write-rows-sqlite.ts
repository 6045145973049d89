import type { Database } from 'better-sqlite3';
import { columnsOf } from './tables.ts';
import type { AuditBatch } from './types.ts';
import { isTypedWord } from './words.ts';

/** Writes a run's rows, one statement a row, inside the transaction that is open on the connection. */
export type WriteRows = (batch: Pick<AuditBatch, 'rows' | 'outcomes'>) => void;

const columns = [
  ...[
    'idx',
    'id',
    'ts',
    'kind',
    'op',
    'decision',
    'policy_ids',
    'repository',
    'actor',
    'assistant',
    'vendor',
  ],
  ...['model', 'session', 'data_classes', 'status', 'outcome', 'cost', 'origin', 'title'],
];

/**
 * The part of taking entries in that is done once an entry, on statements that are prepared once: a statement built and
 * prepared anew for each cost more than all it wrote.
 */
export function sqliteRows(database: Database): WriteRows {
  const entry = database.prepare(
    `insert into audit_entries (${columns.join(', ')}) values (${columns.map((name) => `@${name}`).join(', ')})`,
  );
  const words = database.prepare('insert into audit_text (rowid, words) values (?, ?)');
  const outcome = database.prepare(
    `update audit_entries set outcome = @outcome, status = @status, cost = @cost, latency_ms = @latency,
       first_byte_ms = @firstByte, usage = @usage
     where op = @op and kind = 'decision'`,
  );
  const dictionary = dictionaryOf(database);
  return ({ rows, outcomes }) => {
    dictionary(rows.map((row) => row.words));
    for (const row of rows) {
      entry.run(columnsOf(row));
      words.run(row.index, row.words);
    }
    for (const { op, result } of outcomes) {
      outcome.run({
        op,
        outcome: result.outcome,
        status: result.status,
        cost: result.costMicroUsd,
        latency: whole(result.latencyMs),
        firstByte: whole(result.firstByteMs),
        usage: result.usage === null ? null : JSON.stringify(result.usage),
      });
    }
  };
}

const mostRemembered = 20_000;

/** Keeps the words that people may begin to type. */
function dictionaryOf(database: Database): (texts: readonly string[]) => void {
  const add = database.prepare('insert or ignore into audit_words (word) values (?)');
  const remembered = new Set<string>();
  return (texts) => {
    for (const text of texts) {
      for (const word of text.split(' ')) {
        if (remembered.has(word) || !isTypedWord(word)) continue;
        if (remembered.size >= mostRemembered) remembered.clear();
        remembered.add(word);
        add.run(word);
      }
    }
  };
}

export function whole(milliseconds: number | null): number | null {
  return milliseconds === null ? null : Math.round(milliseconds);
}

import type { Database } from 'better-sqlite3';
import type { CallResult } from './api.ts';
import type { EntryColumns } from './tables.ts';
import type { AuditBatch, NewRow } from './types.ts';
import { isTypedWord } from './words.ts';

/** Writes a run's rows, one statement a row, inside the transaction that is open on the connection. */
export type WriteRows = (batch: Pick<AuditBatch, 'rows' | 'outcomes'>) => void;

const columns = [
  ...([
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
  ] as const),
  ...(['vendor', 'model', 'session', 'data_classes', 'origin', 'title'] as const),
  ...(['outcome', 'status', 'cost', 'latency_ms', 'first_byte_ms', 'usage'] as const),
] satisfies readonly (keyof EntryColumns)[];

/** What a call ended with, in the order of the last columns. */
function resultValues({ outcome, status, costMicroUsd, latencyMs, firstByteMs, usage }: CallResult) {
  const text = usage === null ? null : JSON.stringify(usage);
  return [outcome, status, costMicroUsd, whole(latencyMs), whole(firstByteMs), text];
}

function listText(values: readonly string[]): string {
  return values.length === 0 ? '[]' : JSON.stringify(values);
}

/** A row in the order of the columns; a decision takes over what its call ended with, if that is known by now. */
function rowValues(row: NewRow, result: CallResult | undefined) {
  const { index, id, ts, kind, op, decision, policyIds, repository, actor, assistant } = row;
  const { vendor, model, session, dataClasses, origin, title, outcome, status, costMicroUsd } = row;
  const ended = result ? resultValues(result) : [outcome, status, costMicroUsd, null, null, null];
  const [policies, classes] = [listText(policyIds), listText(dataClasses)];
  return [
    ...[index, id, ts, kind, op, decision, policies, repository, actor, assistant],
    ...[vendor, model, session, classes, origin, title],
    ...ended,
  ];
}

/**
 * The part of taking entries in that is done once an entry, on statements that are prepared once: a statement built and
 * prepared anew for each cost more than all it wrote.
 */
export function sqliteRows(database: Database): WriteRows {
  const entry = database.prepare(
    `insert into audit_entries (${columns.join(', ')}) values (${columns.map(() => '?').join(', ')})`,
  );
  const words = database.prepare('insert into audit_text (rowid, words) values (?, ?)');
  const outcome = database.prepare(
    `update audit_entries set outcome = ?, status = ?, cost = ?, latency_ms = ?, first_byte_ms = ?, usage = ?
     where op = ? and kind = 'decision'`,
  );
  const dictionary = dictionaryOf(database);
  return ({ rows, outcomes }) => {
    dictionary(rows.map((row) => row.words));
    const ended = new Map(outcomes.map(({ op, result }) => [op, result]));
    for (const row of rows) {
      const result = row.kind === 'decision' && row.op !== null ? ended.get(row.op) : undefined;
      if (result && row.op !== null) ended.delete(row.op);
      entry.run(rowValues(row, result));
      words.run(row.index, row.words);
    }
    for (const [op, result] of ended) outcome.run(...resultValues(result), op);
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

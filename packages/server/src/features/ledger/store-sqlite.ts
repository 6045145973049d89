import type { Database, Statement } from 'better-sqlite3';
import type { Receipt } from './api.ts';
import { sqliteReader } from './reader-sqlite.ts';
import { leafOf, uuidBytes } from './rows.ts';
import type { SqliteWriter } from './sqlite-open.ts';
import { keptCheckpoints, type LedgerStore } from './store.ts';
import type { PreparedDraft, Seal } from './types.ts';

/* The calls block, so the writer lives in a worker thread; the signatures are those of every store. */

/** Hooks around a commit, for tests of what happens when the disk fails. */
export interface CommitHooks {
  beforeCommit(): void;
  afterCommit(): void;
}

/** The one writer over an open database. */
export function sqliteStore(writer: SqliteWriter, hooks: CommitHooks | null = null): LedgerStore {
  const { database } = writer;
  const statements = prepareWrites(database);
  let size = (
    database.prepare('select coalesce(max(idx) + 1, 0) as size from entries').get() as { size: number }
  ).size;
  const durable = <Result>(work: () => Result): Result => {
    statements.begin.run();
    try {
      const result = work();
      hooks?.beforeCommit();
      statements.commit.run();
      hooks?.afterCommit();
      writer.assertInPlace();
      return result;
    } catch (error) {
      if (database.inTransaction) database.exec('rollback');
      throw error;
    }
  };
  return {
    ...sqliteReader(database),
    size: async () => size,
    appendBatch: async (drafts) => {
      const first = size;
      let next = first;
      const receipts = durable(() =>
        drafts.map((draft) => {
          const receipt = insertDraft(statements, draft, next);
          if (!receipt.duplicate) next += 1;
          return receipt;
        }),
      );
      size = next;
      return receipts;
    },
    seal: async (seal) => durable(() => writeSeal(statements, seal)),
    setIdentity: async ({ origin, vkey }) => {
      durable(() => statements.identity.run(origin, vkey));
    },
    close: async () => writer.close(),
  };
}

type Writes = ReturnType<typeof prepareWrites>;

function prepareWrites(database: Database) {
  const prepare = (sql: string): Statement => database.prepare(sql);
  return {
    begin: prepare('begin immediate'),
    commit: prepare('commit'),
    entry: prepare(
      'insert into entries (idx, id, op, kind, ts, leaf, bytes) values (?, ?, ?, ?, ?, ?, ?) on conflict (id) do nothing',
    ),
    indexOf: prepare('select idx from entries where id = ?'),
    input: prepare('insert into decision_inputs (digest, json) values (?, ?) on conflict do nothing'),
    open: prepare(
      'insert into open_operations (op, instance, incarnation) values (?, ?, ?) on conflict do nothing',
    ),
    closeOperation: prepare('delete from open_operations where op = ?'),
    treeHash: prepare('insert into tree_hashes (level, n, hash) values (?, ?, ?)'),
    checkpoint: prepare('insert into checkpoints (size, root, note) values (?, ?, ?)'),
    prune: prepare(
      `delete from checkpoints where size <= (select size from checkpoints order by size desc limit 1 offset ${keptCheckpoints})`,
    ),
    identity: prepare('insert into log_identity (one, origin, vkey) values (1, ?, ?)'),
  };
}

function insertDraft(writes: Writes, draft: PreparedDraft, index: number): Receipt {
  const { bytes, leaf } = leafOf(draft);
  const id = uuidBytes(draft.id);
  const op = draft.op === null ? null : uuidBytes(draft.op);
  const { changes } = writes.entry.run(index, id, op, draft.kind, draft.ts, leaf, bytes);
  if (changes === 0) {
    return { index: (writes.indexOf.get(id) as { idx: number }).idx, duplicate: true };
  }
  for (const input of draft.inputs) writes.input.run(Buffer.from(input.digest, 'hex'), input.json);
  if (draft.operation === 'opens') {
    writes.open.run(op, uuidBytes(draft.instance), uuidBytes(draft.incarnation));
  }
  if (draft.operation === 'closes') writes.closeOperation.run(op);
  return { index, duplicate: false };
}

function writeSeal(writes: Writes, seal: Seal): void {
  for (const { level, index, hash } of seal.hashes) writes.treeHash.run(level, index, hash);
  const { size, root, note } = seal.checkpoint;
  writes.checkpoint.run(size, root, note);
  writes.prune.run();
}

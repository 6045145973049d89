import type { Account } from '@fairlead/core/money';
import type { Database, Statement } from 'better-sqlite3';
import { type BudgetMemory, createBudgetMemory } from './budget-memory.ts';
import { keysOf, planEffects } from './effects.ts';
import { pruningSteps } from './pruning-steps.ts';
import { sqliteReader } from './reader-sqlite.ts';
import { leafOf, uuidBytes } from './rows.ts';
import type { SqliteWriter } from './sqlite-open.ts';
import { keptCheckpoints, type LedgerStore } from './store.ts';
import type { PreparedDraft, Seal, StoreReceipt } from './types.ts';

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
  const budgets = createBudgetMemory(statements);
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
      // What is remembered may be what was not written.
      budgets.forget();
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
      const receipts = durable(() => {
        const refused = applyEffects(statements, budgets, drafts);
        return drafts.map((draft): StoreReceipt => {
          const full = refused.get(draft);
          if (full) return { index: -1, duplicate: false, refused: full };
          const receipt = insertDraft(statements, draft, next);
          if (!receipt.duplicate) next += 1;
          return receipt;
        });
      });
      size = next;
      return receipts;
    },
    seal: async (seal) => durable(() => writeSeal(statements, seal)),
    setIdentity: async ({ origin, vkey }) => {
      durable(() => statements.identity.run(origin, vkey));
    },
    pruning: pruningSteps(database, durable),
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
    indexOf: prepare('select idx from entries where id = ?').pluck(),
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
    account: prepare(
      'select key, most as "limit", reserved, settled, overrun from budget_accounts where key = ?',
    ),
    putAccounts: (rows: number) =>
      prepare(
        `insert into budget_accounts (key, most, reserved, settled, overrun)
         values ${Array.from({ length: rows }, () => '(?, ?, ?, ?, ?)').join(', ')}
         on conflict (key) do update set most = excluded.most, reserved = excluded.reserved,
           settled = excluded.settled, overrun = excluded.overrun`,
      ),
    reserve: prepare('insert into budget_reservations (op, amount, accounts) values (?, ?, ?)'),
    take: prepare('delete from budget_reservations where op = ? returning amount, accounts'),
    drop: prepare('delete from budget_reservations where op = ?'),
    pause: prepare('insert into paused_keys (key_id) values (?) on conflict do nothing'),
    resume: prepare('delete from paused_keys where key_id = ?'),
  };
}

function insertDraft(writes: Writes, draft: PreparedDraft, index: number): StoreReceipt {
  const { bytes, leaf } = leafOf(draft);
  const id = uuidBytes(draft.id);
  const op = draft.op === null ? null : draft.op === draft.id ? id : uuidBytes(draft.op);
  const { changes } = writes.entry.run(index, id, op, draft.kind, draft.ts, leaf, bytes);
  if (changes === 0) return { index: writes.indexOf.get(id) as number, duplicate: true };
  for (const input of draft.inputs) writes.input.run(Buffer.from(input.digest, 'hex'), input.json);
  if (draft.operation === 'opens') {
    writes.open.run(op, uuidBytes(draft.instance), uuidBytes(draft.incarnation));
  }
  if (draft.operation === 'closes') writes.closeOperation.run(op);
  return { index, duplicate: false };
}

/** Writes what the drafts do to budgets, and says which of them have no room. */
function applyEffects(
  writes: Writes,
  budgets: BudgetMemory,
  drafts: readonly PreparedDraft[],
): ReadonlyMap<PreparedDraft, Account> {
  const seen = new Set<string>();
  const fresh = drafts.filter((draft) => {
    if (draft.effect === null || seen.has(draft.id)) return false;
    seen.add(draft.id);
    return writes.indexOf.get(uuidBytes(draft.id)) === undefined;
  });
  if (fresh.length === 0) return new Map();
  const keys = keysOf(fresh);
  // Whatever is named here is settled: it is read and removed in one go.
  const held = keys.ops.flatMap((op) => budgets.take(op) ?? []);
  const names = new Set([...keys.accounts, ...held.flatMap(({ accounts }) => accounts)]);
  const known = [...names].flatMap((key) => budgets.account(key) ?? []);
  const plan = planEffects(fresh, known, held);
  budgets.put(plan.accounts);
  for (const reservation of plan.reserved) budgets.reserve(reservation);
  for (const id of plan.paused) writes.pause.run(id);
  for (const id of plan.resumed) writes.resume.run(id);
  return plan.refused;
}

function writeSeal(writes: Writes, seal: Seal): void {
  for (const { level, index, hash } of seal.hashes) writes.treeHash.run(level, index, hash);
  const { size, root, note } = seal.checkpoint;
  writes.checkpoint.run(size, root, note);
  writes.prune.run();
}

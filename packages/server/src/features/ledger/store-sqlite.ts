import type { Account } from '@fairlead/core/money';
import type { Database, Statement } from 'better-sqlite3';
import { type BudgetMemory, createBudgetMemory } from './budget-memory.ts';
import { keysOf, planEffects } from './effects.ts';
import { pruningSteps } from './pruning-steps.ts';
import { sqliteReader } from './reader-sqlite.ts';
import { type RecentInputs, recentInputs } from './recent-inputs.ts';
import { leafOf, uuidBytes } from './rows.ts';
import { withQuota } from './sqlite-failures.ts';
import type { SqliteWriter } from './sqlite-open.ts';
import { type CommitHooks, transactionsOf } from './sqlite-transactions.ts';
import { keptCheckpoints, type LedgerStore } from './store.ts';
import type { PreparedDraft, Seal, StoreReceipt } from './types.ts';

/* The calls block, so the writer lives in a worker thread; the signatures are those of every store. */

/** The one writer over an open database. */
export function sqliteStore(writer: SqliteWriter, hooks: CommitHooks | null = null): LedgerStore {
  const { database } = writer;
  const statements = prepareWrites(database);
  const budgets = createBudgetMemory(statements);
  const lastIndex = database.prepare('select coalesce(max(idx) + 1, 0) as size from entries').pluck();
  let size = lastIndex.get() as number;
  const reread = () => {
    if (lastIndex.get() !== size) throw new Error('the database is not what it was before a write failed');
  };
  const inputs = recentInputs(statements);
  const forget = () => {
    budgets.forget();
    inputs.forget();
  };
  const transactions = transactionsOf({ writer, statements, forget, hooks, reread });
  const durable = <Result>(work: () => Result): Result => {
    // Pruning removes inputs.
    inputs.forget();
    return transactions.durable(work);
  };
  const pruning = pruningSteps(database, durable);
  return {
    ...sqliteReader(database),
    size: async () => size,
    appendBatch: async (drafts) => {
      const work = () => {
        let refused: Refused = new Map();
        for (;;) {
          const tried = appendDrafts(statements, { inputs, budgets }, drafts, size, refused);
          if (tried.full.size === 0) return tried;
          // Somebody else took the room meanwhile, which is rare: all of it again, without those that have none.
          refused = new Map([...refused, ...tried.full]);
          database.exec('rollback');
          forget();
          statements.begin.run();
        }
      };
      const { receipts } = await transactions.certain(work, ({ next }) => {
        size = next;
      });
      return receipts;
    },
    seal: (seal) =>
      transactions.certain(
        () => writeSeal(statements, seal),
        () => undefined,
      ),
    setIdentity: async ({ origin, vkey }) => {
      durable(() => statements.identity.run(origin, vkey));
    },
    pruning: {
      ...pruning,
      giveBack: () => pruning.giveBack().catch((error) => Promise.reject(withQuota(error, writer.quota))),
    },
    close: async () => {
      transactions.end();
      writer.close();
    },
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
    spareInput: prepare('delete from pruned_inputs where digest = ?'),
    restoreInput: prepare('update decision_inputs set json = ? where digest = ?'),
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

/** What the one writer remembers of its own database. */
interface Memory {
  readonly inputs: RecentInputs;
  readonly budgets: BudgetMemory;
}

/** Reservations without room, and the account that has none for them. */
type Refused = ReadonlyMap<PreparedDraft, Account>;

interface Appended {
  readonly receipts: readonly StoreReceipt[];
  /** Index of the entry after them. */
  readonly next: number;
  /** What was written and has no room after all: the transaction must be undone. */
  readonly full: Refused;
}

/**
 * Writes drafts but `refused`, then what they do to budgets. Entries come first because their own index says which of
 * them are there already, and those have no effect.
 */
function appendDrafts(
  writes: Writes,
  memory: Memory,
  drafts: readonly PreparedDraft[],
  first: number,
  refused: Refused,
): Appended {
  let next = first;
  const fresh: PreparedDraft[] = [];
  const receipts: StoreReceipt[] = [];
  for (const draft of drafts) {
    const full = refused.get(draft);
    if (full !== undefined) {
      receipts.push({ index: -1, duplicate: false, refused: full });
      continue;
    }
    const receipt = insertDraft(writes, memory.inputs, draft, next);
    receipts.push(receipt);
    if (receipt.duplicate) continue;
    next += 1;
    if (draft.effect !== null) fresh.push(draft);
  }
  return { receipts, next, full: applyEffects(writes, memory.budgets, fresh) };
}

function insertDraft(
  writes: Writes,
  inputs: RecentInputs,
  draft: PreparedDraft,
  index: number,
): StoreReceipt {
  const { bytes, leaf } = leafOf(draft);
  const id = uuidBytes(draft.id);
  const op = draft.op === null ? null : draft.op === draft.id ? id : uuidBytes(draft.op);
  const { changes } = writes.entry.run(index, id, op, draft.kind, draft.ts, leaf, bytes);
  if (changes === 0) return { index: writes.indexOf.get(id) as number, duplicate: true };
  for (const input of draft.inputs) inputs.put(input);
  if (draft.operation === 'opens') {
    writes.open.run(op, uuidBytes(draft.instance), uuidBytes(draft.incarnation));
  }
  if (draft.operation === 'closes') writes.closeOperation.run(op);
  return { index, duplicate: false };
}

/** Writes what drafts that are new do to budgets, and says which of them have no room. */
function applyEffects(writes: Writes, budgets: BudgetMemory, fresh: readonly PreparedDraft[]): Refused {
  if (fresh.length === 0) return none;
  const keys = keysOf(fresh);
  // Whatever is named here is settled: it is read and removed in one go.
  const held = keys.ops.flatMap((op) => budgets.take(op) ?? []);
  const names = new Set([...keys.accounts, ...held.flatMap(({ accounts }) => accounts)]);
  const known = [...names].flatMap((key) => budgets.account(key) ?? []);
  const plan = planEffects(fresh, known, held);
  if (plan.refused.size > 0) return plan.refused;
  budgets.put(plan.accounts);
  for (const reservation of plan.reserved) budgets.reserve(reservation);
  for (const id of plan.paused) writes.pause.run(id);
  for (const id of plan.resumed) writes.resume.run(id);
  return none;
}

const none: Refused = new Map();

function writeSeal(writes: Writes, seal: Seal): void {
  for (const { level, index, hash } of seal.hashes) writes.treeHash.run(level, index, hash);
  const { size, root, note } = seal.checkpoint;
  writes.checkpoint.run(size, root, note);
  writes.prune.run();
}

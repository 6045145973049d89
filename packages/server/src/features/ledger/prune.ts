import { join } from 'node:path';
import { FairleadError } from '@fairlead/core/errors';
import { tileWidth } from '@fairlead/core/ledger';
import type { Database } from 'better-sqlite3';
import { adminEntry } from './admin-entry.ts';
import { type Hold, heldFrom, holdAdded, holdMark, holdRemoved, pruned, standingHolds } from './holds.ts';
import { loadInstance } from './instance.ts';
import { loadLog } from './log-start.ts';
import { prunedKinds } from './pruning-steps.ts';
import { sqliteReader } from './reader-sqlite.ts';
import { prepareDraft } from './rows.ts';
import { createSealer } from './sealer.ts';
import { openSqliteReader, openSqliteWriter, type SqliteWriter } from './sqlite-open.ts';
import type { LedgerStore } from './store.ts';
import { sqliteStore } from './store-sqlite.ts';

export interface Pruned {
  /** Entries below have lost their bytes; a multiple of 256. */
  readonly minimum: number;
  /** Entries whose bytes went this time. */
  readonly entries: number;
  /** Null where it was only counted. */
  readonly inputs: number | null;
}

interface Work {
  readonly database: Database;
  append(what: string, details: Readonly<Record<string, string | number>>): Promise<void>;
}

/** Opens a ledger that no server has open, lets `use` write entries, and signs what was written. */
async function working<Result>(
  dataDir: string,
  keysDir: string,
  use: (work: Work) => Promise<Result>,
): Promise<Result> {
  const writer: SqliteWriter = openSqliteWriter(join(dataDir, 'ledger.db'));
  try {
    const store: LedgerStore = sqliteStore(writer);
    const now = Date.now();
    const onUnpublished = (error: unknown) => {
      throw error;
    };
    const { signer, last, keep } = await loadLog(store, { keysDir, startNewLog: false, now, onUnpublished });
    const source = { clock: { now: () => now }, instance: loadInstance(dataDir), origin: 'live' as const };
    const result = await use({
      database: writer.database,
      append: async (what, details) => {
        await store.appendBatch([
          prepareDraft({ entry: adminEntry(source, what, { by: 'operator', ...details }) }),
        ]);
      },
    });
    await (await createSealer(store, signer, last, keep)).seal();
    return result;
  } finally {
    writer.close();
  }
}

/**
 * Removes the bytes of decisions, outcomes and repeats before an instant, and the inputs that only they name. Their
 * hashes stay, so the tree, its proofs and its checkpoints do. Nothing goes that a call which is still open needs. The
 * entry that says so is durable first.
 * @throws FairleadError `ledger.on-hold`, `store.locked`, and those of `loadLog`
 */
export function pruneLedger(dataDir: string, keysDir: string, before: number): Promise<Pruned> {
  return working(dataDir, keysDir, async ({ database, append }) => {
    const minimum = minimumFor(database, Math.min(before, await freeBefore(database)));
    const where = `idx < ${minimum} and ${prunedKinds} and length(bytes) > 0`;
    const count = database.prepare(`select count(*) from entries where ${where}`).pluck().get() as number;
    if (count === 0) return { minimum, entries: 0, inputs: 0 };
    await append(pruned, { minimum, before: new Date(before).toISOString(), entries: count });
    const inputs = database
      .transaction(() => {
        database.exec(`create temp table going as ${inputsOf(`idx < ${minimum}`)}`);
        database.exec(`create temp table staying as ${inputsOf(`idx >= ${minimum}`)}`);
        const gone = database
          .prepare(
            'delete from decision_inputs where lower(hex(digest)) in (select input from going except select input from staying)',
          )
          .run().changes;
        database.exec(`update entries set bytes = x'' where ${where}`);
        database.exec('drop table going; drop table staying');
        return gone;
      })
      .immediate();
    database.exec('vacuum');
    return { minimum, entries: count, inputs };
  });
}

/** What pruning would remove; reads only. @throws FairleadError `ledger.on-hold`, and those of opening */
export async function planPruning(dataDir: string, before: number): Promise<Pruned> {
  const database = openSqliteReader(join(dataDir, 'ledger.db'));
  try {
    const minimum = minimumFor(database, Math.min(before, await freeBefore(database)));
    const entries = database
      .prepare(`select count(*) from entries where idx < ? and ${prunedKinds} and length(bytes) > 0`)
      .pluck()
      .get(minimum) as number;
    return { minimum, entries, inputs: null };
  } finally {
    database.close();
  }
}

/** Until when nothing is held. @throws FairleadError `ledger.on-hold` where a hold covers everything */
async function freeBefore(database: Database): Promise<number> {
  const holds = await holdsOf(database);
  const total = holds.find((hold) => heldFrom([hold]) === Number.NEGATIVE_INFINITY);
  if (total !== undefined) {
    throw new FairleadError('ledger.on-hold', {
      message: `Nothing is pruned while the hold ${total.id} stands: ${total.reason}.`,
    });
  }
  return heldFrom(holds) ?? Number.POSITIVE_INFINITY;
}

function inputsOf(where: string): string {
  return `select distinct json_extract(cast(bytes as text), '$.input') as input from entries
    where ${where} and kind = 'decision' and length(bytes) > 0 and input is not null`;
}

/** The first entry that stays: of that age or younger, or the decision of a call that is still open. */
function minimumFor(database: Database, before: number): number {
  const first = <Value>(sql: string, ...values: unknown[]) =>
    database
      .prepare(sql)
      .pluck()
      .get(...values) as Value;
  const size = first<number>('select coalesce(max(idx) + 1, 0) from entries');
  const young = first<number | null>('select min(idx) from entries where ts >= ?', before) ?? size;
  const open =
    first<number | null>('select min(e.idx) from entries e join open_operations o on o.op = e.id') ?? size;
  return Math.floor(Math.min(young, open) / tileWidth) * tileWidth;
}

/** Puts a hold on everything, or on what was recorded from an instant (RFC 3339) on. @throws FairleadError `ledger.hold-exists` */
export function addHold(
  dataDir: string,
  keysDir: string,
  { id, reason, from = null }: Pick<Hold, 'id' | 'reason'> & { readonly from?: string | null },
): Promise<void> {
  return working(dataDir, keysDir, async ({ database, append }) => {
    if ((await holdsOf(database)).some((hold) => hold.id === id))
      throw new FairleadError('ledger.hold-exists', { place: { path: id } });
    await append(holdAdded, { hold: id, reason, ...(from !== null && { from }) });
  });
}

/** @throws FairleadError `ledger.hold-unknown` */
export function removeHold(dataDir: string, keysDir: string, id: string, reason: string): Promise<void> {
  return working(dataDir, keysDir, async ({ database, append }) => {
    if (!(await holdsOf(database)).some((hold) => hold.id === id))
      throw new FairleadError('ledger.hold-unknown', { place: { path: id } });
    await append(holdRemoved, { hold: id, reason });
  });
}

/** The holds of a data folder, oldest first. */
export async function listHolds(dataDir: string): Promise<readonly Hold[]> {
  const database = openSqliteReader(join(dataDir, 'ledger.db'));
  try {
    return await holdsOf(database);
  } finally {
    database.close();
  }
}

async function holdsOf(database: Database): Promise<readonly Hold[]> {
  return standingHolds(await sqliteReader(database).readAdministration(holdMark));
}

import { FairleadError } from '@fairlead/core/errors';
import { tileWidth } from '@fairlead/core/ledger';
import pg from 'pg';
import { describeDatabase } from '../../../platform/db/index.ts';
import { appendOn } from '../append-postgres.ts';
import { readingFrom } from '../open-reader.ts';
import {
  type Hold,
  holdAdded,
  holdRemoved,
  holdsFrom,
  onHold,
  type Pruned,
  pruned,
  prunedKinds,
} from '../prune.ts';
import type { PreparedDraft } from '../types.ts';
import { type SharedPlace, waitUntilSigned, workingOn } from './database-work.ts';

/*
 * Holds and pruning in PostgreSQL, beside the servers that use it. Whoever appends takes the head's row first; what is
 * decided here while it is held stands between two appends, so no hold slips in between.
 */

/** Any number will do, as long as every such command takes the same one. */
const pruneLock = 7_420_742_004;
/** Bundles whose bytes go in one transaction: appends wait as long. */
const bundlesPerStep = 4;

const holdEntries = `select convert_from(bytes, 'UTF8') as json from ledger_entries
  where idx >= $1 and kind = 'admin' and position('"ledger.hold-'::bytea in bytes) > 0 order by idx`;

/** The holds of a database, oldest first. @throws FairleadError `ledger.not-found`, `store.unavailable` */
export function listSharedHolds(database: string): Promise<readonly Hold[]> {
  return readingFrom({ database }, async ({ rows }) =>
    holdsFrom((await rows(holdEntries.replace('$1', '0'))).map(({ json }) => String(json))),
  );
}

/** Puts a hold on everything. @throws those of `workingOn` */
export function addSharedHold(place: SharedPlace, id: string, reason: string): Promise<void> {
  return workingOn(place, async (work) => {
    const [receipt] = await work.store.appendBatch([work.entry(holdAdded, { hold: id, reason })]);
    await waitUntilSigned(work, place, receipt!.index);
  });
}

/** @throws FairleadError `ledger.hold-unknown`, and those of `workingOn` */
export function removeSharedHold(place: SharedPlace, id: string, reason: string): Promise<void> {
  return workingOn(place, (work) =>
    withSession(place.database, async (session) => {
      const index = await underHead(session, async () => {
        const { rows } = await session.query<{ json: string }>(holdEntries, [0]);
        const holds = holdsFrom(rows.map(({ json }) => json));
        if (!holds.some((hold) => hold.id === id))
          throw new FairleadError('ledger.hold-unknown', { place: { path: id } });
        return appendOne(session, work.entry(holdRemoved, { hold: id, reason }));
      });
      await waitUntilSigned(work, place, index);
    }),
  );
}

/**
 * As `pruneLedger` does in a data folder. The entry that says so is durable first, then bytes go a few bundles at a
 * time; what is broken off is finished by the next attempt. A hold that is put on meanwhile ends it.
 * @throws FairleadError `ledger.on-hold`, `store.locked`, and those of `workingOn`
 */
export function pruneShared(place: SharedPlace, before: number): Promise<Pruned> {
  return workingOn(place, (work) =>
    withSession(place.database, async (session) => {
      await lockOut(session);
      const plan = await planOf(session, before);
      if (plan.entries === 0) return { minimum: plan.minimum, entries: 0, inputs: 0 };
      const watch = holdWatch(session, plan);
      const index = await underHead(session, async () => {
        await watch.refuse();
        const { minimum, entries } = plan;
        return appendOne(
          session,
          work.entry(pruned, { minimum, before: new Date(before).toISOString(), entries }),
        );
      });
      await waitUntilSigned(work, place, index);
      const inputs = await removeBytes(session, plan.minimum, watch);
      await session.query('vacuum ledger_entries');
      await session.query('vacuum ledger_decision_inputs');
      return { minimum: plan.minimum, entries: plan.entries, inputs };
    }),
  );
}

interface Plan {
  /** Entries that were there when it was made. */
  readonly size: number;
  readonly holds: readonly Hold[];
  readonly minimum: number;
  /** Entries whose bytes are to go. */
  readonly entries: number;
}

/** Made without the head's lock, which would keep servers waiting; what comes afterwards is looked at with it. */
async function planOf(session: pg.Client, before: number): Promise<Plan> {
  const number = async (sql: string, ...values: unknown[]) => {
    const { rows } = await session.query<{ n: string | null }>(sql, values);
    return rows[0]?.n == null ? null : Number(rows[0].n);
  };
  const size = (await number('select size as n from ledger_head')) ?? 0;
  const held = await session.query<{ json: string }>(holdEntries, [0]);
  const young = await number('select min(idx) as n from ledger_entries where ts >= $1', before);
  const open = await number(
    'select min(e.idx) as n from ledger_entries e join ledger_open_operations o on o.op = e.id',
  );
  const minimum = Math.floor(Math.min(young ?? size, open ?? size, size) / tileWidth) * tileWidth;
  const where = `idx < $1 and ${prunedKinds} and length(bytes) > 0`;
  const entries = (await number(`select count(*) as n from ledger_entries where ${where}`, minimum)) ?? 0;
  return { size, holds: holdsFrom(held.rows.map(({ json }) => json)), minimum, entries };
}

/** Reads what was appended since it looked last; to be asked while the head is held. */
function holdWatch(session: pg.Client, plan: Plan) {
  let { size, holds } = plan;
  return {
    /** @throws FairleadError `ledger.on-hold` */
    async refuse(): Promise<void> {
      const { rows } = await session.query<{ json: string }>(holdEntries, [size]);
      holds = holdsFrom(
        rows.map(({ json }) => json),
        holds,
      );
      const head = await session.query<{ size: string }>('select size from ledger_head');
      size = Number(head.rows[0]?.size ?? 0);
      const [hold] = holds;
      if (hold !== undefined) throw onHold(hold);
    },
  };
}

const inputOf = `convert_from(bytes, 'UTF8')::json ->> 'input'`;
const decisions = `kind = 'decision' and length(bytes) > 0 and ${inputOf} is not null`;

/** Empties the entries below `minimum` step by step; returns how many inputs went with the last one that names them. */
async function removeBytes(
  session: pg.Client,
  minimum: number,
  watch: ReturnType<typeof holdWatch>,
): Promise<number> {
  const { rows } = await session.query<{ size: string }>('select size from ledger_head');
  let seen = Number(rows[0]?.size ?? 0);
  await session.query(
    `create temp table last_use as select ${inputOf} as input, max(idx) as idx from ledger_entries
     where ${decisions} and idx < ${seen} group by 1`,
  );
  await session.query('create unique index on last_use (input); create index on last_use (idx)');
  let inputs = 0;
  for (let from = 0; from < minimum; from += tileWidth * bundlesPerStep) {
    const end = Math.min(from + tileWidth * bundlesPerStep, minimum);
    inputs += await underHead(session, async () => {
      await watch.refuse();
      await session.query(
        `insert into last_use select ${inputOf}, max(idx) from ledger_entries
         where ${decisions} and idx >= $1 group by 1 on conflict (input) do update set idx = excluded.idx`,
        [seen],
      );
      const head = await session.query<{ size: string }>('select size from ledger_head');
      seen = Number(head.rows[0]?.size ?? seen);
      const gone = await session.query(
        `delete from ledger_decision_inputs where digest in
           (select decode(input, 'hex') from last_use where idx >= $1 and idx < $2)`,
        [from, end],
      );
      await session.query(
        `update ledger_entries set bytes = '' where idx >= $1 and idx < $2 and ${prunedKinds} and length(bytes) > 0`,
        [from, end],
      );
      return gone.rowCount ?? 0;
    });
  }
  return inputs;
}

async function appendOne(session: pg.Client, draft: PreparedDraft): Promise<number> {
  const [receipt] = await appendOn(session, [draft]);
  return receipt!.index;
}

/** One transaction that nobody appends in the middle of. */
async function underHead<Result>(session: pg.Client, work: () => Promise<Result>): Promise<Result> {
  await session.query('begin');
  try {
    await session.query('select size from ledger_head for update');
    const result = await work();
    await session.query('commit');
    return result;
  } catch (error) {
    await session.query('rollback').catch(() => undefined);
    throw error;
  }
}

/** @throws FairleadError `store.locked` while another such command runs */
async function lockOut(session: pg.Client): Promise<void> {
  const { rows } = await session.query<{ got: boolean }>('select pg_try_advisory_lock($1) as got', [
    pruneLock,
  ]);
  if (rows[0]?.got) return;
  throw new FairleadError('store.locked', {
    message: 'This ledger is being pruned by another process.',
    fix: 'Wait until it ends.',
  });
}

async function withSession<Result>(
  url: string,
  use: (session: pg.Client) => Promise<Result>,
): Promise<Result> {
  const session = new pg.Client({
    connectionString: url,
    application_name: 'fairlead-prune',
    connectionTimeoutMillis: 10_000,
    options: '-c synchronous_commit=on',
  });
  session.on('error', () => undefined);
  try {
    await session.connect();
    return await use(session);
  } catch (error) {
    throw describeDatabase(error);
  } finally {
    await session.end().catch(() => undefined);
  }
}

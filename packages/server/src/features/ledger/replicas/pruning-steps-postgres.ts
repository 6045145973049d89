import { FairleadError } from '@fairlead/core/errors';
import { tileWidth } from '@fairlead/core/ledger';
import type { LedgerCut } from '@fairlead/core/program';
import type pg from 'pg';
import { endSession, openSession } from '../../../platform/db/index.ts';
import { type Hold, holdMark, standingHolds } from '../holds.ts';
import {
  bundlesPerScan,
  inputsPerStep,
  type PruneScan,
  type PruningSteps,
  prunedKinds,
  type ScannedRow,
  scanRows,
  sharedWithinMs,
} from '../pruning-steps.ts';
import type { Queryable } from '../reader-postgres.ts';

/*
 * The steps of pruning in PostgreSQL, beside all servers that use it. What changes something runs on one session, which
 * holds a lock: one server, or command, prunes at a time. Whoever appends takes the head's row first, so a bundle that is
 * emptied while that row is held is emptied between two appends, and no hold of another server slips in between.
 */

/** Any number will do, as long as every server takes the same one. */
const pruneLock = 7_420_742_004;
/** The lock is given back when nothing was pruned for so long. */
const idleMs = 10_000;

interface Worker {
  readonly session: pg.Client;
  /** Inputs that staying decisions name, too, were spared since the last bundle was emptied. */
  spared: boolean;
  /** Holds by the entries below `seen`. */
  texts: readonly string[];
  seen: number;
}

/** The steps, with what ends their session. */
export function postgresPruning(
  url: string,
  pool: Queryable,
): { readonly steps: PruningSteps; close(): Promise<void> } {
  let worker: Worker | null = null;
  let idle: NodeJS.Timeout | null = null;
  const close = async () => {
    if (idle !== null) clearTimeout(idle);
    const last = worker;
    worker = null;
    if (last !== null) await endSession(last.session);
  };
  const working = async <Result>(use: (worker: Worker) => Promise<Result>): Promise<Result> => {
    if (idle !== null) clearTimeout(idle);
    worker ??= await openWorker(url);
    try {
      const result = await use(worker);
      idle = setTimeout(() => void close(), idleMs).unref();
      return result;
    } catch (error) {
      // With the session goes the lock, and what was known under it.
      await close();
      throw error;
    }
  };
  const steps: PruningSteps = {
    firstOpen: () => firstOpen(pool),
    scan: (cut, from, end) => scan(pool, cut, from, end),
    empty: (bundle) => working((own) => empty(own, bundle)),
    spare: (bundle) => working((own) => spare(own, bundle)),
    blankInputs: async () => 0,
    dropInputs: () => working(dropInputs),
    // Its own vacuum makes the room of what was pruned usable again.
    giveBack: async () => 'done',
  };
  return { steps, close };
}

/** @throws FairleadError `ledger.prune-busy` while another server prunes */
async function openWorker(url: string): Promise<Worker> {
  const session = await openSession(url, {
    application_name: 'fairlead-prune',
    connectionTimeoutMillis: 5_000,
    query_timeout: 60_000,
    options: '-c synchronous_commit=on',
  });
  try {
    const { rows } = await session.query<{ got: boolean }>('select pg_try_advisory_lock($1) as got', [
      pruneLock,
    ]);
    if (!rows[0]?.got) throw new FairleadError('ledger.prune-busy');
    return { session, spared: false, texts: [], seen: 0 };
  } catch (error) {
    await endSession(session);
    throw error;
  }
}

async function firstOpen(pool: Queryable): Promise<number> {
  const { rows } = await pool.query<{ first: string }>(
    `select coalesce(
       (select min(e.idx) from ledger_entries e join ledger_open_operations o on o.op = e.id),
       (select size from ledger_head)) as first`,
  );
  return Number(rows[0]?.first ?? 0);
}

async function scan(pool: Queryable, cut: LedgerCut, from: number, end: number): Promise<PruneScan> {
  const { rows } = await pool.query<Omit<ScannedRow, 'idx' | 'ts'> & { idx: string; ts: string }>(
    `select idx, ts, ${prunedKinds} and length(bytes) > 0 as prunable,
       case when kind = 'decision' and $3 then convert_from(bytes, 'UTF8') end as json
     from ledger_entries where idx >= $1 and idx < $2 order by idx`,
    [from, Math.min(end, from + bundlesPerScan * tileWidth), Object.keys(cut.classes).length > 0],
  );
  const scanned = rows.map((row) => ({ ...row, idx: Number(row.idx), ts: Number(row.ts) }));
  return scanRows(scanned, cut, from, end);
}

const inputsOf = `select decode(convert_from(bytes, 'UTF8')::json ->> 'input', 'hex') from ledger_entries
  where idx >= $1 and idx < $2 and kind = 'decision' and length(bytes) > 0
    and convert_from(bytes, 'UTF8')::json ->> 'input' is not null`;

/** The inputs that these decisions name are remembered in the same transaction, so that none is left behind by a crash. */
function empty(worker: Worker, bundle: number): Promise<number> {
  const range = [bundle, bundle + tileWidth];
  const { session } = worker;
  worker.spared = false;
  return transaction(session, async () => {
    await session.query('select size from ledger_head for update');
    await refuseHeld(worker, bundle);
    await session.query(
      `insert into ledger_pruned_inputs (digest) ${inputsOf} on conflict do nothing`,
      range,
    );
    const emptied = await session.query(
      `update ledger_entries set bytes = ''
       where idx >= $1 and idx < $2 and ${prunedKinds} and length(bytes) > 0`,
      range,
    );
    return emptied.rowCount ?? 0;
  });
}

/** To be asked while the head is held. @throws FairleadError `ledger.on-hold` */
async function refuseHeld(worker: Worker, bundle: number): Promise<void> {
  const { session } = worker;
  const { rows } = await session.query<{ json: string }>(
    `select convert_from(bytes, 'UTF8') as json from ledger_entries
     where kind = 'admin' and idx >= $1 and position($2::bytea in bytes) > 0 order by idx`,
    [worker.seen, Buffer.from(holdMark)],
  );
  const texts = [...worker.texts, ...rows.map(({ json }) => json)];
  const head = await session.query<{ size: string; newest: string | null }>(
    `select size, (select max(ts) from ledger_entries where idx >= $1 and idx < $2) as newest from ledger_head`,
    [bundle, bundle + tileWidth],
  );
  worker.texts = texts;
  worker.seen = Number(head.rows[0]?.size ?? 0);
  const newest = Number(head.rows[0]?.newest ?? 0);
  const hold = standingHolds(texts).find((one) => covers(one, newest));
  if (hold === undefined) return;
  throw new FairleadError('ledger.on-hold', {
    message: `Nothing is pruned while the hold ${hold.id} stands: ${hold.reason}.`,
  });
}

/** A time that can't be read covers everything. */
function covers({ from }: Hold, newest: number): boolean {
  const at = from === null ? Number.NaN : Date.parse(from);
  return Number.isNaN(at) || newest >= at;
}

async function spare(worker: Worker, bundle: number): Promise<boolean> {
  const { session } = worker;
  const { rows } = await session.query<{ newest: string | null; oldest: string | null }>(
    `select (select ts from ledger_entries where length(bytes) = 0 and idx < $1 order by idx desc limit 1) as newest,
       (select min(ts) from ledger_entries where idx >= $1 and idx < $2) as oldest`,
    [bundle, bundle + tileWidth],
  );
  const { newest = null, oldest = null } = rows[0] ?? {};
  if (newest === null || oldest === null || Number(oldest) > Number(newest) + sharedWithinMs) {
    worker.spared = true;
    return false;
  }
  await session.query(`delete from ledger_pruned_inputs where digest in (${inputsOf})`, [
    bundle,
    bundle + tileWidth,
  ]);
  return true;
}

async function dropInputs(worker: Worker): Promise<number> {
  const { session } = worker;
  // The session broke in between, and another server may have pruned meanwhile: its inputs aren't spared yet.
  if (!worker.spared) throw new FairleadError('ledger.prune-busy');
  const dropped = await session.query(
    `with going as (select digest from ledger_pruned_inputs limit ${inputsPerStep}),
       dropped as (delete from ledger_decision_inputs where digest in (select digest from going))
     delete from ledger_pruned_inputs where digest in (select digest from going)`,
  );
  const count = dropped.rowCount ?? 0;
  if (count === 0) for (const table of emptied) await session.query(`vacuum ${table}`);
  return count;
}

/** Their room is used again at once; the files become no smaller by that. */
const emptied = ['ledger_entries', 'ledger_decision_inputs', 'ledger_pruned_inputs'] as const;

async function transaction<Result>(session: pg.Client, work: () => Promise<Result>): Promise<Result> {
  await session.query('begin');
  try {
    const result = await work();
    await session.query('commit');
    return result;
  } catch (error) {
    await session.query('rollback').catch(() => undefined);
    throw error;
  }
}

import { tileWidth } from '@fairlead/core/ledger';
import { isNeeded, type LedgerCut } from '@fairlead/core/program';
import type { Database } from 'better-sqlite3';
import { giveBackStep, overwriting } from '../../platform/db/index.ts';

/** Kinds whose bytes go. What grants, configures and administers stays, so that rows can still be compared with it. */
export const prunedKinds = `kind in ('decision', 'outcome', 'recovery', 'repeat')`;

/** Where a look for what may go has come. */
export interface PruneScan {
  /** Where to go on, a multiple of 256; or, when `ended`, the first index that stays. */
  readonly next: number;
  /** Entries with bytes that may go, of the bundles that were passed. */
  readonly entries: number;
  readonly ended: boolean;
}

/**
 * The steps of pruning beside a running server. Each is short and a transaction of its own, so that appends get their
 * turn between two. Indexes are multiples of 256.
 */
export interface PruningSteps {
  /** The first decision of a call that is still open; the size when there is none. */
  firstOpen(): Promise<number>;
  /** Looks through some bundles from an index on, up to `end`, for the first entry that has to stay. */
  scan(cut: LedgerCut, from: number, end: number): Promise<PruneScan>;
  /** Empties one bundle; returns how many entries lost their bytes. */
  empty(bundle: number): Promise<number>;
  /**
   * Spares inputs that decisions of this bundle, which stay, name too. False when it is far behind what was pruned, so
   * that the next one can't name any.
   */
  spare(bundle: number): Promise<boolean>;
  /** Overwrites some of the inputs that only pruned decisions named; returns how many, 0 at the end. */
  blankInputs(): Promise<number>;
  /** Deletes some of them; returns how many, 0 at the end. */
  dropInputs(): Promise<number>;
  /** Gives some of the room back that became free. `busy`: somebody reads what was there, so try again. */
  giveBack(): Promise<'more' | 'busy' | 'done'>;
}

export type PruningStep = keyof PruningSteps;
export type StepArgs<Step extends PruningStep> = Parameters<PruningSteps[Step]>;
export type StepResult<Step extends PruningStep> = Awaited<ReturnType<PruningSteps[Step]>>;

/** One step, by its name. */
export async function runStep<Step extends PruningStep>(
  steps: PruningSteps,
  step: Step,
  args: StepArgs<Step>,
): Promise<StepResult<Step>> {
  const run = steps[step] as unknown as (...values: StepArgs<Step>) => Promise<StepResult<Step>>;
  return run(...args);
}

export const bundlesPerScan = 8;
export const inputsPerStep = 512;
/**
 * An input says the second it was decided at, and its entry is written within seconds: decisions that share one lie
 * close together.
 */
export const sharedWithinMs = 600_000;

export interface ScannedRow {
  readonly idx: number;
  readonly ts: number;
  readonly prunable: boolean | number;
  /** Of a decision, where classes matter. */
  readonly json: string | null;
}

/** The steps over SQLite. `durable` runs a transaction as the store's own writes are run. */
export function pruningSteps(
  database: Database,
  durable: <Result>(work: () => Result) => Result,
): PruningSteps {
  let blanked: Uint8Array = new Uint8Array();
  const first = <Value>(sql: string, ...values: unknown[]) =>
    database
      .prepare(sql)
      .pluck()
      .get(...values) as Value;
  return {
    async firstOpen() {
      const open = first<number | null>(
        'select min(e.idx) from entries e join open_operations o on o.op = e.id',
      );
      return open ?? first<number>('select coalesce(max(idx) + 1, 0) from entries');
    },
    scan: async (cut, from, end) => scan(database, cut, from, end),
    empty: async (bundle) => overwriting(database, () => durable(() => empty(database, bundle))),
    spare: async (bundle) => {
      const newest = first<number | null>(
        'select ts from entries where length(bytes) = 0 and idx < ? order by idx desc limit 1',
        bundle,
      );
      const [oldest] = database
        .prepare('select min(ts) from entries where idx >= ? and idx < ?')
        .pluck()
        .all(bundle, bundle + tileWidth) as (number | null)[];
      if (newest === null || oldest == null || oldest > newest + sharedWithinMs) return false;
      durable(() =>
        database
          .prepare(`delete from pruned_inputs where digest in (${inputsOf})`)
          .run(bundle, bundle + tileWidth),
      );
      return true;
    },
    async blankInputs() {
      const going = durable(() => blankInputs(database, blanked));
      blanked = going.at(-1) ?? new Uint8Array();
      return going.length;
    },
    dropInputs: async () => overwriting(database, () => durable(() => dropInputs(database))),
    giveBack: async () => giveBackStep(database),
  };
}

const inputsOf = `select unhex(json_extract(cast(bytes as text), '$.input')) from entries
  where idx >= ? and idx < ? and kind = 'decision' and length(bytes) > 0
    and json_extract(cast(bytes as text), '$.input') is not null`;

function scan(database: Database, cut: LedgerCut, from: number, end: number): PruneScan {
  const rows = database
    .prepare(
      `select idx, ts, ${prunedKinds} and length(bytes) > 0 as prunable,
         case when kind = 'decision' and ? then cast(bytes as text) end as json
       from entries where idx >= ? and idx < ? order by idx`,
    )
    .iterate(
      Object.keys(cut.classes).length > 0 ? 1 : 0,
      from,
      Math.min(end, from + bundlesPerScan * tileWidth),
    ) as IterableIterator<ScannedRow>;
  return scanRows(rows, cut, from, end);
}

/** What of these rows, which begin at `from`, may go. */
export function scanRows(rows: Iterable<ScannedRow>, cut: LedgerCut, from: number, end: number): PruneScan {
  let [next, entries, ofBundle] = [from, 0, 0];
  for (const row of rows) {
    if (isNeeded(cut, row.ts, classesOf(row.json))) return { next, entries, ended: true };
    ofBundle += Number(row.prunable);
    if ((row.idx + 1) % tileWidth !== 0) continue;
    [next, entries, ofBundle] = [row.idx + 1, entries + ofBundle, 0];
  }
  // A bundle that isn't full, or that `end` cuts, stays.
  return { next, entries, ended: next === from || next + tileWidth > end };
}

function classesOf(json: string | null): readonly string[] {
  if (json === null || json === '') return [];
  const { dataClasses } = JSON.parse(json) as { dataClasses?: readonly string[] };
  return dataClasses ?? [];
}

/** The inputs that these decisions name are remembered in the same transaction, so that none is left behind by a crash. */
function empty(database: Database, bundle: number): number {
  const range = [bundle, bundle + tileWidth];
  database.prepare(`insert or ignore into pruned_inputs (digest) ${inputsOf}`).run(...range);
  // An update would leave pages that are nearly empty; rows that are deleted and put back share few.
  const where = `where idx >= ? and idx < ? and ${prunedKinds} and length(bytes) > 0`;
  const rows = database
    .prepare(`select idx, id, op, kind, ts, leaf from entries ${where}`)
    .all(...range) as Record<string, unknown>[];
  // In place, and first: where SQLite moves rows between pages it leaves copies in the room that becomes free.
  database.prepare(`update entries set bytes = zeroblob(length(bytes)) ${where}`).run(...range);
  database.prepare(`delete from entries ${where}`).run(...range);
  const put = database.prepare(
    `insert into entries (idx, id, op, kind, ts, leaf, bytes) values (@idx, @id, @op, @kind, @ts, @leaf, x'')`,
  );
  for (const row of rows) put.run(row);
  return rows.length;
}

/** All before the first is deleted: deleting moves others, whose copies would be left. In place, so of the same length. */
function blankInputs(database: Database, after: Uint8Array): readonly Buffer[] {
  const going = database
    .prepare('select digest from pruned_inputs where digest > ? order by digest limit ?')
    .pluck()
    .all(after, inputsPerStep) as Buffer[];
  const bytes = 'octet_length(json)';
  const blank = database.prepare(
    `update decision_inputs set json = substr(hex(zeroblob(${bytes} / 2 + 1)), 1, ${bytes}) where digest = ?`,
  );
  for (const digest of going) blank.run(digest);
  return going;
}

function dropInputs(database: Database): number {
  const going = database
    .prepare('select digest from pruned_inputs limit ?')
    .pluck()
    .all(inputsPerStep) as Buffer[];
  const input = database.prepare('delete from decision_inputs where digest = ?');
  const mark = database.prepare('delete from pruned_inputs where digest = ?');
  for (const digest of going) {
    input.run(digest);
    mark.run(digest);
  }
  return going.length;
}

import {
  type Cohort,
  type ColumnAtom,
  type Grouping,
  type KpiRow,
  monthStart,
  type PartsRow,
} from '@fairlead/core/delivery';
import { type DeliveryClocks, elapsedClocks } from './clocks.ts';
import { requireWindow } from './kpis.ts';
import type { DeliverySnapshot } from './snapshot/snapshot.ts';
import type { DeliveryStore } from './store.ts';

export interface FiguresQuery {
  /** Seconds since the epoch; `to` isn't part of the window, which snaps to whole publication atoms. */
  readonly from: number;
  readonly to: number;
  readonly by?: Grouping | undefined;
  /** Without it, all. */
  readonly kpis?: readonly string[] | undefined;
  /** False: values without intervals, which is much quicker. */
  readonly intervals?: boolean | undefined;
}

/** The published figures of a store. */
export interface DeliveryFigures {
  /** Of what is known at this moment. @throws FairleadError `delivery.window-invalid`. */
  rows(query: FiguresQuery): Promise<readonly KpiRow[]>;
  /** How the time of a window's merged changes was spent. @throws FairleadError `delivery.window-invalid`. */
  parts(query: Pick<FiguresQuery, 'from' | 'to' | 'by'>): Promise<readonly PartsRow[]>;
  /** Measures what came since, so that the next who asks for figures need not wait for it. */
  refresh(): Promise<void>;
}

export interface FiguresDeps {
  readonly teamOf: (repository: string) => string;
  /** Seconds since the epoch. */
  readonly now: () => number;
  /** Names the way in which repositories belong to teams: published atoms are kept by it. */
  readonly tree?: string | undefined;
  /** False: `teamOf` only stands in for what nobody says. */
  readonly teamsKnown?: boolean | undefined;
  /** Elapsed time unless told. */
  readonly clocks?: DeliveryClocks | undefined;
}

/** The atoms of a moment, and what figures over them depend on. */
interface Shown<C extends Cohort> {
  readonly at: number;
  readonly atoms: { readonly [Each in C]: readonly ColumnAtom[] };
  readonly waiting?: ReadonlySet<ColumnAtom>;
  readonly maturedBy?: number;
}

type Show = <C extends Cohort>(cohorts: readonly C[], now: () => number) => Promise<Shown<C>>;

/**
 * Figures over the columnar snapshot in the store. Bounds of atoms are kept once they were published; their values are
 * those of today, or are restated monthly where the store says so.
 */
export function createDeliveryFigures(store: DeliveryStore, deps: FiguresDeps): DeliveryFigures {
  const { teamOf, now, tree = 'program', teamsKnown, clocks = elapsedClocks } = deps;
  const snapshot = store.snapshot(clocks.set);
  const isWorking = clocks !== elapsedClocks;
  const shownAtOnce = atOnce(store, snapshot, { teamOf, tree });
  const shownMonthly = monthly(store, snapshot, { teamOf, tree });
  let wasMonthly = false;
  const shown: Show = async (cohorts, now) => {
    const isMonthly = (await store.lateFacts()) === 'monthly';
    if (wasMonthly && !isMonthly) {
      for (const cohort of both) snapshot.published.withhold(cohort, new Map());
    }
    wasMonthly = isMonthly;
    return isMonthly ? shownMonthly(cohorts, now) : shownAtOnce(cohorts, now);
  };
  // What is withheld has to be so until an answer is found: nobody else follows the facts meanwhile.
  const inTurn = turns();
  return {
    refresh: () =>
      inTurn(async () => {
        if ((await store.lateFacts()) === 'monthly') await shown(both, now);
        else await snapshot.follow();
      }),
    parts: (query) =>
      inTurn(async () => {
        const { from, to, by } = query;
        requireWindow({ from, to });
        const { atoms, waiting } = await shown(['merged'], now);
        return snapshot.published.parts(atoms.merged, { from, to, by, waiting });
      }),
    rows: (query) =>
      inTurn(async () => {
        requireWindow(query);
        const { at, waiting, maturedBy, atoms } = await shown(both, now);
        const missing = await store.missing();
        const more = { now: at, teamOf, teamsKnown, missing, waiting, maturedBy };
        const rows = snapshot.published.rows(atoms, { ...query, ...more });
        return isWorking ? inWorkingTime(rows) : rows;
      }),
  };
}

const both = ['merged', 'opened'] as const;
type Publishing = Required<Pick<FiguresDeps, 'teamOf' | 'tree'>>;

function atOnce(store: DeliveryStore, { follow, published }: DeliverySnapshot, of: Publishing): Show {
  const atomsOf = async (cohort: Cohort, at: number): Promise<readonly ColumnAtom[]> => {
    const name = `${of.tree} ${cohort}`;
    const closed = await store.closedAtoms.of(name);
    const atoms = published.atoms(cohort, { now: at, teamOf: of.teamOf, closed });
    await store.closedAtoms.close(name, atoms);
    return atoms;
  };
  return async (cohorts, now) => {
    await follow();
    const at = now();
    const atoms: [Cohort, readonly ColumnAtom[]][] = [];
    for (const cohort of cohorts) atoms.push([cohort, await atomsOf(cohort, at)]);
    return { at, atoms: Object.fromEntries(atoms) as never };
  };
}

/** What is 28 days old is told as of the start of the month, too: else changes would grow old one by one. */
function monthly(store: DeliveryStore, snapshot: DeliverySnapshot, { teamOf, tree }: Publishing): Show {
  const restated = store.restated(snapshot, tree);
  return async (cohorts, now) => {
    const at = now();
    return { at, ...(await restated.atoms(cohorts, { now: at, teamOf })), maturedBy: monthStart(at) };
  };
}

/** One after the other. */
function turns(): <Value>(work: () => Promise<Value>) => Promise<Value> {
  let last: Promise<unknown> = Promise.resolve();
  return (work) => {
    const own = last.then(work, work);
    last = own.catch(() => undefined);
    return own;
  };
}

/** Rows say it; how long open changes have been open is told in elapsed time only. */
function inWorkingTime(rows: readonly KpiRow[]): readonly KpiRow[] {
  return rows
    .filter(({ kpi }) => !kpi.startsWith('time_to_merge.'))
    .map((row) =>
      row.unit !== 'seconds'
        ? row
        : { ...row, note: ['in working time', row.note].filter(Boolean).join('; ') },
    );
}

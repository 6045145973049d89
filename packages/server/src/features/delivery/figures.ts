import type { Cohort, ColumnAtom, Grouping, KpiRow, PartsRow } from '@fairlead/core/delivery';
import { type DeliveryClocks, elapsedClocks } from './clocks.ts';
import { requireWindow } from './kpis.ts';
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

/**
 * Figures over the columnar snapshot in the store. Bounds of atoms are kept once they were published; their values are
 * those of today.
 */
export function createDeliveryFigures(
  store: DeliveryStore,
  { teamOf, now, tree = 'program', teamsKnown, clocks = elapsedClocks }: FiguresDeps,
): DeliveryFigures {
  const snapshot = store.snapshot(clocks.set);
  const isWorking = clocks !== elapsedClocks;
  const atomsOf = async (cohort: Cohort, at: number): Promise<readonly ColumnAtom[]> => {
    const name = `${tree} ${cohort}`;
    const closed = await store.closedAtoms.of(name);
    const atoms = snapshot.published.atoms(cohort, { now: at, teamOf, closed });
    await store.closedAtoms.close(name, atoms);
    return atoms;
  };
  /** Brings the snapshot up to the facts of this moment, and answers it. */
  const followed = async ({ from, to }: Pick<FiguresQuery, 'from' | 'to'>): Promise<number> => {
    requireWindow({ from, to });
    await snapshot.follow();
    return now();
  };
  return {
    refresh: () => snapshot.follow(),
    async parts({ from, to, by }) {
      const at = await followed({ from, to });
      return snapshot.published.parts(await atomsOf('merged', at), { from, to, by });
    },
    async rows(query) {
      const at = await followed(query);
      const atoms = { merged: await atomsOf('merged', at), opened: await atomsOf('opened', at) };
      const missing = await store.missing();
      const rows = snapshot.published.rows(atoms, { ...query, now: at, teamOf, teamsKnown, missing });
      return isWorking ? inWorkingTime(rows) : rows;
    },
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

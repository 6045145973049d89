import { dayOf, type KpiRow, notConnected, type WeekNumber, weekStart } from '../delivery/index.ts';
import type { CostReport } from './costs.ts';
import type { GovernanceIncident, TaskSource } from './facts.ts';
import type { TaskKpiDefinition } from './kpi-definition.ts';
import { type Window, weeksWithin } from './partition.ts';
import type { Published, TaskAtoms } from './task-atoms.ts';

/* What every row of a figure has in common. */

export interface TaskQuery extends Window {
  /** Without it, all. */
  readonly kpis?: readonly string[] | undefined;
  /** False: values without intervals, which is much quicker. */
  readonly intervals?: boolean | undefined;
  /** False: nothing says which team owns a repository. */
  readonly teamsKnown?: boolean | undefined;
}

export const note = {
  few: 'fewer than 5 people, or one with more than half',
  early: 'nothing to show yet: no week of it is over, or old enough to be judged',
  smallRate: 'a rate of fewer than 20 is not shown',
  below: 'fewer than the definition asks for',
  none: 'unknown: nothing in the window has it',
  stage: 'the source is not connected: no rollout is known here',
  notByGroup: 'not known by group',
  noActiveSeats: 'no report says which seats were used',
  unproved: 'nothing shows whether some kept tasks passed the gate',
} as const;

/** What rows are made of. */
export interface Context {
  readonly query: TaskQuery;
  readonly connected: ReadonlySet<TaskSource>;
  readonly atoms: TaskAtoms;
  readonly governanceIncidents: readonly GovernanceIncident[];
  /** What whole weeks cost. */
  readonly report: (weeks: Weeks) => CostReport;
}

export interface Weeks {
  readonly from: WeekNumber;
  readonly to: WeekNumber;
}

/** What a figure says whose sources are not all connected; null: they are. */
export function unconnected(
  { sources }: TaskKpiDefinition,
  connected: ReadonlySet<TaskSource>,
): Pick<KpiRow, 'note' | 'missing'> | null {
  const missing = sources.filter((source) => !connected.has(source));
  return missing.length === 0 ? null : notConnected(missing);
}

/** Why a window has no atom: nothing lies in it at all, or what does is of too few people, or can't be shown yet. */
export function unpublished(
  { isAny, isOver }: Published<unknown>,
  query: Window,
): Pick<KpiRow, 'suppressed' | 'note'> {
  if (!isAny(weeksWithin(query))) return { suppressed: false, note: note.none };
  return { suppressed: true, note: isOver ? note.few : note.early };
}

export function emptyRow(
  { id, version, unit }: TaskKpiDefinition,
  group: string,
  { from, to }: Weeks,
): KpiRow {
  return {
    ...{ kpi: id, version, group, from: dayOf(weekStart(from)), to: dayOf(weekStart(to)) },
    ...{ n: null, value: null, lo: null, hi: null, coverage: null, unit },
    ...{ method: 'none', note: '', suppressed: false, missing: [] },
  };
}

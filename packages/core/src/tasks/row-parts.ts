import {
  type Absence,
  absence,
  dayOf,
  type KpiReason,
  type KpiRow,
  notConnected,
  type WeekNumber,
  weekStart,
} from '../delivery/index.ts';
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
  few_people: 'fewer than 5 people, or one with more than half',
  too_early: 'nothing to show yet: no week of it is over, or old enough to be judged',
  small_rate: 'a rate of fewer than 20 is not shown',
  below: 'fewer than the definition asks for',
  nothing: 'unknown: nothing in the window has it',
  stage: 'stage unknown: no rollout is recorded here, and nothing that could be connected records one yet',
  not_by_group: 'not known by group',
  no_divisor: 'nothing to divide by',
  usage_unknown: 'no report says which seats were used',
  unproved: 'nothing shows whether some kept tasks passed the gate',
} as const;

/** Why a row has no value. */
export const absent = (reason: KpiReason & keyof typeof note) => absence(reason, note[reason]);

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
): Absence | null {
  const missing = sources.filter((source) => !connected.has(source));
  return missing.length === 0 ? null : notConnected(missing);
}

/** Why a window has no atom: nothing lies in it at all, or what does is of too few people, or can't be shown yet. */
export function unpublished({ isAny, isOver }: Published<unknown>, query: Window): Absence {
  if (!isAny(weeksWithin(query))) return absent('nothing');
  return absent(isOver ? 'few_people' : 'too_early');
}

export function emptyRow(
  { id, version, unit }: TaskKpiDefinition,
  group: string,
  { from, to }: Weeks,
): KpiRow {
  return {
    ...{ kpi: id, version, group, from: dayOf(weekStart(from)), to: dayOf(weekStart(to)) },
    ...{ n: null, value: null, lo: null, hi: null, coverage: null, unit },
    ...{ method: 'none', note: '', reason: null, suppressed: false, missing: [] },
  };
}

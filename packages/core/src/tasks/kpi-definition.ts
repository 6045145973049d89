import type { KpiDefinition } from '../delivery/index.ts';
import type { TaskSource } from './facts.ts';
import type { Figure } from './figure.ts';
import type { ChangeWork, DeploymentWork, TaskMeasures } from './measures.ts';
import type { PersonWeek } from './people.ts';

export type TaskKpiUnit =
  | 'seconds'
  | 'share'
  | 'USD'
  | 'per 100 changes'
  | 'per 100 tasks'
  | 'per 1,000 developer-weeks'
  | 'seat-days';

/** What every definition of a figure says of itself, whatever it's computed from. A change of meaning is a new version. */
export type KpiDescription = Omit<KpiDefinition, 'of' | 'unit' | 'source'> & {
  readonly unit: string;
  readonly source: string;
};

interface Described extends KpiDescription {
  readonly unit: TaskKpiUnit;
  /** The first of `sources`. */
  readonly source: TaskSource;
  /** All of them must be connected, else the figure reads unknown. */
  readonly sources: readonly TaskSource[];
}

/** Lines of the cost report of a window: they add up to its total, to the cent. */
export type CostLine =
  | 'tasks'
  | 'unattributed'
  | 'unpricedEstimate'
  | 'seats'
  | 'total'
  | 'idleSeatDays'
  | 'seatsPerSuccess';

export type TaskKpiDefinition = Described &
  (
    | { readonly over: 'tasks'; readonly of: Figure<TaskMeasures> }
    | { readonly over: 'changes'; readonly of: Figure<ChangeWork> }
    | { readonly over: 'deployments'; readonly of: Figure<DeploymentWork> }
    | { readonly over: 'people'; readonly of: Figure<PersonWeek> }
    | { readonly over: 'costs'; readonly of: CostLine }
  );

const windows = {
  tasks: 'tasks begun in the window, by week (UTC), once all of the week are 42 days old',
  changes: 'changes merged in the window, by merge week (UTC)',
  deployments: 'production deployments finished in the window, by week (UTC)',
  people: 'whole weeks (UTC) of people within the window',
  costs: 'whole weeks (UTC) within the window',
} as const;

type Draft = Pick<Described, 'id' | 'formula' | 'unit' | 'sources'> & {
  readonly version?: string;
  readonly owner?: string;
  readonly minimumN?: number;
};

function described(
  over: keyof typeof windows,
  { id, version = 'v1', formula, unit, sources, owner, minimumN }: Draft,
): Described {
  return {
    ...{ id, version, formula, unit, window: windows[over], minimumN: minimumN ?? 20 },
    ...{ owner: owner ?? 'platform', source: sources[0]!, sources },
  };
}

export const overTasks = (draft: Draft, of: Figure<TaskMeasures>): TaskKpiDefinition => ({
  ...described('tasks', draft),
  over: 'tasks',
  of,
});
export const overChanges = (draft: Draft, of: Figure<ChangeWork>): TaskKpiDefinition => ({
  ...described('changes', draft),
  over: 'changes',
  of,
});
export const overDeployments = (draft: Draft, of: Figure<DeploymentWork>): TaskKpiDefinition => ({
  ...described('deployments', draft),
  over: 'deployments',
  of,
});
export const overPeople = (draft: Draft, of: Figure<PersonWeek>): TaskKpiDefinition => ({
  ...described('people', draft),
  over: 'people',
  of,
});
export const ofCosts = (
  id: string,
  formula: string,
  of: CostLine,
  sources: readonly TaskSource[],
  version = 'v1',
): TaskKpiDefinition => ({
  ...described('costs', {
    id,
    version,
    formula,
    unit: of === 'idleSeatDays' ? 'seat-days' : 'USD',
    sources,
    minimumN: 1,
  }),
  over: 'costs',
  of,
});

export const one = (is: boolean) => (is ? 1 : 0);
export const kept = ({ judgement }: TaskMeasures) =>
  judgement === 'success' || judgement === 'unproved' || judgement === 'overridden';

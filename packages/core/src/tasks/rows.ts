import { type KpiRow, secondsOf, weekStart } from '../delivery/index.ts';
import { costRows } from './cost-rows.ts';
import { estimateFigure, type Figure } from './estimate.ts';
import type { GovernanceIncident } from './facts.ts';
import type { TaskInput, TaskOptions } from './input.ts';
import type { TaskKpiDefinition } from './kpi-definition.ts';
import { taskKpiDefinitions } from './kpis.ts';
import { measureTasks } from './measures.ts';
import { groupParcels, type Parcel, type Publishable } from './partition.ts';
import {
  type Context,
  emptyRow,
  note,
  spanOf,
  type TaskQuery,
  unconnected,
  type Weeks,
} from './row-parts.ts';
import { taskAtoms } from './task-atoms.ts';

const leastOfRate = 20;

/** The figures of tasks in a window, group by group. Amounts are US dollars, spans seconds. */
export function taskKpiRows(input: TaskInput, options: TaskOptions, query: TaskQuery): readonly KpiRow[] {
  const measured = measureTasks(input, options);
  const context = { input, measured, atoms: taskAtoms(measured, options.now), query };
  const wanted = taskKpiDefinitions.filter(({ id }) => query.kpis?.includes(id) ?? true);
  return wanted.flatMap((definition) => rowsOf(definition, context));
}

function rowsOf(definition: TaskKpiDefinition, context: Context): readonly KpiRow[] {
  const { atoms } = context;
  switch (definition.over) {
    case 'tasks':
      return figureRows(definition, definition.of, atoms.tasks(definition.of), context);
    case 'changes':
      return figureRows(definition, definition.of, atoms.changes(definition.of), context);
    case 'deployments':
      return figureRows(definition, definition.of, atoms.deployments(definition.of), context);
    case 'people':
      return figureRows(definition, definition.of, atoms.people(definition.of), context);
    case 'costs':
      return costRows(definition, definition.of, context);
  }
}

function figureRows<Item extends Publishable>(
  definition: TaskKpiDefinition,
  figure: Figure<Item>,
  parcels: readonly Parcel<Item>[],
  context: Context,
): readonly KpiRow[] {
  return groupParcels(parcels, context.query).map(([group, members]) => {
    const base = emptyRow(definition, group, spanOf(members, context.query));
    const unknown = unconnected(definition, context.measured);
    if (unknown !== null) return { ...base, note: unknown };
    if (members.length === 0) return { ...base, suppressed: true, note: note.few };
    return figureRow(definition, figure, members, base, context);
  });
}

function figureRow<Item extends Publishable>(
  definition: TaskKpiDefinition,
  figure: Figure<Item>,
  members: readonly Parcel<Item>[],
  base: KpiRow,
  { input, query }: Context,
): KpiRow {
  const eligible = members.flatMap(({ items }) => items).filter(figure.eligible ?? everything);
  const known = eligible.filter(figure.known ?? everything);
  if (eligible.length === 0 || known.length === 0) return { ...base, n: 0, note: note.none };
  if (figure.kind !== 'quantile' && known.length < leastOfRate)
    return { ...base, suppressed: true, note: note.smallRate };
  const covered = known.filter(figure.covered ?? everything).length;
  if (covered === 0) return { ...base, n: known.length, coverage: 0, note: note.none };
  const weeks = spanOf(members, query);
  const counted = figure.kind === 'counted' ? governanceIncidents(input, base.group, weeks) : 0;
  if (counted === null) return { ...base, note: note.notByGroup };
  const seed = `${definition.id}/${definition.version}/${base.group}/${base.from}/${base.to}`;
  const { remark, ...estimate } = estimateFigure(figure, known, { from: weeks.from, seed, counted });
  const remarks = [
    known.length < definition.minimumN ? note.below : '',
    remark,
    covered < known.length && definition.id === 'success_rate' ? note.unproved : '',
    base.group === 'stage:unknown' ? note.stage : '',
  ];
  return {
    ...base,
    ...estimate,
    n: known.length,
    coverage: covered / eligible.length,
    note: remarks.filter((text) => text !== '').join('; '),
  };
}

const everything = () => true;

/** Of everyone, or of the team that is named; of repositories nobody says. */
function governanceIncidents({ facts }: TaskInput, group: string, { from, to }: Weeks): number | null {
  if (group.startsWith('repository:')) return null;
  const team = group.startsWith('team:') ? group.slice('team:'.length) : null;
  return facts.filter((fact): fact is GovernanceIncident => {
    if (fact.type !== 'governance_incident' || (team !== null && fact.team !== team)) return false;
    const at = secondsOf(fact.at) ?? Number.NaN;
    return at >= weekStart(from) && at < weekStart(to);
  }).length;
}

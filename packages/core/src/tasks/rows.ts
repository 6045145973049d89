import { type KpiRow, secondsOf, weekStart } from '../delivery/index.ts';
import { costRows } from './cost-rows.ts';
import { costReport } from './costs.ts';
import { estimateFigure } from './estimate.ts';
import type { ActiveCount, GovernanceIncident, Seats } from './facts.ts';
import type { Figure } from './figure.ts';
import type { TaskInput, TaskOptions } from './input.ts';
import type { Summary } from './known.ts';
import type { TaskKpiDefinition } from './kpi-definition.ts';
import { taskKpiDefinitions } from './kpis.ts';
import { measureTasks } from './measures.ts';
import { weeksWithin } from './partition.ts';
import {
  absent,
  type Context,
  emptyRow,
  note,
  type TaskQuery,
  unconnected,
  unpublished,
  type Weeks,
} from './row-parts.ts';
import { type AtomLog, type Published, taskAtoms, treeOf } from './task-atoms.ts';

const leastOfRate = 20;

/**
 * The figures of tasks in a window, group by group. Amounts are US dollars, spans seconds. `log`: bounds of atoms that
 * were published before, and are now.
 */
export function taskKpiRows(
  input: TaskInput,
  options: TaskOptions,
  query: TaskQuery,
  log?: AtomLog,
): readonly KpiRow[] {
  const measured = measureTasks(input, options);
  const seats = input.facts.filter((fact): fact is Seats => fact.type === 'seats');
  const activeCounts = input.facts.filter((fact): fact is ActiveCount => fact.type === 'active_count');
  const parts = { calls: input.calls, seats, activeCounts, attribution: measured.attribution };
  return rowsOfTasks({
    query,
    connected: measured.connected,
    atoms: taskAtoms(measured, options.now, log),
    governanceIncidents: input.facts.filter(
      (fact): fact is GovernanceIncident => fact.type === 'governance_incident',
    ),
    report: ({ from, to }) => costReport(parts, { from: weekStart(from), to: weekStart(to) }),
  });
}

/** The rows of what was measured, wherever it is kept. */
export function rowsOfTasks(context: Context): readonly KpiRow[] {
  const { kpis } = context.query;
  const wanted = taskKpiDefinitions.filter(({ id }) => kpis?.includes(id) ?? true);
  return wanted.flatMap((definition) => rowsOf(definition, context));
}

function rowsOf(definition: TaskKpiDefinition, context: Context): readonly KpiRow[] {
  const { atoms } = context;
  const tree = treeOf(definition);
  switch (definition.over) {
    case 'tasks':
      return figureRows(definition, definition.of, () => atoms.tasks(tree, definition.of), context);
    case 'changes':
      return figureRows(definition, definition.of, () => atoms.changes(tree, definition.of), context);
    case 'deployments':
      return figureRows(definition, definition.of, () => atoms.deployments(tree, definition.of), context);
    case 'people':
      return figureRows(definition, definition.of, () => atoms.people(tree, definition.of), context);
    case 'costs':
      return costRows(definition, definition.of, context);
  }
}

function figureRows<Item>(
  definition: TaskKpiDefinition,
  figure: Figure<Item>,
  published: () => Published<Item>,
  context: Context,
): readonly KpiRow[] {
  const found = published();
  return found.groups(context.query).map(({ name, span, summary }) => {
    const base = emptyRow(definition, name, span ?? weeksWithin(context.query));
    const unknown = unconnected(definition, context.connected);
    if (unknown !== null) return { ...base, ...unknown };
    if (span === null) return { ...base, ...unpublished(found, context.query) };
    return figureRow(definition, figure, { summary: summary(figure), span, base }, context);
  });
}

function figureRow<Item>(
  definition: TaskKpiDefinition,
  figure: Figure<Item>,
  { summary, span, base }: { readonly summary: Summary; readonly span: Weeks; readonly base: KpiRow },
  { governanceIncidents, query }: Context,
): KpiRow {
  const { eligible, known, covered } = summary;
  if (eligible === 0 || known === 0) return { ...base, n: 0, ...absent('nothing') };
  if (figure.kind !== 'quantile' && known < leastOfRate) return { ...base, ...absent('small_rate') };
  if (covered === 0) return { ...base, n: known, coverage: 0, ...absent('nothing') };
  const counted = figure.kind === 'counted' ? countedIn(governanceIncidents, base.group, span) : 0;
  if (counted === null) return { ...base, ...absent('not_by_group') };
  const seed = `${definition.id}/${definition.version}/${base.group}/${base.from}/${base.to}`;
  const { remark, ...estimate } = estimateFigure(figure, summary, {
    from: span.from,
    seed,
    counted,
    intervals: query.intervals,
    teamsKnown: query.teamsKnown,
  });
  const remarks = [
    known < definition.minimumN ? note.below : '',
    remark,
    covered < known && definition.id === 'success_rate' ? note.unproved : '',
    base.group === 'stage:unknown' ? note.stage : '',
  ];
  return {
    ...base,
    ...estimate,
    reason: estimate.value === null ? 'no_divisor' : null,
    n: known,
    coverage: covered / eligible,
    note: remarks.filter((text) => text !== '').join('; '),
  };
}

/** Of everyone, or of the team that is named; of repositories nobody says. */
function countedIn(
  incidents: readonly GovernanceIncident[],
  group: string,
  { from, to }: Weeks,
): number | null {
  if (group.startsWith('repository:')) return null;
  const team = group.startsWith('team:') ? group.slice('team:'.length) : null;
  return incidents.filter((fact) => {
    if (team !== null && fact.team !== team) return false;
    const at = secondsOf(fact.at) ?? Number.NaN;
    return at >= weekStart(from) && at < weekStart(to);
  }).length;
}

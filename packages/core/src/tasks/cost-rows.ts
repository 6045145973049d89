import type { KpiRow } from '../delivery/index.ts';
import { microUsdPerUsd } from '../money/index.ts';
import { type Items, united } from './items.ts';
import type { CostLine, TaskKpiDefinition } from './kpi-definition.ts';
import type { TaskMeasures } from './measures.ts';
import { groupParcels } from './partition.ts';
import type { PersonWeek } from './people.ts';
import { type Context, emptyRow, note, spanOf, unconnected, unpublished, type Weeks } from './row-parts.ts';
import { type Published, treeOf } from './task-atoms.ts';

type Row = (base: KpiRow, span: Weeks) => KpiRow;

/** The lines of the cost report over whole weeks of people; by team and repository without seats, which nobody says of. */
export function costRows(definition: TaskKpiDefinition, line: CostLine, context: Context): readonly KpiRow[] {
  if (line === 'seatsPerSuccess') {
    return groupedRows(definition, context.atoms.tasks(treeOf(definition)), true, context, (items) =>
      seatsPerSuccess(items, context),
    );
  }
  const needsSeats = line === 'seats' || line === 'idleSeatDays' || line === 'total';
  return groupedRows(definition, context.atoms.people(treeOf(definition)), needsSeats, context, (items) =>
    costLine(line, items, context),
  );
}

function groupedRows<Item>(
  definition: TaskKpiDefinition,
  published: Published<Item>,
  needsSeats: boolean,
  { query, connected }: Context,
  rowOf: (items: Items<Item>) => Row,
): readonly KpiRow[] {
  return groupParcels(published.parcels, query).map(([group, members]) => {
    const span = spanOf(members, query);
    const base = emptyRow(definition, group, span);
    const unknown = unconnected(definition, connected);
    if (unknown !== null) return { ...base, ...unknown };
    const isOfSeats = definition.sources.every((source) => source === 'seats');
    if (members.length === 0 && !isOfSeats) return { ...base, ...unpublished(published, query) };
    const isOfAll = group === 'all' || group.startsWith('week:');
    if (needsSeats && !isOfAll) return { ...base, note: note.notByGroup };
    return rowOf(united(members.map(({ items }) => items)))(base, span);
  });
}

const dollars = (amount: number) => amount / microUsdPerUsd;

function seatsPerSuccess(items: Items<TaskMeasures>, context: Context): Row {
  return (base, span) => {
    const successes = items.filter(({ judgement }) => judgement === 'success').length;
    if (successes === 0) return { ...base, n: 0, note: 'nothing to divide by' };
    const value = dollars(context.report(span).seats) / successes;
    return { ...base, n: successes, value, coverage: 1 };
  };
}

function costLine(
  line: Exclude<CostLine, 'seatsPerSuccess'>,
  weeks: Items<PersonWeek>,
  context: Context,
): Row {
  return (base, span) => {
    const report = context.report(span);
    if (line === 'seats' || line === 'idleSeatDays') {
      const value = line === 'seats' ? dollars(report.seats) : report.idleSeatDays;
      const known = value === null ? { note: note.noActiveSeats } : { value, coverage: 1 };
      return { ...base, n: Math.round(report.seatDays), ...known };
    }
    const published = publishedCosts(weeks);
    const metered = published.tasks + published.unattributed + published.unpricedEstimate;
    const whole = report.tasks + report.unattributed + report.unpricedEstimate;
    const value = line === 'total' ? metered + report.seats : published[line];
    return { ...base, n: weeks.length, value: dollars(value), coverage: whole === 0 ? 1 : metered / whole };
  };
}

function publishedCosts(weeks: Items<PersonWeek>) {
  const sum = { tasks: 0, unattributed: 0, unpricedEstimate: 0 };
  weeks.forEach((week) => {
    sum.tasks += week.tasks;
    sum.unattributed += week.unattributed;
    sum.unpricedEstimate += week.unpricedEstimate;
  });
  return sum;
}

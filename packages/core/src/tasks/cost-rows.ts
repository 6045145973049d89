import type { KpiRow } from '../delivery/index.ts';
import { weekStart } from '../delivery/index.ts';
import { microUsdPerUsd } from '../money/index.ts';
import { type CostReport, costReport } from './costs.ts';
import type { ActiveCount, Seats } from './facts.ts';
import type { CostLine, TaskKpiDefinition } from './kpi-definition.ts';
import type { TaskMeasures } from './measures.ts';
import { groupParcels, type Parcel } from './partition.ts';
import type { PersonWeek } from './people.ts';
import { type Context, emptyRow, note, spanOf, unconnected, type Weeks } from './row-parts.ts';

type Row = (base: KpiRow, span: Weeks) => KpiRow;

/** The lines of the cost report over whole weeks of people; by team and repository without seats, which nobody says of. */
export function costRows(definition: TaskKpiDefinition, line: CostLine, context: Context): readonly KpiRow[] {
  if (line === 'seatsPerSuccess') {
    return groupedRows(definition, context.atoms.tasks(), true, context, (items) =>
      seatsPerSuccess(items, context),
    );
  }
  const needsSeats = line === 'seats' || line === 'idleSeatDays' || line === 'total';
  return groupedRows(definition, context.atoms.people(), needsSeats, context, (items) =>
    costLine(line, items, context),
  );
}

function groupedRows<Item>(
  definition: TaskKpiDefinition,
  parcels: readonly Parcel<Item>[],
  needsSeats: boolean,
  { query, measured }: Context,
  rowOf: (items: readonly Item[]) => Row,
): readonly KpiRow[] {
  return groupParcels(parcels, query).map(([group, members]) => {
    const span = spanOf(members, query);
    const base = emptyRow(definition, group, span);
    const unknown = unconnected(definition, measured);
    if (unknown !== null) return { ...base, note: unknown };
    const isOfSeats = definition.sources.every((source) => source === 'seats');
    if (members.length === 0 && !isOfSeats) return { ...base, suppressed: true, note: note.few };
    const isOfAll = group === 'all' || group.startsWith('week:');
    if (needsSeats && !isOfAll) return { ...base, note: note.notByGroup };
    return rowOf(members.flatMap(({ items }) => items))(base, span);
  });
}

const dollars = (amount: number) => amount / microUsdPerUsd;

function seatsPerSuccess(items: readonly TaskMeasures[], context: Context): Row {
  return (base, span) => {
    const successes = items.filter(({ judgement }) => judgement === 'success').length;
    if (successes === 0) return { ...base, n: 0, note: 'nothing to divide by' };
    const value = dollars(reportOf(span, context).seats) / successes;
    return { ...base, n: successes, value, coverage: 1 };
  };
}

function costLine(
  line: Exclude<CostLine, 'seatsPerSuccess'>,
  weeks: readonly PersonWeek[],
  context: Context,
): Row {
  return (base, span) => {
    const report = reportOf(span, context);
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

function publishedCosts(weeks: readonly PersonWeek[]) {
  const sum = { tasks: 0, unattributed: 0, unpricedEstimate: 0 };
  for (const week of weeks) {
    sum.tasks += week.tasks;
    sum.unattributed += week.unattributed;
    sum.unpricedEstimate += week.unpricedEstimate;
  }
  return sum;
}

function reportOf({ from, to }: Weeks, { input, measured }: Context): CostReport {
  const seats = input.facts.filter((fact): fact is Seats => fact.type === 'seats');
  const activeCounts = input.facts.filter((fact): fact is ActiveCount => fact.type === 'active_count');
  const parts = { calls: input.calls, seats, activeCounts, attribution: measured.attribution };
  return costReport(parts, { from: weekStart(from), to: weekStart(to) });
}

import type { KpiRow } from '../delivery/index.ts';
import { microUsdPerUsd } from '../money/index.ts';
import type { Figure } from './figure.ts';
import type { CostLine, TaskKpiDefinition } from './kpi-definition.ts';
import { one } from './kpi-definition.ts';
import type { TaskMeasures } from './measures.ts';
import { weeksWithin } from './partition.ts';
import type { PersonWeek } from './people.ts';
import { absent, type Context, emptyRow, unconnected, unpublished, type Weeks } from './row-parts.ts';
import { type Published, type PublishedGroup, treeOf } from './task-atoms.ts';

type Row = (base: KpiRow, span: Weeks) => KpiRow;

/** The lines of the cost report over whole weeks of people; by team and repository without seats, which nobody says of. */
export function costRows(definition: TaskKpiDefinition, line: CostLine, context: Context): readonly KpiRow[] {
  if (line === 'seatsPerSuccess') {
    return groupedRows(definition, context.atoms.tasks(treeOf(definition)), true, context, (group) =>
      seatsPerSuccess(group, context),
    );
  }
  const needsSeats = line === 'seats' || line === 'idleSeatDays' || line === 'total';
  return groupedRows(definition, context.atoms.people(treeOf(definition)), needsSeats, context, (group) =>
    costLine(line, group, context),
  );
}

function groupedRows<Item>(
  definition: TaskKpiDefinition,
  published: Published<Item>,
  needsSeats: boolean,
  { query, connected }: Context,
  rowOf: (group: PublishedGroup<Item>) => Row,
): readonly KpiRow[] {
  return published.groups(query).map((group) => {
    const span = group.span ?? weeksWithin(query);
    const base = emptyRow(definition, group.name, span);
    const unknown = unconnected(definition, connected);
    if (unknown !== null) return { ...base, ...unknown };
    const isOfSeats = definition.sources.every((source) => source === 'seats');
    if (group.span === null && !isOfSeats) return { ...base, ...unpublished(published, query) };
    const isOfAll = group.name === 'all' || group.name.startsWith('week:');
    if (needsSeats && !isOfAll) return { ...base, ...absent('not_by_group') };
    return rowOf(group)(base, span);
  });
}

const dollars = (amount: number) => amount / microUsdPerUsd;

/** What the lines add up, as figures are. */
export const successes: Figure<TaskMeasures> = {
  kind: 'share',
  hit: ({ judgement }) => one(judgement === 'success'),
};
const sumOfWeeks = (numerator: (week: PersonWeek) => number): Figure<PersonWeek> => ({
  ...{ kind: 'ratio', numerator, denominator: () => 1, scale: 1 },
});
export const costSums = {
  tasks: sumOfWeeks(({ tasks }) => tasks),
  unattributed: sumOfWeeks(({ unattributed }) => unattributed),
  unpricedEstimate: sumOfWeeks(({ unpricedEstimate }) => unpricedEstimate),
} as const;

function sumIn<Item>({ summary }: PublishedGroup<Item>, figure: Figure<Item>): number {
  return summary(figure)
    .sums('team')
    .reduce((sum, { above }) => sum + above, 0);
}

function seatsPerSuccess(group: PublishedGroup<TaskMeasures>, context: Context): Row {
  return (base, span) => {
    const count = sumIn(group, successes);
    if (count === 0) return { ...base, n: 0, ...absent('no_divisor') };
    const value = dollars(context.report(span).seats) / count;
    return { ...base, n: count, value, coverage: 1 };
  };
}

function costLine(
  line: Exclude<CostLine, 'seatsPerSuccess'>,
  group: PublishedGroup<PersonWeek>,
  context: Context,
): Row {
  return (base, span) => {
    const report = context.report(span);
    if (line === 'seats' || line === 'idleSeatDays') {
      const value = line === 'seats' ? dollars(report.seats) : report.idleSeatDays;
      const known = value === null ? absent('usage_unknown') : { value, coverage: 1 };
      return { ...base, n: Math.round(report.seatDays), ...known };
    }
    const published = {
      tasks: sumIn(group, costSums.tasks),
      unattributed: sumIn(group, costSums.unattributed),
      unpricedEstimate: sumIn(group, costSums.unpricedEstimate),
    };
    const metered = published.tasks + published.unattributed + published.unpricedEstimate;
    const whole = report.tasks + report.unattributed + report.unpricedEstimate;
    const value = line === 'total' ? metered + report.seats : published[line];
    const n = group.summary(costSums.tasks).known;
    return { ...base, n, value: dollars(value), coverage: whole === 0 ? 1 : metered / whole };
  };
}

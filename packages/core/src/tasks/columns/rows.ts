import { type Incident, type KpiRow, secondsOf, type WeekNumber, weekStart } from '../../delivery/index.ts';
import { type CostReport, costReport } from '../costs.ts';
import type { ActiveCount, Coverage, GovernanceIncident, Seats, TaskSource, UsageCall } from '../facts.ts';
import { leastCoverage } from '../provenance.ts';
import type { TaskQuery } from '../row-parts.ts';
import { rowsOfTasks } from '../rows.ts';
import { type AtomLog, noLog } from '../task-atoms.ts';
import { columnAtoms } from './atoms.ts';
import { callsOf } from './calls.ts';
import type { Reading, TaskColumns } from './columns.ts';
import { columnFailures, type Resolver } from './failures.ts';
import { changeReader, deploymentReader, othersClasses, taskReader } from './items.ts';
import { columnPeople, type NumberedEnrolment } from './people.ts';
import { columnUsage } from './usage.ts';

/** What figures need beside the columns; there are few of each. */
export interface ColumnFacts {
  readonly incidents: readonly Incident[];
  readonly resolver: Resolver;
  readonly enrolments: readonly NumberedEnrolment[];
  readonly coverage: readonly Coverage[];
  readonly seats: readonly Seats[];
  readonly activeCounts: readonly ActiveCount[];
  readonly governanceIncidents: readonly GovernanceIncident[];
  readonly connected: ReadonlySet<TaskSource>;
}

/** Figures of what columns and facts hold at some moment; what they have in common is computed once. */
export interface ColumnFigures {
  /** The same rows as `taskKpiRows` gives of all facts. */
  rows(query: TaskQuery, log?: AtomLog): readonly KpiRow[];
}

export function columnFigures(columns: TaskColumns, reading: Reading, facts: ColumnFacts): ColumnFigures {
  const usage = columnUsage(columns);
  const people = columnPeople(columns, reading, facts.enrolments, usage.attribution);
  const failures = columnFailures(columns, facts.incidents, facts.resolver);
  const others = othersClasses(columns, reading, {
    enrolments: facts.enrolments,
    active: people.active,
    coverage: Map.groupBy(
      facts.coverage.map(({ repository, share, ...span }) => ({
        ...{ repository, share, from: secondsOf(span.from) ?? 0, to: secondsOf(span.to) ?? 0 },
      })),
      ({ repository }) => repository,
    ),
    leastCoverage,
  });
  const readers = {
    tasks: taskReader(columns, reading, usage),
    changes: changeReader(columns, reading, failures, others),
    deployments: deploymentReader(columns, reading, failures),
  };
  const attribution = {
    of({ session, cost }: UsageCall): readonly (readonly [string | null, number])[] {
      const parts: (readonly [string | null, number])[] = [];
      usage.attribution.each(Number(session), cost ?? 0, (row, amount) => {
        parts.push([row === null ? null : String(row), amount]);
      });
      return parts;
    },
    taskAt: () => null,
  };
  const { seats, activeCounts, governanceIncidents, connected } = facts;
  const costs = { seats, activeCounts, attribution };
  const callsIn = callsOf(columns);
  const reports = new Map<string, CostReport>();
  const report = (weeks: { readonly from: WeekNumber; readonly to: WeekNumber }) => {
    const key = `${weeks.from} ${weeks.to}`;
    const known = reports.get(key);
    if (known !== undefined) return known;
    const period = { from: weekStart(weeks.from), to: weekStart(weeks.to) };
    const made = costReport({ ...costs, calls: callsIn(period) }, period);
    reports.set(key, made);
    return made;
  };
  return {
    rows: (query, log = noLog) =>
      rowsOfTasks({
        ...{ query, connected, governanceIncidents },
        atoms: columnAtoms(columns, reading, { readers, people: people.weeks, log }),
        report,
      }),
  };
}

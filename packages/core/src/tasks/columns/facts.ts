import type { Incident } from '../../delivery/index.ts';
import type { ActiveCount, Coverage, GovernanceIncident, Seats, TaskSource } from '../facts.ts';
import type { Resolver } from './failures.ts';
import type { NumberedEnrolment } from './person-weeks.ts';

/** What figures need beside the columns; there are few of each. */
export interface ColumnFacts {
  /** The same list as long as nothing changes in it, and so the resolver. */
  readonly incidents: readonly Incident[];
  readonly resolver: Resolver;
  readonly enrolments: readonly NumberedEnrolment[];
  readonly coverage: readonly Coverage[];
  readonly seats: readonly Seats[];
  readonly activeCounts: readonly ActiveCount[];
  readonly governanceIncidents: readonly GovernanceIncident[];
  readonly connected: ReadonlySet<TaskSource>;
}

import type { Incident, IncidentLink } from '@fairlead/core/delivery';
import { FairleadError } from '@fairlead/core/errors';
import type { Clock } from '@fairlead/core/ports';
import type { RepositoryNames } from '@fairlead/core/wire';
import { type DeliveryStore, referencesIn } from '../../delivery/api.ts';
import type { IncidentReport, IncidentReports } from './api.ts';

export interface IncidentDeps {
  readonly clock: Clock;
  readonly store: () => Promise<Pick<DeliveryStore, 'upsert'>>;
  readonly names: () => RepositoryNames;
  readonly onFacts: (ids: readonly string[]) => void;
}

/** Incidents that other systems report: each report is the whole incident, and the last one stands. */
export function createIncidentReports({ clock, store, names, onFacts }: IncidentDeps): IncidentReports {
  return {
    async report(report) {
      refuseFuture(report, clock.now());
      const incident = incidentOf(report, names());
      const { added, changed } = await (await store()).upsert([incident]);
      if (added + changed > 0) onFacts([incident.id]);
      return added > 0 ? 'added' : changed > 0 ? 'changed' : 'unchanged';
    },
  };
}

/** Clocks that go ahead and zones that were mistaken are borne with. */
const aheadAtMostMs = 86_400_000;

/** What is dated years ahead is a slip that never fits a deployment, and that no later report could replace. */
function refuseFuture(report: IncidentReport, now: number): void {
  for (const name of ['startedAt', 'reportedAt', 'resolvedAt', 'updatedAt'] as const) {
    const at = report[name];
    if (at === undefined || Date.parse(at) <= now + aheadAtMostMs) continue;
    throw new FairleadError('server.body-invalid', {
      message: `body.${name}: it lies more than a day in the future.`,
    });
  }
}

/** The middle of five, for reports that don't say. */
const usualSeverity = 3;

function incidentOf(report: IncidentReport, names: RepositoryNames): Incident {
  const {
    id,
    service,
    startedAt,
    reportedAt,
    resolvedAt,
    severity,
    links = [],
    updatedAt,
    retracted,
  } = report;
  return {
    type: 'incident',
    id,
    service,
    startedAt,
    reportedAt: reportedAt ?? startedAt,
    resolvedAt,
    severity: severity ?? usualSeverity,
    links: links.map((link, i) => linkOf(link, i, names)),
    updatedAt,
    ...(retracted === true && { retracted }),
  };
}

function linkOf({ rel, change, deployment }: IncidentLink, i: number, names: RepositoryNames): IncidentLink {
  if (deployment !== undefined && change === undefined) return { rel, deployment };
  if (change !== undefined && deployment === undefined) {
    const [found, ...more] = referencesIn(change, { repository: null, names });
    if (found?.change !== undefined && more.length === 0) return { rel, change: found.change };
  }
  throw new FairleadError('server.body-invalid', {
    message: `body.links.${i}: it needs either a change such as owner/name#12 or a deployment.`,
  });
}

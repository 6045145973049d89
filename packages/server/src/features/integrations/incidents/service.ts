import type { Incident, IncidentLink } from '@fairlead/core/delivery';
import { FairleadError } from '@fairlead/core/errors';
import type { RepositoryNames } from '@fairlead/core/wire';
import { type DeliveryStore, referencesIn } from '../../delivery/api.ts';
import type { IncidentReport, IncidentReports } from './api.ts';

export interface IncidentDeps {
  readonly store: () => Promise<Pick<DeliveryStore, 'upsert'>>;
  readonly names: () => RepositoryNames;
  readonly onFacts: (ids: readonly string[]) => void;
}

/** Incidents that other systems report: each report is the whole incident, and the last one stands. */
export function createIncidentReports({ store, names, onFacts }: IncidentDeps): IncidentReports {
  return {
    async report(report) {
      const incident = incidentOf(report, names());
      const { added, changed } = await (await store()).upsert([incident]);
      if (added + changed > 0) onFacts([incident.id]);
      return added > 0 ? 'added' : changed > 0 ? 'changed' : 'unchanged';
    },
  };
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

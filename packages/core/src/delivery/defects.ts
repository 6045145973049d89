import { type Change, type Deployment, type Incident, isProduction, secondsOf, succeeded } from './facts.ts';
import { type Reversal, reversalSeconds } from './reversals.ts';

/** Why a change is named as the cause of a defect; the strongest class that applies. */
export type DefectEvidence = 'explicit_link' | 'revert' | 'deployment_range' | 'szz_estimate';

export interface Defect {
  readonly evidence: DefectEvidence;
  /** Seconds from the merge. */
  readonly age: number;
  /** Share of the defect that falls to this change, 0 to 1. */
  readonly weight: number;
}

/** Deployments of a service in these days before an incident may have caused it. */
const suspectSeconds = 7 * 86_400;

interface MergedChange {
  readonly change: Change;
  readonly merged: number;
}

/**
 * Defects by change: named in an incident, taken back, or brought by one of the deployments that preceded an incident
 * nobody linked (1/k over k deployments, then 1/j over the j changes of each).
 */
export function defectsOf(
  merged: readonly MergedChange[],
  reversals: ReadonlyMap<string, Reversal>,
  incidents: readonly Incident[],
  deployments: readonly Deployment[],
): ReadonlyMap<string, Defect> {
  const found = new Map<string, Defect>();
  const byId = new Map(merged.map((one) => [one.change.id, one]));
  const add = (id: string, defect: Omit<Defect, 'age'>, at: number) => {
    const one = byId.get(id);
    if (one === undefined || found.has(id)) return;
    found.set(id, { ...defect, age: Math.max(0, at - one.merged) });
  };
  const unlinked: Incident[] = [];
  for (const incident of incidents) {
    const causes = incident.links.filter(({ rel, change }) => rel === 'caused_by' && change !== undefined);
    const at = secondsOf(incident.startedAt) ?? 0;
    for (const { change } of causes)
      add(change!, { evidence: 'explicit_link', weight: 1 / causes.length }, at);
    if (causes.length === 0) unlinked.push(incident);
  }
  for (const [id, { at }] of reversals) add(id, { evidence: 'revert', weight: 1 }, at);
  const bringers = bringersOf(merged, deployments);
  for (const incident of unlinked) {
    const at = secondsOf(incident.startedAt) ?? 0;
    const suspects = suspectsOf(incident, at, bringers);
    for (const { changes } of suspects) {
      for (const id of changes) {
        add(id, { evidence: 'deployment_range', weight: 1 / suspects.length / changes.length }, at);
      }
    }
  }
  return found;
}

interface Bringer {
  readonly id: string;
  readonly service: string;
  readonly finished: number;
  readonly changes: readonly string[];
}

function bringersOf(merged: readonly MergedChange[], deployments: readonly Deployment[]): readonly Bringer[] {
  const byCommit = new Map(
    merged.map(({ change }) => [`${change.repository} ${change.mergeCommit}`, change.id]),
  );
  return deployments.flatMap(
    ({ id, repository, service, environment, result, finishedAt, commit, commits = [] }) => {
      const finished = secondsOf(finishedAt);
      if (finished === null || !isProduction(environment) || !succeeded(result)) return [];
      const shas = new Set([commit, ...commits]);
      const changes = [...shas]
        .map((sha) => byCommit.get(`${repository} ${sha}`))
        .filter((one) => one !== undefined);
      return [{ id, service, finished, changes }];
    },
  );
}

function suspectsOf(
  { service, links }: Incident,
  at: number,
  bringers: readonly Bringer[],
): readonly Bringer[] {
  const named = new Set(links.filter(({ rel }) => rel === 'caused_by').map(({ deployment }) => deployment));
  const suspects = bringers.filter(({ id }) => named.has(id));
  const near = ({ service: deployed, finished }: Bringer) =>
    deployed === service && finished <= at && finished >= at - suspectSeconds;
  return (suspects.length > 0 ? suspects : bringers.filter(near)).filter(({ changes }) => changes.length > 0);
}

/** Whether a defect counts in rates: found within 28 days of the merge. */
export function isTimely({ age }: Defect): boolean {
  return age <= reversalSeconds;
}

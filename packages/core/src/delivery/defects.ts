import { broughtBy } from './deployments.ts';
import { type Change, type Deployment, type Incident, secondsOf } from './facts.ts';
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
export const suspectSeconds = 7 * 86_400;

export interface MergedChange {
  readonly change: Change;
  readonly merged: number;
}

/** When a change was merged, as its timeline says: never before it was opened. Null: not merged, or unreadable. */
export function mergedSeconds({ openedAt, mergedAt }: Change): number | null {
  const merged = mergedAt === undefined ? null : secondsOf(mergedAt);
  const opened = secondsOf(openedAt);
  return merged === null || opened === null ? null : Math.max(merged, opened);
}

/** That an incident falls to a change, wholly or in part. */
export interface Blame {
  readonly change: string;
  readonly evidence: 'explicit_link' | 'deployment_range';
  readonly weight: number;
  /** Start of the incident, seconds. */
  readonly at: number;
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
  const blames = blamesByChange(merged, incidents, deployments);
  const found = new Map<string, Defect>();
  for (const { change, merged: at } of merged) {
    const defect = defectOf(at, blames.get(change.id) ?? [], reversals.get(change.id));
    if (defect !== undefined) found.set(change.id, defect);
  }
  return found;
}

/** What the incidents, in their order, say of each change. */
export function blamesByChange(
  merged: readonly MergedChange[],
  incidents: readonly Incident[],
  deployments: readonly Deployment[],
): ReadonlyMap<string, readonly Blame[]> {
  const bringers = bringersOf(merged, deployments);
  return Map.groupBy(
    incidents.flatMap((incident) => blamesOf(incident, bringers)),
    ({ change }) => change,
  );
}

/** The defect of a change that was merged, of the blames of it in the order of their incidents. */
export function defectOf(
  merged: number,
  blames: readonly Blame[],
  reversal: Reversal | undefined,
): Defect | undefined {
  const from = ({ evidence, weight, at }: Omit<Defect, 'age'> & { readonly at: number }): Defect => ({
    evidence,
    age: Math.max(0, at - merged),
    weight,
  });
  const explicit = blames.find(({ evidence }) => evidence === 'explicit_link');
  if (explicit !== undefined) return from(explicit);
  if (reversal !== undefined) return from({ evidence: 'revert', weight: 1, at: reversal.at });
  return blames[0] === undefined ? undefined : from(blames[0]);
}

/** What an incident says of changes. Of the deployments only those matter that may have caused it. */
export function blamesOf(incident: Incident, deployments: readonly Bringer[]): readonly Blame[] {
  const at = secondsOf(incident.startedAt) ?? 0;
  const causes = incident.links.filter(({ rel, change }) => rel === 'caused_by' && change !== undefined);
  if (causes.length > 0) {
    const weight = 1 / causes.length;
    return causes.map(({ change }) => ({ change: change!, evidence: 'explicit_link', weight, at }));
  }
  const suspects = suspectsOf(incident, at, deployments);
  return suspects.flatMap(({ changes }) =>
    changes.map((change) => ({
      change,
      evidence: 'deployment_range' as const,
      weight: 1 / suspects.length / changes.length,
      at,
    })),
  );
}

/** A successful deployment to production with the changes that it brought. */
export interface Bringer {
  readonly id: string;
  readonly service: string;
  readonly finished: number;
  readonly changes: readonly string[];
}

function bringersOf(merged: readonly MergedChange[], deployments: readonly Deployment[]): readonly Bringer[] {
  const byCommit = new Map(
    merged.map(({ change }) => [`${change.repository} ${change.mergeCommit}`, change.id]),
  );
  return deployments.flatMap((deployment) => {
    const reached = broughtBy(deployment);
    if (reached === null) return [];
    const { id, repository, service } = deployment;
    const { finished, shas } = reached;
    const changes = shas
      .map((sha) => byCommit.get(`${repository} ${sha}`))
      .filter((one) => one !== undefined);
    return [{ id, service, finished, changes }];
  });
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

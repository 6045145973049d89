import { broughtBy } from './deployments.ts';
import { type Change, type Deployment, type Incident, secondsOf } from './facts.ts';
import { type Reversal, reversalSeconds } from './reversals.ts';

/** Why a change is named as the cause of a defect, the strongest class first. What SZZ estimates is no evidence here. */
export const defectEvidences = ['explicit_link', 'revert', 'deployment_range'] as const;
export type DefectEvidence = (typeof defectEvidences)[number];

/**
 * Shares of a defect are whole multiples of one by this, so that their sums don't depend on their order. Most products of
 * two small numbers divide it.
 */
export const shareUnits = 735_134_400;

/** A share from 0 to 1 in units. */
export function unitsOf(share: number): number {
  return Math.round(share * shareUnits);
}

export interface Defect {
  readonly evidence: DefectEvidence;
  /** Seconds from the merge. */
  readonly age: number;
  /** Share of defects that falls to this change: of several it's their sum, at most 1. */
  readonly weight: number;
}

/** Deployments of a service in these days before an incident may have caused it. */
export const suspectSeconds = 7 * 86_400;

export interface MergedChange {
  readonly change: Change;
  readonly merged: number;
}

/** That an incident falls to a change, wholly or in part. */
export interface Blame {
  readonly change: string;
  readonly evidence: 'explicit_link' | 'deployment_range';
  readonly weight: number;
  /** Start of the incident, seconds. */
  readonly at: number;
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

/**
 * The defect of a change that was merged, of what names it within 28 days: its strongest class, and of that the earliest.
 * What became known of later days takes nothing away from it, and adds nothing.
 */
export function defectOf(
  merged: number,
  blames: readonly Blame[],
  reversal: Reversal | undefined,
): Defect | undefined {
  const isTakenBack = reversal !== undefined && reversal.evidence !== 'incident';
  const named: readonly (Omit<Defect, 'age'> & { readonly at: number })[] = isTakenBack
    ? [...blames, { evidence: 'revert', weight: 1, at: reversal.at }]
    : blames;
  let units = 0;
  let found: Defect | undefined;
  for (const { evidence, weight, at } of named) {
    const age = Math.max(0, at - merged);
    if (age > reversalSeconds) continue;
    units += unitsOf(weight);
    if (found === undefined || isBefore({ evidence, age }, found)) found = { evidence, age, weight };
  }
  return found && { ...found, weight: Math.min(units, shareUnits) / shareUnits };
}

function isBefore(a: Omit<Defect, 'weight'>, b: Omit<Defect, 'weight'>): boolean {
  const rank = ({ evidence }: Pick<Defect, 'evidence'>) => defectEvidences.indexOf(evidence);
  return rank(a) < rank(b) || (rank(a) === rank(b) && a.age < b.age);
}

/** What an incident says of changes. Of the deployments only those matter that may have caused it. */
export function blamesOf(incident: Incident, deployments: readonly Bringer[]): readonly Blame[] {
  if (incident.retracted) return [];
  const at = secondsOf(incident.startedAt) ?? 0;
  const causes = incident.links.filter(({ rel, change }) => rel === 'caused_by' && change !== undefined);
  if (causes.length > 0) {
    const weight = 1 / causes.length;
    return causes.map(({ change }) => ({ change: change!, evidence: 'explicit_link', weight, at }));
  }
  const suspects = suspectsOf(incident, at, deployments);
  // The share of a deployment that brought no known change falls to nobody.
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
  return suspects.length > 0 ? suspects : bringers.filter(near);
}

import {
  broughtBy,
  type ChangeHistory,
  type DeliveryFacts,
  type Deployment,
  type Incident,
  mergedSeconds,
  reversalsOf,
  secondsOf,
  suspectSeconds,
} from '../delivery/index.ts';
import { orderOf, sumOf } from './items.ts';

/** Later evidence is known, and in no rate. */
const timelySeconds = 28 * 86_400;

/** A production deployment that succeeded. */
export interface DeployedWork {
  readonly deployment: Deployment;
  readonly finished: number;
  readonly changes: readonly ChangeHistory[];
  /** Share of incidents that fall to it, at most 1. */
  readonly failure: number;
  /** It repairs: it brought a revert, a change that fixed an incident, or fixed one itself. */
  readonly isRework: boolean;
}

export interface FailureShares {
  readonly deployments: readonly DeployedWork[];
  /** By change: for each incident within 28 days of its merge, the share that falls to it. */
  readonly byChange: ReadonlyMap<string, readonly number[]>;
  /** Incidents that fall to nothing: no link, and no deployment of their service in the 7 days before. */
  readonly unlinked: number;
}

/**
 * Whose incidents are whose. An incident's links come first; one that names nothing falls in equal parts to the deployments of
 * its service in the 7 days before it, and each part in equal parts to the changes that the deployment brought.
 */
export function failureShares({ histories, deployments, ...facts }: DeliveryFacts): FailureShares {
  const incidents = facts.incidents.filter(({ retracted }) => retracted !== true);
  const brought = deployedWorks(histories, deployments);
  const shares = sharesOf(histories, brought, incidents);
  const repairs = repairsOf(histories, incidents);
  return {
    byChange: shares.byChange,
    unlinked: shares.unlinked,
    deployments: brought.map((one) => ({
      ...one,
      failure: Math.min(1, sumOf(shares.byDeployment.get(one.deployment.id) ?? [])),
      isRework:
        repairs.deployments.has(one.deployment.id) ||
        one.changes.some(({ change }) => repairs.changes.has(change.id)),
    })),
  };
}

function sharesOf(
  histories: readonly ChangeHistory[],
  brought: readonly Brought[],
  incidents: readonly Incident[],
) {
  const mergedAt = new Map(histories.map(({ change }) => [change.id, mergedSeconds(change)]));
  const carriers = carriersOf(brought);
  const byId = new Map(brought.map((one) => [one.deployment.id, one]));
  const byService = Map.groupBy(brought, ({ deployment }) => deployment.service);
  const byDeployment = new Map<string, number[]>();
  const byChange = new Map<string, number[]>();
  let unlinked = 0;
  const blameChange = (id: string, share: number, at: number) => {
    const merged = mergedAt.get(id) ?? null;
    if (merged === null || at - merged > timelySeconds) return;
    byChange.set(id, [...(byChange.get(id) ?? []), share]);
  };
  const blameDeployment = ({ deployment: { id } }: Brought, share: number) =>
    byDeployment.set(id, [...(byDeployment.get(id) ?? []), share]);
  for (const incident of incidents) {
    const at = secondsOf(incident.startedAt) ?? 0;
    const named = causesOf(incident);
    const suspects =
      named.length > 0
        ? [...new Set(named.flatMap((id) => carriers.get(id) ?? []))]
        : suspectsOf(incident, at, byId, byService);
    for (const id of named) blameChange(id, 1 / named.length, at);
    for (const one of suspects) {
      blameDeployment(one, 1 / suspects.length);
      if (named.length > 0) continue;
      for (const { change } of one.changes)
        blameChange(change.id, 1 / suspects.length / one.changes.length, at);
    }
    if (named.length === 0 && suspects.length === 0) unlinked += 1;
  }
  return { byDeployment, byChange, unlinked };
}

function causesOf({ links }: Incident): readonly string[] {
  return links.flatMap(({ rel, change }) => (rel === 'caused_by' && change !== undefined ? [change] : []));
}

interface Brought {
  readonly deployment: Deployment;
  readonly finished: number;
  readonly changes: readonly ChangeHistory[];
}

function deployedWorks(
  histories: readonly ChangeHistory[],
  deployments: readonly Deployment[],
): readonly Brought[] {
  const byCommit = new Map<string, ChangeHistory>();
  for (const history of histories) {
    const { repository, mergeCommit } = history.change;
    if (mergeCommit !== undefined) byCommit.set(`${repository} ${mergeCommit}`, history);
  }
  return deployments.flatMap((deployment) => {
    const reached = broughtBy(deployment);
    if (reached === null) return [];
    const changes = reached.shas.flatMap((sha) => byCommit.get(`${deployment.repository} ${sha}`) ?? []);
    return [{ deployment, finished: reached.finished, changes }];
  });
}

/** By change, the first deployment that brought it. */
function carriersOf(brought: readonly Brought[]): ReadonlyMap<string, Brought> {
  const first = new Map<string, Brought>();
  for (const one of brought) {
    for (const { change } of one.changes) {
      const known = first.get(change.id);
      if (known === undefined || isBefore(one, known)) first.set(change.id, one);
    }
  }
  return first;
}

function isBefore(one: Brought, other: Brought): boolean {
  return (
    one.finished < other.finished ||
    (one.finished === other.finished && orderOf(one.deployment.id) < orderOf(other.deployment.id))
  );
}

function suspectsOf(
  { service, links }: Incident,
  at: number,
  byId: ReadonlyMap<string, Brought>,
  byService: ReadonlyMap<string, readonly Brought[]>,
): readonly Brought[] {
  const named = links.flatMap(({ rel, deployment }) => {
    const one = rel === 'caused_by' ? byId.get(deployment ?? '') : undefined;
    return one === undefined ? [] : [one];
  });
  if (named.length > 0) return named;
  const near = ({ finished }: Brought) => finished <= at && finished >= at - suspectSeconds;
  return (byService.get(service ?? '') ?? []).filter(near);
}

function repairsOf(histories: readonly ChangeHistory[], incidents: readonly Incident[]) {
  const fixes = incidents.flatMap(({ links }) => links.filter(({ rel }) => rel === 'fixed_by'));
  const changes = new Set<string | undefined>(fixes.map(({ change }) => change));
  for (const { by, evidence } of reversalsOf(histories, incidents).values()) {
    if (evidence !== 'incident') changes.add(by);
  }
  return { changes, deployments: new Set(fixes.map(({ deployment }) => deployment)) };
}

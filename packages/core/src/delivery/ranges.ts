import {
  type Change,
  type Deployment,
  type DeploymentRange,
  isProduction,
  secondsOf,
  succeeded,
} from './facts.ts';

/* Which commits a deployment brought: those that its commit has and that of the one before it had not. */

/** What the history says of two commits; null: it doesn't know one of them. */
export interface Comparison {
  readonly status: 'ahead' | 'identical' | 'behind' | 'diverged';
  /** What the second has and the first has not. */
  readonly commits: readonly string[];
  /** There are more than these. */
  readonly isCut?: boolean;
}

export type Compare = (base: string, head: string) => Promise<Comparison | null>;

/** A deployment whose range isn't known, or is of another predecessor than it has now. */
export interface WantedRange {
  readonly deployment: Deployment;
  /** What was deployed before, the last one first; more than one for when a history has lost it. */
  readonly bases: readonly string[];
}

const mostBases = 4;

/**
 * Successful deployments to production, each with those before it of the same service and environment by when they
 * finished. The first one has none: what it brought can't be told. What its source says itself is left as it is.
 */
export function rangesWanted(deployments: readonly Deployment[]): readonly WantedRange[] {
  const live = deployments.filter((one) => isProduction(one) && succeeded(one.result));
  const lines = Map.groupBy(live, ({ repository, service, environment }) =>
    JSON.stringify([repository, service, environment.toLowerCase()]),
  );
  return [...lines.values()].flatMap((line) => {
    const inOrder = line.toSorted(byFinish);
    return inOrder.flatMap((deployment, i) => {
      const bases = basesOf(deployment, inOrder, i);
      return bases.length === 0 || isKnown(deployment, bases[0]!) ? [] : [{ deployment, bases }];
    });
  });
}

/** The deployment with its range: against the last one before it, else against an earlier one that is still known. */
export async function withRange({ deployment, bases }: WantedRange, compare: Compare): Promise<Deployment> {
  const [previousCommit] = bases;
  for (const base of bases) {
    const found = base === deployment.commit ? same : await compare(base, deployment.commit);
    if (found === null) continue;
    const { status, commits, isCut } = found;
    const range = base !== previousCommit ? 'gap' : isCut ? 'cut' : status;
    return { ...deployment, previousCommit, commits, range };
  }
  return { ...deployment, previousCommit, commits: undefined, range: 'lost' };
}

const same: Comparison = { status: 'identical', commits: [] };

/** By when they finished; one that can't be read stands first and is compared with nothing. */
function byFinish(a: Deployment, b: Deployment): number {
  const at = ({ finishedAt, startedAt }: Deployment) => [
    secondsOf(finishedAt) ?? 0,
    secondsOf(startedAt) ?? 0,
  ];
  const [[aEnd, aStart], [bEnd, bStart]] = [at(a), at(b)] as [[number, number], [number, number]];
  return aEnd - bEnd || aStart - bStart || a.id.localeCompare(b.id, 'en', { numeric: true });
}

function basesOf(deployment: Deployment, inOrder: readonly Deployment[], at: number): readonly string[] {
  const { previousCommit, commits, range } = deployment;
  if (range === undefined && previousCommit !== undefined)
    return commits === undefined ? [previousCommit] : [];
  if (range === undefined && commits !== undefined) return [];
  const before = new Set<string>();
  for (let i = at - 1; i >= 0 && before.size < mostBases; i--) before.add(inOrder[i]!.commit);
  return [...before];
}

/** A range is of one predecessor: a deployment that finished between the two, and was told later, makes it another. */
function isKnown({ range, previousCommit }: Deployment, base: string): boolean {
  return range !== undefined && previousCommit === base;
}

/**
 * Why when a change reached production may be later, or unknown, than it reads: `range_diverged`, `range_gap`, `range_cut`
 * or `range_lost`. Of a deployed change that of the deployment which brought it; of a pending one that of any since the
 * merge whose list isn't whole. Null: nothing is in doubt.
 */
export function doubtOf(
  { mergeCommit, mergedAt }: Pick<Change, 'mergeCommit' | 'mergedAt'>,
  deployments: readonly Deployment[],
): `range_${DeploymentRange}` | null {
  if (mergeCommit === undefined || mergedAt === undefined) return null;
  const live = deployments.filter((one) => isProduction(one) && succeeded(one.result)).toSorted(byFinish);
  const bringer = live.find(({ commit, commits = [] }) => [commit, ...commits].includes(mergeCommit));
  if (bringer !== undefined) {
    // The deployed commit itself is in no doubt, whatever came with it.
    const isSure = bringer.commit === mergeCommit || bringer.range === undefined;
    return isSure || !doubtful.has(bringer.range!) ? null : `range_${bringer.range!}`;
  }
  const merged = secondsOf(mergedAt) ?? 0;
  const partial = live.find(
    ({ range, finishedAt }) =>
      (range === 'cut' || range === 'lost') && (secondsOf(finishedAt) ?? 0) >= merged,
  );
  return partial?.range === undefined ? null : `range_${partial.range}`;
}

const doubtful: ReadonlySet<DeploymentRange> = new Set(['diverged', 'gap', 'cut', 'lost']);

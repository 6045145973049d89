import { type ChangeHistory, type Commit, secondsOf } from './facts.ts';

/** What took a change back, and when. */
export interface Reversal {
  readonly at: number;
  readonly by: string;
  readonly evidence: 'revert' | 'fix' | 'incident';
}

/** A reversal counts within 28 days of the merge; later ones are known but in no rate. */
export const reversalSeconds = 28 * 86_400;

/** That merging `by` took `target` back, as far as `by` says. */
export interface ReversalClaim {
  readonly target: string;
  readonly by: string;
  /** When `by` was merged, seconds. */
  readonly at: number;
  readonly evidence: 'revert' | 'fix';
}

/**
 * For each change that was taken back, the first reversal that stands. A revert names a commit of the change, its
 * number, or its branch says so; a revert that was itself reverted takes nothing back.
 */
export function reversalsOf(histories: readonly ChangeHistory[]): ReadonlyMap<string, Reversal> {
  const index = indexOf(histories);
  const claims: ReversalClaim[] = [];
  for (const history of histories) {
    const { id: by, mergedAt, repository } = history.change;
    const at = mergedAt === undefined ? null : secondsOf(mergedAt);
    if (at === null) continue;
    for (const { key, evidence } of namedBy(history)) {
      const target = index.get(`${repository} ${key}`);
      if (target !== undefined && target !== '') claims.push({ target, by, at, evidence });
    }
  }
  return standingReversals(claims);
}

/** Of claims in any order, one perhaps several times, those that stand. */
export function standingReversals(claims: readonly ReversalClaim[]): ReadonlyMap<string, Reversal> {
  const sorted = claims
    .filter(({ target, by }) => target !== by)
    .sort((a, b) => a.at - b.at || (a.by < b.by ? -1 : a.by > b.by ? 1 : 0));
  const undone = new Set<string>();
  // From the newest on: what a standing revert takes back is undone, unless that revert is undone itself.
  for (const { target, by, evidence } of sorted.toReversed()) {
    if (evidence === 'revert' && !undone.has(by)) undone.add(target);
  }
  const found = new Map<string, Reversal>();
  for (const { target, by, at, evidence } of sorted) {
    if (undone.has(by)) continue;
    const known = found.get(target);
    // Of what one change says twice of another the stronger evidence counts.
    if (known === undefined || (known.by === by && evidence === 'revert')) {
      found.set(target, { at, by, evidence });
    }
  }
  return found;
}

const shortSha = 7;

/** What texts name a commit by: seven digits are what people write. Null for less. */
export function commitKey(sha: string): string | null {
  return sha.length < shortSha ? null : sha.slice(0, shortSha);
}

/** What a change can be named by within its repository: its number, and its commits. */
export function keysOf({ change, commits }: ChangeHistory): readonly string[] {
  const shas = [change.mergeCommit, ...commits.map(({ sha }) => sha)];
  const keys = shas.map((sha) => (sha === undefined ? null : commitKey(sha))).filter((key) => key !== null);
  return [`#${change.number}`, ...new Set(keys)];
}

/** By repository and key. Empty where two changes share a commit's key, which then names neither. */
function indexOf(histories: readonly ChangeHistory[]): ReadonlyMap<string, string> {
  const index = new Map<string, string>();
  for (const history of histories) {
    const { id, repository } = history.change;
    for (const key of keysOf(history)) {
      const full = `${repository} ${key}`;
      const isShared = !key.startsWith('#') && (index.get(full) ?? id) !== id;
      index.set(full, isShared ? '' : id);
    }
  }
  return index;
}

export interface NamedChange {
  /** As in `keysOf`. */
  readonly key: string;
  readonly evidence: 'revert' | 'fix';
}

/** What a change says that it takes back. */
export function namedBy({
  change,
  commits,
}: Pick<ChangeHistory, 'change'> & {
  readonly commits: readonly Pick<Commit, 'message'>[];
}): readonly NamedChange[] {
  const named: NamedChange[] = [];
  const add = (key: string | null | undefined, evidence: NamedChange['evidence']) => {
    if (key !== null && key !== undefined) named.push({ key, evidence });
  };
  const numbered = (number: string | undefined) => (number === undefined ? null : `#${number}`);
  for (const text of [change.title ?? '', ...commits.map(({ message }) => message)]) {
    if (text === '') continue;
    for (const [, sha] of text.matchAll(/This reverts commit ([0-9a-f]{7,64})/g)) {
      add(commitKey(sha!), 'revert');
    }
    for (const [, , number] of text.matchAll(/Reverts (\S*)#(\d+)/g)) add(numbered(number), 'revert');
    add(numbered(/^(?:hot)?fix\w*\b.*?#(\d+)/i.exec(text)?.[1]), 'fix');
  }
  add(numbered(/^revert-(\d+)-/.exec(change.head)?.[1]), 'revert');
  return named;
}

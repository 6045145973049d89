import { type ChangeHistory, type Commit, type Incident, mergedSeconds, secondsOf } from './facts.ts';
import { commitKey, fixTitle, type NamedChange, namedIn } from './signals.ts';

/** What took a change back, and when. */
export interface Reversal {
  readonly at: number;
  /** The change that did, or the incident that names it as its cause. */
  readonly by: string;
  readonly evidence: 'revert' | 'fix' | 'incident';
}

/** A reversal counts within 28 days of the merge; later ones are known but in no rate. */
export const reversalSeconds = 28 * 86_400;

/** That merging `by` took `target` back, as far as `by` says. */
export interface ReversalClaim {
  readonly target: string;
  /** When the target was merged, seconds; null: it wasn't. */
  readonly targetMerged: number | null;
  readonly by: string;
  /** When `by` was merged, seconds. */
  readonly at: number;
  readonly evidence: 'revert' | 'fix';
}

/**
 * For each change that was taken back, the reversal that counts. A revert names a commit of the change, its number, or its
 * branch says so; an incident within 28 days of the merge that names the change as its cause is one too.
 */
export function reversalsOf(
  histories: readonly ChangeHistory[],
  incidents: readonly Incident[] = [],
): ReadonlyMap<string, Reversal> {
  const index = indexOf(histories);
  const changes = new Map(histories.map(({ change }) => [change.id, change]));
  const claims: ReversalClaim[] = [];
  for (const history of histories) {
    const { id: by, mergedAt, title } = history.change;
    const at = mergedAt === undefined ? null : secondsOf(mergedAt);
    if (at === null) continue;
    for (const { repository, key, evidence } of namedBy(history)) {
      const target = changes.get(index.get(`${repository} ${key}`) ?? '');
      if (target === undefined || (evidence === 'fix' && isSameFix(title, target.title))) continue;
      claims.push({ target: target.id, targetMerged: mergedSeconds(target), by, at, evidence });
    }
  }
  const found = new Map(standingReversals(claims));
  for (const [id, own] of Map.groupBy(namingsOf(incidents), ({ change }) => change)) {
    const change = changes.get(id);
    const reversal = countedReversal(change === undefined ? null : mergedSeconds(change), found.get(id), own);
    if (reversal !== undefined) found.set(id, reversal);
  }
  return found;
}

/** That an incident, which began at `at`, names a change as its cause. */
export interface Naming {
  readonly incident: string;
  readonly at: number;
}

/** Whether two changes are one fix by their titles, so that the later one takes nothing back of the other. */
export function isSameFix(title: string | undefined, other: string | undefined): boolean {
  if (title === undefined || other === undefined) return false;
  const said = fixTitle(title);
  return said !== null && said === fixTitle(other);
}

function namingsOf(incidents: readonly Incident[]): readonly (Naming & { readonly change: string })[] {
  return incidents.flatMap(({ id: incident, startedAt, links, retracted }) =>
    retracted
      ? []
      : links.flatMap(({ rel, change }) =>
          rel === 'caused_by' && change !== undefined
            ? [{ change, incident, at: secondsOf(startedAt) ?? 0 }]
            : [],
        ),
  );
}

/** Of what took a change back: a change within 28 days of its merge, else the first incident, else what came later. */
export function countedReversal(
  merged: number | null,
  claimed: Reversal | undefined,
  namings: readonly Naming[],
): Reversal | undefined {
  if (merged === null) return undefined;
  const until = merged + reversalSeconds;
  if (claimed !== undefined && claimed.at <= until) return claimed;
  const [first] = namings
    .filter(({ at }) => at <= until)
    .sort((a, b) => a.at - b.at || (a.incident < b.incident ? -1 : 1));
  return first === undefined ? claimed : { at: first.at, by: first.incident, evidence: 'incident' };
}

/**
 * Of claims in any order, one perhaps several times, for each change the first that stands. A revert that was itself
 * reverted takes nothing back. A change is judged once, by what happened within 28 days of its merge: later reverts of
 * reverts alter nothing, and where it stood then, only a later claim takes it back, in no rate.
 */
export function standingReversals(claims: readonly ReversalClaim[]): ReadonlyMap<string, Reversal> {
  const sorted = claims.filter(({ target, by }) => target !== by).sort(inTime);
  const on = Map.groupBy(sorted, ({ target }) => target);
  const found = new Map<string, Reversal>();
  for (const [target, own] of on) {
    const { targetMerged } = own[0]!;
    if (targetMerged === null) continue;
    const until = targetMerged + reversalSeconds;
    const late = Number.POSITIVE_INFINITY;
    const reversal =
      firstStanding(
        own.filter(({ at }) => at <= until),
        until,
        on,
      ) ??
      firstStanding(
        own.filter(({ at }) => at > until),
        late,
        on,
      );
    if (reversal !== undefined) found.set(target, reversal);
  }
  return found;
}

function inTime(a: ReversalClaim, b: ReversalClaim): number {
  return a.at - b.at || (a.by < b.by ? -1 : a.by > b.by ? 1 : 0);
}

type Claims = ReadonlyMap<string, readonly ReversalClaim[]>;

function firstStanding(own: readonly ReversalClaim[], until: number, on: Claims): Reversal | undefined {
  if (own.length === 0) return undefined;
  const undone = undoneAmong(own, until, on);
  const standing = own.filter(({ by }) => !undone.has(by));
  const [first] = standing;
  if (first === undefined) return undefined;
  // Of what one change says twice of another the stronger evidence counts.
  const isRevert = standing.some(({ by, evidence }) => by === first.by && evidence === 'revert');
  return { at: first.at, by: first.by, evidence: isRevert ? 'revert' : 'fix' };
}

/** Of the changes that claims are by, and those that took them back in turn, which were undone by then. */
function undoneAmong(own: readonly ReversalClaim[], until: number, on: Claims): ReadonlySet<string> {
  const reached = new Set(own.map(({ by }) => by));
  const reverts: ReversalClaim[] = [];
  for (const one of reached) {
    for (const claim of on.get(one) ?? []) {
      if (claim.evidence !== 'revert' || claim.at > until) continue;
      reverts.push(claim);
      reached.add(claim.by);
    }
  }
  const undone = new Set<string>();
  // From the newest on: what a standing revert takes back is undone, unless that revert is undone itself.
  for (const { target, by } of reverts.sort(inTime).toReversed()) {
    if (!undone.has(by)) undone.add(target);
  }
  return undone;
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

/** What a change says that it takes back: its title, its commits' messages, and its branch. */
export function namedBy({
  change: { repository, title = '', head },
  commits,
}: Pick<ChangeHistory, 'change'> & {
  readonly commits: readonly Pick<Commit, 'message'>[];
}): readonly NamedChange[] {
  const named = [title, ...commits.map(({ message }) => message)].flatMap((text) =>
    namedIn(text, repository),
  );
  const number = /^revert-(\d{1,9})-/.exec(head)?.[1];
  return number === undefined ? named : [...named, { repository, key: `#${number}`, evidence: 'revert' }];
}

import type { Change, Commit, DeliveryFact } from '@fairlead/core/delivery';
import { changeId } from '../github-rest.ts';
import { stepsOf } from './mainline.ts';
import type { GitCommit } from './read-log.ts';

/** What a history holds. */
export interface GitChanges {
  readonly facts: readonly DeliveryFact[];
  /** Commits put on the branch without any merge: in no change. */
  readonly direct: number;
  /** Merges of the branch into itself: no changes, and what they join counts by itself. */
  readonly pulls: number;
  /** When the branch's oldest commit was made, RFC 3339. */
  readonly beganAt: string;
  /** Where the branch's history begins in a shallow clone, RFC 3339; null for a whole one. */
  readonly cutAt: string | null;
}

interface Branch {
  readonly repository: string;
  readonly branch: string;
  /** Commits at which a shallow clone ends. Their parents are unknown: they may be merges, and mostly are not roots. */
  readonly shallow?: ReadonlySet<string>;
  readonly isPull: (commit: GitCommit) => boolean;
}

/**
 * The changes of a branch's history: its merges, and the commits that a host squashed a change into. Git knows neither
 * when a change was opened nor who reviewed it; of a squashed one it doesn't know the commits either.
 */
export function changesOf(
  commits: ReadonlyMap<string, GitCommit>,
  head: string,
  { repository, branch, shallow = new Set(), isPull }: Branch,
): GitChanges {
  const numberFor = numbering();
  const facts: DeliveryFact[] = [];
  let [direct, pulls] = [0, 0];
  let beganAt: string | null = null;
  let cutAt: string | null = null;
  for (const step of stepsOf(commits, head, isPull)) {
    const { commit, brought } = step;
    beganAt ??= commit.committedAt;
    if (shallow.has(commit.sha)) {
      cutAt ??= commit.committedAt;
      continue;
    }
    if (step.isPull) {
      pulls++;
      continue;
    }
    const isMerge = commit.parents.length > 1;
    const said = numberOf(commit.message, isMerge);
    if (!isMerge && said === null) {
      direct++;
      continue;
    }
    const number = numberFor(said);
    const isCut = brought.some(({ sha }) => shallow.has(sha));
    facts.push(...changeFacts(commit, brought, { repository, branch, number, isCut }));
  }
  return { facts, direct, pulls, beganAt: beganAt ?? commits.get(head)!.committedAt, cutAt };
}

/**
 * The numbers of a history's changes, from the oldest on, so that they stay as it grows. One that comes again, with a
 * follow-up, a back-port or what was merged from elsewhere, is the first one's: another change takes one of its own.
 */
function numbering() {
  const taken = new Set<number>();
  // Numbers of hosts are far below these: ours can't be taken for one of theirs.
  let [withoutAny, again] = [1_000_000_000, 1_500_000_000];
  return (said: number | null): number => {
    if (said === null) return withoutAny++;
    if (taken.has(said)) return again++;
    taken.add(said);
    return said;
  };
}

function changeFacts(
  merge: GitCommit,
  brought: readonly GitCommit[],
  {
    repository,
    branch,
    number,
    isCut,
  }: {
    readonly repository: string;
    readonly branch: string;
    readonly number: number;
    /** Whether commits of it are beyond the end of a shallow clone. */
    readonly isCut: boolean;
  },
): readonly DeliveryFact[] {
  const id = changeId(repository, number);
  const byAge = [...brought].sort((a, b) => Date.parse(a.authoredAt) - Date.parse(b.authoredAt));
  const author = byAge.find(({ parents }) => parents.length < 2) ?? merge;
  const isSquashed = merge.parents.length < 2;
  const change: Change = {
    type: 'change',
    id,
    repository,
    number,
    author: authorOf(author),
    // The earliest that is known; `unknown` says that it isn't when the change was opened.
    openedAt: byAge[0]?.authoredAt ?? merge.authoredAt,
    mergedAt: merge.committedAt,
    isDraft: false,
    base: branch,
    head: '',
    mergeCommit: merge.sha,
    title: merge.message,
    unknown: isSquashed || isCut ? ['opened', 'reviews', 'commits'] : ['opened', 'reviews'],
    additions: 0,
    deletions: 0,
    files: 0,
  };
  // A squashed change's own message says what it took back; that is read from a commit.
  const told = isSquashed ? [merge] : brought;
  return [change, ...told.map((commit) => commitFact(commit, repository, id))];
}

function commitFact(
  { sha, parents, authoredAt, committedAt, email, message }: GitCommit,
  repository: string,
  change: string,
): Commit {
  return {
    type: 'commit',
    repository,
    change,
    sha,
    authoredAt,
    committedAt,
    author: { email },
    message,
    parents,
  };
}

function authorOf({ email }: GitCommit): Change['author'] {
  const isBot = /\[bot\]@|^bots?@|noreply@(dependabot|renovate)/.test(email);
  return email === '' ? { login: null, kind: 'unknown' } : { login: email, kind: isBot ? 'bot' : 'human' };
}

/** The host's number of the change that a commit is, as GitHub, GitLab and Bitbucket write it. */
function numberOf(message: string, isMerge: boolean): number | null {
  const [title = ''] = message.split('\n');
  const match = isMerge
    ? (/^Merge pull request #(\d{1,8})\b/.exec(title) ?? /See merge request \S*!(\d{1,8})\b/.exec(message))
    : squashed.exec(title);
  return match === null ? null : Number(match[1]);
}

const squashed = /\(#(\d{1,8})\)$/;

/* A branch's own line of commits, and what each of its merges brought. */
import type { GitCommit } from './read-log.ts';

type Commits = ReadonlyMap<string, GitCommit>;
type IsPull = (commit: GitCommit) => boolean;

/** A commit of the line. */
export interface Step {
  readonly commit: GitCommit;
  /** What a merge brought and none before it had. */
  readonly brought: readonly GitCommit[];
  /** It merged the branch into itself: what was here is in the line, just before it. */
  readonly isPull: boolean;
}

/**
 * The line from its oldest commit on. It follows first parents, and at a pull the second, which is the branch as the
 * host had it; then comes what was here besides, in the same way.
 */
export function* stepsOf(commits: Commits, head: string, isPull: IsPull): Generator<Step> {
  const seen = new Set<string>();
  const line = (from: string | undefined) => lineFrom(commits, from, isPull, seen);
  // Pulls may lie within what was here at a later one, as deep as a history is long.
  const open: { readonly rest: GitCommit[]; readonly end: GitCommit | null }[] = [
    { rest: line(head), end: null },
  ];
  for (let current = open.at(-1); current !== undefined; current = open.at(-1)) {
    const commit = current.rest.pop();
    if (commit === undefined) {
      if (current.end !== null) yield { commit: current.end, brought: [], isPull: true };
      open.pop();
      continue;
    }
    seen.add(commit.sha);
    if (isPull(commit)) open.push({ rest: line(commit.parents[0]), end: commit });
    else yield { commit, brought: collect(commits, commit.parents.slice(1), seen), isPull: false };
  }
}

/** From the newest on, up to what was seen. */
function lineFrom(
  commits: Commits,
  from: string | undefined,
  isPull: IsPull,
  seen: ReadonlySet<string>,
): GitCommit[] {
  const found: GitCommit[] = [];
  for (let sha = from; sha !== undefined && !seen.has(sha); ) {
    const commit = commits.get(sha);
    if (commit === undefined) break;
    found.push(commit);
    sha = commit.parents[isPull(commit) ? 1 : 0];
  }
  return found;
}

/** What these reach and nobody has seen; it is seen then. */
function collect(commits: Commits, from: readonly string[], seen: Set<string>): readonly GitCommit[] {
  const found: GitCommit[] = [];
  const queue = [...from];
  for (let sha = queue.pop(); sha !== undefined; sha = queue.pop()) {
    const commit = commits.get(sha);
    if (commit === undefined || seen.has(sha)) continue;
    seen.add(sha);
    found.push(commit);
    queue.push(...commit.parents);
  }
  return found;
}

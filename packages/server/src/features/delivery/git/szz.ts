import { git } from '../../../platform/git/index.ts';
import { shallowCommits } from './place.ts';

/** Commits that a fix's deleted lines came from: an estimate of what introduced the defect. */
export interface SzzResult {
  /** The newest by committer time (R-SZZ); empty when no line says anything. */
  readonly inducing: readonly string[];
  /** Whether the clone is shallow: lines from before its beginning name nothing. */
  readonly shallow: boolean;
  readonly ms: number;
}

interface DeletedLines {
  readonly path: string;
  /** Inclusive, as the parent counts them. */
  readonly ranges: readonly (readonly [number, number])[];
}

const code =
  /\.(c|cc|cpp|cs|cxx|clj|dart|erl|ex|exs|fs|go|groovy|h|hh|hpp|hs|java|jl|js|jsx|kt|kts|lua|m|mjs|ml|mm|nim|php|pl|pm|py|r|rb|rs|scala|sh|sql|swift|ts|tsx|vb|vue|zig)$/i;
/** Lines without a statement: blank, a comment, a brace. What they were changed for says nothing. */
const empty = /^\s*([{}()[\];,]*|(\/\/|#(?!include|define|if|else|endif)|\*|\/\*|--|"""|''').*)\s*$/;
const mostRanges = 400;

/**
 * SZZ on plain git: the lines that `fix` deleted, in code, without comments and braces, are blamed on its parent,
 * through moves and copies and ignoring white space; merges are nobody's doing. Of the commits found the newest is
 * named. `.git-blame-ignore-revs` is heeded. A shallow clone's oldest commits are never named: they stand for all that
 * came before them.
 * @throws FairleadError `git.failed` for a commit that isn't there.
 */
export async function findInducing(repository: string, fix: string): Promise<SzzResult> {
  const start = performance.now();
  const [sha = '', parent] = (
    await git(repository, ['rev-list', '--parents', '-n', '1', '--end-of-options', fix, '--'])
  )[0]!.split(' ');
  const shallow = await shallowCommits(repository);
  const found = new Map<string, number>();
  if (parent !== undefined) {
    const ignored = await ignoredRevisions(repository, parent);
    for (const lines of await deletedLines(repository, parent, sha)) {
      for (const [commit, time] of await blame(repository, parent, lines, ignored)) found.set(commit, time);
    }
  }
  const newest = [...found].sort(([a, x], [b, y]) => y - x || (a < b ? -1 : 1))[0];
  const inducing = newest === undefined || shallow.has(newest[0]) ? [] : [newest[0]];
  return { inducing, shallow: shallow.size > 0, ms: Math.round(performance.now() - start) };
}

async function ignoredRevisions(repository: string, revision: string): Promise<readonly string[]> {
  const listed = await git(repository, ['ls-tree', '--name-only', revision, '--', '.git-blame-ignore-revs']);
  if (listed.length === 0) return [];
  const lines = await git(repository, ['show', `${revision}:.git-blame-ignore-revs`]);
  return lines.map((line) => line.replace(/#.*/, '').trim()).filter((line) => /^[0-9a-f]{40,64}$/.test(line));
}

/** Lines of code that the fix deleted or changed, by file, with the parent's numbers. */
async function deletedLines(
  repository: string,
  parent: string,
  fix: string,
): Promise<readonly DeletedLines[]> {
  const args = ['diff', '-U0', '-M', '-w', '--no-ext-diff', '--no-textconv', '--no-color', parent, fix, '--'];
  const byPath = new Map<string, number[]>();
  let path: string | null = null;
  let next = 0;
  // A hunk says how many of its lines are yet to come: a deleted line may itself begin with two dashes.
  let left = 0;
  for (const line of await git(repository, args)) {
    if (left > 0 && line.startsWith('-')) {
      if (path !== null && !empty.test(line.slice(1))) byPath.get(path)?.push(next);
      next++;
      left--;
      continue;
    }
    const hunk = /^@@ -(\d+)(?:,(\d+))? /.exec(line);
    if (hunk !== null) {
      next = Number(hunk[1]);
      left = Number(hunk[2] ?? 1);
    } else if (line.startsWith('--- ')) {
      path = line.startsWith('--- a/') && code.test(line) ? line.slice(6).replace(/\t$/, '') : null;
      if (path !== null && !byPath.has(path)) byPath.set(path, []);
    }
  }
  return [...byPath]
    .filter(([, numbers]) => numbers.length > 0)
    .map(([file, numbers]) => ({ path: file, ranges: rangesOf(numbers) }));
}

function rangesOf(numbers: readonly number[]): readonly (readonly [number, number])[] {
  const ranges: [number, number][] = [];
  for (const number of numbers) {
    const last = ranges.at(-1);
    if (last !== undefined && last[1] === number - 1) last[1] = number;
    else ranges.push([number, number]);
  }
  return ranges.slice(0, mostRanges);
}

/** Commits of the lines with their committer times; merges left out. */
async function blame(
  repository: string,
  revision: string,
  { path, ranges }: DeletedLines,
  ignored: readonly string[],
): Promise<ReadonlyMap<string, number>> {
  const lines = await git(repository, [
    'blame',
    '--porcelain',
    '--no-textconv',
    '-w',
    '-M',
    '-C',
    ...ignored.flatMap((sha) => ['--ignore-rev', sha]),
    ...ranges.flatMap(([from, to]) => ['-L', `${from},${to}`]),
    revision,
    '--',
    path,
  ]);
  const times = new Map<string, number>();
  let commit = '';
  for (const line of lines) {
    const header = /^([0-9a-f]{40,64}) \d+ \d+/.exec(line);
    if (header !== null) commit = header[1]!;
    else if (line.startsWith('committer-time ')) times.set(commit, Number(line.slice(15)));
  }
  for (const sha of await mergesAmong(repository, [...times.keys()])) times.delete(sha);
  return times;
}

async function mergesAmong(repository: string, shas: readonly string[]): Promise<readonly string[]> {
  if (shas.length === 0) return [];
  return git(repository, ['rev-list', '--no-walk', '--merges', ...shas, '--']);
}

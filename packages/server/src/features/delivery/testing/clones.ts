/* A git repository to write histories into, with times that are told. */
import { execFileSync, type StdioOptions } from 'node:child_process';
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';

export interface TestClone {
  readonly folder: string;
  /** Runs git at the moment that was told last, and answers what it says. */
  git(...args: readonly string[]): string;
  /** Until told otherwise it is this moment. */
  at(time: string): void;
  /** Commits ten minutes later, and answers the commit. */
  commit(message: string): string;
  /** Merges into the branch that is checked out, half an hour later, and answers the merge. */
  merge(branch: string, message: string): string;
  remove(): void;
}

/** An empty repository whose branch is `main`. */
export function createTestClone(): TestClone {
  const folder = mkdtempSync(join(tmpdir(), 'fairlead-history-'));
  let now = Date.UTC(2026, 2, 2, 8);
  const git = (...args: readonly string[]): string => {
    const who = { NAME: 'A', EMAIL: 'a@example.com', DATE: new Date(now).toISOString() };
    const named = ['AUTHOR', 'COMMITTER'].flatMap((role) =>
      Object.entries(who).map(([part, value]) => [`GIT_${role}_${part}`, value]),
    );
    const config = { GIT_CONFIG_GLOBAL: '/dev/null', GIT_CONFIG_NOSYSTEM: '1' };
    const env = { ...process.env, ...config, ...Object.fromEntries(named) };
    const stdio: StdioOptions = ['ignore', 'pipe', 'ignore'];
    return execFileSync('git', args, { cwd: folder, env, encoding: 'utf8', stdio }).trim();
  };
  git('init', '--quiet', '--initial-branch=main');
  return {
    folder,
    git,
    at(time) {
      now = Date.parse(time);
    },
    commit(message) {
      now += 10 * 60_000;
      git('commit', '--quiet', '--allow-empty', '-m', message);
      return git('rev-parse', 'HEAD');
    },
    merge(branch, message) {
      now += 30 * 60_000;
      git('merge', '--quiet', '--no-ff', '-m', message, branch);
      return git('rev-parse', 'HEAD');
    },
    remove: () => rmSync(folder, { recursive: true, force: true }),
  };
}

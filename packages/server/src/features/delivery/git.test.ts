import { execFileSync } from 'node:child_process';
import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { szzSchema } from '@fairlead/core/delivery';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { findInducing, measureBaseline } from './cli.ts';
import { collectGit } from './collect-git.ts';

let folder: string;
let minute: number;
beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), 'fairlead-git-'));
  minute = 0;
  git('init', '--quiet', '--initial-branch=main');
});
afterEach(() => rmSync(folder, { recursive: true, force: true }));

function git(...args: readonly string[]): string {
  const date = new Date(Date.UTC(2026, 2, 2, 8, minute)).toISOString();
  const who = (role: string) => ({
    [`GIT_${role}_NAME`]: 'A',
    [`GIT_${role}_EMAIL`]: 'a@example.com',
    [`GIT_${role}_DATE`]: date,
  });
  const env = {
    ...process.env,
    GIT_CONFIG_GLOBAL: '/dev/null',
    GIT_CONFIG_NOSYSTEM: '1',
    ...who('AUTHOR'),
    ...who('COMMITTER'),
  };
  return execFileSync('git', args, {
    cwd: folder,
    env,
    encoding: 'utf8',
    stdio: ['ignore', 'pipe', 'ignore'],
  }).trim();
}

/** Writes files, commits a minute later, answers the commit. */
function commit(message: string, files: { readonly [path: string]: string }): string {
  for (const [path, text] of Object.entries(files)) {
    mkdirSync(join(folder, path, '..'), { recursive: true });
    writeFileSync(join(folder, path), text);
  }
  minute += 1;
  git('add', '--all');
  git('commit', '--quiet', '--allow-empty', '-m', message);
  return git('rev-parse', 'HEAD');
}

function merge(branch: string, message: string): string {
  minute += 30;
  git('checkout', '--quiet', 'main');
  git('merge', '--quiet', '--no-ff', '-m', message, branch);
  return git('rev-parse', 'HEAD');
}

describe('the changes of a history', () => {
  it('are its merges with what they brought, and its squashed commits; what came directly is counted', async () => {
    commit('Begin', { a: '1' });
    git('remote', 'add', 'origin', 'git@git.example.com:Shop/Web.git');
    git('checkout', '--quiet', '-b', 'topic');
    const first = commit('Work', { b: '1' });
    const second = commit('More work', { b: '2' });
    const merged = merge('topic', 'Merge pull request #7 from shop/topic');
    const squashed = commit('Add c (#8)', { c: '1' });
    const { repository, facts, remarks } = await collectGit(folder);
    expect(repository).toBe('git.example.com/shop/web');
    expect(facts.histories.map(({ change }) => [change.number, change.mergeCommit])).toEqual([
      [7, merged],
      [8, squashed],
    ]);
    expect(new Set(facts.histories[0]!.commits.map(({ sha }) => sha))).toEqual(new Set([first, second]));
    expect(facts.histories[1]!.change.unknown).toContain('commits');
    expect(remarks).toContain('1 commit came to main directly, in no change');
  });

  it('give a baseline that says what git cannot tell', async () => {
    commit('Begin', { a: '1' });
    for (let i = 1; i <= 3; i++) {
      git('checkout', '--quiet', '-b', `t${i}`);
      commit('Work', { [`f${i}`]: '1' });
      merge(`t${i}`, `Merge pull request #${i} from x/t${i}`);
    }
    const baseline = await measureBaseline({ git: folder });
    expect(baseline).toMatchObject({ status: 'partial', changes: 3, sealed: null, source: 'git' });
    const cycle = baseline.kpis.find(({ kpi }) => kpi === 'cycle_time.p50')!;
    expect(cycle).toMatchObject({ value: 30 * 60, n: 3, coverage: 1 });
    expect(baseline.kpis.find(({ kpi }) => kpi === 'unreviewed_rate')).toMatchObject({ value: null });
    expect(baseline.missing.some((text) => text.startsWith('review_latency: unknown'))).toBe(true);
  });

  it('of a folder that is no repository, or of an empty one, are an error that says so', async () => {
    await expect(collectGit(join(folder, 'none'))).rejects.toMatchObject({
      code: 'git.failed',
      message: 'There is no such folder.',
    });
    await expect(collectGit(folder)).rejects.toMatchObject({ code: 'delivery.no-facts' });
    rmSync(join(folder, '.git'), { recursive: true });
    await expect(collectGit(folder)).rejects.toMatchObject({ code: 'git.failed' });
  });
});

describe('SZZ', () => {
  const program = (middle: string) => `export function f(a) {\n  // a note\n${middle}  return a;\n}\n`;

  it('names the newest commit whose line of code the fix changed', async () => {
    commit('Begin', { 'src/f.js': program('  a += 1;\n') });
    const bad = commit('Break it', { 'src/f.js': program('  a += 2;\n') });
    commit('Elsewhere', { 'src/g.js': 'export const g = 1;\n' });
    const fix = commit('Fix f', { 'src/f.js': program('  a += 1;\n') });
    const found = await findInducing(folder, fix);
    expect(found).toMatchObject({ inducing: [bad] });
    expect(szzSchema.parse(found)).toEqual(found);
  });

  it('heeds no comment, brace, space or file that is not code, and follows a move', async () => {
    const bad = commit('Begin', { 'src/f.js': program('  a += 2;\n'), 'README.md': 'old\n' });
    git('mv', 'src/f.js', 'src/moved.js');
    commit('Move', {});
    commit('Note', {
      'src/moved.js': program('  a += 2;\n').replace('a note', 'another note'),
      'README.md': 'new\n',
    });
    const fix = commit('Fix f', {
      'src/moved.js': program('  a += 1;\n').replace('a note', 'the note'),
      'README.md': 'newest\n',
    });
    expect(await findInducing(folder, fix)).toMatchObject({ inducing: [bad] });
  });

  it('passes over revisions that the repository says to ignore', async () => {
    const bad = commit('Begin', { 'f.js': 'let a = 1;\n' });
    const reformat = commit('Reformat', { 'f.js': 'let a = 1 ;;\n' });
    commit('Ignore it', { '.git-blame-ignore-revs': `# formatting\n${reformat}\n` });
    const fix = commit('Fix', { 'f.js': 'let a = 2 ;;\n' });
    expect(await findInducing(folder, fix)).toMatchObject({ inducing: [bad] });
  });

  it('says nothing of a fix that only added, and refuses what is no commit', async () => {
    commit('Begin', { 'f.js': 'let a = 1;\n' });
    const fix = commit('Add', { 'f.js': 'let a = 1;\nlet b = 2;\n' });
    expect(await findInducing(folder, fix)).toMatchObject({ inducing: [] });
    await expect(findInducing(folder, 'nothing')).rejects.toMatchObject({ code: 'git.failed' });
    await expect(findInducing(folder, '--all')).rejects.toMatchObject({ code: 'git.failed' });
  });
});

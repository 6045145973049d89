import { execFileSync } from 'node:child_process';
import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { reversalsOf, szzSchema } from '@fairlead/core/delivery';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { findInducing, importInto, measureBaseline, timelineIn } from './cli.ts';
import { collectGit } from './collect-git.ts';
import { openDelivery } from './create.ts';

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

  it('are named at GitLab as merge requests, and issues of the same number are none', async () => {
    commit('Begin', { a: '1' });
    const messages = [
      'Add one',
      'Add two',
      'Fix crash, closes #1',
      'Revert "two"\n\nThis reverts merge request !2',
    ];
    for (const [i, message] of messages.entries()) {
      git('checkout', '--quiet', '-b', `topic-${i}`);
      commit(message, { [`f${i}`]: '1' });
      merge(
        `topic-${i}`,
        `Merge branch 'topic-${i}' into 'main'\n\n${message}\n\nSee merge request shop/web!${i + 1}`,
      );
    }
    const { facts, repository } = await collectGit(folder, 'git.example.com/shop/web');
    expect(facts.histories.map(({ change }) => change.number)).toEqual([1, 2, 3, 4]);
    expect([...reversalsOf(facts.histories).keys()]).toEqual([`${repository}#2`]);
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
    // No incident is known: that nothing was reverted isn't that nothing was defective.
    const defects = baseline.kpis.find(({ kpi }) => kpi === 'defect_rate')!;
    expect(defects.coverage).toBeNull();
    expect(baseline.missing.some((text) => text.startsWith('defect_rate, reversal_rate: no incident'))).toBe(
      true,
    );
    expect(baseline.missing).toContain('lead_time: unknown: source not connected (deployments)');
  });

  it('give a timeline without what git cannot tell', async () => {
    commit('Begin', { a: '1' });
    git('checkout', '--quiet', '-b', 'topic');
    commit('Work', { b: '1' });
    merge('topic', 'Merge pull request #1 from x/topic');
    commit('feat: squashed (#2)', { c: '1' });
    const data = join(folder, 'data');
    await importInto(data, 'git', folder, () => undefined, { repository: 'git.example.com/shop/web' });
    const merged = await timelineIn(data, 'git.example.com/shop/web#1');
    const half = 30 * 60;
    expect(merged).toMatchObject({
      ...{ status: 'merged', total: half, cycle_time: half, state: 'not_applicable' },
      t: { start: expect.any(String), opened: null, firstReview: null, approved: null },
      parts: { coding: null, draft: null, pickup: null, review: null, merge_wait: null, unreviewed: null },
      flags: ['opened_unknown', 'reviews_unknown'],
    });
    expect(merged.parts).toMatchObject({ deploy: 0, closed: 0 });
    expect(await timelineIn(data, 'git.example.com/shop/web#2')).toMatchObject({
      ...{ total: null, cycle_time: null, lead_time: null, t: { start: null, merged: expect.any(String) } },
      flags: ['opened_unknown', 'reviews_unknown', 'commits_unknown'],
    });
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

describe('deployments of a repository that there is a clone of', () => {
  const name = 'git.example.com/shop/web';
  let data: string;
  beforeEach(() => {
    data = join(folder, '..', `${folder.split('/').at(-1)}-data`);
  });
  afterEach(() => rmSync(data, { recursive: true, force: true }));

  function deployment(id: string, sha: string, hour: number, more: object = {}) {
    const finishedAt = new Date(Date.UTC(2026, 2, 3, hour)).toISOString();
    const common = { type: 'deployment', id, repository: name, service: 'web', environment: 'production' };
    return { ...common, result: 'success', startedAt: finishedAt, finishedAt, commit: sha, ...more };
  }

  async function imported(lines: readonly object[], flags: object = { clone: folder, repository: name }) {
    const file = join(folder, '..', `${folder.split('/').at(-1)}.jsonl`);
    writeFileSync(file, lines.map((line) => JSON.stringify(line)).join('\n'));
    const counts = await importInto(data, 'jsonl', file, () => undefined, flags);
    rmSync(file);
    const store = await openDelivery(data);
    const all = await store.deployments(name);
    await store.close();
    const of = (id: string) => all.find((one) => one.id === id)!;
    return { counts, of };
  }

  it('get from it what each of them brought', async () => {
    const shas = ['a', 'b', 'c', 'd'].map((text) => commit(text, { [text]: text }));
    git('checkout', '--quiet', '--detach', shas[1]!);
    const forced = commit('other', { other: 'x' });
    git('checkout', '--quiet', 'main');
    const lines = [
      deployment('1', shas[0]!, 1),
      deployment('2', shas[2]!, 2),
      deployment('3', shas[1]!, 3),
      deployment('4', forced, 4),
      deployment('5', '--output=/tmp/owned', 5),
      deployment('6', shas[3]!, 6),
      deployment('7', shas[3]!, 7, { service: 'api', previousCommit: shas[2] }),
      deployment('8', shas[3]!, 8, { commits: ['told'] }),
    ];
    const { counts, of } = await imported(lines);
    expect(counts).toMatchObject({ added: 8, ranges: 6 });
    expect(of('1').range).toBeUndefined();
    expect(of('2')).toMatchObject({ previousCommit: shas[0], commits: shas.slice(1, 3), range: 'ahead' });
    expect(of('3')).toMatchObject({ previousCommit: shas[2], commits: [], range: 'behind' });
    expect(of('4')).toMatchObject({ commits: [forced], range: 'ahead' });
    expect(of('5')).toMatchObject({ range: 'lost' });
    expect(of('6')).toMatchObject({ range: 'gap', commits: shas.slice(2) });
    expect(of('7')).toMatchObject({ range: 'ahead', commits: [shas[3]] });
    expect(of('8')).toMatchObject({ commits: ['told'] });
    expect((await imported(lines)).counts).toMatchObject({ added: 0, changed: 0, ranges: 0 });
  });

  it('refuse a clone that is not whole, or that nobody knows of what it is', async () => {
    commit('a', { a: 'a' });
    const head = commit('b', { b: 'b' });
    git('clone', '--quiet', '--depth=1', `file://${folder}`, 'shallow');
    const shallow = { clone: join(folder, 'shallow'), repository: name };
    await expect(imported([deployment('1', head, 1)], shallow)).rejects.toMatchObject({
      code: 'git.shallow',
    });
    await expect(imported([], { clone: folder })).rejects.toMatchObject({
      code: 'delivery.repository-invalid',
    });
  });

  it('and its changes are facts too, which take the place of nothing that a host said', async () => {
    commit('first', { a: 'a' });
    git('checkout', '--quiet', '-b', 'topic');
    commit('work', { b: 'b' });
    const merged = merge('topic', 'Merge pull request #7 from shop/topic');
    const change = {
      ...{ type: 'change', id: `${name}#7`, repository: name, number: 7, isDraft: false, base: 'main' },
      ...{ author: { login: 'ann', kind: 'human' }, openedAt: '2026-03-01T00:00:00Z', head: 'topic' },
      ...{ mergedAt: '2026-03-02T09:00:00Z', updatedAt: '2026-03-02T09:00:00Z', mergeCommit: merged },
      ...{ additions: 1, deletions: 0, files: 1 },
    };
    await imported([change, deployment('1', merged, 1)]);
    commit('Speed it up (#8)', { c: 'c' });
    const counts = await importInto(data, 'git', folder, () => undefined, { repository: name });
    expect(counts.added).toBeGreaterThan(0);
    expect(counts.changed).toBe(0);
    const of = async (number: number) => timelineIn(data, `${name}#${number}`);
    expect(await of(7)).toMatchObject({ t: { opened: '2026-03-01T00:00:00Z' }, state: 'deployed' });
    expect(await of(8)).toMatchObject({ status: 'merged', state: 'pending' });
  });
});

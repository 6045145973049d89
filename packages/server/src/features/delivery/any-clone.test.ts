/* Baselines and SZZ of clones as they are found: without merges, shallow, with one commit, with odd ones. */
import { execFileSync, type StdioOptions } from 'node:child_process';
import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { baselineSchema, szzSchema } from '@fairlead/core/delivery';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { findInducing, measureBaseline } from './cli.ts';
import { collectGit } from './collect-git.ts';

let base: string;
let folder: string;
let minute: number;
beforeEach(() => {
  base = mkdtempSync(join(tmpdir(), 'fairlead-clones-'));
  folder = join(base, 'work');
  mkdirSync(folder);
  minute = 0;
  git('init', '--quiet', '--initial-branch=main');
});
afterEach(() => rmSync(base, { recursive: true, force: true }));

function git(...args: readonly string[]): string {
  const date = new Date(Date.UTC(2026, 2, 2, 8, minute)).toISOString();
  const who = { NAME: 'A', EMAIL: 'a@example.com', DATE: date };
  const named = ['AUTHOR', 'COMMITTER'].flatMap((role) =>
    Object.entries(who).map(([part, value]) => [`GIT_${role}_${part}`, value]),
  );
  const config = { GIT_CONFIG_GLOBAL: '/dev/null', GIT_CONFIG_NOSYSTEM: '1' };
  const env = { ...process.env, ...config, ...Object.fromEntries(named) };
  const stdio: StdioOptions = ['ignore', 'pipe', 'ignore'];
  return execFileSync('git', args, { cwd: folder, env, encoding: 'utf8', stdio }).trim();
}

/** Commits a minute later, and answers the commit. */
function commit(message: string, text?: string): string {
  if (text !== undefined) writeFileSync(join(folder, 'f.js'), text);
  minute += 1;
  git('add', '--all');
  git('commit', '--quiet', '--allow-empty', '-m', message);
  return git('rev-parse', 'HEAD');
}

function merge(number: number): void {
  git('checkout', '--quiet', '-b', `t${number}`);
  commit('Work');
  minute += 10;
  git('checkout', '--quiet', 'main');
  git('merge', '--quiet', '--no-ff', '-m', `Merge pull request #${number} from x/t`, `t${number}`);
}

/** A shallow clone, and where it is. */
function shallow(depth: number): string {
  git('clone', '--quiet', `--depth=${depth}`, `file://${folder}`, join(base, 'shallow'));
  return join(base, 'shallow');
}

const measured = async (clone: string) => {
  const baseline = await measureBaseline({ git: clone });
  expect(baselineSchema.parse(baseline)).toEqual(baseline);
  expect(baseline.status).toBe('partial');
  return baseline;
};

describe('a baseline', () => {
  it('of a linear history says that nothing is known, and why', async () => {
    for (let i = 0; i < 40; i++) commit(`Step ${i}`);
    const { changes, kpis, missing, window } = await measured(folder);
    expect(changes).toBe(0);
    expect(kpis.every(({ value }) => value === null)).toBe(true);
    expect(missing).toContain('no change was merged in this window');
    expect(missing.join('\n')).toContain('40 commits came to main directly, in no change: no merge');
    expect(window).toEqual({ from: '2026-03-02', to: '2026-03-09' });
  });

  it('of a single commit is one too, and of a window without merges', async () => {
    commit('Begin');
    expect((await measured(folder)).missing.join('\n')).toContain('1 commit came to main directly');
    merge(1);
    const earlier = await measureBaseline({ git: folder, from: '2025-01-06', to: '2025-03-03' });
    expect(earlier).toMatchObject({ changes: 0, status: 'partial' });
  });

  it('of a clone without any commit is none, and advises no import', async () => {
    await expect(measureBaseline({ git: folder })).rejects.toMatchObject({
      code: 'delivery.no-facts',
      message: 'The repository has no commit.',
      fix: expect.not.stringContaining('import'),
    });
  });

  it('of a shallow clone says so, and measures no change whose beginning it does not have', async () => {
    for (let i = 0; i < 10; i++) commit(`Step ${i}`);
    merge(1);
    merge(2);
    const whole = await measured(folder);
    expect(whole).toMatchObject({ changes: 2, window: { from: '2026-03-02' } });
    const cut = await measured(shallow(2));
    expect(cut).toMatchObject({ changes: 1, window: { from: '2026-03-02', to: '2026-03-09' } });
    expect(cut.missing.join('\n')).toContain('the clone is shallow: of main it has nothing up to 2026-03-02');
    const cycle = (kpis: typeof cut.kpis) => kpis.find(({ kpi }) => kpi === 'cycle_time.p50')!.value;
    expect(cycle(whole.kpis)).toBe(600);
    expect(cycle(cut.kpis)).toBeNull();
    rmSync(join(base, 'shallow'), { recursive: true });
    expect(await measured(shallow(1))).toMatchObject({ changes: 0 });
  });

  it('is of the branch that was written last where HEAD names none, and of a commit without a branch', async () => {
    commit('Begin');
    merge(1);
    git('checkout', '--quiet', '--detach');
    expect(await measured(folder)).toMatchObject({ changes: 1 });
    git('symbolic-ref', 'HEAD', 'refs/heads/nothing');
    const { changes, missing } = await measured(folder);
    expect(changes).toBe(1);
    expect(missing.join('\n')).toContain('HEAD names no commit');
  });

  it('reads commits with signs, times and messages that are not as usual', async () => {
    commit('Begin');
    merge(1);
    const tree = git('rev-parse', 'HEAD^{tree}');
    const parent = git('rev-parse', 'HEAD');
    const odd = `tree ${tree}\nparent ${parent}\nauthor A <a@b> 99999999999999999999 +0000\ncommitter A <a@b> 1772438400 +9999\n\n\n\u001e\n\u001f first\u2028line\n`;
    const file = join(base, 'odd');
    writeFileSync(file, odd);
    git('update-ref', 'HEAD', git('hash-object', '-t', 'commit', '-w', '--literally', file));
    commit('After it');
    const { changes, missing } = await measured(folder);
    expect(changes).toBe(1);
    expect(missing.join('\n')).toContain('3 commits came to main directly');
  });

  it('holds no weeks that have not begun, however late an end is asked for', async () => {
    commit('Begin');
    merge(1);
    const dayOf = (at: number) => new Date(at).toISOString().slice(0, 10);
    const week = 7 * 86_400_000;
    const asked = { git: folder, from: '2026-03-02', to: dayOf(Date.now() + 9 * week) };
    const { window, missing } = await measureBaseline(asked);
    expect(Date.parse(window.to)).toBeGreaterThan(Date.now());
    expect(Date.parse(window.to)).toBeLessThanOrEqual(Date.now() + week);
    expect(missing).toContain('the window was asked for beyond the current week: it ends with it');
    const ahead = { git: folder, from: dayOf(Date.now() + 2 * week), to: dayOf(Date.now() + 9 * week) };
    await expect(measureBaseline(ahead)).rejects.toMatchObject({ code: 'delivery.window-invalid' });
  });

  it('takes its name from what is told, else from the remote', async () => {
    commit('Begin');
    const unnamed = await measured(folder);
    expect(unnamed).toMatchObject({ subject: 'localhost/local/clone' });
    expect(unnamed.missing.join('\n')).toContain('nothing says which repository this is');
    const told = await measureBaseline({ git: folder, repository: 'https://git.example.com/Shop/Web.git' });
    expect(told.subject).toBe('git.example.com/shop/web');
    expect(told.missing.join('\n')).not.toContain('nothing says');
    const wrong = measureBaseline({ git: folder, repository: 'a b' });
    await expect(wrong).rejects.toMatchObject({ code: 'delivery.repository-invalid' });
  });

  it('of a URL that fails names the URL, without its password', async () => {
    const url = 'https://someone:secret-word@127.0.0.1:1/x/y';
    const failed = await collectGit(url).catch((error: unknown) => error);
    expect(failed).toMatchObject({ code: 'git.failed', place: { file: 'https://127.0.0.1:1/x/y' } });
    expect((failed as Error).message).not.toMatch(/secret-word|fairlead-clone/);
  });
});

describe('SZZ in a shallow clone', () => {
  it('names no commit at which the clone ends, and says that it is shallow', async () => {
    const bad = commit('Break it', 'let a = 2;\nlet b = 1;\n');
    for (let i = 0; i < 3; i++) commit(`Step ${i}`);
    const fix = commit('Fix it', 'let a = 1;\nlet b = 1;\n');
    expect(await findInducing(folder, fix)).toMatchObject({ inducing: [bad], shallow: false });
    const found = await findInducing(shallow(3), fix);
    expect(found).toMatchObject({ inducing: [], shallow: true });
    expect(szzSchema.parse(found)).toEqual(found);
    rmSync(join(base, 'shallow'), { recursive: true });
    expect(await findInducing(shallow(1), fix)).toMatchObject({ inducing: [], shallow: true });
    rmSync(join(base, 'shallow'), { recursive: true });
    expect(await findInducing(shallow(5), fix)).toMatchObject({ inducing: [] });
  });
});

/* What is read from histories as people leave them: numbers that come twice, pulls, and repositories that are young. */
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { importInto, measureBaseline } from './cli.ts';
import { collectGit } from './collect-git.ts';
import { openDelivery } from './create.ts';
import { createTestClone, type TestClone } from './testing/clones.ts';

const name = 'git.example.com/shop/web';
let clone: TestClone;
let data: string;
beforeEach(() => {
  clone = createTestClone();
  data = mkdtempSync(join(tmpdir(), 'fairlead-history-data-'));
});
afterEach(() => {
  clone.remove();
  rmSync(data, { recursive: true, force: true });
});

/** The changes of the clone as they are after an import. */
async function imported() {
  await importInto(data, 'git', clone.folder, () => undefined, { repository: name });
  const store = await openDelivery(data);
  const histories = await Array.fromAsync(store.histories(name));
  await store.close();
  return histories;
}

const mergesOf = (histories: readonly { readonly change: { readonly mergeCommit?: string | undefined } }[]) =>
  histories.map(({ change }) => change.mergeCommit).sort();

describe('a number that comes twice', () => {
  it('is the number of the first, and the other is a change of its own, in a baseline as after an import', async () => {
    clone.commit('Begin');
    const shas = [
      clone.commit('Add thing 1 (#1)'),
      clone.commit('Add thing 2 (#2)'),
      clone.commit('Add thing 3 (#3)'),
      clone.commit('Add thing 1 again (#1)'),
      clone.commit('Back-port thing 2 (#2)'),
    ];
    const { changes } = await measureBaseline({ git: clone.folder, repository: name });
    const first = await imported();
    expect(first).toHaveLength(changes);
    expect(mergesOf(first)).toEqual([...shas].sort());
    expect(first.every(({ commits }) => commits.length === 1)).toBe(true);
    expect(first.find(({ change }) => change.number === 1)!.change.mergeCommit).toBe(shas[0]);
    // What comes later changes nothing of what was known.
    clone.commit('Add thing 3 again (#3)');
    const later = await imported();
    expect(later.filter(({ change }) => shas.includes(change.mergeCommit!))).toEqual(first);
    expect(later).toHaveLength(6);
  });

  it('says of itself no more than whose number it was', async () => {
    clone.commit('Begin');
    clone.commit('Speed things up (#1)');
    clone.commit('Fix the start (#1)');
    const { facts } = await collectGit(clone.folder, name);
    expect(facts.histories.map(({ change, commits }) => [change.title, commits[0]!.message])).toEqual([
      ['Speed things up (#1)', 'Speed things up (#1)'],
      ['Fix the start (#1)', 'Fix the start (#1)'],
    ]);
    const rate = (await measureBaseline({ git: clone.folder, repository: name })).kpis.find(
      ({ kpi }) => kpi === 'reversal_rate',
    );
    expect(rate?.value ?? 0).toBe(0);
  });

  it('takes nothing back with a back-port of a fix', async () => {
    clone.commit('Begin');
    const numbers = Array.from({ length: 20 }, (_, i) => i + 1);
    for (const number of numbers) clone.commit(`fix: crash number ${number} (#${number})`);
    for (const number of numbers)
      clone.commit(`fix: crash number ${number} (backport #${number}) (#${number + 20})`);
    const { kpis } = await measureBaseline({ git: clone.folder, repository: name });
    const rates = kpis.filter(({ kpi }) => kpi === 'defect_rate' || kpi === 'reversal_rate');
    expect(rates.map(({ n, value }) => [n, value])).toEqual([
      [40, 0],
      [40, 0],
    ]);
  });

  it('of a merge that was made again is one too', async () => {
    clone.commit('Begin');
    for (const branch of ['first', 'second']) {
      clone.git('checkout', '--quiet', '-b', branch);
      clone.commit(`Work on the ${branch}`);
      clone.git('checkout', '--quiet', 'main');
      clone.merge(branch, 'Merge pull request #7 from shop/topic');
    }
    const { changes } = await measureBaseline({ git: clone.folder, repository: name });
    const histories = await imported();
    expect([changes, histories.length]).toEqual([2, 2]);
    expect(histories.every(({ commits }) => commits.length === 1)).toBe(true);
  });
});

/** Three squashed changes at the host beside two commits here, and the merge that a pull makes of them. */
function pulled(message: string): readonly string[] {
  clone.commit('Begin');
  const before = clone.commit('Add thing 10 (#10)');
  clone.git('checkout', '--quiet', '-b', 'host');
  const squashed = [11, 12, 13].map((number) => clone.commit(`Add thing ${number} (#${number})`));
  clone.git('checkout', '--quiet', 'main');
  clone.commit('Local work');
  clone.commit('More local work');
  clone.merge('host', message);
  const after = clone.commit('Add thing 14 (#14)');
  return [before, ...squashed, after];
}

describe('the merge that a pull makes', () => {
  it.each([
    "Merge branch 'main' of git.example.com:shop/web",
    "Merge branch 'main' of https://git.example.com/shop/web.git into main",
    "Merge branch 'main' of ssh://git@old.example.com/Shop/Web",
    "Merge branch 'main' of /srv/git/web",
    "Merge branch 'main' into topic",
    "Merge remote-tracking branch 'origin/main'",
    "Merge remote-tracking branch 'origin/main' into main",
  ])('is no change, and swallows none: %s', async (message) => {
    const shas = pulled(message);
    const { facts, remarks } = await collectGit(clone.folder, name);
    expect(mergesOf(facts.histories)).toEqual([...shas].sort());
    expect(remarks).toContain('3 commits came to main directly, in no change');
    expect(remarks).toContain('1 merge of main into itself, as a pull makes it, is no change');
  });

  it.each([
    ['of a fork', "Merge branch 'main' of https://git.example.com/ann/web"],
    ['of a branch', "Merge branch 'topic'"],
    ['of another remote', "Merge remote-tracking branch 'ann/main'"],
    ['by the host', "Merge branch 'main' into 'main'\n\nAdd all\n\nSee merge request shop/web!9"],
    ['by a host that says no number', "Merge branch 'main' into 'main'\n\nAdd all"],
  ])('is none where it is one %s', async (_, message) => {
    pulled(message);
    const { facts, remarks } = await collectGit(clone.folder, name);
    expect(facts.histories).toHaveLength(3);
    expect(facts.histories[1]!.commits).toHaveLength(3);
    expect(remarks).toContain('3 commits came to main directly, in no change');
  });

  it('keeps changes that were merged before the pull, and those of pulls before it', async () => {
    clone.commit('Begin');
    clone.git('checkout', '--quiet', '-b', 'host');
    const first = clone.commit('Add thing 1 (#1)');
    clone.git('checkout', '--quiet', '-b', 'topic', 'main');
    clone.commit('Work');
    clone.git('checkout', '--quiet', 'main');
    const topic = clone.merge('topic', "Merge branch 'topic'");
    clone.merge('host', "Merge remote-tracking branch 'origin/main'");
    clone.git('checkout', '--quiet', 'host');
    const second = clone.commit('Add thing 2 (#2)');
    clone.git('checkout', '--quiet', 'main');
    clone.commit('Local work');
    clone.merge('host', "Merge remote-tracking branch 'origin/main'");
    const { facts, remarks } = await collectGit(clone.folder, name);
    expect(facts.histories.map(({ change }) => change.mergeCommit)).toEqual([first, second, topic]);
    expect(facts.histories[2]!.commits.map(({ message }) => message)).toEqual(['Work']);
    expect(remarks).toContain('2 commits came to main directly, in no change');
    expect(remarks).toContain('2 merges of main into itself, as a pull makes them, are no changes');
    expect(await imported()).toHaveLength(3);
  });

  it('is known where no branch is checked out, and after many of them', async () => {
    pulled("Merge branch 'main' of git.example.com:shop/web");
    for (let i = 0; i < 8; i++) {
      clone.git('checkout', '--quiet', 'host');
      clone.commit(`Add thing ${100 + i} (#${100 + i})`);
      clone.git('checkout', '--quiet', 'main');
      clone.merge('host', "Merge branch 'main' of git.example.com:shop/web");
    }
    clone.git('checkout', '--quiet', '--detach');
    const { facts } = await collectGit(clone.folder, name);
    expect(facts.histories).toHaveLength(13);
  });
});

describe('a young repository', () => {
  it('has no weeks before it began, in which nothing was merged', async () => {
    clone.at('2026-03-04T08:00:00Z');
    clone.commit('Begin');
    for (let i = 1; i <= 30; i++) clone.commit(`Add thing ${i} (#${i})`);
    clone.at('2026-03-11T08:00:00Z');
    for (let i = 31; i <= 40; i++) clone.commit(`Add thing ${i} (#${i})`);
    const began = 'nothing is known of the time before 2026-03-04: the window begins in its week';
    const { kpis, window, missing } = await measureBaseline({ git: clone.folder, repository: name });
    expect(window).toEqual({ from: '2026-03-02', to: '2026-03-16' });
    expect(kpis.find(({ kpi }) => kpi === 'throughput')).toMatchObject({ value: 20, n: 40, lo: null });
    expect(missing).toContain(began);
    const told = { git: clone.folder, repository: name, from: '2025-06-02', to: '2026-03-16' };
    expect((await measureBaseline(told)).window).toEqual(window);
    const whole = await measureBaseline({ ...told, from: '2026-03-09' });
    expect(whole.window.from).toBe('2026-03-09');
    expect(whole.missing).not.toContain(began);
  });

  it('has none in imported facts either', async () => {
    const changes = Array.from({ length: 24 }, (_, i) => {
      const day = new Date(Date.UTC(2026, 2, 4 + (i % 8), 9)).toISOString();
      return {
        ...{ type: 'change', id: `${name}#${i + 1}`, repository: name, number: i + 1, isDraft: false },
        ...{ author: { login: `p${i % 6}`, kind: 'human' }, openedAt: day, mergedAt: day, base: 'main' },
        ...{ head: 't', mergeCommit: `${i}`.padStart(12, 'a'), additions: 1, deletions: 0, files: 1 },
      };
    });
    const file = join(data, 'facts.jsonl');
    writeFileSync(file, changes.map((one) => JSON.stringify(one)).join('\n'));
    await importInto(data, 'jsonl', file, () => undefined);
    const { kpis, window } = await measureBaseline({ repository: name, place: data });
    expect(window).toEqual({ from: '2026-03-02', to: '2026-03-16' });
    expect(kpis.find(({ kpi }) => kpi === 'throughput')).toMatchObject({ value: 12 });
  });
});

describe('a clone that nothing names', () => {
  const unnamed = { code: 'delivery.repository-invalid', fix: expect.stringContaining('--repository') };

  it('is measured, but neither sealed nor imported without a name', async () => {
    clone.commit('Begin');
    clone.commit('Add thing 1 (#1)');
    expect(await measureBaseline({ git: clone.folder })).toMatchObject({ changes: 1 });
    await expect(measureBaseline({ git: clone.folder, isNamed: true })).rejects.toMatchObject(unnamed);
    await expect(importInto(data, 'git', clone.folder, () => undefined)).rejects.toMatchObject(unnamed);
    const named = { git: clone.folder, repository: name, isNamed: true };
    expect(await measureBaseline(named)).toMatchObject({ subject: name });
    clone.git('remote', 'add', 'origin', '/srv/git/web.git');
    await expect(measureBaseline({ git: clone.folder, isNamed: true })).rejects.toMatchObject(unnamed);
    clone.git('remote', 'set-url', 'origin', 'git@git.example.com:Shop/Web.git');
    expect(await measureBaseline({ git: clone.folder, isNamed: true })).toMatchObject({ subject: name });
  });
});

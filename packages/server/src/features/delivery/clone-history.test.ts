/* What is read from histories as people leave them: numbers that come twice. */
import { mkdtempSync, rmSync } from 'node:fs';
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
      ['Fix the start', 'Fix the start'],
    ]);
    const rate = (await measureBaseline({ git: clone.folder, repository: name })).kpis.find(
      ({ kpi }) => kpi === 'reversal_rate',
    );
    expect(rate?.value ?? 0).toBe(0);
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

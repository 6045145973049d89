import { describe, expect, it } from 'vitest';
import { createCommitter } from './committer.ts';
import { configDraft } from './testing/entries.ts';
import type { PreparedDraft } from './types.ts';

const instance = {
  id: '00000000-0000-4000-8000-000000000001',
  incarnation: '00000000-0000-4000-8000-000000000002',
};

/** A committer over a store that takes its time and remembers its batches. */
function committing() {
  const batches: string[][] = [];
  let next = 0;
  const committer = createCommitter(
    async (drafts: readonly PreparedDraft[]) => {
      batches.push(drafts.map(({ id }) => id));
      await new Promise((resolve) => setTimeout(resolve, 5));
      return drafts.map(() => {
        next += 1;
        return { index: next - 1, duplicate: false };
      });
    },
    { boundMs: 2_000, maxQueue: 100, onPoisoned: () => undefined },
  );
  return { committer, batches };
}

describe('an append that may wait', () => {
  it('is written with the next one that can not, before it', async () => {
    const { committer, batches } = committing();
    const [first, second] = [configDraft(instance), configDraft(instance)];
    const patient = committer.append([first], true);
    const urgent = committer.append([second]);
    expect((await patient)[0]?.index).toBe(0);
    expect((await urgent)[0]?.index).toBe(1);
    expect(batches).toEqual([[first.entry.id, second.entry.id]]);
  });

  it('is written by itself when none comes, and others after it still are', async () => {
    const { committer, batches } = committing();
    expect((await committer.append([configDraft(instance)], true))[0]?.index).toBe(0);
    expect((await committer.append([configDraft(instance)]))[0]?.index).toBe(1);
    // Longer than the patience that the first two left behind.
    await new Promise((resolve) => setTimeout(resolve, 50));
    expect((await committer.append([configDraft(instance)], true))[0]?.index).toBe(2);
    expect((await committer.append([configDraft(instance)]))[0]?.index).toBe(3);
    expect(batches).toHaveLength(4);
  });

  it('is written when the ledger closes', async () => {
    const { committer, batches } = committing();
    const patient = committer.append([configDraft(instance)], true);
    // Appends are admitted one turn later than they are asked for.
    await Promise.resolve();
    await committer.drain();
    expect((await patient)[0]?.index).toBe(0);
    expect(batches).toHaveLength(1);
    await expect(committer.append([configDraft(instance)])).rejects.toMatchObject({
      code: 'ledger.unavailable',
    });
  });
});

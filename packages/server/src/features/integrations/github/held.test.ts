import type { ChangeHistory } from '@fairlead/core/delivery';
import { beforeEach, describe, expect, it } from 'vitest';
import { type HeldChanges, holdChanges } from './held.ts';
import type { OpenRepository } from './repository.ts';
import { freshState } from './state.ts';
import { fakeClock } from './testing/collecting.ts';

const page = (length: number) => Array.from({ length }, () => ({}) as ChangeHistory);
const marks = (cursor: string) => [{ at: '2026-03-02T09:00:00Z', cursor }];

let clock: ReturnType<typeof fakeClock>;
let taken: [changes: number, cursor: string | undefined][];
let fails: boolean;
let held: HeldChanges;
beforeEach(() => {
  clock = fakeClock(0);
  taken = [];
  fails = false;
  const repository = {
    state: freshState('node'),
    async take({ whole }, state) {
      if (fails) throw new Error('full');
      taken.push([whole.length, state.changes.at(-1)?.cursor]);
      return { added: whole.length, changed: 0, unchanged: 0, forgotten: 0 };
    },
  } as OpenRepository;
  held = holdChanges(repository, { atOnce: 100, clock }, () => undefined);
});

describe('changes that were read', () => {
  it('are taken several pages at once where the host answers fast, with the marks of the last one', async () => {
    await held.add(page(50), marks('a'));
    expect(taken).toEqual([]);
    await held.add(page(50), marks('b'));
    expect(taken).toEqual([[100, 'b']]);
    await held.add(page(7), marks('c'));
    await held.take();
    await held.take();
    expect(taken).toEqual([
      [100, 'b'],
      [7, 'c'],
    ]);
  });

  it('are taken page by page where a page takes a second', async () => {
    for (const cursor of ['a', 'b']) {
      clock.advance(1000);
      await held.add(page(50), marks(cursor));
    }
    expect(taken).toEqual([
      [50, 'a'],
      [50, 'b'],
    ]);
  });

  it('that could not be taken are not tried again with what comes after them', async () => {
    fails = true;
    await expect(held.add(page(100), marks('a'))).rejects.toThrow('full');
    fails = false;
    await held.take();
    expect(taken).toEqual([]);
  });
});

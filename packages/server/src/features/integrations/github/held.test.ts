import type { ChangeHistory } from '@fairlead/core/delivery';
import { beforeEach, describe, expect, it } from 'vitest';
import { type HeldFacts, holdFacts } from './held.ts';
import { freshState } from './state.ts';
import { fakeClock } from './testing/collecting.ts';

const page = (length: number) => ({
  whole: Array.from({ length }, () => ({}) as ChangeHistory),
  facts: [],
});
const behind = (cursor: string) => ({
  ...freshState('node'),
  changes: [{ at: '2026-03-02T09:00:00Z', cursor }],
});
const cursorOf = () => held.state.changes.at(-1)?.cursor;

let clock: ReturnType<typeof fakeClock>;
let taken: [changes: number, cursor: string | undefined][];
let disk: () => Promise<void>;
let held: HeldFacts;
beforeEach(() => {
  clock = fakeClock(0);
  taken = [];
  disk = async () => undefined;
  held = holdFacts(freshState('node'), { atOnce: 100, clock }, async ({ whole }, state) => {
    await disk();
    taken.push([whole.length, state.changes.at(-1)?.cursor]);
  });
});

describe('what was read', () => {
  it('is taken several pages at once where the host answers fast, with the state behind the last one', async () => {
    await held.add(page(50), behind('a'));
    expect(taken).toEqual([]);
    await held.add(page(50), behind('b'));
    await held.settled();
    expect(taken).toEqual([[100, 'b']]);
    await held.add(page(7), behind('c'));
    expect(cursorOf()).toBe('c');
    await held.take();
    await held.take();
    expect(taken).toEqual([
      [100, 'b'],
      [7, 'c'],
    ]);
  });

  it('is taken page by page where a page takes a second', async () => {
    for (const cursor of ['a', 'b']) {
      clock.advance(1000);
      await held.add(page(50), behind(cursor));
      await held.settled();
    }
    expect(taken).toEqual([
      [50, 'a'],
      [50, 'b'],
    ]);
  });

  it('is more than facts: a state alone is taken, too', async () => {
    await held.add(page(0), behind('a'));
    await held.take();
    expect(taken).toEqual([[0, 'a']]);
  });

  it('waits while something else is being taken, and reading goes on until there is twice as much', async () => {
    const written = Promise.withResolvers<void>();
    disk = () => written.promise;
    await held.add(page(100), behind('a'));
    await held.add(page(150), behind('b'));
    const third = held.add(page(50), behind('c'));
    await new Promise((resolve) => setImmediate(resolve));
    expect(taken).toEqual([]);
    written.resolve();
    await third;
    await held.take();
    expect(taken).toEqual([
      [100, 'a'],
      [200, 'c'],
    ]);
  });

  it('that could not be taken is not tried again, nor is what stands behind it', async () => {
    disk = () => Promise.reject(new Error('full'));
    await held.add(page(100), behind('a'));
    await held.add(page(50), behind('b'));
    disk = async () => undefined;
    await expect(held.add(page(150), behind('c'))).rejects.toThrow('full');
    expect(cursorOf()).toBeUndefined();
    await held.take();
    expect(taken).toEqual([]);
  });
});

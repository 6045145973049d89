import { beforeEach, describe, expect, it } from 'vitest';
import { createRepeats, type Repeats } from './repeats.ts';
import { type FakeLedger, fakeLedger } from './testing/fakes.ts';

let at: number;
let ledger: FakeLedger;
let repeats: Repeats;
beforeEach(() => {
  at = 1_000_000;
  ledger = fakeLedger();
  repeats = createRepeats(
    { clock: { now: () => at }, ledger, instance: { id: 'i', incarnation: 'n' }, origin: 'live' },
    10_000,
  );
});

const counted = () => ledger.of('repeat').map(({ of, count }) => [of, count]);

describe('repeats of a refusal', () => {
  it('are those of the same key, body and reasons within the window', () => {
    expect(repeats.repeatOf('k', 'b', ['r'])).toBeNull();
    repeats.remember('k', 'b', ['r'], 'op-1');
    expect(repeats.repeatOf('k', 'b', ['r'])).toBe('op-1');
    expect(repeats.repeatOf('other', 'b', ['r'])).toBeNull();
    expect(repeats.repeatOf('k', 'other', ['r'])).toBeNull();
    expect(repeats.repeatOf('k', 'b', ['r', 's'])).toBeNull();
    at += 9_999;
    expect(repeats.repeatOf('k', 'b', ['r'])).toBe('op-1');
    at += 1;
    expect(repeats.repeatOf('k', 'b', ['r'])).toBeNull();
  });

  it('become one entry when their window is over', async () => {
    repeats.remember('k', 'b', ['r'], 'op-1');
    repeats.remember('k', 'c', ['r'], 'op-2');
    repeats.repeatOf('k', 'b', ['r']);
    repeats.repeatOf('k', 'b', ['r']);
    await repeats.flush(false);
    expect(counted()).toEqual([]);
    at += 10_000;
    await repeats.flush(false);
    expect(counted()).toEqual([['op-1', 2]]);
    expect(ledger.of('repeat')[0]).toMatchObject({
      op: null,
      origin: 'live',
      ts: new Date(at).toISOString(),
    });
    await repeats.flush(true);
    expect(counted()).toHaveLength(1);
  });

  it('are written at a stop though their window is open', async () => {
    repeats.remember('k', 'b', ['r'], 'op-1');
    repeats.repeatOf('k', 'b', ['r']);
    await repeats.flush(true);
    expect(counted()).toEqual([['op-1', 1]]);
  });

  it('are not forgotten when the ledger could not record them', async () => {
    repeats.remember('k', 'b', ['r'], 'op-1');
    repeats.repeatOf('k', 'b', ['r']);
    at += 10_000;
    ledger.failing.add('repeat');
    await expect(repeats.flush(false)).rejects.toThrow(
      expect.objectContaining({ code: 'ledger.unavailable' }),
    );
    expect(repeats.repeatOf('k', 'b', ['r']), 'the window is over all the same').toBeNull();
    ledger.failing.clear();
    await repeats.flush(false);
    await repeats.flush(true);
    expect(counted()).toEqual([['op-1', 1]]);
  });

  it('that wait to be written are not overwritten by a new refusal', async () => {
    repeats.remember('k', 'b', ['r'], 'op-1');
    repeats.repeatOf('k', 'b', ['r']);
    at += 10_000;
    repeats.remember('k', 'b', ['r'], 'op-2');
    await repeats.flush(false);
    expect(counted()).toEqual([['op-1', 1]]);
  });

  it('of a refusal that could not be recorded are refusals of their own', async () => {
    repeats.remember('k', 'b', ['r'], 'op-1');
    repeats.repeatOf('k', 'b', ['r']);
    repeats.forget('k', 'b', 'op-2');
    expect(repeats.repeatOf('k', 'b', ['r'])).toBe('op-1');
    repeats.forget('k', 'b', 'op-1');
    expect(repeats.repeatOf('k', 'b', ['r'])).toBeNull();
    await repeats.flush(true);
    expect(counted()).toEqual([]);
  });

  it('are kept for a bounded number of refusals', () => {
    for (let n = 0; n < 10_001; n += 1) repeats.remember('k', `b-${n}`, ['r'], `op-${n}`);
    expect(repeats.repeatOf('k', 'b-9999', ['r'])).toBe('op-9999');
    expect(repeats.repeatOf('k', 'b-10000', ['r'])).toBeNull();
  });
});

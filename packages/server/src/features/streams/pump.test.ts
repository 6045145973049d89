import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest';
import { jsonLine } from './lines.ts';
import { startPump } from './pump.ts';
import type { PumpOptions } from './pump-options.ts';
import type { StreamStore } from './store.ts';
import { openStreamStore } from './store-sql.ts';
import { memoryLog, plainEntry, storedEntry } from './testing/log.ts';
import type { Delivery, StreamBatch, StreamGap, StreamStatus } from './types.ts';

const times = { pollMs: 5, backOffMs: 5, longestBackOffMs: 20, holdMs: 60_000 };
const patient = { timeout: 30_000, interval: 5 };
const delivered: Delivery = { kind: 'delivered', expects: null };
const failed = (reason: string, retryAfterMs: number | null = null): Delivery => ({
  kind: 'failed',
  reason,
  retryAfterMs,
});

let store: StreamStore;
const running: { stop(): Promise<void> }[] = [];
beforeEach(async () => {
  store = await openStreamStore({ kind: 'sqlite', file: ':memory:' });
});
afterEach(async () => {
  for (const pump of running.splice(0)) await pump.stop();
  await store.close();
});

/** A pump over a log in memory with a receiver that answers as the test says. */
function pumping(log = memoryLog(), changes: Partial<PumpOptions> = {}) {
  const got: StreamBatch[] = [];
  const gaps: StreamGap[] = [];
  const seen: StreamStatus[] = [];
  const answers: (Delivery | ((batch: StreamBatch) => Delivery | Promise<Delivery>))[] = [];
  const held = { next: null as number | null };
  const start = () => {
    const pump = startPump({
      name: 'siem',
      format: 'jsonl',
      to: 'webhook',
      from: 'beginning',
      lineOf: jsonLine,
      store,
      view: log.view,
      holder: 'a',
      now: Date.now,
      times,
      recordGap: async (gap) => void gaps.push(gap),
      onStatus: (status) => void seen.push(status),
      target: {
        holds: async () => held.next,
        async deliver(batch) {
          const next = answers.shift() ?? delivered;
          const answer = typeof next === 'function' ? await next(batch) : next;
          if (answer.kind === 'delivered') got.push(batch);
          return answer;
        },
        close: async () => undefined,
      },
      ...changes,
    });
    running.push(pump);
    return pump;
  };
  const indexes = () => got.flatMap(({ lines }) => lines.map((line) => JSON.parse(line).index as number));
  const reached = (next: number) =>
    vi.waitFor(async () => expect((await store.read('siem'))?.next).toBe(next), patient);
  return { log, got, gaps, seen, answers, held, start, indexes, reached };
}

const upTo = (size: number) => Array.from({ length: size }, (_, index) => index);

describe('a stream', () => {
  it('sends every signed entry once, in order, and goes on with new ones', async () => {
    const { log, start, indexes, reached, got, seen } = pumping(memoryLog(600));
    log.state.signed = 500;
    start();
    await reached(500);
    log.add(10);
    log.state.signed = 610;
    await reached(610);
    expect(indexes()).toEqual(upTo(610));
    expect(Math.max(...got.map(({ lines }) => lines.length))).toBeLessThanOrEqual(256);
    await vi.waitFor(() => expect(seen.at(-1)).toMatchObject({ state: 'current', lagEntries: 0 }), patient);
    expect(seen.some(({ state, lagEntries }) => state === 'behind' && lagEntries > 256)).toBe(true);
  });

  it('goes on where it was after a restart, and sends again what was not confirmed', async () => {
    const first = pumping(memoryLog(20));
    first.answers.push((batch) => {
      first.got.push(batch);
      return failed('the answer got lost');
    });
    first.start();
    await first.reached(20);
    expect(first.indexes()).toEqual([...upTo(20), ...upTo(20)]);
    await running.pop()!.stop();
    first.log.add(5);
    first.start();
    await first.reached(25);
    expect(first.indexes().slice(40)).toEqual([20, 21, 22, 23, 24]);
  });

  it('begins at the end when told so', async () => {
    const { log, start, indexes, reached } = pumping(memoryLog(20), { from: 'now' });
    start();
    await reached(20);
    log.add(2);
    await reached(22);
    expect(indexes()).toEqual([20, 21]);
  });

  it('says that it fails and since when, waits as it was asked to, and says when it is over', async () => {
    const { start, answers, seen, reached } = pumping(memoryLog(3));
    const at: number[] = [];
    const note = (answer: Delivery) => () => {
      at.push(performance.now());
      return answer;
    };
    answers.push(
      note(failed('status 503', 300)),
      note(failed('status 500')),
      note(failed('status 500')),
      note(delivered),
    );
    start();
    await reached(3);
    expect(at[1]! - at[0]!).toBeGreaterThanOrEqual(290);
    const failing = seen.filter(({ state }) => state === 'failing');
    expect(failing[0]).toMatchObject({ failure: 'status 503', lagEntries: 3, next: 0 });
    expect(failing[0]!.lagSeconds).toBeGreaterThanOrEqual(1);
    expect(new Set(failing.map(({ failingSince }) => failingSince)).size).toBe(1);
    expect(await store.read('siem')).toMatchObject({ failingSince: null, failure: null });
  });

  it('says so when an entry can’t be made a line, or its database fails, and goes on by itself', async () => {
    let broken = true;
    const lineOf: PumpOptions['lineOf'] = (origin, entry) => {
      if (broken) throw new TypeError('something of the entry');
      return jsonLine(origin, entry);
    };
    const { start, seen, reached, indexes } = pumping(memoryLog(3), { lineOf });
    start();
    const failing = { state: 'failing', failure: 'internal TypeError', failingSince: expect.any(Number) };
    await vi.waitFor(() => expect(seen.at(-1)).toMatchObject(failing), patient);
    broken = false;
    await reached(3);
    expect(indexes()).toEqual([0, 1, 2]);
    await vi.waitFor(() => expect(seen.at(-1)).toMatchObject({ state: 'current', failure: null }), patient);
    expect(JSON.stringify(seen)).not.toContain('something of the entry');
  });

  it('sends smaller batches to a receiver that finds them too large', async () => {
    const { start, answers, got, reached } = pumping(memoryLog(100));
    const small = (batch: StreamBatch): Delivery =>
      batch.lines.length > 30 ? ({ ...failed('status 413'), tooLarge: true } as Delivery) : delivered;
    for (let i = 0; i < 20; i += 1) answers.push(small);
    start();
    await reached(100);
    expect(Math.max(...got.map(({ lines }) => lines.length))).toBeLessThanOrEqual(30);
  });

  it('is held by one of several replicas, and taken over when that one is gone', async () => {
    const log = memoryLog(10);
    let now = Date.now();
    const one = pumping(log, { now: () => now });
    const two = pumping(log, { holder: 'b', now: () => now });
    one.start();
    await one.reached(10);
    two.start();
    await vi.waitFor(() => expect(two.seen.at(-1)?.state).toBe('elsewhere'), patient);
    expect(two.got).toEqual([]);
    now += times.holdMs * 2;
    log.add(3);
    await one.reached(13);
    expect([...one.indexes(), ...two.indexes()].sort((a, b) => a - b)).toEqual(upTo(13));
  });

  it('stops while a receiver hangs', async () => {
    const { start, answers } = pumping(memoryLog(3), {});
    const hung = vi.fn();
    answers.push(
      () =>
        new Promise<Delivery>((resolve) => {
          hung();
          setTimeout(() => resolve(failed('stopped')), 50);
        }),
    );
    const pump = start();
    await vi.waitFor(() => expect(hung).toHaveBeenCalled(), patient);
    await pump.stop();
    expect((await store.read('siem'))?.next).toBe(0);
  });
});

describe('a gap', () => {
  it('of pruned entries is said once, and passed over', async () => {
    const { log, start, gaps, indexes, reached } = pumping(memoryLog(30));
    log.state.entries = log.state.entries.slice(10).filter(({ index }) => index < 15 || index >= 20);
    start();
    await reached(30);
    expect(gaps).toEqual([
      { stream: 'siem', reason: 'pruned', expected: 0, found: 10, log: 'log' },
      { stream: 'siem', reason: 'pruned', expected: 15, found: 20, log: 'log' },
    ]);
    expect(indexes()).toEqual([10, 11, 12, 13, 14, ...upTo(30).slice(20)]);
  });

  it('of another log, another past or a shorter one is said once, and nothing that is there is left out', async () => {
    const log = memoryLog(10);
    const { start, gaps, indexes, reached } = pumping(log);
    const again = async () => {
      await running.pop()?.stop();
      start();
    };
    start();
    await reached(10);
    log.state.origin = 'another';
    await again();
    await vi.waitFor(() => expect(indexes()).toHaveLength(20), patient);
    log.state.entries = log.state.entries.map(({ index }) => storedEntry(index, plainEntry(index, 'b')));
    await again();
    await vi.waitFor(() => expect(indexes()).toHaveLength(30), patient);
    log.state.entries.length = 4;
    await again();
    await reached(4);
    log.add(1);
    await reached(5);
    expect(gaps.map(({ reason, expected, found }) => [reason, expected, found])).toEqual([
      ['origin-changed', 10, 0],
      ['log-changed', 10, 0],
      ['cursor-ahead', 10, 4],
    ]);
    await again();
    await reached(5);
    expect(gaps).toHaveLength(3);
  });

  it('at a target that holds less than was confirmed is filled again; one that holds more than there is is named', async () => {
    const { start, gaps, held, indexes, reached } = pumping(memoryLog(10));
    start();
    await reached(10);
    await running.pop()!.stop();
    held.next = 7;
    start();
    await vi.waitFor(() => expect(indexes()).toEqual([...upTo(10), 7, 8, 9]), patient);
    await running.pop()!.stop();
    held.next = 99;
    start();
    await vi.waitFor(() => expect(gaps).toHaveLength(2), patient);
    expect(gaps.map(({ reason, expected, found }) => [reason, expected, found])).toEqual([
      ['receiver-behind', 10, 7],
      ['receiver-ahead', 99, 10],
    ]);
  });

  it('that a receiver names goes back once, and is no more than one entry an hour', async () => {
    const { start, answers, gaps, indexes, reached, log } = pumping(memoryLog(10));
    answers.push({ kind: 'delivered', expects: 4 }, { kind: 'delivered', expects: 0 });
    start();
    await vi.waitFor(() => expect(indexes()).toEqual([...upTo(10), 4, 5, 6, 7, 8, 9]), patient);
    log.add(1);
    await reached(11);
    expect(gaps.map(({ reason, expected, found }) => [reason, expected, found])).toEqual([
      ['receiver-behind', 4, 4],
    ]);
  });

  it('that cannot be recorded holds the stream until it can', async () => {
    const log = memoryLog(10);
    log.state.entries = log.state.entries.slice(5);
    let tries = 0;
    const { start, indexes, reached } = pumping(log, {
      recordGap: async () => {
        tries += 1;
        if (tries < 3) throw new Error('the ledger is full');
      },
    });
    start();
    await reached(10);
    expect(tries).toBe(3);
    expect(indexes()).toEqual([5, 6, 7, 8, 9]);
  });
});

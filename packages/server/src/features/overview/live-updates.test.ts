import type { Readable } from 'node:stream';
import { setTimeout as pause } from 'node:timers/promises';
import { afterEach, describe, expect, it } from 'vitest';
import { createLiveUpdates, type LiveOptions, type LiveUpdates } from './live-updates.ts';

const open: LiveUpdates[] = [];
afterEach(() => {
  for (const updates of open.splice(0)) updates.close();
});

function updatesOf(more: Partial<LiveOptions> = {}) {
  const state = { size: 3, signedSize: 3, healthy: true, witness: 'none' as const };
  const updates = createLiveUpdates({
    ledger: { state: () => state },
    pollMs: 2,
    heartbeatMs: 5,
    askMs: 5,
    longestMs: 60_000,
    most: 2,
    ...more,
  });
  open.push(updates);
  return { state, updates };
}

/** Collects what a stream says until `enough` of it is there. */
async function read(stream: Readable, enough: (text: string) => boolean): Promise<string> {
  let text = '';
  for await (const chunk of stream) {
    text += String(chunk);
    if (enough(text)) break;
  }
  return text;
}

const goesOn = async () => true;

describe('live updates', () => {
  it('say the head at once, again when it changes, and beat in between', async () => {
    const { state, updates } = updatesOf();
    const stream = updates.open(goesOn);
    const text = await read(stream, (seen) => {
      if (seen.includes(': heartbeat')) state.size = 5;
      if (seen.includes('{"size":5,"signedSize":3}')) state.signedSize = 5;
      return seen.includes('"signedSize":5');
    });
    expect(text.startsWith('event: head\ndata: {"size":3,"signedSize":3}\n\n')).toBe(true);
    expect(text).toContain(': heartbeat\n\n');
    expect([...text.matchAll(/data: (.*)/g)].map((match) => match[1])).toEqual([
      '{"size":3,"signedSize":3}',
      '{"size":5,"signedSize":3}',
      '{"size":5,"signedSize":5}',
    ]);
  });

  it('end when the session does, when it cannot be asked, and in any case after a while', async () => {
    for (const [more, answer] of [
      [{}, async () => false],
      [{}, () => Promise.reject(new Error('the store is gone'))],
      [{ longestMs: 0 }, goesOn],
    ] as const) {
      const { updates } = updatesOf(more);
      expect(await read(updates.open(answer), () => false)).toMatch(/^event: head/);
    }
  });

  it('are no more than so many, and a place becomes free when a reader leaves', async () => {
    const { updates } = updatesOf();
    const [first] = [updates.open(goesOn), updates.open(goesOn)];
    expect(() => updates.open(goesOn)).toThrowError(expect.objectContaining({ code: 'server.streams-full' }));
    first.destroy();
    await expect.poll(() => updates.open(goesOn)).toBeTruthy();
  });

  it('do not pile up for a reader that does not read', async () => {
    const { state, updates } = updatesOf({ heartbeatMs: 60_000 });
    const stream = updates.open(goesOn);
    for (let round = 0; round < 200; round += 1) {
      state.size += 1_000_000;
      state.signedSize = state.size;
      await pause(1);
    }
    const written = (stream as unknown as { writableLength: number; readableLength: number }).readableLength;
    expect(written).toBeLessThan(64 * 1024);
  });

  it('all end when the server stops', async () => {
    const { updates } = updatesOf({ heartbeatMs: 60_000 });
    const streams = [updates.open(goesOn), updates.open(goesOn)];
    updates.close();
    const texts = await Promise.all(streams.map((stream) => read(stream, () => false)));
    expect(texts.every((text) => text.startsWith('event: head'))).toBe(true);
  });
});

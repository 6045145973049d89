import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest';
import { readHead, silenceSignal, silentAtMostMs, splitEvents } from './events.ts';

describe('a server-sent event stream', () => {
  it('is split into whole events, the rest kept for later', () => {
    const text = 'event: head\ndata: {"size":3,"signedSize":2}\n\n: still there\n\nevent: head\nda';
    expect(splitEvents(text)).toEqual({
      events: [{ name: 'head', data: '{"size":3,"signedSize":2}' }],
      rest: 'event: head\nda',
    });
  });

  it('may end its lines with a carriage return, and an event may have several data lines', () => {
    expect(splitEvents('data: a\r\ndata: b\r\n\r\n').events).toEqual([{ name: 'message', data: 'a\nb' }]);
  });

  it.each(['', ':', 'data', 'nonsense', '\n\n\n\n'])('of %j holds no event', (text) => {
    expect(splitEvents(text).events).toEqual([]);
  });
});

describe('a head', () => {
  it('is read from its event', () => {
    expect(readHead({ name: 'head', data: '{"size":3,"signedSize":2}' })).toEqual({ size: 3, signedSize: 2 });
  });

  it.each([
    ['another event', 'other', '{"size":3,"signedSize":2}'],
    ['no JSON', 'head', '{'],
    ['a missing member', 'head', '{"size":3}'],
    ['a fraction', 'head', '{"size":3.5,"signedSize":2}'],
    ['a text', 'head', '{"size":"3","signedSize":2}'],
  ])('is not read from %s', (_, name, data) => {
    expect(readHead({ name, data })).toBeNull();
  });
});

describe('silence', () => {
  beforeEach(() => void vi.useFakeTimers());
  afterEach(() => void vi.useRealTimers());

  it('ends a connection, and heartbeats keep it', () => {
    const silence = silenceSignal(silentAtMostMs);
    for (let beats = 0; beats < 40; beats += 1) {
      vi.advanceTimersByTime(15_000);
      silence.heard();
    }
    expect(silence.signal.aborted).toBe(false);
    vi.advanceTimersByTime(silentAtMostMs - 1);
    expect(silence.signal.aborted).toBe(false);
    vi.advanceTimersByTime(1);
    expect(silence.signal.aborted).toBe(true);
  });

  it('is not waited for any more after the end', () => {
    const silence = silenceSignal(1_000);
    silence.end();
    expect(vi.getTimerCount()).toBe(0);
    vi.advanceTimersByTime(1_000);
    expect(silence.signal.aborted).toBe(false);
  });
});

import { describe, expect, it } from 'vitest';
import { readHead, splitEvents } from './events.ts';

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

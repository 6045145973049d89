import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { decodeUtf8, encodeUtf8 } from '../text/index.ts';
import { type SseEvent, SseParser } from './index.ts';

function parse(text: string | Uint8Array, cuts: readonly number[] = []): SseEvent[] {
  const bytes = typeof text === 'string' ? encodeUtf8(text) : text;
  const parser = new SseParser();
  const events: SseEvent[] = [];
  let from = 0;
  for (const cut of [...cuts.map((n) => n % (bytes.length + 1)).sort((a, b) => a - b), bytes.length]) {
    // A Node buffer, whose `slice` is no copy, with other bytes in it right afterwards.
    const chunk = Buffer.from(bytes.subarray(from, cut));
    events.push(...parser.push(chunk));
    chunk.fill(0x7a);
    from = cut;
  }
  return events;
}

const event = (data: string, type = 'message'): SseEvent => ({ type, data });

describe('SseParser', () => {
  it.each<[string, string, SseEvent[]]>([
    ['LF', 'data: a\n\n', [event('a')]],
    ['CR', 'data: a\r\r', [event('a')]],
    ['CRLF', 'data: a\r\n\r\n', [event('a')]],
    ['mixed line ends', 'data: a\r\ndata: b\n\rdata: c\r\n\n', [event('a\nb'), event('c')]],
    ['a type', 'event: x\ndata: a\n\n', [event('a', 'x')]],
    ['the last type', 'event: x\nevent: y\ndata: a\n\ndata: b\n\n', [event('a', 'y'), event('b')]],
    ['several data lines', 'data: a\ndata:\ndata: b\n\n', [event('a\n\nb')]],
    ['one stripped space', 'data:  a\n\n', [event(' a')]],
    ['no space', 'data:a:b\n\n', [event('a:b')]],
    ['a field without colon', 'data\n\n', [event('')]],
    ['comments and unknown fields', ': hi\nid: 1\nretry: 2\nfoo: bar\ndata: a\n\n', [event('a')]],
    ['no data', 'event: x\n\n', []],
    ['a byte order mark at the start', '\uFEFFdata: a\n\n', [event('a')]],
    ['a byte order mark later', 'data: a\n\n\uFEFFdata: b\n\n', [event('a')]],
    ['an event broken off', 'data: a\n\ndata: b\n', [event('a')]],
    ['names are exact', 'Data: a\n data: b\n\n', []],
  ])('reads %s', (_, text, events) => {
    expect(parse(text)).toEqual(events);
    // Byte by byte, so every CRLF and every character is split.
    expect(parse(text, [...encodeUtf8(text).keys()])).toEqual(events);
  });

  it('reads a stream the same however it is cut', () => {
    const line = fc.constantFrom('data: é', 'data:x', 'event: e', ': c', '', '', 'id: 1', 'data: 😀');
    const stream = fc.array(fc.tuple(line, fc.constantFrom('\n', '\r', '\r\n')), { maxLength: 20 });
    fc.assert(
      fc.property(stream, fc.array(fc.nat()), (lines, cuts) => {
        const text = lines.map(([content, end]) => content + end).join('');
        expect(parse(text, cuts)).toEqual(parse(text));
      }),
    );
  });

  it('goes on the same when chunks of whole events are passed by', () => {
    const line = fc.constantFrom('data: é', 'data:x', 'event: e', ': c', '', '', '', '\uFEFFdata: b');
    const end = fc.constantFrom('\n', '\n', '\n', '\r', '\r\n', '');
    const written = fc.array(fc.tuple(line, end, fc.boolean()), { maxLength: 24 });
    let passed = 0;
    fc.assert(
      fc.property(written, (lines) => {
        const [reading, passing] = [new SseParser(), new SseParser()];
        let gathered = '';
        for (const [content, end, isCut] of lines) {
          gathered += content + end;
          if (!isCut) continue;
          const chunk = encodeUtf8(gathered);
          gathered = '';
          const events = reading.push(chunk);
          if (passing.passBy(chunk)) passed += 1;
          else expect(passing.push(chunk)).toEqual(events);
        }
      }),
      { numRuns: 2_000 },
    );
    expect(passed).toBeGreaterThan(0);
  });

  it('passes nothing by that is larger than an event may be', () => {
    const parser = new SseParser({ maxEventBytes: 8 });
    expect(parser.passBy(encodeUtf8('data:a\n\n'))).toBe(true);
    expect(parser.passBy(encodeUtf8('data:ab\n\n'))).toBe(false);
    parser.push(encodeUtf8('data:'));
    expect(parser.passBy(encodeUtf8('a\n\n'))).toBe(false);
  });

  it('replaces invalid UTF-8 and survives noise', () => {
    expect(parse(Uint8Array.of(...encodeUtf8('data: '), 0xff, 10, 10))).toEqual([event('\uFFFD')]);
    fc.assert(fc.property(fc.uint8Array(), fc.array(fc.nat()), (bytes, cuts) => void parse(bytes, cuts)));
  });

  it.each([
    ['one endless line', ['data: ', 'x'.repeat(60), 'x'.repeat(60)]],
    ['endless lines', ['data: xxxxxxxxxxxxxxxxxxxxxxxxxxxxxxx\n'.repeat(4)]],
    ['endless comments', [': x\n'.repeat(60)]],
  ])('stops at %s', (_, chunks) => {
    const parser = new SseParser({ maxEventBytes: 100 });
    for (const chunk of chunks) expect(parser.push(encodeUtf8(chunk))).toEqual([]);
    expect(parser.problem).toBe('an event is larger than 100 bytes');
    expect(parser.push(encodeUtf8('\n\ndata: a\n\n'))).toEqual([]);
  });

  it('asks which events are wanted, with all their data', () => {
    const asked: string[] = [];
    const parser = new SseParser({
      isWanted: (values) => {
        asked.push(values.map((value) => decodeUtf8(value)).join('|'));
        return asked.length === 2;
      },
    });
    const events = [
      'data: a\ndata: b\n\nevent: x\nda',
      'ta: c\ndata:',
      ' d\n\nevent: y\n\ndata: e\n\n',
    ].flatMap((text) => parser.push(encodeUtf8(text)));
    expect(asked).toEqual(['a|b', 'c|d', 'e']);
    expect(events).toEqual([event('c\nd', 'x')]);
  });

  it('counts each event for itself', () => {
    const parser = new SseParser({ maxEventBytes: 20 });
    expect(parser.push(encodeUtf8('data: 0123456789\n\n'.repeat(9)))).toHaveLength(9);
    expect(parser.problem).toBeNull();
  });
});

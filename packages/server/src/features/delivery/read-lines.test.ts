import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { gzipSync } from 'node:zlib';
import { deliveryImportExample } from '@fairlead/core/delivery';
import fc from 'fast-check';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { importInto } from './cli.ts';
import { linesIn } from './read-lines.ts';
import { describeTrouble } from './trouble.ts';

const mebibyte = 1024 * 1024;

async function* inChunks(bytes: Uint8Array, size: number) {
  for (let i = 0; i < bytes.length; i += size) yield bytes.subarray(i, i + size);
}

async function linesOf(bytes: Uint8Array, size: number): Promise<readonly string[]> {
  const all: string[] = [];
  for await (const { first, texts } of linesIn(inChunks(bytes, size))) {
    expect(first).toBe(all.length + 1);
    all.push(...texts);
  }
  return all;
}

describe('lines', () => {
  it('are the same however the bytes come', async () => {
    const line = fc.string({ unit: 'grapheme', maxLength: 12 }).map((text) => text.replaceAll('\n', ' '));
    const any = fc.tuple(fc.array(line, { minLength: 1, maxLength: 9 }), fc.integer({ min: 1, max: 40 }));
    await fc.assert(
      fc.asyncProperty(any, async ([lines, size]) => {
        const text = lines.map((one) => one.replace('\ufeff', '')).join('\n');
        const expected = text.split('\n');
        // A last line that is empty is no line.
        if (expected.at(-1) === '') expected.pop();
        expect(await linesOf(Buffer.from(text), size)).toEqual(expected);
      }),
      { numRuns: 300 },
    );
  });

  it('end with \\n only: U+2028 may stand in JSON', async () => {
    expect(await linesOf(Buffer.from('"a\u2028b"\r\n"c"'), 4)).toEqual(['"a\u2028b"\r', '"c"']);
  });

  it('that never end are refused before they fill the memory', async () => {
    let given = 0;
    async function* endless() {
      yield Buffer.from('first\n');
      for (; ; given++) yield Buffer.alloc(mebibyte, 'x');
    }
    const found: string[] = [];
    const reading = async () => {
      for await (const { texts } of linesIn(endless())) found.push(...texts);
    };
    await expect(reading()).rejects.toMatchObject({
      code: 'delivery.line-invalid',
      message: 'Line 2: it is longer than 16 MiB.',
    });
    expect(found).toEqual(['first']);
    expect(given).toBeLessThan(20);
  });
});

let folder: string;
beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), 'fairlead-lines-'));
});
afterEach(() => rmSync(folder, { recursive: true, force: true }));

const [change, review] = deliveryImportExample;
const good = `${JSON.stringify(change)}\n`;

const take = (bytes: string | Uint8Array) => {
  const file = join(folder, 'facts.jsonl');
  writeFileSync(file, bytes);
  return importInto(join(folder, 'data'), 'jsonl', file, () => undefined);
};
const withId = (id: string) => JSON.stringify({ ...review, id });

describe('an import of rubbish', () => {
  it.each<readonly [string, string | Uint8Array, string | RegExp]>([
    ['of no UTF-8', Buffer.from([0x22, 0xff, 0xfe, 0x22, 10]), 'Line 2: it is not UTF-8.'],
    ['of half a character in UTF-8', Buffer.from('"\u20ac').subarray(0, 3), 'Line 2: it is not UTF-8.'],
    ['with NUL bytes', Buffer.alloc(1000), 'Line 2: it is not JSON.'],
    ['with an escaped NUL', withId('a\0'), 'Line 2: it holds a NUL or half a character.'],
    ['with half a character', withId('a').replace('"a"', '"a\\ud83d"'), /Line 2: it holds a NUL/],
    ['a million levels deep', `${'['.repeat(1e6)}${']'.repeat(1e6)}`, /^Line 2: /],
    [
      'deep within a known member',
      `${JSON.stringify(change).slice(0, -1)},"drivers":${'['.repeat(1e5)}${']'.repeat(1e5)}}`,
      /^Line 2: drivers/,
    ],
    ['with a number out of range', JSON.stringify(change).replace('"number":7', '"number":1e999'), /number/],
    ['with a number too large', JSON.stringify({ ...change, number: 2 ** 31 }), /number/],
    ['with a number that loses digits', JSON.stringify({ ...change, additions: 2 ** 60 }), /additions/],
    ['with a prototype', `{"__proto__":{"type":"change"},"type":"change"}`, /^Line 2: /],
  ])('%s names the line, and keeps what came before it', async (_, bad, message) => {
    await expect(take(Buffer.concat([Buffer.from(good), Buffer.from(bad)]))).rejects.toMatchObject({
      code: 'delivery.line-invalid',
      message: typeof message === 'string' ? message : expect.stringMatching(message),
      place: { line: 2 },
    });
    expect(await take(good)).toEqual({ added: 0, changed: 0, unchanged: 1 });
  });

  it('that is compressed says how to unpack it', async () => {
    await expect(take(gzipSync(good))).rejects.toMatchObject({
      code: 'delivery.unreadable',
      message: 'The file is compressed.',
      fix: expect.stringContaining('gunzip'),
    });
  });

  it('in UTF-16 is refused at its first line', async () => {
    await expect(take(Buffer.from(`\ufeff${good}`, 'utf16le'))).rejects.toThrow('Line 1: it is not UTF-8.');
  });

  it('is none of: a byte order mark, empty lines, \\r\\n, no end of the last line', async () => {
    expect(await take(`\ufeff${good.trim()}\r\n\r\n\n${JSON.stringify(review)}`)).toMatchObject({ added: 2 });
  });

  it('takes the last of two members of one name, as every reader of JSON does', async () => {
    const twice = good.replace('"number":7', '"number":6,"number":7');
    await take(good);
    expect(await take(twice)).toEqual({ added: 0, changed: 0, unchanged: 1 });
  });
});

describe('troubles of the disk', () => {
  const file = 'delivery.db';
  const told = (code: string) => describeTrouble(Object.assign(new Error('/home/x'), { code }), file);
  it.each([
    ['SQLITE_FULL', 'delivery.no-room'],
    ['ENOSPC', 'delivery.no-room'],
    ['SQLITE_BUSY_SNAPSHOT', 'delivery.busy'],
    ['SQLITE_IOERR_WRITE', 'delivery.unwritable'],
    ['SQLITE_CORRUPT', 'delivery.unwritable'],
    ['EACCES', 'delivery.unwritable'],
  ])('%s is told as %s, with the place', (code, expected) => {
    expect(told(code)).toMatchObject({ code: expected, place: { file } });
    expect((told(code) as Error).message).not.toContain('/home');
  });

  it('leave other errors as they are', () => {
    const other = new Error('x');
    expect(describeTrouble(other, file)).toBe(other);
    expect(describeTrouble(null, file)).toBeNull();
  });

  it('are told of a data folder that is none', async () => {
    writeFileSync(join(folder, 'data'), '');
    await expect(take(good)).rejects.toMatchObject({ code: expect.stringMatching(/^delivery\.unwritable$/) });
  });
});

import { Readable } from 'node:stream';
import { deflateRawSync, deflateSync, gzipSync, zstdCompressSync } from 'node:zlib';
import { FairleadError } from '@fairlead/core/errors';
import { describe, expect, it } from 'vitest';
import { decodeBody, readBody, requireJson } from './body.ts';
import { gzipPayload, zstdFrameLength } from './coded-frames.ts';
import { collectHeaders } from './headers.ts';

const text = Buffer.from('{"model":"gpt-5.5","messages":[]}');
const limit = 1_000;

function decode(coding: string | null, body: Buffer, most = limit): Promise<Buffer> {
  return decodeBody(body, collectHeaders(coding === null ? [] : ['content-encoding', coding]), most);
}

function read(chunks: readonly Buffer[], headers: string[] = [], reserve = (_bytes: number) => {}) {
  return readBody(Readable.from(chunks) as never, collectHeaders(headers), limit, reserve);
}

describe('reading a body', () => {
  it('joins its chunks and tells of each', async () => {
    const told: number[] = [];
    const body = await read([text.subarray(0, 5), text.subarray(5)], [], (bytes) => told.push(bytes));
    expect(body.equals(text)).toBe(true);
    expect(told).toEqual([5, text.length - 5]);
    expect((await read([])).length).toBe(0);
  });

  it('ends at the limit, declared or not', async () => {
    expect((await read([Buffer.alloc(limit)])).length).toBe(limit);
    const tooLarge = expect.objectContaining({ code: 'gateway.body-too-large', status: 413 });
    await expect(read([Buffer.alloc(limit), Buffer.alloc(1)])).rejects.toThrow(tooLarge);
    await expect(read([], ['content-length', String(limit + 1)])).rejects.toThrow(tooLarge);
  });

  it('ends when there is no room for it', async () => {
    const refuse = () => {
      throw new FairleadError('gateway.busy');
    };
    await expect(read([text], [], refuse)).rejects.toThrow(
      expect.objectContaining({ code: 'gateway.busy', status: 503 }),
    );
  });

  it('says that a broken one is incomplete', async () => {
    const broken = Readable.from(
      (async function* () {
        yield text;
        throw new Error('aborted');
      })(),
    );
    await expect(readBody(broken as never, collectHeaders([]), limit, () => {})).rejects.toThrow(
      expect.objectContaining({ code: 'gateway.body-incomplete', status: 400 }),
    );
  });
});

describe('the content type', () => {
  it.each([
    'application/json',
    'Application/JSON',
    'application/json; charset=utf-8',
    'application/json;charset="UTF-8"',
  ])('is JSON in UTF-8: %s', (type) => {
    expect(() => requireJson(collectHeaders(['content-type', type]))).not.toThrow();
  });

  it.each([
    '',
    'text/plain',
    'application/jsonp',
    'application/json; charset=utf-16',
    'application/json, text/html',
  ])('is refused otherwise: %j', (type) => {
    expect(() => requireJson(collectHeaders(['content-type', type]))).toThrow(
      expect.objectContaining({ code: 'gateway.content-type', status: 415 }),
    );
  });

  it('is refused when it is missing', () => {
    expect(() => requireJson(collectHeaders([]))).toThrow(expect.objectContaining({ status: 415 }));
  });
});

describe('decoding', () => {
  it.each([
    [null, text],
    ['identity', text],
    ['gzip', gzipSync(text)],
    ['X-GZIP', gzipSync(text)],
    ['deflate', deflateSync(text)],
    [' zstd ', zstdCompressSync(text)],
  ])('reads %s', async (coding, body) => {
    expect((await decode(coding, body)).equals(text)).toBe(true);
  });

  it('reads an empty body inside each coding', async () => {
    for (const [coding, body] of [
      ['gzip', gzipSync('')],
      ['deflate', deflateSync('')],
      ['zstd', zstdCompressSync('')],
    ] as const) {
      expect((await decode(coding, body)).length).toBe(0);
    }
  });

  const flipped = Buffer.from(gzipSync(text));
  flipped[flipped.length - 5]! ^= 1;
  const wrongLength = Buffer.from(gzipSync(text));
  wrongLength[wrongLength.length - 1]! ^= 1;
  const skippable = Buffer.from([0x50, 0x2a, 0x4d, 0x18, 1, 0, 0, 0, 9]);
  it.each([
    ['two gzip members', 'gzip', Buffer.concat([gzipSync(text), gzipSync('x')])],
    ['bytes behind gzip', 'gzip', Buffer.concat([gzipSync(text), Buffer.alloc(9)])],
    ['a cut gzip', 'gzip', gzipSync(text).subarray(0, -1)],
    ['a wrong checksum', 'gzip', flipped],
    ['a wrong length', 'gzip', wrongLength],
    ['no gzip', 'gzip', text],
    ['nothing', 'gzip', Buffer.alloc(0)],
    ['bytes behind deflate', 'deflate', Buffer.concat([deflateSync(text), Buffer.from('x')])],
    ['raw deflate', 'deflate', deflateRawSync(text)],
    ['a cut deflate', 'deflate', deflateSync(text).subarray(0, -2)],
    ['two zstd frames', 'zstd', Buffer.concat([zstdCompressSync(text), zstdCompressSync('x')])],
    ['a skippable frame first', 'zstd', Buffer.concat([skippable, zstdCompressSync(text)])],
    ['a skippable frame last', 'zstd', Buffer.concat([zstdCompressSync(text), skippable])],
    ['a cut zstd', 'zstd', zstdCompressSync(text).subarray(0, -2)],
    ['nothing at all', 'zstd', Buffer.alloc(0)],
    ['two codings', 'gzip, gzip', gzipSync(gzipSync(text))],
    ['an unknown coding', 'br', text],
    ['an empty coding', '', text],
  ])('refuses what readers could take differently: %s', async (_name, coding, body) => {
    await expect(decode(coding, body)).rejects.toThrow(
      expect.objectContaining({ code: 'gateway.content-coding', status: 400 }),
    );
  });

  it.each([
    ['gzip', gzipSync(Buffer.alloc(limit + 1))],
    ['deflate', deflateSync(Buffer.alloc(limit + 1))],
    ['zstd', zstdCompressSync(Buffer.alloc(limit + 1))],
  ])('refuses %s that grows beyond the limit', async (coding, body) => {
    await expect(decode(coding, body)).rejects.toThrow(
      expect.objectContaining({ code: 'gateway.body-too-large', status: 413 }),
    );
  });
});

describe('a gzip header', () => {
  const deflated = deflateRawSync(text);
  const trailer = gzipSync(text).subarray(-8);
  const member = (flags: number, ...fields: Buffer[]) =>
    Buffer.concat([Buffer.from([0x1f, 0x8b, 8, flags, 0, 0, 0, 0, 0, 3]), ...fields, deflated, trailer]);

  it.each([
    ['extra field', member(0x04, Buffer.from([2, 0, 1, 2]))],
    ['file name', member(0x08, Buffer.from('a.json\0'))],
    ['comment', member(0x10, Buffer.from('hello\0'))],
    ['header checksum', member(0x02, Buffer.from([0, 0]))],
    ['name and comment', member(0x18, Buffer.from('a\0b\0'))],
  ])('may hold a field: %s', async (_name, body) => {
    expect((await decode('gzip', body)).equals(text)).toBe(true);
  });

  it('is malformed with reserved flags, without the end of a name, or with fields beyond the end', () => {
    expect(gzipPayload(member(0x20))).toBeNull();
    expect(gzipPayload(Buffer.from([0x1f, 0x8b, 8, 0x08, ...Array(20).fill(1)]))).toBeNull();
    expect(
      gzipPayload(Buffer.from([0x1f, 0x8b, 8, 0x04, 0, 0, 0, 0, 0, 3, 0xff, 0xff, ...Array(20).fill(1)])),
    ).toBeNull();
  });
});

describe('a zstd frame', () => {
  const magic = [0x28, 0xb5, 0x2f, 0xfd];
  /** A block header: last flag, type (0 raw, 1 run, 2 coded, 3 reserved) and size. */
  const block = (last: 0 | 1, type: number, size: number) => {
    const value = last | (type << 1) | (size << 3);
    return [value & 255, (value >> 8) & 255, value >> 16];
  };

  it.each([
    ['a raw block', [...magic, 0x20, 3, ...block(1, 0, 3), 1, 2, 3], 12],
    ['a run of one byte', [...magic, 0x20, 9, ...block(1, 1, 9), 7], 10],
    ['two blocks', [...magic, 0x20, 3, ...block(0, 0, 1), 1, ...block(1, 0, 2), 2, 3], 15],
    ['a window instead of a size', [...magic, 0x00, 0x50, ...block(1, 0, 1), 1], 10],
    [
      'a size of eight bytes and a checksum',
      [...magic, 0xe4, 1, 0, 0, 0, 0, 0, 0, 0, ...block(1, 0, 1), 1, 9, 9, 9, 9],
      21,
    ],
    ['a dictionary id', [...magic, 0x21, 5, 1, ...block(1, 0, 1), 1], 11],
  ])('is as long as its blocks: %s', (_name, bytes, length) => {
    expect(zstdFrameLength(Buffer.from(bytes))).toBe(length);
    expect(zstdFrameLength(Buffer.from([...bytes, 0, 0]))).toBe(length);
  });

  it.each([
    ['another magic number', [1, 2, 3, 4, 0, 0, 0]],
    ['a reserved block', [...magic, 0x20, 3, ...block(1, 3, 3), 1, 2, 3]],
    ['a block beyond the end', [...magic, 0x20, 3, ...block(1, 0, 30), 1, 2, 3]],
    ['no last block', [...magic, 0x20, 3, ...block(0, 0, 1), 1]],
    ['no checksum where one is announced', [...magic, 0x24, 1, ...block(1, 0, 1), 1]],
  ])('is malformed with %s', (_name, bytes) => {
    expect(zstdFrameLength(Buffer.from(bytes))).toBe(-1);
  });
});

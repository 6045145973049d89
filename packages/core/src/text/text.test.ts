import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import {
  concatBytes,
  decodeUtf8,
  decodeUtf8Lossy,
  encodeUtf8,
  fromBase64,
  toBase64,
  toHex,
} from './index.ts';

const anyBytes = fc.uint8Array({ maxLength: 200 });

describe('text', () => {
  it('agrees with the platform on hex and base64', () => {
    fc.assert(
      fc.property(anyBytes, (bytes) => {
        expect(toHex(bytes)).toBe(Buffer.from(bytes).toString('hex'));
        expect(toBase64(bytes)).toBe(Buffer.from(bytes).toString('base64'));
        expect([...fromBase64(toBase64(bytes))]).toEqual([...bytes]);
      }),
    );
  });

  it.each([
    ['missing padding', 'YQ'],
    ['white space', 'YQ= '],
    ['spare bits', 'YR=='],
    ['padding inside', 'YQ==YQ=='],
    ['three paddings', 'Y==='],
    ['url alphabet', 'YQ-_'],
    ['beyond ASCII', 'YQé='],
  ])('refuses base64 with %s', (_, text) => {
    expect(() => fromBase64(text)).toThrow(TypeError);
  });

  it('reads back what it writes and refuses invalid UTF-8', () => {
    fc.assert(
      fc.property(fc.string({ unit: 'binary' }), (text) => {
        expect(decodeUtf8(encodeUtf8(text))).toBe(text.toWellFormed());
      }),
    );
    expect(decodeUtf8(Uint8Array.of(0xef, 0xbb, 0xbf, 0x61))).toBe('\uFEFFa');
    expect(decodeUtf8Lossy(Uint8Array.of(0x61, 0xff, 0x62))).toBe('a\uFFFDb');
    expect(() => decodeUtf8(Uint8Array.of(0xc0, 0x80))).toThrow(TypeError);
    expect(() => decodeUtf8(Uint8Array.of(0xed, 0xa0, 0x80))).toThrow(TypeError);
  });

  it('concatenates in order', () => {
    expect([...concatBytes(Uint8Array.of(1), Uint8Array.of(), Uint8Array.of(2, 3))]).toEqual([1, 2, 3]);
    expect(concatBytes().length).toBe(0);
  });
});

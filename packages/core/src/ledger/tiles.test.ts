import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { decodeBundle, encodeBundle, parseTilePath, tilePath, widthAt } from './tiles.ts';

describe('tile paths', () => {
  it('are written as tlog-tiles says', () => {
    expect(tilePath({ level: 0, index: 1_234_067, width: 256 })).toBe('tile/0/x001/x234/067');
    expect(tilePath({ level: 1, index: 0, width: 17 })).toBe('tile/1/000.p/17');
    expect(tilePath({ level: 'entries', index: 273, width: 112 })).toBe('tile/entries/273.p/112');
    expect(tilePath({ level: 2, index: 1000, width: 1 })).toBe('tile/2/x001/000.p/1');
  });

  it('read back to the same tile', () => {
    const tile = fc.record({
      level: fc.oneof(fc.integer({ min: 0, max: 63 }), fc.constant('entries' as const)),
      index: fc.integer({ min: 0, max: 10 ** 12 }),
      width: fc.integer({ min: 1, max: 256 }),
    });
    fc.assert(
      fc.property(tile, (one) => {
        expect(parseTilePath(tilePath(one))).toEqual(one);
      }),
    );
  });

  it.each([
    'tile/0/0',
    'tile/00/000',
    'tile/64/000',
    'tile/0/x000/001',
    'tile/0/001/002',
    'tile/0/x001',
    'tile/0/000.p/0',
    'tile/0/000.p/256',
    'tile/0/000.p/01',
    'tile/0/000.p/',
    'tile/entries/000/',
    'tile/data/000',
    '/tile/0/000',
    'tile/0/../0/000',
    'tile/-1/000',
    'checkpoint',
    '',
  ])('refuse %s', (path) => {
    expect(parseTilePath(path)).toBeNull();
  });

  it('have the widths of the tree of 70,000 and of 256', () => {
    expect(widthAt(70_000, 0, 272)).toBe(256);
    expect(widthAt(70_000, 0, 273)).toBe(112);
    expect(widthAt(70_000, 0, 274)).toBe(0);
    expect(widthAt(70_000, 1, 0)).toBe(256);
    expect(widthAt(70_000, 1, 1)).toBe(17);
    expect(widthAt(70_000, 2, 0)).toBe(1);
    expect(widthAt(256, 0, 0)).toBe(256);
    expect(widthAt(256, 1, 0)).toBe(1);
  });
});

describe('entry bundles', () => {
  it('read back to the same entries', () => {
    fc.assert(
      fc.property(fc.array(fc.uint8Array({ maxLength: 700 }), { maxLength: 20 }), (entries) => {
        expect(decodeBundle(encodeBundle(entries)).map((entry) => [...entry])).toEqual(
          entries.map((e) => [...e]),
        );
      }),
    );
  });

  it('hold 65,535 bytes and no more', () => {
    expect(decodeBundle(encodeBundle([new Uint8Array(65_535)]))[0]).toHaveLength(65_535);
    expect(() => encodeBundle([new Uint8Array(65_536)])).toThrow(/65536/);
  });

  it('are refused when cut off', () => {
    const bundle = encodeBundle([new Uint8Array(10), new Uint8Array(3)]);
    for (const cut of [1, 5, 13, 14]) expect(() => decodeBundle(bundle.slice(0, cut))).toThrow(/cut off/);
  });
});

import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { createShelf } from './shelf.ts';

describe('a shelf', () => {
  it('holds the last list that was put into each place', () => {
    const put = fc.record({
      place: fc.integer({ min: 0, max: 40 }),
      size: fc.integer({ min: 0, max: 300 }),
    });
    fc.assert(
      fc.property(fc.array(put, { maxLength: 300 }), fc.array(fc.nat(40)), (puts, asked) => {
        const shelf = createShelf();
        const lists = new Map<number, readonly number[]>();
        puts.forEach(({ place, size }, i) => {
          const list = Array.from({ length: size }, (_, j) => i * 1000 + j);
          lists.set(place, list);
          shelf.put(place, Uint32Array.from(list));
        });
        const places = [...lists.keys(), ...asked.filter((place) => lists.has(place))];
        expect([...shelf.gather(Uint32Array.from(places))]).toEqual(
          places.flatMap((place) => lists.get(place)!),
        );
        for (const [place, list] of lists) expect(shelf.sizeOf(place)).toBe(list.length);
      }),
      { numRuns: 60 },
    );
  });

  it('grows with its places, and has nothing where nothing was put', () => {
    const shelf = createShelf();
    shelf.put(5_000, Uint32Array.of(1, 2));
    expect([...shelf.gather(Uint32Array.of(5_000))]).toEqual([1, 2]);
    expect(shelf.sizeOf(9_999)).toBe(0);
  });
});

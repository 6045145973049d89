import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { type AtomBounds, atomsOf, unmappedTeam } from '../atoms.ts';
import type { Grouping } from '../kpi-groups.ts';
import { type KpiQuery, kpiRows } from '../kpi-rows.ts';
import { type MeasuredChange, measureAll, measureChanges } from '../measures.ts';
import { openingsOf } from '../openings.ts';
import { partsRows } from '../partition.ts';
import { randomFacts } from '../random-facts.ts';
import { defaultSimulation, simulateDelivery } from '../simulate.ts';
import { weekOf } from '../weeks.ts';
import {
  chunkRows,
  createPublishedColumns,
  decodeChunk,
  emptyChunk,
  encodeChunk,
  measuredAt,
  type PublishedColumns,
  type SlotUpdate,
  withSlots,
} from './index.ts';

const ownTeam = (repository: string) => repository.split('/')[1]!;

/** Puts changes into rows, in an order of the caller's choice. */
function filler(published: PublishedColumns) {
  const numbers = { repository: new Map<string, number>(), contributor: new Map<string, number>() };
  const numberOf = (kind: 'repository' | 'contributor', name: string) => {
    const known = numbers[kind].get(name);
    if (known !== undefined) return known;
    const number = numbers[kind].size + 1;
    numbers[kind].set(name, number);
    published.named(kind, number, name);
    return number;
  };
  return (rows: readonly (readonly [row: number, change: MeasuredChange | null])[]) => {
    for (const [number, own] of Map.groupBy(rows, ([row]) => Math.floor(row / chunkRows))) {
      const updates = own.map(([row, measured]): SlotUpdate => {
        const repository = measured === null ? 0 : numberOf('repository', measured.repository);
        const contributor = measured?.contributor == null ? 0 : numberOf('contributor', measured.contributor);
        return { slot: row % chunkRows, measured, repository, contributor };
      });
      const chunk = withSlots(published.columns.chunks[number] ?? emptyChunk(), updates);
      published.replace(number, decodeChunk(encodeChunk(chunk)));
    }
  };
}

const groupings: readonly (Grouping | undefined)[] = [undefined, 'team', 'repository', 'week', 'stage'];

function windows(now: number): readonly KpiQuery[] {
  return groupings.flatMap((by) => [
    { from: now - 500 * 86_400, to: now, by },
    { from: now - 200 * 86_400, to: now - 30 * 86_400, by },
  ]);
}

function compare(
  published: PublishedColumns,
  facts: Parameters<typeof measureAll>[0],
  now: number,
  closed: readonly AtomBounds[] = [],
  teamOf = ownTeam,
) {
  const options = { now, teamOf };
  const merged = atomsOf(measureChanges(facts, options), weekOf(now), closed);
  const opened = atomsOf(openingsOf(measureAll(facts), options), weekOf(now), closed);
  const atoms = {
    merged: published.atoms('merged', { ...options, closed }),
    opened: published.atoms('opened', { ...options, closed }),
  };
  for (const query of windows(now)) {
    const rows = published.rows(atoms, { ...query, ...options });
    expect(JSON.stringify(rows)).toBe(JSON.stringify(kpiRows(merged, query, opened)));
    const parts = published.parts(atoms.merged, query);
    expect(JSON.stringify(parts)).toBe(JSON.stringify(partsRows(facts, query, options, closed)));
  }
  return merged.atoms.length;
}

describe('columns', () => {
  it('keep what was measured, in any order and again', () => {
    fc.assert(
      fc.property(fc.string(), (seed) => {
        const facts = randomFacts(seed, 30);
        const all = measureAll(facts);
        const published = createPublishedColumns();
        const put = filler(published);
        // Scattered over two chunks, first with other changes in the same rows.
        const rows = all.map((_, i) => (i * 97) % (2 * chunkRows));
        put(rows.map((row, i) => [row, all[(i + 7) % all.length]!]));
        put(rows.slice(0, 5).map((row) => [row, null]));
        put(rows.map((row, i) => [row, all[i]!]));
        rows.forEach((row, i) => {
          const { id, ...rest } = all[i]!;
          expect(measuredAt(published.columns, row)).toEqual(rest);
        });
      }),
      { numRuns: 40 },
    );
  });

  it('give them of repositories that no team is known of', () => {
    const facts = simulateDelivery({ teams: 1 });
    const published = createPublishedColumns();
    filler(published)(measureAll(facts).map((change, i) => [i, change]));
    const now = defaultSimulation.start + 60 * 7 * 86_400;
    compare(published, facts, now, [], () => unmappedTeam);
    const options = { now, teamOf: () => unmappedTeam };
    const atoms = { merged: published.atoms('merged', options), opened: published.atoms('opened', options) };
    const [row] = published.rows(atoms, {
      ...options,
      from: now - 500 * 86_400,
      to: now,
      kpis: ['cycle_time.p50'],
    });
    expect(row!.note).toBe('teams unknown: the program names no team of these');
    const [quick] = published.rows(atoms, {
      ...options,
      ...{ from: now - 500 * 86_400, to: now, kpis: ['cycle_time.p50'], intervals: false },
    });
    expect(quick!.note).toBe(row!.note);
  });

  it('refuse bytes that are no chunk', () => {
    expect(() => decodeChunk(new Uint8Array(10))).toThrow(RangeError);
    const whole = encodeChunk(emptyChunk());
    expect(() => decodeChunk(whole.subarray(0, whole.length - 4))).toThrow(RangeError);
    expect(() => decodeChunk(new Uint8Array(whole.length + 4))).toThrow(RangeError);
  });

  it('give the figures that objects give, byte for byte', () => {
    fc.assert(
      fc.property(fc.string(), fc.integer({ min: 1, max: 6 }), (seed, repositories) => {
        const facts = randomFacts(seed, 90, repositories);
        const published = createPublishedColumns();
        const all = measureAll(facts);
        filler(published)(all.map((change, i) => [(i * 31) % chunkRows, change]));
        compare(published, facts, facts.now);
      }),
      { numRuns: 8 },
    );
  });

  it.each([
    ['one team', { teams: 1 }],
    ['nine small teams', { teams: 9, peoplePerTeam: 3, weeks: 40 }],
    [
      'an assistant, and many teams',
      { teams: 21, weeks: 6, assistant: { fromWeek: 2, share: 0.4, codingFactor: 0.5 } },
    ],
  ])(
    'give them of %s, as changes move and with atoms that were closed before',
    (_, description) => {
      const facts = simulateDelivery(description);
      const now = defaultSimulation.start + 60 * 7 * 86_400;
      const published = createPublishedColumns();
      const put = filler(published);
      const all = measureAll(facts);
      put(all.slice(0, 700).map((change, i) => [i, change]));
      // What was published of the first changes stays when the others come.
      const early = published.atoms('merged', { now, teamOf: ownTeam });
      put(all.map((change, i) => [i, change]));
      expect(compare(published, facts, now)).toBeGreaterThan(0);
      compare(published, facts, now, early);
    },
    120_000,
  );
});

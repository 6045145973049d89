import { cpSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import {
  atomsOf,
  deliveryImportExample,
  kpiRows,
  measureChanges,
  simulateDelivery,
  weekOf,
} from '@fairlead/core/delivery';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { importInto, measureBaseline, timelineIn } from './cli.ts';
import { workingClocks } from './clocks.ts';
import { openDelivery } from './create.ts';
import { createDeliveryFigures } from './figures.ts';

const example = new URL('../../../../../program', import.meta.url).pathname;
let folder: string;
beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), 'fairlead-clocks-'));
});
afterEach(() => rmSync(folder, { recursive: true, force: true }));

const data = () => join(folder, 'data');
const change = 'github.com/acme/payments-api#7';

/** The documented change, in a repository of the example program. */
async function importExample(): Promise<void> {
  const file = join(folder, 'facts.jsonl');
  const text = deliveryImportExample.map((fact) => JSON.stringify(fact)).join('\n');
  writeFileSync(file, text.replaceAll('git.example.com/shop/web', 'github.com/acme/payments-api'));
  await importInto(data(), 'jsonl', file, () => undefined);
}

/** The example program whose owner team doesn't work on the day of the change. */
function programWithHoliday(): string {
  const copy = join(folder, 'program');
  cpSync(example, copy, { recursive: true });
  const file = join(copy, 'teams.yaml');
  const text = readFileSync(file, 'utf8');
  writeFileSync(
    file,
    text.replace('    repositories: [github.com/acme/shared-libs]\n', "    holidays: ['2026-03-02']\n$&"),
  );
  return copy;
}

describe('working time', () => {
  it('counts the hours of the owner team, and its parts add up', async () => {
    await importExample();
    const elapsed = await timelineIn(data(), change);
    const working = await timelineIn(data(), change, { clock: 'working', program: example });
    expect(elapsed.clock).toBe('elapsed');
    expect(working.clock).toBe('working time of payments (Europe/Berlin)');
    expect(working.t).toEqual(elapsed.t);
    // Opened on Monday at 10:00 in Berlin and reviewed at 12:30; the Sunday before is nobody's.
    expect(working.parts).toMatchObject({ coding: 3600, pickup: 9000, merge_wait: 5400 });
    expect(Object.values(working.parts).reduce((a, b) => a! + b!)).toBe(working.total);
    const program = programWithHoliday();
    expect(await timelineIn(data(), change, { clock: 'working', program })).toMatchObject({ total: 0 });
  });

  it('needs a program, and is named in a baseline', async () => {
    await importExample();
    await expect(timelineIn(data(), change, { clock: 'working' })).rejects.toMatchObject({
      code: 'delivery.no-calendar',
    });
    const flags = { place: data(), repository: 'github.com/acme/payments-api' };
    const baseline = await measureBaseline({ ...flags, clock: 'working', program: example });
    expect(baseline.definitions).toBe('timeline/v1, working time');
    const cycle = ({ kpis }: typeof baseline) => kpis.find(({ kpi }) => kpi === 'cycle_time.p50')!.value!;
    expect(cycle(baseline)).toBe(18_000);
    expect(cycle(await measureBaseline(flags))).toBe(74_400);
  });

  it('is a set of figures of its own, measured anew when a calendar changes', async () => {
    const facts = simulateDelivery({ weeks: 8, peoplePerTeam: 6 });
    const now = Date.UTC(2026, 6, 1) / 1000;
    const teamOf = (repository: string) => repository.split('/')[1]!;
    const store = await openDelivery(data());
    try {
      const all = facts.histories.flatMap(({ change: one, events, commits }) => [one, ...events, ...commits]);
      await store.upsert([...all, ...facts.deployments, ...facts.incidents]);
      const window = { from: now - 400 * 86_400, to: now, intervals: false };
      for (const to of ['17:00', '13:00']) {
        const days = ['mon', 'tue', 'wed', 'thu', 'fri'] as const;
        const calendar = { timeZone: 'Europe/Berlin', days, from: '09:00', to, holidays: [] };
        const clocks = workingClocks({
          teams: [{ id: 'a', name: 'A', members: [], repositories: [], calendar }],
          repositories: [...new Set(facts.histories.map((one) => one.change.repository))].map((id) => ({
            ...{ id, classification: 'internal', allowlisted: true, team: 'a', service: null },
          })) as never,
        });
        const working = createDeliveryFigures(store, { teamOf, now: () => now, clocks, tree: to });
        const measures = measureChanges(facts, { now, teamOf, clockOf: clocks.clockOf });
        const expected = kpiRows(atomsOf(measures, weekOf(now)), window);
        const found = await working.rows(window);
        expect(found.map(({ kpi, value }) => [kpi, value])).toEqual(
          expected.map(({ kpi, value }) => [kpi, value]),
        );
        expect(found.find(({ kpi }) => kpi === 'cycle_time.p50')!.note).toMatch(/^in working time/);
      }
    } finally {
      await store.close();
    }
  }, 240_000);
});

/* What a person sees who asks before and after something came late, with figures that are restated monthly and without. */
import { appendFileSync, cpSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import type { Change, DeliveryFact, KpiRow, LateFacts } from '@fairlead/core/delivery';
import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest';
import { temporaryFolder } from '../../../../../test/setup/database.ts';
import { nodeRandom } from '../../platform/crypto/index.ts';
import { healthIn, importInto, kpisIn } from './cli.ts';
import { deliveryFile } from './create.ts';
import { createDeliveryFigures } from './figures.ts';
import { readFacts } from './read-facts.ts';
import type { DeliveryStore } from './store.ts';
import { openDeliveryStore } from './store-sql.ts';

const repository = 'github.com/acme/web';
const waits = 'what came late is counted from next month on';
const window = { from: Date.parse('2026-01-05') / 1000, to: Date.parse('2026-03-09') / 1000 };
const march = Date.parse('2026-03-10T12:00:00Z') / 1000;
const april = Date.parse('2026-04-01T00:00:00Z') / 1000;

/** A change merged in the week from 2 February on, unless told. */
function changeOf(number: number, more: Partial<Change> = {}): Change {
  const mergedAt = `2026-02-0${2 + (number % 5)}T12:00:00Z`;
  return {
    ...{ type: 'change', id: `c-${number}`, repository, number, isDraft: false, base: 'main' },
    author: { login: `p-${number}`, kind: 'human' },
    ...{ openedAt: '2026-02-02T08:00:00Z', mergedAt, mergeCommit: String(number).padStart(40, '1') },
    ...{ head: `b-${number}`, additions: 1, deletions: 0, files: 1, ...more },
  };
}

const changes = (from: number, to: number, more: Partial<Change> = {}) =>
  Array.from({ length: to - from }, (_, i) => changeOf(from + i, more));

function review(change: number, at: string): DeliveryFact {
  return {
    ...{ type: 'event', id: `r-${change}`, change: `c-${change}`, kind: 'review', state: 'approved', at },
    by: { login: 'reviewer', kind: 'human' },
  };
}

let folder: ReturnType<typeof temporaryFolder>;
let store: DeliveryStore;
let now = march;
beforeEach(async () => {
  folder = temporaryFolder();
  now = march;
  store = await openDeliveryStore({ kind: 'sqlite', file: deliveryFile(folder.path) }, nodeRandom);
  await store.takeLateFacts('monthly');
  await store.upsert(changes(1, 7));
});
afterEach(async () => {
  vi.useRealTimers();
  await store.close();
  folder.remove();
});

const reader = (from: DeliveryStore = store) =>
  createDeliveryFigures(from, { teamOf: () => 'web', now: () => now });
/** How many changes each figure counts, and its value. */
async function shown(kpi: string, figures = reader()): Promise<readonly (number | null)[]> {
  const rows = await figures.rows({ ...window, kpis: [kpi], intervals: false });
  return rows.flatMap(({ n, value }) => [n, value] as const);
}
const notes = async () => (await reader().rows(window)).filter(({ note }) => note.includes(waits));

describe('figures that are restated monthly', () => {
  it('count one person’s late change from the first of the month on, and say that something waits', async () => {
    const before = await shown('cycle_time.p90');
    expect(before[0]).toBe(6);
    expect(await notes()).toEqual([]);
    await store.upsert([changeOf(8, { openedAt: '2026-01-20T00:00:00Z' })]);
    expect(await shown('cycle_time.p90')).toEqual(before);
    expect((await notes()).map(({ kpi }) => kpi)).toContain('cycle_time.p90');
    now = april - 1;
    expect(await shown('cycle_time.p90')).toEqual(before);
    now = april;
    expect((await shown('cycle_time.p90'))[0]).toBe(7);
    expect(await notes()).toEqual([]);
  });

  it('count those of five people at once, and of what is known of fewer only the rest', async () => {
    expect(await shown('throughput')).toContain(6);
    expect(await shown('review_latency.p50')).toEqual([0, null]);
    await store.upsert([...changes(1, 7), ...[1, 2, 3, 4, 5].map((n) => review(n, '2026-02-02T09:00:00Z'))]);
    expect(await shown('review_latency.p50')).toEqual([5, 3_600]);
    await store.upsert(changes(10, 15));
    await store.upsert([review(10, '2026-02-02T11:00:00Z')]);
    expect(await shown('throughput')).toContain(11);
    expect(await shown('review_latency.p50')).toEqual([5, 3_600]);
    now = april;
    expect((await shown('review_latency.p50'))[0]).toBe(6);
  });

  it('go on counting a change that alters, moves to another week, or goes', async () => {
    const before = await Promise.all(['cycle_time.p50', 'time_to_merge.p50'].map((kpi) => shown(kpi)));
    await store.upsert([
      changeOf(1, { openedAt: '2026-02-02T00:00:00Z', updatedAt: '2026-03-01T00:00:00Z' }),
      changeOf(2, { mergedAt: '2026-02-20T12:00:00Z', updatedAt: '2026-03-01T00:00:00Z' }),
      changeOf(3, {
        mergedAt: undefined,
        closedAt: '2026-02-05T00:00:00Z',
        updatedAt: '2026-03-01T00:00:00Z',
      }),
    ]);
    expect(await Promise.all(['cycle_time.p50', 'time_to_merge.p50'].map((kpi) => shown(kpi)))).toEqual(
      before,
    );
    const timeline = await store.change(repository, 2);
    expect(timeline?.change.mergedAt).toBe('2026-02-20T12:00:00Z');
    now = april;
    // Of the week that was published four are left: too few.
    expect((await shown('cycle_time.p50'))[0]).toBeNull();
  });

  it('are the same for whoever asks, also after a restart', async () => {
    const before = await shown('cycle_time.p90');
    const other = await openDeliveryStore({ kind: 'sqlite', file: deliveryFile(folder.path) }, nodeRandom);
    const beside = reader(other);
    expect(await shown('cycle_time.p90', beside)).toEqual(before);
    await other.upsert([changeOf(8)]);
    expect(await shown('cycle_time.p90')).toEqual(before);
    expect(await shown('cycle_time.p90', beside)).toEqual(before);
    await other.upsert(changes(9, 13));
    expect((await shown('cycle_time.p90', beside))[0]).toBe(11);
    expect((await shown('cycle_time.p90'))[0]).toBe(11);
    await other.close();
  });

  it('count everything as soon as the organisation wants that, and nothing is kept back any more', async () => {
    const figures = reader();
    expect((await shown('throughput', figures))[0]).toBe(6);
    await store.upsert([changeOf(8)]);
    expect((await shown('throughput', figures))[0]).toBe(6);
    await store.takeLateFacts('at_once');
    expect((await shown('throughput', figures))[0]).toBe(7);
    await store.upsert([changeOf(9)]);
    expect((await shown('throughput', figures))[0]).toBe(8);
    await store.takeLateFacts('monthly');
    expect((await shown('throughput', figures))[0]).toBe(8);
    await store.upsert([changeOf(10)]);
    expect((await shown('throughput', figures))[0]).toBe(8);
  });

  it('never grow old one by one: what may have been a defect is told as of the month’s start', async () => {
    await store.upsert(changes(20, 40));
    now = Date.parse('2026-03-04T18:00:00Z') / 1000;
    const before = await shown('defect_rate');
    now = march;
    expect(await shown('defect_rate')).toEqual(before);
    now = april;
    expect(await shown('defect_rate')).toEqual([26, 0]);
  });
});

describe('the health of facts', () => {
  const health = async (lateFacts: LateFacts) => {
    const program = { teams: { [repository]: 'web' }, members: [], lateFacts };
    const facts = readFacts({ kind: 'sqlite', file: deliveryFile(folder.path) }, program, {
      now: () => now * 1000,
    });
    try {
      await facts.rows(window);
      await store.upsert([
        changeOf(8),
        changeOf(9, { openedAt: '2026-03-09T08:00:00Z', mergedAt: '2026-03-09T12:00:00Z' }),
      ]);
      await facts.rows({ ...window, intervals: false });
      return (await facts.health()).restating;
    } finally {
      await facts.close();
    }
  };

  it('says how many changes wait, and since when figures are as they are', async () => {
    expect(await health('monthly')).toEqual({ lateFacts: 'monthly', waiting: 1, restatedAt: march * 1000 });
  });

  it('says that none does where they are counted at once', async () => {
    expect(await health('at_once')).toEqual({ lateFacts: 'at_once', waiting: 0, restatedAt: null });
  });
});

describe('commands', () => {
  it('go by what the program of an import, or of a server, said', async () => {
    vi.useFakeTimers({ toFake: ['Date'], now: march * 1000 });
    const program = join(folder.path, 'program');
    cpSync(fileURLToPath(new URL('../../../../../program', import.meta.url)), program, { recursive: true });
    const lines = (facts: readonly DeliveryFact[]) =>
      facts.map((fact) => `${JSON.stringify(fact)}\n`).join('');
    const data = join(folder.path, 'data');
    const file = join(folder.path, 'facts.jsonl');
    const take = (facts: readonly DeliveryFact[]) => {
      writeFileSync(file, lines(facts));
      return importInto(data, 'jsonl', file, () => undefined, { program });
    };
    const asked = { from: '2026-01-05', to: '2026-03-09' };
    const counted = async () => {
      const rows: readonly KpiRow[] = await kpisIn(data, asked);
      return rows.find(({ kpi }) => kpi === 'throughput')!.n;
    };
    await take(changes(1, 7));
    expect(await counted()).toBe(6);
    await take([changeOf(8)]);
    expect(await counted()).toBe(7);
    appendFileSync(join(program, 'fairlead.yaml'), '\ndelivery:\n  lateFacts: monthly\n');
    await take([]);
    expect(await counted()).toBe(7);
    await take([changeOf(9)]);
    expect(await counted()).toBe(7);
    expect((await healthIn(data)).restating).toEqual({
      ...{ lateFacts: 'monthly', waiting: 1 },
      ...{ restatedAt: '2026-03-10T12:00:00.000Z', nextRestatement: '2026-04-01T00:00:00.000Z' },
    });
    vi.setSystemTime(april * 1000);
    expect(await counted()).toBe(8);
    expect((await healthIn(data)).restating).toMatchObject({ waiting: 0 });
  });
});

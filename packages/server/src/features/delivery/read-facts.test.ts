import { join } from 'node:path';
import {
  type Change,
  type DeliveryFact,
  deliveryImportExample,
  type Incident,
} from '@fairlead/core/delivery';
import { describe, expect, it } from 'vitest';
import {
  createPostgresDatabase,
  describePostgres,
  temporaryFolder,
} from '../../../../../test/setup/database.ts';
import { nodeRandom } from '../../platform/crypto/index.ts';
import type { StateLocation } from '../../platform/db/index.ts';
import { readFacts } from './read-facts.ts';
import { takeFacts } from './service.ts';
import { openDeliveryStore } from './store-sql.ts';

const at = Date.UTC(2026, 6, 6);
const program = { teams: { 'git.example.com/shop/web': 'shop' }, members: [] };

/** The same questions on both databases. */
function readingContract(place: () => Promise<{ location: StateLocation; remove(): Promise<void> | void }>) {
  it('answers of facts that another connection took', async () => {
    const { location, remove } = await place();
    const store = await openDeliveryStore(location, nodeRandom);
    const reader = readFacts(location, program, { now: () => at });
    const source = async (name: string) => (await reader.health()).sources.find((one) => one.source === name);
    expect(await source('changes')).toMatchObject({ connected: false, facts: 0, newest: null });
    await takeFacts(store, deliveryImportExample, 'jsonl');
    expect(await source('changes')).toMatchObject({
      ...{ connected: true, facts: 1, repositories: 1 },
      newest: Date.parse('2026-03-02T09:00:00Z'),
    });
    expect(await source('reviews')).toMatchObject({ connected: true, coverage: 1 });
    expect(await source('deployments')).toMatchObject({ repositories: 1, coverage: 1 });
    const { people, bots } = await reader.health();
    expect(people.known).toBeGreaterThan(0);
    expect(people.unmapped).toBe(people.known);
    expect(bots).toEqual([]);
    expect((await reader.timeline('git.example.com/shop/web#7'))?.total).toBe(78_600);
    const window = { from: Date.UTC(2026, 0, 5) / 1000, to: at / 1000 };
    expect((await reader.rows(window)).every(({ value }) => value === null)).toBe(true);
    expect(await reader.parts({ ...window, by: 'team' })).toMatchObject([{ group: 'all', suppressed: true }]);
    await reader.close();
    await store.close();
    await remove();
  });

  it('says which source was never heard of, before anything of people', async () => {
    const { location, remove } = await place();
    const store = await openDeliveryStore(location, nodeRandom);
    const reader = readFacts(location, program, { now: () => at });
    const window = { from: Date.UTC(2026, 0, 5) / 1000, to: at / 1000 };
    for (const { note, suppressed } of await reader.rows(window))
      expect([note, suppressed]).toEqual(['unknown: source not connected (changes)', false]);
    await takeFacts(store, deliveryImportExample.slice(0, 1), 'jsonl');
    expect(await store.missing()).toEqual(new Set(['deployments', 'incidents']));
    const later = readFacts(location, program, { now: () => at });
    const notes = new Map((await later.rows(window)).map(({ kpi, note }) => [kpi, note]));
    expect(notes.get('lead_time.p50')).toBe('unknown: source not connected (deployments)');
    expect(notes.get('cycle_time.p50')).toMatch(/^fewer than 5 people/);
    const quiet = { from: Date.UTC(2026, 4, 4) / 1000, to: Date.UTC(2026, 5, 1) / 1000 };
    const rows = await later.rows(quiet);
    expect(rows.find(({ kpi }) => kpi === 'cycle_time.p50')).toMatchObject({
      suppressed: false,
      note: 'unknown: nothing in the window has it',
    });
    await reader.close();
    await later.close();
    await store.close();
    await remove();
  });

  it('counts and names what is dated ahead, and nothing of today', async () => {
    const { location, remove } = await place();
    const store = await openDeliveryStore(location, nodeRandom);
    const reader = readFacts(location, program, { now: () => at });
    const [change] = deliveryImportExample as readonly [Change, ...DeliveryFact[]];
    const incident = deliveryImportExample.find(({ type }) => type === 'incident') as Incident;
    const later = (days: number) => new Date(at + days * 86_400_000).toISOString();
    const commit = deliveryImportExample.find(({ type }) => type === 'commit')!;
    await takeFacts(
      store,
      [{ ...change, mergedAt: later(0.9) }, { ...commit, authoredAt: later(9) } as DeliveryFact],
      'jsonl',
    );
    expect((await reader.health()).ahead).toEqual({ count: 0, facts: [] });
    const merged = { ...change, id: 'pr-9', number: 9, mergedAt: later(2) };
    await takeFacts(store, [merged, { ...incident, id: 'INC-9', startedAt: later(30) }], 'jsonl');
    expect((await reader.health()).ahead).toEqual({
      count: 2,
      facts: [
        { type: 'change', name: 'git.example.com/shop/web#9', at: later(2) },
        { type: 'incident', name: 'INC-9', at: later(30) },
      ],
    });
    await reader.close();
    await store.close();
    await remove();
  });

  it('names what incidents name and nobody knows, until it comes', async () => {
    const { location, remove } = await place();
    const store = await openDeliveryStore(location, nodeRandom);
    const reader = readFacts(location, program, { now: () => at });
    const links = async () => (await reader.health()).unknownLinks;
    const [change] = deliveryImportExample as readonly [Change, ...DeliveryFact[]];
    const deployment = deliveryImportExample.find(({ type }) => type === 'deployment')!;
    const incident = deliveryImportExample.find(({ type }) => type === 'incident') as Incident;
    const naming = [
      { rel: 'caused_by', change: change.id },
      { rel: 'caused_by', change: 'git.example.com/shop/web#8', deployment: 'deploy-8' },
      { rel: 'fixed_by', change: 'git.example.com/shop/web#9' },
    ] as const;
    await takeFacts(store, [{ ...incident, id: 'INC-1', links: naming }], 'jsonl');
    expect((await links()).count).toBe(4);
    await takeFacts(store, [change, { ...deployment, id: 'deploy-8' } as DeliveryFact], 'jsonl');
    // Under another id, by which the incident now names it.
    await takeFacts(store, [{ ...change, id: 'pr-9', number: 9 }], 'jsonl');
    const unknown = {
      incident: 'INC-1',
      rel: 'caused_by',
      kind: 'change',
      name: 'git.example.com/shop/web#8',
    };
    expect(await links()).toEqual({ count: 1, links: [unknown] });
    await takeFacts(store, [{ ...incident, id: 'INC-1', links: naming, retracted: true }], 'jsonl');
    expect(await links()).toEqual({ count: 0, links: [] });
    const many = Array.from({ length: 250 }, (_, i) => ({ rel: 'caused_by' as const, change: `none-${i}` }));
    await takeFacts(store, [{ ...incident, id: 'INC-2', links: many }], 'jsonl');
    expect((await links()).count).toBe(250);
    expect((await links()).links).toHaveLength(200);
    await reader.close();
    await store.close();
    await remove();
  });

  it('counts changes whose source can’t tell who reviewed them, and names machines', async () => {
    const { location, remove } = await place();
    const store = await openDeliveryStore(location, nodeRandom);
    const [change] = deliveryImportExample;
    const another = { ...change, id: 'another', number: 8, unknown: ['reviews'] };
    const byMachine = { ...change, id: 'third', number: 9, author: { login: 'builder[bot]', kind: 'bot' } };
    await takeFacts(store, [change, another, byMachine] as never, 'jsonl');
    const reader = readFacts(location, program, { now: () => at });
    const { sources, bots } = await reader.health();
    expect(sources.find(({ source }) => source === 'reviews')?.coverage).toBeCloseTo(2 / 3);
    expect(sources.find(({ source }) => source === 'commits')?.coverage).toBe(1);
    expect(bots).toEqual(['builder[bot]']);
    await reader.close();
    await store.close();
    await remove();
  });
}

describe('reading delivery facts on SQLite', () => {
  readingContract(async () => {
    const folder = temporaryFolder();
    return {
      location: { kind: 'sqlite', file: join(folder.path, 'delivery.db') },
      remove: () => folder.remove(),
    };
  });
});

describePostgres('reading delivery facts on PostgreSQL', () => {
  readingContract(async () => {
    const database = await createPostgresDatabase();
    return { location: { kind: 'postgres', url: database.url }, remove: () => database.drop() };
  });
});

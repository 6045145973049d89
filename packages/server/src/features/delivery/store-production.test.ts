/* Which environments are production is for the organisation to say, whichever way its deployments come in. */
import { appendFileSync, cpSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { type Deployment, deliveryImportExample, simulateDelivery } from '@fairlead/core/delivery';
import { afterAll, afterEach, beforeEach, describe, expect, it } from 'vitest';
import {
  createPostgresDatabase,
  describePostgres,
  temporaryFolder,
} from '../../../../../test/setup/database.ts';
import { nodeRandom } from '../../platform/crypto/index.ts';
import type { StateLocation } from '../../platform/db/index.ts';
import { loadProgram } from '../program/api.ts';
import { importInto, timelineIn } from './cli.ts';
import { programFacts } from './create.ts';
import { createDeliveryFigures } from './figures.ts';
import type { DeliveryStore } from './store.ts';
import { openDeliveryStore } from './store-sql.ts';

const { histories, deployments } = simulateDelivery({ weeks: 8, teams: 1 });
const facts = histories.flatMap(({ change, events, commits }) => [change, ...events, ...commits]);
const to = (environment: string) => deployments.map((one): Deployment => ({ ...one, environment }));
const window = { from: Date.parse('2026-01-05') / 1000, to: Date.parse('2026-03-02') / 1000 };

function contract(open: () => Promise<{ location: StateLocation; remove(): Promise<void> }>): void {
  let store: DeliveryStore;
  let remove: () => Promise<void>;
  beforeEach(async () => {
    const opened = await open();
    store = await openDeliveryStore(opened.location, nodeRandom);
    remove = opened.remove;
    await store.upsert(facts);
  });
  afterEach(async () => {
    await store.close();
    await remove();
  });

  /** Lead time and frequency of deployments: what rests on production. */
  async function figures(): Promise<readonly (number | null)[]> {
    const reader = createDeliveryFigures(store, { teamOf: () => 'team', now: () => window.to + 30 * 86_400 });
    const kpis = ['lead_time.p50', 'deployment_frequency.delivery'];
    const rows = await reader.rows({ ...window, kpis, intervals: false });
    return rows.map(({ value }) => value);
  }

  it('makes figures of deployments that were there, and takes them away again', async () => {
    await store.upsert(to('production'));
    const usual = await figures();
    expect(usual).not.toContain(null);
    await store.upsert(to('Live-EU'));
    const none = await figures();
    expect(none).not.toEqual(usual);
    await store.takeProduction(['live-eu', 'live-us']);
    expect(await figures()).toEqual(usual);
    await store.takeProduction(['prod', 'production', 'live']);
    expect(await figures()).toEqual(none);
  });

  it('makes them of all environments that a pattern names, and of no other', async () => {
    await store.upsert(to('production'));
    const usual = await figures();
    const half = deployments.map(
      (one, i): Deployment => ({ ...one, environment: i % 2 ? 'Live-EU' : 'live-us' }),
    );
    await store.upsert(half);
    await store.takeProduction(['live-*']);
    expect(await figures()).toEqual(usual);
    await store.takeProduction(['*-eu']);
    expect(await figures()).not.toEqual(usual);
    const marked = (await store.deployments()).map(({ environment, production }) => [
      environment,
      production,
    ]);
    expect(
      new Set(marked.map(([environment, production]) => `${environment} ${production ?? false}`)),
    ).toEqual(new Set(['Live-EU true', 'live-us false']));
  });

  it('holds of what comes later by import and webhook alike, and of nothing that only sounds so', async () => {
    await store.takeProduction(['live-eu']);
    const [first, second, third] = to('live-eu') as [Deployment, Deployment, Deployment];
    await store.upsert([first]);
    const delivery = { id: 'hook-1', digest: 'd', at: 1, hints: [] };
    await store.receive({ ...delivery, facts: [second] });
    await store.upsert([{ ...third, environment: 'production' }]);
    const known = await store.deployments();
    const marks = Object.fromEntries(known.map(({ id, production }) => [id, production]));
    expect(marks).toEqual({ [first.id]: true, [second.id]: true, [third.id]: false });
    expect((await store.deployments(first.repository)).length).toBeGreaterThan(0);
    // A fact stays as its source told it: taken out and put back it is the same.
    expect(await store.upsert(known)).toMatchObject({ added: 0, changed: 0 });
    expect(await store.upsert([first])).toMatchObject({ unchanged: 1 });
  });
}

describe('environments that a program names', () => {
  const change = 'git.example.com/shop/web#7';
  const folder = temporaryFolder();
  afterAll(() => folder.remove());

  it('are in force from an import with it on, and for a server that has it', async () => {
    const program = join(folder.path, 'program');
    cpSync(fileURLToPath(new URL('../../../../../program', import.meta.url)), program, { recursive: true });
    appendFileSync(join(program, 'fairlead.yaml'), '\ndelivery:\n  productionEnvironments: [live-eu]\n');
    const file = join(folder.path, 'facts.jsonl');
    const lines = deliveryImportExample.map((fact) =>
      JSON.stringify(fact.type === 'deployment' ? { ...fact, environment: 'live-eu' } : fact),
    );
    writeFileSync(file, `${lines.join('\n')}\n`);
    const data = join(folder.path, 'data');
    const take = (flags = {}) => importInto(data, 'jsonl', file, () => undefined, flags);
    await take();
    expect(await timelineIn(data, change)).toMatchObject({ state: 'not_applicable', lead_time: null });
    await take({ program });
    expect(await timelineIn(data, change)).toMatchObject({ state: 'deployed', lead_time: 78_600 });
    await take();
    expect(await timelineIn(data, change)).toMatchObject({ state: 'deployed' });
    const loaded = await loadProgram(program, { today: '2026-11-01' });
    expect(programFacts(loaded.program).production).toEqual(['live-eu']);
  });
});

describe('environments that are production: SQLite', () => {
  contract(async () => {
    const folder = temporaryFolder();
    const location = { kind: 'sqlite' as const, file: `${folder.path}/delivery.db` };
    return { location, remove: async () => folder.remove() };
  });
});

describePostgres('environments that are production: PostgreSQL', () => {
  contract(async () => {
    const database = await createPostgresDatabase();
    return { location: { kind: 'postgres', url: database.url }, remove: () => database.drop() };
  });
});

/* A collection under everything that can go wrong, until the host is quiet. */
import type { Incident } from '@fairlead/core/delivery';
import { expect } from 'vitest';
import { type DeliveryStore, openDelivery } from '../../../delivery/api.ts';
import { fakeClock, openCollecting } from './collecting.ts';
import { factsIn, figuresIn, importAll } from './compare.ts';
import { type FakeHost, startFakeHost } from './fake-host.ts';
import { drawing, type FakeWorld, liveMoment, makeWorld, rename } from './model.ts';

export const names = ['acme/web', 'Acme/API'];
export const asked = ['github.com/acme/web', 'acme/api'];
export const august = Date.UTC(2026, 7, 1);

export interface Scenario {
  readonly folder: string;
  readonly seed: string;
  readonly pulls: number;
  readonly faultShare: number;
  /** Moments of the host's users before each request. */
  readonly moments: number;
  /** At which request the first repository gets another name; 0: never. */
  readonly renameAt: number;
  /** How often the collector is killed, at random points. */
  readonly kills: number;
}

export interface Outcome {
  readonly world: FakeWorld;
  readonly stats: FakeHost['stats'];
  /** Where it was killed: in a request, in a transaction, before a write. */
  readonly killed: readonly string[];
  readonly now: number;
}

/** Collects into `folder` in several rounds while the host lives and fails, then once more when it has become quiet. */
export async function collectThroughTrouble(scenario: Scenario): Promise<Outcome> {
  const world = makeWorld({ seed: scenario.seed, pulls: scenario.pulls, names });
  const clock = fakeClock(august);
  const draw = drawing(`${scenario.seed} kills`);
  let isLive = true;
  let kill: { left: number; now(): void } | null = null;
  const host = await startFakeHost({
    ...{ world, now: clock.now, seed: scenario.seed, faultShare: scenario.faultShare, limit: 1_000_000 },
    beforeRequest(request) {
      if (kill !== null && kill.left-- === 0) kill.now();
      if (!isLive) return;
      for (let i = 0; i < scenario.moments; i++) liveMoment(world, clock.now() / 1000);
      if (request === scenario.renameAt) rename(world.repositories[0]!, 'acme/storefront');
    },
  });
  const killed: string[] = [];
  try {
    for (let round = 0; round < scenario.kills; round++) {
      const stop = new AbortController();
      const where = draw.pick(['request', 'transaction', 'write'] as const);
      const takeAtOnce = draw.pick([1, pagesAtOnce * perPage.pulls]);
      const left = draw.whole(reachOf(scenario, where, takeAtOnce));
      kill = where === 'request' ? { left, now: () => stop.abort(new Error('killed')) } : null;
      const store = await fatalAfter(where, left)(scenario.folder);
      const one = await openCollecting(scenario.folder, host, clock, {
        ...{ store, takeAtOnce, seed: `${round}` },
      });
      try {
        for (const name of asked) await one.collector.collect(name, stop.signal);
      } catch (error) {
        expect((error as Error).message).toBe('killed');
        killed.push(where);
      }
      await one.close();
      clock.advance(60_000);
    }
    kill = null;
    const one = await openCollecting(scenario.folder, host, clock);
    const collectAll = async () => {
      for (const name of asked) {
        const report = await one.collector.collect(name, new AbortController().signal);
        expect(report).toMatchObject({ failure: null });
      }
    };
    await collectAll();
    clock.advance(3_600_000);
    await collectAll();
    isLive = false;
    await collectAll();
    await one.close();
  } finally {
    await host.close();
  }
  expect(host.stats.invalid).toEqual([]);
  return { world, stats: host.stats, killed, now: clock.now() };
}

/** Of pull requests a page holds 50, and asking for them and what belongs to them takes some four requests. */
const perPage = { pulls: 50, requests: 4 };

/** How many of them some of the killed collectors take in one transaction. */
const pagesAtOnce = 3;

/** Points to be killed at lie so near that there is something left to collect, and to be killed in, to the last. */
function reachOf(
  { pulls, kills }: Scenario,
  where: 'request' | 'transaction' | 'write',
  takeAtOnce: number,
): number {
  const pages = Math.max(2, Math.floor((1.2 * pulls) / perPage.pulls / kills));
  if (where === 'request') return pages * perPage.requests;
  return takeAtOnce === 1 ? pages : Math.max(2, Math.floor(pages / pagesAtOnce));
}

/** A store that fails once: in the middle of a page's transaction, or before it. */
function fatalAfter(where: 'request' | 'transaction' | 'write', left: number) {
  let count = left;
  const poison = {
    type: 'incident',
    id: 'poison',
    links: [],
    toJSON() {
      throw new Error('killed');
    },
  } as unknown as Incident;
  return async (folder: string): Promise<DeliveryStore> => {
    const store = await openDelivery(folder);
    if (where === 'request') return store;
    return {
      ...store,
      async collect(page) {
        if (count-- !== 0) return store.collect(page);
        if (where === 'write') throw new Error('killed');
        return store.collect({ ...page, facts: [...page.facts, poison] });
      },
    };
  };
}

/** Holds what was collected against a full import of the same world: every fact, and every figure. */
export async function expectSame(
  folder: string,
  { world, now }: Pick<Outcome, 'world' | 'now'>,
): Promise<void> {
  const whole = `${folder}-whole`;
  await importAll(whole, world);
  const expected = factsIn(whole);
  const found = factsIn(folder);
  expect(expected.length).toBeGreaterThan(1000);
  const [a, b] = [new Set(expected), new Set(found)];
  // A few lines to look at are worth more than all of them.
  const different = { missing: [...a.difference(b)].slice(0, 3), extra: [...b.difference(a)].slice(0, 3) };
  expect(different).toEqual({ missing: [], extra: [] });
  expect(found).toHaveLength(expected.length);
  const figures = await figuresIn(whole, now);
  expect(JSON.parse(figures).length).toBeGreaterThan(10);
  expect(await figuresIn(folder, now)).toBe(figures);
}

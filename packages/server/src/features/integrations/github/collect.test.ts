import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { fakeClock, openCollecting } from './testing/collecting.ts';
import { factsIn, figuresIn, importAll } from './testing/compare.ts';
import { type FakeHost, startFakeHost } from './testing/fake-host.ts';
import { liveMoment, makeWorld, rename } from './testing/model.ts';

let folder: string;
let host: FakeHost | null = null;
beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), 'fairlead-collect-'));
});
afterEach(async () => {
  await host?.close();
  host = null;
  rmSync(folder, { recursive: true, force: true });
});

const names = ['acme/web', 'Acme/API'];
const asked = ['github.com/acme/web', 'acme/api'];
const august = Date.UTC(2026, 7, 1);
const signal = () => new AbortController().signal;

async function expectSame(collected: string, world: Parameters<typeof importAll>[1], now: number) {
  const whole = join(folder, 'whole');
  await importAll(whole, world);
  const expected = factsIn(whole);
  expect(expected.length).toBeGreaterThan(1000);
  const found = factsIn(collected);
  const [a, b] = [new Set(expected), new Set(found)];
  // A few lines to look at are worth more than all of them.
  const different = { missing: [...a.difference(b)].slice(0, 3), extra: [...b.difference(a)].slice(0, 3) };
  expect(different).toEqual({ missing: [], extra: [] });
  expect(found).toHaveLength(expected.length);
  expect(await figuresIn(collected, now)).toBe(await figuresIn(whole, now));
}

describe('a repository that is collected', () => {
  it('comes to the facts of a full import, byte for byte, and a second time changes nothing', async () => {
    const world = makeWorld({ seed: 'one', pulls: 300, names });
    const clock = fakeClock(august);
    host = await startFakeHost({ world, now: clock.now });
    const data = join(folder, 'data');
    const one = await openCollecting(data, host, clock);
    for (const name of asked) {
      expect(await one.collector.collect(name, signal())).toMatchObject({ failure: null, changes: 150 });
    }
    const before = host.stats.requests;
    const again = await one.collector.collect(asked[0]!, signal());
    expect(again).toMatchObject({ failure: null, added: 0, changed: 0, forgotten: 0 });
    expect(again.changes).toBeLessThan(60);
    expect(host.stats.requests - before).toBeLessThan(10);
    expect(host.stats.invalid).toEqual([]);
    expect(host.stats.mostNodes).toBeLessThan(20_000);
    await one.close();
    await expectSame(data, world, clock.now());
  });

  it('while it changes, is renamed, and the host fails in every way it can, comes to the same', async () => {
    const world = makeWorld({ seed: 'two', pulls: 400, names });
    const clock = fakeClock(august);
    let isLive = true;
    host = await startFakeHost({
      world,
      now: clock.now,
      faultShare: 0.3,
      beforeRequest(request) {
        if (!isLive) return;
        for (let i = 0; i < 3; i++) liveMoment(world, clock.now() / 1000);
        if (request === 12) rename(world.repositories[0]!, 'acme/storefront');
      },
    });
    const data = join(folder, 'data');
    const one = await openCollecting(data, host, clock, { sizes: { changes: 20, parts: 30 } });
    for (let round = 0; round < 3; round++) {
      for (const name of asked) {
        expect(await one.collector.collect(name, signal())).toMatchObject({ failure: null });
      }
      clock.advance(3_600_000);
    }
    isLive = false;
    for (const name of asked) await one.collector.collect(name, signal());
    expect(Object.keys(host.stats.faults)).toHaveLength(9);
    expect(host.stats.invalid).toEqual([]);
    expect(await one.store.aliases()).toEqual({ 'github.com/acme/web': 'github.com/acme/storefront' });
    await one.close();
    await expectSame(data, world, clock.now());
  });
});

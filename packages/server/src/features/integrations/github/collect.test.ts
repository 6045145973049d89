import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest';
import { fakeClock, openCollecting } from './testing/collecting.ts';
import { type FakeHost, startFakeHost } from './testing/fake-host.ts';
import { makeWorld, rename } from './testing/model.ts';
import { asked, august, collectThroughTrouble, expectSame, names } from './testing/scenario.ts';

// Whole collections against real files: slow where others use the machine too.
vi.setConfig({ testTimeout: 180_000 });

let folder: string;
let data: string;
let host: FakeHost | null = null;
beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), 'fairlead-collect-'));
  data = join(folder, 'data');
});
afterEach(async () => {
  await host?.close();
  host = null;
  rmSync(folder, { recursive: true, force: true });
});

const signal = () => new AbortController().signal;
const minute = 60_000;

describe('a repository that is collected', () => {
  it('comes to the facts of a full import, byte for byte, and a second time changes nothing', async () => {
    const world = makeWorld({ seed: 'one', pulls: 300, names });
    const clock = fakeClock(august);
    host = await startFakeHost({ world, now: clock.now });
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
    await expectSame(data, { world, now: clock.now() });
  });

  it('while it changes, is renamed, and the host fails in every way it can, comes to the same', async () => {
    const outcome = await collectThroughTrouble({
      ...{ folder: data, seed: 'two', pulls: 300, faultShare: 0.3, moments: 2, renameAt: 9, kills: 0 },
    });
    expect(Object.keys(outcome.stats.faults)).toHaveLength(9);
    await expectSame(data, outcome);
  });

  it('killed at twenty points comes to the same', async () => {
    const outcome = await collectThroughTrouble({
      ...{ folder: data, seed: 'three', pulls: 240, faultShare: 0.05, moments: 1, renameAt: 30, kills: 20 },
    });
    expect(new Set(outcome.killed)).toEqual(new Set(['request', 'transaction', 'write']));
    expect(outcome.killed.length).toBeGreaterThan(8);
    await expectSame(data, outcome);
  });
});

describe('a host that takes its time', () => {
  it('is asked a few questions at once, and the facts are the same', async () => {
    const world = makeWorld({ seed: 'slow', pulls: 250, names });
    const clock = fakeClock(august);
    host = await startFakeHost({ world, now: clock.now, answersAfterMs: 20 });
    const one = await openCollecting(data, host, clock);
    for (const name of asked)
      expect(await one.collector.collect(name, signal())).toMatchObject({ failure: null, changes: 125 });
    expect(host.stats.mostAtOnce).toBeGreaterThan(1);
    expect(host.stats.mostAtOnce).toBeLessThanOrEqual(6);
    await one.close();
    await expectSame(data, { world, now: clock.now() });
  });
});

describe('a name that another repository has now', () => {
  it.each([
    ['first', [0, 1]],
    ['last', [1, 0]],
  ] as const)('mixes nothing, the renamed one read %s', async (_, order) => {
    const world = makeWorld({ seed: 'names', pulls: 300, names, huge: 0 });
    const clock = fakeClock(august);
    host = await startFakeHost({ world, now: clock.now });
    const one = await openCollecting(data, host, clock);
    const collectBoth = async () => {
      for (const index of order) {
        const report = await one.collector.collect(asked[index]!, signal());
        expect(report).toMatchObject({ failure: null });
      }
    };
    await collectBoth();
    rename(world.repositories[0]!, 'acme/storefront');
    rename(world.repositories[1]!, 'acme/web');
    clock.advance(minute);
    await collectBoth();
    await one.close();
    await expectSame(data, { world, now: clock.now() });
  });
});

describe('one change', () => {
  it('is read whole by its number, under its repository’s old name too; an unknown one is null', async () => {
    const world = makeWorld({ seed: 'four', pulls: 20, names: ['acme/web'] });
    const clock = fakeClock(august);
    host = await startFakeHost({ world, now: clock.now });
    const one = await openCollecting(data, host, clock);
    const { fetchChange } = one.collector;
    const found = await fetchChange('acme/web', 1, signal());
    expect(found?.change).toMatchObject({ id: 'github.com/acme/web#1', number: 1 });
    expect(found?.events.filter(({ kind }) => kind === 'review').length).toBeGreaterThan(100);
    expect(found?.events.filter(({ kind }) => kind === 'inline_comment').length).toBeGreaterThan(100);
    expect(found?.commits.length).toBeGreaterThan(250);
    rename(world.repositories[0]!, 'acme/shop');
    expect((await fetchChange('acme/web', 2, signal()))?.change.id).toBe('github.com/acme/shop#2');
    expect((await one.store.change('github.com/acme/web', 1))?.change.id).toBe('github.com/acme/shop#1');
    expect(await fetchChange('acme/web', 999_999, signal())).toBeNull();
    await one.store.hint('github.com/acme/web', 3, 1);
    await one.store.hint('github.com/other/one', 4, 2);
    expect(await one.collector.collectHints(['acme/web'], signal())).toBe(1);
    expect((await one.store.change('github.com/acme/shop', 3))?.change.number).toBe(3);
    await one.close();
  });
});

describe('what the host does not say', () => {
  it('is found by the daily sample of closed changes, and lost labels of incidents', async () => {
    const world = makeWorld({ seed: 'five', pulls: 150, names: ['acme/web'] });
    const clock = fakeClock(august);
    host = await startFakeHost({ world, now: clock.now });
    const one = await openCollecting(data, host, clock, { recheck: 1000 });
    expect(await one.collector.collect('acme/web', signal())).toMatchObject({ rechecked: null });
    const [repository] = world.repositories;
    const closed = repository!.pulls.filter(({ closedAt }) => closedAt !== null);
    // Changed behind everybody's back: no time stamp moved.
    closed[5]!.title = 'Fix #1';
    closed[7]!.timeline.pop();
    const incidents = (await one.store.incidents()).length;
    repository!.issues[0]!.labels = ['question'];
    expect(await one.collector.collect('acme/web', signal())).toMatchObject({ rechecked: null });
    clock.advance(24 * 60 * minute);
    const report = await one.collector.collect('acme/web', signal());
    expect(report).toMatchObject({ failure: null, rechecked: { read: closed.length, differed: 2 } });
    expect((await one.store.incidents()).length).toBe(incidents - 1);
    clock.advance(10 * minute);
    expect(await one.collector.collect('acme/web', signal())).toMatchObject({ rechecked: null });
    await one.close();
  });
});

describe('a host that asks for patience', () => {
  it('is left alone until its limit is fresh, with points to spare for others', async () => {
    const world = makeWorld({ seed: 'six', pulls: 200, names: ['acme/web'] });
    const clock = fakeClock(august);
    host = await startFakeHost({ world, now: clock.now, limit: 30 });
    const one = await openCollecting(data, host, clock);
    expect(await one.collector.collect('acme/web', signal())).toMatchObject({ failure: null, changes: 200 });
    expect(one.waits.filter(({ reason }) => reason === 'budget').length).toBeGreaterThan(0);
    // Half of so small a limit stays with others; the limit itself is never met.
    expect(one.waits.filter(({ reason }) => reason === 'limit')).toEqual([]);
    expect(clock.now() - august).toBeGreaterThan(60 * minute);
    await one.close();
  });

  it.each([
    ['secondary-limit', 'limit', 30_000],
    ['too-many', 'limit', 5_000],
  ] as const)('with %s is given the time it asks for', async (fault, reason, milliseconds) => {
    const world = makeWorld({ seed: 'seven', pulls: 60, names: ['acme/web'], huge: 0 });
    const clock = fakeClock(august);
    host = await startFakeHost({ world, now: clock.now, faultShare: 0.3, faults: [fault] });
    const one = await openCollecting(data, host, clock);
    expect(await one.collector.collect('acme/web', signal())).toMatchObject({ failure: null });
    expect(one.waits.length).toBeGreaterThan(0);
    expect(one.waits).toEqual(one.waits.map(() => ({ reason, milliseconds })));
    await one.close();
  });

  it('but is given up in the end, and what was read stays', async () => {
    const world = makeWorld({ seed: 'eight', pulls: 200, names: ['acme/web'], huge: 0 });
    const clock = fakeClock(august);
    const opened = await startFakeHost({
      ...{ world, now: clock.now, faults: ['bad-gateway'] as const },
      beforeRequest: (request) => request === 8 && opened.setFaultShare(1),
    });
    host = opened;
    const one = await openCollecting(data, opened, clock, { attempts: 4 });
    const report = await one.collector.collect('acme/web', signal());
    expect(report.failure).toBe('collection.host-failed');
    expect(report.added).toBeGreaterThan(0);
    opened.setFaultShare(0);
    expect(await one.collector.collect('acme/web', signal())).toMatchObject({ failure: null });
    await one.close();
    await expectSame(data, { world, now: clock.now() });
  });

  it('and a repository that it does not know, or a token that it does not take, is no reason to ask again', async () => {
    const world = makeWorld({ seed: 'nine', pulls: 10, names: ['acme/web'], huge: 0 });
    const clock = fakeClock(august);
    host = await startFakeHost({ world, now: clock.now });
    const one = await openCollecting(data, host, clock);
    const unknown = await one.collector.collect('acme/nothing', signal());
    expect(unknown).toMatchObject({ failure: 'collection.repository-unknown', changes: 0, upTo: null });
    await one.close();
    const other = await openCollecting(data, { ...host, token: 'stolen' }, clock);
    expect(await other.collector.collect('acme/web', signal())).toMatchObject({
      failure: 'collection.unauthorised',
    });
    expect(other.waits).toEqual([]);
    await other.close();
  });
});

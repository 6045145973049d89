import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { type Deployment, doubtOf } from '@fairlead/core/delivery';
import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest';
import { restOf } from './client.ts';
import { type Collecting, fakeClock, openCollecting } from './testing/collecting.ts';
import { type FakeHost, startFakeHost } from './testing/fake-host.ts';
import {
  commitTo,
  deploy,
  type FakeRepository,
  type FakeWorld,
  iso,
  makeWorld,
  rename,
} from './testing/model.ts';
import { august } from './testing/scenario.ts';

vi.setConfig({ testTimeout: 120_000 });

let data: string;
let world: FakeWorld;
let repository: FakeRepository;
let host: FakeHost;
let one: Collecting;
const clock = fakeClock(august);
const hour = 3600;
const start = august / 1000 - 30 * 24 * hour;
const oid = (name: number) => name.toString(16).padStart(40, '0');

beforeEach(async () => {
  data = mkdtempSync(join(tmpdir(), 'fairlead-ranges-'));
  world = makeWorld({ seed: 'ranges', pulls: 0, names: ['acme/web'] });
  repository = world.repositories[0]!;
  for (let i = 1; i <= 6; i++) commitTo(repository, oid(i));
  host = await startFakeHost({ world, now: clock.now });
  one = await openCollecting(data, host, clock);
});
afterEach(async () => {
  await one.close();
  await host.close();
  rmSync(data, { recursive: true, force: true });
});

/** A deployment of a commit that succeeds two minutes after it began. */
function deployed(commit: string, at: number, environment = 'production', state = 'SUCCESS') {
  const fresh = deploy(world, repository, commit, start + at * hour);
  const whole = { ...fresh, environment, statuses: [{ state, createdAt: iso(start + at * hour + 120) }] };
  repository.deployments[repository.deployments.length - 1] = whole;
  return `github.com/acme/web deployment ${whole.databaseId}`;
}

async function collected() {
  const report = await one.collector.collect('acme/web', new AbortController().signal);
  expect(report).toMatchObject({ failure: null });
  const all = await one.store.deployments('github.com/acme/web');
  return { report, of: (id: string): Deployment => all.find((each) => each.id === id)! };
}

const rangeOf = ({ previousCommit, commits, range }: Deployment) => ({ previousCommit, commits, range });

describe('what a deployment brought', () => {
  it('is everything since the one before it in its environment; of the first one nobody can tell', async () => {
    const first = deployed(oid(1), 1);
    deployed(oid(3), 2, 'staging');
    deployed(oid(2), 3, 'production', 'FAILURE');
    const second = deployed(oid(4), 4);
    const other = deployed(oid(6), 5, 'live');
    const { report, of } = await collected();
    expect(report.ranges).toBe(1);
    expect(rangeOf(of(first))).toEqual({ previousCommit: undefined, commits: undefined, range: undefined });
    expect(rangeOf(of(other))).toEqual({ previousCommit: undefined, commits: undefined, range: undefined });
    expect(rangeOf(of(second))).toEqual({
      ...{ previousCommit: oid(1), range: 'ahead' },
      commits: [oid(2), oid(3), oid(4)],
    });
    // Nothing is asked twice.
    const before = host.stats.comparisons;
    expect((await collected()).report.ranges).toBe(0);
    expect(host.stats.comparisons).toBe(before);
  });

  it('is nothing after a roll-back or of the same commit, and everything again after it', async () => {
    deployed(oid(2), 1);
    deployed(oid(5), 2);
    const back = deployed(oid(3), 3);
    const same = deployed(oid(3), 4);
    const again = deployed(oid(6), 5);
    const { of } = await collected();
    expect(rangeOf(of(back))).toEqual({ previousCommit: oid(5), commits: [], range: 'behind' });
    expect(rangeOf(of(same))).toEqual({ previousCommit: oid(3), commits: [], range: 'identical' });
    expect(of(again).commits).toEqual([oid(4), oid(5), oid(6)]);
  });

  it('of a branch that was pushed anew says that it does not descend from what was there', async () => {
    deployed(oid(4), 1);
    repository.graph.set(oid(70), [oid(2)]);
    repository.graph.set(oid(71), [oid(70)]);
    const forced = deployed(oid(71), 2);
    const { of } = await collected();
    expect(of(forced).range).toBe('diverged');
    expect([...of(forced).commits!].sort()).toEqual([oid(70), oid(71)]);
    const change = { mergeCommit: oid(70), mergedAt: iso(start) };
    const all = await one.store.deployments();
    expect(doubtOf(change, all)).toBe('range_diverged');
    expect(doubtOf({ ...change, mergeCommit: oid(71) }, all)).toBeNull();
  });

  it('is compared with an earlier one where the host has deleted the last, and unknown where it has its own', async () => {
    deployed(oid(2), 1);
    deployed('f'.repeat(40), 2);
    const after = deployed(oid(4), 3);
    const gone = deployed('e'.repeat(40), 4);
    const { of } = await collected();
    expect(rangeOf(of(after))).toEqual({
      ...{ previousCommit: 'f'.repeat(40), range: 'gap' },
      commits: [oid(3), oid(4)],
    });
    expect(rangeOf(of(gone))).toEqual({ previousCommit: oid(4), commits: undefined, range: 'lost' });
    const pending = { mergeCommit: oid(5), mergedAt: iso(start + hour) };
    expect(doubtOf(pending, await one.store.deployments())).toBe('range_lost');
    const before = host.stats.comparisons;
    await collected();
    expect(host.stats.comparisons).toBe(before);
  });

  it('is not taken for lost where the token may read no commit at all', async () => {
    deployed(oid(1), 1);
    const second = deployed(oid(2), 2);
    // A host says “not found” of what may not be seen.
    await one.close();
    await host.close();
    host = await startFakeHost({ world, now: clock.now, hidesCommits: true });
    one = await openCollecting(data, host, clock);
    const report = await one.collector.collect('acme/web', new AbortController().signal);
    expect(report).toMatchObject({ failure: 'collection.forbidden', deployments: 2, ranges: 0 });
    const all = await one.store.deployments();
    expect(all.find(({ id }) => id === second)?.range).toBeUndefined();
  });

  it('is read page by page, however much it is', async () => {
    deployed(oid(6), 1);
    for (let i = 1000; i < 1730; i++) commitTo(repository, oid(i));
    const large = deployed(oid(1729), 2);
    const { of } = await collected();
    expect(of(large)).toMatchObject({ range: 'ahead', previousCommit: oid(6) });
    expect(of(large).commits).toHaveLength(730);
    expect(host.stats.comparisons).toBe(8);
  });

  it('is found out anew when one between the two is told late', async () => {
    deployed(oid(1), 1);
    const last = deployed(oid(5), 6);
    expect((await collected()).of(last).commits).toHaveLength(4);
    // It began last, and was done before.
    const late = deployed(oid(3), 7);
    repository.deployments.at(-1)!.statuses[0] = { state: 'SUCCESS', createdAt: iso(start + 3 * hour) };
    const { report, of } = await collected();
    expect(report.ranges).toBe(2);
    expect(rangeOf(of(late))).toMatchObject({ previousCommit: oid(1), commits: [oid(2), oid(3)] });
    expect(rangeOf(of(last))).toMatchObject({ previousCommit: oid(3), commits: [oid(4), oid(5)] });
  });

  it('is known, too, of one that failed and was run again', async () => {
    /** Hours since the start, so many before now. */
    const ago = (hours: number) => 30 * 24 - hours;
    deployed(oid(1), ago(30));
    const again = deployed(oid(3), ago(5), 'production', 'FAILURE');
    deployed(oid(4), ago(2), 'staging');
    expect((await collected()).of(again)).toMatchObject({ result: 'failure' });
    const run = repository.deployments.find(({ commitOid }) => commitOid === oid(3))!;
    run.statuses.push({ state: 'SUCCESS', createdAt: iso(august / 1000 - hour) });
    expect((await collected()).of(again)).toMatchObject({ result: 'success', range: 'ahead' });
  });

  it('is asked under the name that the repository has by then', async () => {
    deployed(oid(1), 1);
    const id = deployed(oid(2), 2);
    await one.close();
    await host.close();
    // Four questions name it; the fifth is the comparison.
    host = await startFakeHost({
      ...{ world, now: clock.now },
      beforeRequest: (request) => request === 5 && rename(repository, 'acme/shop'),
    });
    one = await openCollecting(data, host, clock);
    const report = await one.collector.collect('acme/web', new AbortController().signal);
    expect(report).toMatchObject({ failure: null, ranges: 1, repository: 'github.com/acme/shop' });
    const all = await one.store.deployments('github.com/acme/shop');
    const found = all.find((each) => each.id === id.replace('web', 'shop'));
    expect(found).toMatchObject({ range: 'ahead', commits: [oid(2)] });
  });
});

describe('what many deployments brought', () => {
  /** Each of another commit, the last two of one that was pushed away and of one that the host has lost. */
  function manyDeployed(): readonly string[] {
    for (let i = 100; i < 380; i++) commitTo(repository, oid(i));
    const ids = Array.from({ length: 28 }, (_, i) => deployed(oid(100 + i * 10), i + 1));
    repository.graph.set(oid(70), [oid(2)]);
    return [...ids, deployed(oid(70), 40), deployed('f'.repeat(40), 41), deployed(oid(379), 42)];
  }

  it('is read from the whole history where that takes fewer questions, and is the same', async () => {
    const ids = manyDeployed();
    const { of } = await collected();
    // Of what the main branch doesn't hold the host is asked.
    expect(host.stats.comparisons).toBeLessThan(14);
    expect(rangeOf(of(ids[1]!))).toMatchObject({ previousCommit: oid(100), range: 'ahead' });
    for (const [i, id] of ids.slice(1, 28).entries())
      expect(of(id).commits).toEqual(Array.from({ length: 10 }, (_, j) => oid(100 + i * 10 + j + 1)));
    expect(of(ids[28]!)).toMatchObject({ range: 'diverged', commits: [oid(70)] });
    expect(of(ids[29]!)).toMatchObject({ range: 'lost' });
    expect(of(ids[30]!)).toMatchObject({ range: 'gap' });
  });

  it('is asked one by one where the history is longer than that', async () => {
    for (let i = 1000; i < 4200; i++) commitTo(repository, oid(i));
    const ids = manyDeployed();
    const { of } = await collected();
    expect(host.stats.comparisons).toBeGreaterThanOrEqual(28);
    expect(of(ids[27]!).commits).toHaveLength(10);
  });

  it('is asked one by one where the token may not read the history', async () => {
    manyDeployed();
    await one.close();
    await host.close();
    host = await startFakeHost({ world, now: clock.now, hidesCommits: true });
    one = await openCollecting(data, host, clock);
    const report = await one.collector.collect('acme/web', new AbortController().signal);
    expect(report).toMatchObject({ failure: 'collection.forbidden', ranges: 0 });
  });
});

describe('the address of the REST API', () => {
  it.each([
    ['https://api.github.com/graphql', 'https://api.github.com'],
    ['https://git.example.com/api/graphql', 'https://git.example.com/api/v3'],
    ['http://127.0.0.1:8080/graphql', 'http://127.0.0.1:8080'],
  ])('of %s is %s', (api, rest) => {
    expect(restOf(new URL(api))).toBe(rest);
  });
});

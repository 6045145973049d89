import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { parse } from 'graphql';
import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest';
import {
  changesForAPoint,
  changesQuery,
  defaultSizes,
  deploymentsQuery,
  detailsQuery,
  historyQuery,
  idsAtOnce,
  incidentsQuery,
  numberedQuery,
} from './queries.ts';
import { fakeClock, openCollecting } from './testing/collecting.ts';
import { costOf } from './testing/cost.ts';
import { startFakeHost } from './testing/fake-host.ts';
import { addCommit, addReview, makeWorld, openPull, worldStart } from './testing/model.ts';
import { august } from './testing/scenario.ts';
import { detailPages } from './whole.ts';

vi.setConfig({ testTimeout: 120_000 });

const ids = (count: number, prefix = 'x') => Array.from({ length: count }, (_, i) => `${prefix}${i}`);

/* By the formula that GitHub publishes: lists that have to be read, a hundred for a point, to the nearest point. */
describe('what a query costs', () => {
  it.each([
    ['a page of changes', changesQuery, { first: defaultSizes.changes, parts: 100 }, 1],
    ['a page one larger', changesQuery, { first: defaultSizes.changes + 1, parts: 100 }, 2],
    [
      'changes by number',
      numberedQuery(Array.from({ length: changesForAPoint }, (_, i) => i + 1)),
      { parts: 100 },
      1,
    ],
    ['details', detailsQuery, { reviews: ids(100), commits: ids(46), more: [] }, 1],
    ['a page of deployments', deploymentsQuery, { first: 100 }, 1],
    ['a page of a history', historyQuery, {}, 1],
    ['a page of incidents', incidentsQuery, { first: 100 }, 1],
  ])('%s', (_, text, variables, points) => {
    expect(costOf(parse(text), variables).points).toBe(points);
  });

  it('is a point for details, however they are divided, and every id is asked for once', () => {
    for (const [reviews, commits] of [
      [0, 0],
      [0, 1],
      [1, 0],
      [74, 111],
      [300, 20],
      [20, 700],
    ] as const) {
      const pages = detailPages([...ids(reviews, 'r'), ...ids(1, 'r').slice(0, reviews)], ids(commits, 'c'));
      for (const page of pages) {
        expect(costOf(parse(detailsQuery), page).points).toBe(1);
        expect(Math.max(page.reviews.length, page.commits.length, page.more.length)).toBeLessThanOrEqual(
          idsAtOnce,
        );
      }
      const asked = pages.flatMap((page) => [...page.reviews, ...page.commits, ...page.more]);
      expect(asked.sort()).toEqual([...ids(reviews, 'r'), ...ids(commits, 'c')].sort());
    }
  });
});

describe('an hour of a token', () => {
  let data: string;
  beforeEach(() => {
    data = mkdtempSync(join(tmpdir(), 'fairlead-cost-'));
  });
  afterEach(() => rmSync(data, { recursive: true, force: true }));

  it('is enough for 50,000 changes with three commits and two commented reviews each', async () => {
    const world = makeWorld({ seed: 'cost', pulls: 0, names: ['acme/web'] });
    const [repository] = world.repositories;
    const changes = 370;
    for (let i = 0; i < changes; i++) {
      const pull = openPull(world, repository!, worldStart + i * 600);
      pull.commits = [];
      for (let j = 0; j < 3; j++) addCommit(world, pull, worldStart + i * 600, 'Work');
      for (let j = 0; j < 2; j++) addReview(world, pull, worldStart + i * 600 + 60);
      // Each may have comments on lines, so that each has to be asked.
      pull.reviews[0]!.inline.push({ number: world.nextId(), createdAt: pull.createdAt, author: null });
    }
    const clock = fakeClock(august);
    const host = await startFakeHost({ world, now: clock.now });
    const one = await openCollecting(data, host, clock);
    const report = await one.collector.collect('acme/web', new AbortController().signal);
    await one.close();
    await host.close();
    expect(report).toMatchObject({ failure: null, changes });
    // 200 points stay with others who use the token.
    const perHour = (changes / host.stats.points) * (5000 - 200);
    expect(perHour).toBeGreaterThan(50_000);
  });
});

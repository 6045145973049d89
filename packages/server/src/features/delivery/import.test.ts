import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { type DeliveryFact, deliveryImportExample, simulateDelivery } from '@fairlead/core/delivery';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { importInto, kpisIn, timelineIn } from './cli.ts';

let folder: string;
let data: string;
beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), 'fairlead-import-'));
  data = join(folder, 'data');
});
afterEach(() => rmSync(folder, { recursive: true, force: true }));

const silent = () => undefined;

function file(lines: readonly (object | string)[], name = 'facts.jsonl'): string {
  const path = join(folder, name);
  writeFileSync(
    path,
    lines.map((line) => `${typeof line === 'string' ? line : JSON.stringify(line)}\n`).join(''),
  );
  return path;
}

const take = (lines: readonly (object | string)[], format: 'jsonl' | 'github' = 'jsonl') =>
  importInto(data, format, file(lines), silent);
const [change, review, commit, , incident] = deliveryImportExample;
const name = 'git.example.com/shop/web#7';

describe('the documented example', () => {
  it('is taken, and a second time changes nothing', async () => {
    expect(await take(deliveryImportExample)).toEqual({ added: 5, changed: 0, unchanged: 0 });
    expect(await take(deliveryImportExample)).toEqual({ added: 0, changed: 0, unchanged: 5 });
  });

  it('gives the timeline that can be worked out by hand', async () => {
    await take(deliveryImportExample);
    expect(await timelineIn(data, 'https://git.example.com/Shop/Web.git#7')).toMatchObject({
      definition: 'timeline/v1',
      change: name,
      t: { start: '2026-03-01T16:20:00Z', opened: '2026-03-02T09:00:00Z', deployed: '2026-03-02T14:10:00Z' },
      parts: { coding: 60_000, pickup: 9000, merge_wait: 5400, deploy: 4200, draft: 0, review: 0 },
      total: 78_600,
      cycle_time: 74_400,
      lead_time: 78_600,
      state: 'deployed',
      flags: [],
    });
  });

  it('leaves no login behind but in the table that can be erased', async () => {
    await take(
      deliveryImportExample.map((fact) =>
        fact.type === 'commit' ? { ...fact, message: 'Revert "x" for zoe@example.com and @zoe' } : fact,
      ),
    );
    const { default: Database } = await import('better-sqlite3');
    const database = new Database(join(data, 'delivery.db'));
    const bodies = JSON.stringify(database.prepare('select * from delivery_facts').all());
    expect(bodies).not.toMatch(/\bann\b|\bbob\b|zoe/);
    expect(database.prepare('select login from delivery_people order by login').pluck().all()).toEqual([
      'ann',
      'bob',
    ]);
    database.close();
  });
});

describe('what programs write for nothing', () => {
  it('is read as what is left out: null, and a deleted account', async () => {
    const told = [
      {
        ...change,
        readyAt: null,
        closedAt: null,
        title: null,
        drivers: null,
        unknown: null,
        updatedAt: null,
      },
      { ...review, reviewer: null, of: null, state: 'APPROVED' },
      { ...commit, parents: null, author: { login: 'ann', email: null } },
      { ...incident, resolvedAt: null, updatedAt: null, retracted: null },
    ];
    expect(await take(told)).toEqual({ added: 4, changed: 0, unchanged: 0 });
    const timeline = await timelineIn(data, name);
    const exactly = [
      change!,
      { ...review, state: 'approved' },
      commit!,
      { ...incident, resolvedAt: undefined },
    ];
    expect(await take(exactly)).toEqual({ added: 0, changed: 0, unchanged: 4 });
    expect(await timelineIn(data, name)).toEqual(timeline);
    expect(timeline).toMatchObject({ t: { approved: '2026-03-02T11:30:00Z' } });
    const open = { ...change, id: 'open', number: 8, mergedAt: null, mergeCommit: null, author: null };
    await take([
      open,
      { ...review, change: 'open', id: 'r8', by: null },
      { ...commit, change: 'open', author: null },
    ]);
    const other = await timelineIn(data, 'git.example.com/shop/web#8');
    expect(other).toMatchObject({ status: 'open', t: { merged: null, firstReview: null } });
  });

  it('of what has to be told is refused', async () => {
    await expect(take([{ ...change, openedAt: null }])).rejects.toThrow(/openedAt/);
    await expect(take([{ ...review, state: 'Great' }])).rejects.toThrow(/state/);
  });
});

describe('facts that are dated ahead', () => {
  it('are counted and named, whatever they come from; figures leave them out', async () => {
    const later = new Date(Date.now() + 40 * 86_400_000).toISOString();
    const ahead = { ...change, id: 'ahead', number: 8, openedAt: later, mergedAt: later };
    expect(await take([change!, ahead, { ...commit, authoredAt: later }])).toEqual({
      ...{ added: 3, changed: 0, unchanged: 0 },
      ahead: { count: 1, facts: [{ type: 'change', name: 'git.example.com/shop/web#8', at: later }] },
    });
    const pull = { number: 7, created_at: later, user: null, base: { ref: 'main' }, head: { ref: 'x' } };
    const raw = await take([{ resource: 'pulls', repository: 'acme/web', data: pull }], 'github');
    expect(raw.ahead).toMatchObject({ count: 1, facts: [{ name: 'github.com/acme/web#7' }] });
    const table = file(['id,started_at', `INC-1,${later}`], 'incidents.csv');
    const incidents = await importInto(data, 'incidents-csv', table, silent);
    expect(incidents.ahead).toMatchObject({ count: 1, facts: [{ type: 'incident', name: 'INC-1' }] });
    const rows = await kpisIn(data, { from: '2026-01-05', to: '2099-01-05' });
    expect(rows.every(({ n }) => n === null || n <= 1)).toBe(true);
  });
});

describe('a bad import', () => {
  it.each([
    ['not JSON', '{"type":', 'Line 2: it is not JSON.'],
    ['an unknown type', { type: 'party' }, /Line 2: type: /],
    ['a negative count', { ...change, additions: -1 }, /Line 2: additions: /],
    ['a number for a time', { ...change, openedAt: 5 }, /Line 2: openedAt: /],
    ['a day for a time', { ...change, openedAt: '2026-03-01' }, /Line 2: openedAt: /],
    ['a first day of the year 1 for a time', { ...change, mergedAt: '0001-01-01T00:00:00Z' }, /1970/],
    [
      'a link to nothing',
      { ...incident, links: [{ rel: 'caused_by' }] },
      /Line 2: links.0: it names neither/,
    ],
    ['an unknown key', { ...change, surely: 'not' }, /Line 2: .*surely/],
    [
      'no name of a repository',
      { ...change, repository: '../..' },
      'Line 2: repository is no name of a repository.',
    ],
  ])('%s names its line, and loses nothing before it', async (_, bad, message) => {
    await expect(take([change!, bad, review!])).rejects.toMatchObject({
      code: 'delivery.line-invalid',
      message: typeof message === 'string' ? message : expect.stringMatching(message),
    });
    expect(await take([change!, review!])).toEqual({ added: 1, changed: 0, unchanged: 1 });
  });

  it('that calls a known change otherwise names its line, and counts no change twice', async () => {
    await take(deliveryImportExample);
    const other = { ...change!, id: 'another' } as DeliveryFact;
    const next = { ...change!, id: 'next', number: 8 } as DeliveryFact;
    const taking = take([next, other, { ...next, id: 'last', number: 9 }]);
    const id = (change as { id: string }).id;
    await expect(taking).rejects.toMatchObject({
      code: 'delivery.line-invalid',
      message: `Line 2: number 7 of git.example.com/shop/web is known as ${id}, and one change has one id.`,
      place: { line: 2 },
    });
    expect(await take([next, change!])).toEqual({ added: 0, changed: 0, unchanged: 2 });
    await expect(timelineIn(data, 'git.example.com/shop/web#9')).rejects.toMatchObject({
      code: 'delivery.change-unknown',
    });
  });

  it('of a file that is not there says so', async () => {
    await expect(importInto(data, 'jsonl', join(folder, 'none'), silent)).rejects.toMatchObject({
      code: 'delivery.unreadable',
    });
  });

  it('of raw objects says which resources there are, and what is missing in one', async () => {
    await expect(take([{ resource: 'gists', repository: 'a/b', data: {} }], 'github')).rejects.toThrow(
      /none of pulls, reviews/,
    );
    await expect(
      take(
        [
          {
            resource: 'reviews',
            repository: 'a/b',
            data: { id: 1, state: 'APPROVED', submitted_at: '2026-03-02T09:00:00Z' },
          },
        ],
        'github',
      ),
    ).rejects.toThrow(/which pull request/);
  });
});

describe('versions', () => {
  it('older than what is known are not taken, whatever order they come in', async () => {
    const old = { ...change, updatedAt: '2026-03-02T10:00:00Z', additions: 1 };
    const late = { ...change, updatedAt: '2026-03-02T12:00:00+01:00', additions: 2 };
    await take([late]);
    expect(await take([old])).toEqual({ added: 0, changed: 0, unchanged: 1 });
    expect(await take([{ ...old, updatedAt: '2026-03-03T00:00:00Z' }])).toEqual({
      added: 0,
      changed: 1,
      unchanged: 0,
    });
    expect(await take([late, old, late])).toEqual({ added: 0, changed: 0, unchanged: 1 });
  });
});

describe('an import that was cut off', () => {
  it('at any line and begun again gives the same figures as one in one go', async () => {
    const { histories, deployments, incidents } = simulateDelivery({ weeks: 6, teams: 2 });
    const lines = histories.flatMap(({ change: one, events, commits }) => [one, ...events, ...commits]);
    const all = [...lines, ...deployments, ...incidents].map((fact) => JSON.stringify(fact));
    const whole = join(folder, 'whole');
    await importInto(whole, 'jsonl', file(all), silent);
    const window = { from: '2026-01-05', to: '2026-03-30' };
    const expected = await kpisIn(whole, window);
    expect(expected.filter(({ value }) => value !== null).length).toBeGreaterThan(8);
    for (let round = 1; round <= 5; round++) {
      const cut = Math.floor((all.length * round) / 6);
      const half = file([...all.slice(0, cut), all[cut]!.slice(0, 20)], 'half.jsonl');
      await expect(importInto(data, 'jsonl', half, silent)).rejects.toThrow(/not JSON/);
      // Late, out of order and twice.
      await importInto(
        data,
        'jsonl',
        file([...all.slice(cut).reverse(), ...all.slice(cut, cut + 50)], 'rest.jsonl'),
        silent,
      );
      expect(await kpisIn(data, window)).toEqual(expected);
      rmSync(data, { recursive: true });
    }
    expect(readFileSync(join(whole, 'delivery.db')).length).toBeGreaterThan(0);
  });
});

describe('what is not there', () => {
  it('is said', async () => {
    await expect(timelineIn(data, name)).rejects.toMatchObject({ code: 'delivery.no-facts' });
    await take([change!, commit!]);
    await expect(timelineIn(data, 'git.example.com/shop/web#8')).rejects.toMatchObject({
      code: 'delivery.change-unknown',
    });
    await expect(timelineIn(data, 'web')).rejects.toMatchObject({
      code: 'delivery.repository-invalid',
      message: 'This is no name of a change.',
    });
    for (const [from, to, message] of [
      ['2026-03-02', '2026-03-02', /^The window is not one/],
      ['then', '2026-03-02', 'then is no day.'],
      ['2026-02-30', '2026-11-01', '2026-02-30 is no day.'],
      ['2026-02-28', '2026-02-29', '2026-02-29 is no day.'],
      ['2026-06-03', '2026-06-04', 'The window holds no whole week.'],
      ['2026-06-03', '2026-06-14', 'The window holds no whole week.'],
    ] as const) {
      const code = 'delivery.window-invalid';
      const told = typeof message === 'string' ? message : expect.stringMatching(message);
      await expect(kpisIn(data, { from, to })).rejects.toMatchObject({ code, message: told });
    }
    const [row] = await kpisIn(data, { from: '2026-06-07', to: '2026-06-16' });
    expect(row).toMatchObject({ from: '2026-06-08', to: '2026-06-15' });
  });
});

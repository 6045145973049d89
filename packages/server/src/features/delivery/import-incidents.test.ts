import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { Deployment, Incident } from '@fairlead/core/delivery';
import fc from 'fast-check';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { importInto } from './cli.ts';
import { openDelivery } from './create.ts';
import { linksIn } from './incident-links.ts';
import type { ImportFormat } from './service.ts';

let folder: string;
beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), 'fairlead-incidents-'));
});
afterEach(() => rmSync(folder, { recursive: true, force: true }));

async function take(text: string, format: ImportFormat, label?: string) {
  const file = join(folder, 'facts');
  writeFileSync(file, text);
  return importInto(join(folder, 'data'), format, file, () => undefined, { incidentLabel: label });
}
const lines = (objects: readonly object[]) => objects.map((one) => `${JSON.stringify(one)}\n`).join('');

async function kept(): Promise<{
  readonly incidents: readonly Incident[];
  readonly deployments: readonly Deployment[];
}> {
  const store = await openDelivery(join(folder, 'data'));
  try {
    return { incidents: await store.incidents(), deployments: await store.deployments() };
  } finally {
    await store.close();
  }
}

const repository = 'github.com/acme/payments-api';
const names = { defaultHost: 'github.com' };

describe('incidents from a table', () => {
  const head = 'id,service,started_at,reported_at,resolved_at,severity,caused_by,fixed_by\n';

  it('are taken with their links, and a second time change nothing', async () => {
    const text = `\uFEFF${head}INC-1,payments,2026-03-02T15:00:00Z,2026-03-02T15:05:00Z,2026-03-02T16:00:00+01:00,2,acme/payments-api#7; deployment deploy-31,acme/payments-api#8\r\n\r\nINC-2,,2026-03-03T00:00:00Z,,,,,\r\n`;
    expect(await take(text, 'incidents-csv')).toEqual({ added: 2, changed: 0, unchanged: 0 });
    expect(await take(text, 'incidents-csv')).toEqual({ added: 0, changed: 0, unchanged: 2 });
    expect((await kept()).incidents).toEqual([
      {
        ...{ type: 'incident', id: 'INC-1', service: 'payments', severity: 2 },
        ...{ startedAt: '2026-03-02T15:00:00Z', reportedAt: '2026-03-02T15:05:00Z' },
        resolvedAt: '2026-03-02T16:00:00+01:00',
        links: [
          { rel: 'caused_by', change: `${repository}#7` },
          { rel: 'caused_by', deployment: 'deploy-31' },
          { rel: 'fixed_by', change: `${repository}#8` },
        ],
      },
      {
        ...{ type: 'incident', id: 'INC-2', severity: 3, links: [] },
        ...{ startedAt: '2026-03-03T00:00:00Z', reportedAt: '2026-03-03T00:00:00Z' },
      },
    ]);
  });

  it('needs no column but two, in any order, and passes over others', async () => {
    await take('Note, STARTED_AT ,id\n"a, b",2026-03-02T15:00:00Z,x-1\n', 'incidents-csv');
    expect((await kept()).incidents).toMatchObject([{ id: 'x-1', reportedAt: '2026-03-02T15:00:00Z' }]);
  });

  const good = 'A,s,2026-03-02T15:00:00Z,,,,,\n';
  it.each([
    ['a time that is none', 'B,s,yesterday,,,,,', /^Line 3: started_at: not a time/],
    ['a severity beyond five', 'B,s,2026-03-02T15:00:00Z,,,7,,', /^Line 3: severity: /],
    ['no id', ',s,2026-03-02T15:00:00Z,,,,,', /^Line 3: id: /],
    ['a link to nothing', 'B,s,2026-03-02T15:00:00Z,,,,the deploy,', /^Line 3: caused_by: “the deploy”/],
    ['a link without a repository', 'B,s,2026-03-02T15:00:00Z,,,,#7,', /^Line 3: caused_by: “#7”/],
    ['too few cells', 'B,s', /^Line 3: it is no CSV \(record_inconsistent/],
    ['a quote that does not end', 'B,"s,2026', /^Line \d: it is no CSV/],
  ])('%s names its line, and loses nothing before it', async (_, bad, message) => {
    await expect(take(`${head}${good}${bad}\n`, 'incidents-csv')).rejects.toMatchObject({
      code: 'delivery.line-invalid',
      message: expect.stringMatching(message),
    });
    expect((await kept()).incidents.map(({ id }) => id)).toEqual(['A']);
  });

  it('says which column is missing, and that a file is not there', async () => {
    await expect(take('id,service\n', 'incidents-csv')).rejects.toThrow('there is no column started_at');
    const gone = importInto(join(folder, 'data'), 'incidents-csv', join(folder, 'gone'), () => undefined);
    await expect(gone).rejects.toMatchObject({ code: 'delivery.unreadable' });
  });
});

describe('issues of GitHub', () => {
  const issue = (number: number, labels: readonly (string | object)[], more: object = {}) => ({
    resource: 'issues',
    repository: 'acme/payments-api',
    data: {
      ...{ number, labels, created_at: '2026-03-02T15:00:00Z', updated_at: '2026-03-02T15:10:00Z' },
      ...{ title: 'Checkout is down', body: 'Caused by #7', user: { login: 'ann' }, ...more },
    },
  });

  it('are incidents when they carry the label', async () => {
    const all = [
      issue(1, [{ name: 'Incident' }, { name: 'severity: 1' }], { closed_at: '2026-03-02T16:00:00Z' }),
      issue(2, ['bug']),
      issue(3, ['incident'], { pull_request: {} }),
      issue(4, ['incident', 'sev4', 'sev2']),
    ];
    expect(await take(lines(all), 'github')).toEqual({ added: 2, changed: 0, unchanged: 1 });
    expect(await take(lines(all), 'github')).toEqual({ added: 0, changed: 0, unchanged: 3 });
    const { incidents } = await kept();
    expect(incidents).toEqual([
      {
        ...{ type: 'incident', id: `${repository} issue 1`, service: repository, severity: 1 },
        ...{ startedAt: '2026-03-02T15:00:00Z', reportedAt: '2026-03-02T15:00:00Z' },
        ...{ resolvedAt: '2026-03-02T16:00:00Z', updatedAt: '2026-03-02T15:10:00Z' },
        links: [{ rel: 'caused_by', change: `${repository}#7` }],
      },
      expect.objectContaining({ id: `${repository} issue 4`, severity: 2 }),
    ]);
    expect(JSON.stringify(incidents)).not.toMatch(/Checkout|ann/);
  });

  it('are none any more without it, and an older word changes nothing', async () => {
    await take(lines([issue(1, ['outage'])]), 'github', 'Outage');
    expect((await kept()).incidents).toHaveLength(1);
    const without = issue(1, [], { updated_at: '2026-03-02T17:00:00Z' });
    await take(lines([without, issue(1, ['outage'])]), 'github', 'Outage');
    expect((await kept()).incidents).toEqual([]);
  });
});

describe('links in a text', () => {
  const read = (text: string) =>
    linksIn(text, { repository, names }).map(({ rel, change, deployment }) => [rel, change ?? deployment]);

  it.each([
    ['Caused by #7', [['caused_by', `${repository}#7`]]],
    ['caused-by: acme/web#12.', [['caused_by', 'github.com/acme/web#12']]],
    ['- **Fixed by:** https://github.com/acme/web/pull/9', [['fixed_by', 'github.com/acme/web#9']]],
    [
      'Fixed by https://gitlab.example.com/a/b/c/-/merge_requests/4',
      [['fixed_by', 'gitlab.example.com/a/b/c#4']],
    ],
    [
      'Caused by deployment 31, and !8',
      [
        ['caused_by', `${repository} deployment 31`],
        ['caused_by', `${repository}#8`],
      ],
    ],
    ['Caused by deployment blue/7.', [['caused_by', 'blue/7']]],
    [
      'Caused by #7\nCaused by #7\nFixed_by #8',
      [
        ['caused_by', `${repository}#7`],
        ['fixed_by', `${repository}#8`],
      ],
    ],
    ['It was caused by #7', []],
    ['Caused by a typo', []],
    ['Caused by ../../x#1', []],
  ])('%s', (text, links) => {
    expect(read(text)).toEqual(links);
  });

  it('takes no time over a text that was made to take long', () => {
    const hostile = `Caused by ${'a/'.repeat(40_000)}\nCaused by ${'deployment '.repeat(9_000)}${'#'.repeat(9_000)}`;
    read(hostile);
    fc.assert(fc.property(fc.string(), (text) => void read(`Caused by ${text}`)));
  });
});

describe('deployments of GitHub', () => {
  const deployment = (id: number, sha: string, environment = 'production') => ({
    resource: 'deployments',
    repository: 'acme/payments-api',
    data: { id, sha, environment, created_at: '2026-03-02T11:00:00Z' },
  });
  const status = (id: number, state: string, at: string, environment?: string) => ({
    resource: 'deployment_statuses',
    repository: 'acme/payments-api',
    data: {
      ...{ state, created_at: `2026-03-02T${at}:00Z`, environment },
      deployment_url: `https://api.github.com/repos/acme/payments-api/deployments/${id}`,
    },
  });
  const sha = 'c'.repeat(40);
  const all = [
    status(1, 'queued', '11:00'),
    status(1, 'failure', '11:05'),
    status(1, 'success', '11:20'),
    status(1, 'inactive', '18:00'),
    status(1, 'success', '11:40'),
  ];

  it('end with their first success, in whatever order their states stand', async () => {
    await fc.assert(
      fc.asyncProperty(fc.shuffledSubarray(all, { minLength: 5, maxLength: 5 }), async (order) => {
        rmSync(join(folder, 'data'), { recursive: true, force: true });
        await take(lines([deployment(1, sha), ...order.slice(0, 3)]), 'github');
        await take(lines([deployment(1, sha), ...order.slice(3)]), 'github');
        expect((await kept()).deployments).toEqual([
          {
            ...{ type: 'deployment', id: `${repository} deployment 1`, repository, service: repository },
            ...{ environment: 'production', result: 'success', commit: sha },
            ...{ startedAt: '2026-03-02T11:00:00Z', finishedAt: '2026-03-02T11:20:00Z' },
          },
        ]);
      }),
      { numRuns: 8 },
    );
  });

  it('are pending without a state, and where a state says so somewhere else', async () => {
    await take(lines([deployment(2, sha, 'staging')]), 'github');
    expect((await kept()).deployments).toMatchObject([{ result: 'pending', environment: 'staging' }]);
    await take(lines([deployment(2, sha, 'staging'), status(2, 'in_progress', '12:00', 'prod')]), 'github');
    expect((await kept()).deployments).toMatchObject([{ result: 'in_progress', environment: 'prod' }]);
  });

  const compare = (base: string, shas: readonly string[], total = shas.length) => ({
    resource: 'compares',
    repository: 'acme/payments-api',
    data: { total_commits: total, base_commit: { sha: base }, commits: shas.map((one) => ({ sha: one })) },
  });
  const range = { previousCommit: 'a'.repeat(40), commits: ['b'.repeat(40), sha] };

  it('keep which commits they brought, whatever is said of their outcome before or after', async () => {
    const comparison = compare(range.previousCommit, range.commits);
    await fc.assert(
      fc.asyncProperty(
        fc.shuffledSubarray([...all, comparison], { minLength: 6, maxLength: 6 }),
        async (order) => {
          rmSync(join(folder, 'data'), { recursive: true, force: true });
          await take(lines([deployment(1, sha), ...order]), 'github');
          // Somebody who reads them again doesn't ask for the comparison again.
          await take(lines([deployment(1, sha), ...all]), 'github');
          expect((await kept()).deployments).toMatchObject([
            { ...range, result: 'success', finishedAt: '2026-03-02T11:20:00Z' },
          ]);
        },
      ),
      { numRuns: 8 },
    );
  });

  it('are refused a range that is cut off', async () => {
    await expect(take(lines([deployment(1, sha), compare('a', [sha], 300)]), 'github')).rejects.toThrow(
      'Line 2: it lists 1 of 300 commits',
    );
    await take(lines([compare('a', ['another'])]), 'github');
    expect((await kept()).deployments.map(({ commits }) => commits)).toEqual([undefined]);
  });

  it('stand before their states', async () => {
    await expect(take(lines([status(1, 'success', '11:20'), deployment(1, sha)]), 'github')).rejects.toThrow(
      /Line 1: the deployment that it belongs to does not stand before it/,
    );
  });
});

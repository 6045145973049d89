/* The control API over delivery facts that the simulator made of the example program: who sees what, and nobody's name. */
import { spawnSync } from 'node:child_process';
import { join } from 'node:path';
import { type Change, kpiDefinitions } from '@fairlead/core/delivery';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { openDelivery } from '../../packages/server/src/features/delivery/create.ts';
import { allFacts } from '../../packages/server/src/features/delivery/kpis.ts';
import { takeFacts } from '../../packages/server/src/features/delivery/service.ts';
import { simulatedFacts } from '../../packages/server/src/features/demo/delivery-facts.ts';
import { documentControl } from '../../tools/control-reference.ts';
import { type Headers, loadedExample, type RunningApp, runningApp } from '../setup/running-app.ts';

const day = (seconds: number) => new Date(seconds * 1000).toISOString().slice(0, 10);
const now = Math.floor(Date.now() / 1000);
// Up to a week that is over, whichever week the server finds itself in when it's asked.
const [from, to] = [day(now - 182 * 86_400), day(now - 14 * 86_400)];
const window = `from=${from}&to=${to}`;
const groupings = ['', '&by=team', '&by=repository', '&by=week', '&by=month', '&by=stage'];

/** Sees figures and no ledger; reads the ledger; belongs to the team of payments-api. */
const people = { executive: 'ulrike.hartmann', auditor: 'ingrid.lund', engineer: 'dana.moss' } as const;

let app: RunningApp;
const headers: { [who: string]: Headers } = {};
/** Pseudonyms, logins and addresses that are in the facts. */
let names: readonly string[];

beforeAll(async () => {
  const loaded = await loadedExample();
  app = await runningApp({ loaded });
  const store = await openDelivery(app.dataDir);
  // Every third team: enough to be grouped, few enough to be quick.
  const teams = [...simulatedFacts(loaded.program, 'routes', now)].filter((_, i) => i % 3 === 0);
  for (const { delivery } of teams) await takeFacts(store, delivery, 'jsonl');
  const { histories } = await allFacts(store);
  names = [
    ...new Set([
      ...histories.flatMap(({ change, events }) => [
        change.author.login,
        ...events.map(({ by }) => by.login),
      ]),
      ...loaded.program.teams.flatMap(({ members }) => members.flatMap(({ id, name }) => [id, name])),
    ]),
  ].flatMap((name) => name ?? []);
  await store.close();
  for (const [who, principal] of Object.entries(people)) headers[who] = await app.signedIn(principal);
  headers.admin = await app.token('admin');
  headers.audit = await app.token('audit');
}, 120_000);
afterAll(() => app.stop());

const get = (path: string, who = 'executive') => app.call('GET', path, headers[who]);

describe('what is aggregate', () => {
  it('has figures of tasks beside those of changes, and says which are not connected', async () => {
    const { json } = await get(`/api/delivery/kpis?${window}`);
    const row = (kpi: string) => json.rows.find((one: { kpi: string }) => one.kpi === kpi);
    expect(row('cycle_time.p50').value).toBeGreaterThan(0);
    expect(row('success_rate').note).toMatch(/^unknown: source not connected \(gates/);
    const definitions = (await get('/api/delivery/definitions')).json as { id: string; connected: boolean }[];
    const connected = new Map(definitions.map(({ id, connected: known }) => [id, known]));
    expect(
      ['cycle_time.p50', 'kept_rate', 'success_rate', 'findings_per_100'].map((id) => connected.get(id)),
    ).toEqual([true, true, false, false]);
    const { sources } = (await get('/api/delivery/health', 'admin')).json;
    expect(sources).toContainEqual(expect.objectContaining({ source: 'gates', connected: false }));
  }, 240_000);

  it('names nobody, in any grouping', async () => {
    const { routes } = await documentControl();
    const paths = routes.filter(({ privacy }) => privacy === 'aggregate').map(({ url }) => url);
    expect(paths).toEqual(['/api/delivery/kpis', '/api/delivery/parts']);
    expect(names.length).toBeGreaterThan(100);
    for (const path of paths) {
      for (const by of groupings) {
        const { status, text } = await get(`${path}?${window}${by}`, 'admin');
        expect(status, by).toBe(200);
        expect(names.filter((name) => text.includes(`"${name}"`) || text.includes(`:${name}`))).toEqual([]);
        expect(text).not.toMatch(/\bp-[0-9a-f]{16}\b|[\w.+-]+@[\w-]+\.\w+/);
      }
    }
  }, 120_000);

  it('has figures with all that belongs to them, of groups that are no person', async () => {
    const { json } = await get(`/api/delivery/kpis?${window}&by=team`);
    expect(json.origin).toBe('live');
    const shown = json.rows.filter(({ value }: { value: number | null }) => value !== null);
    expect(shown.length).toBeGreaterThan(20);
    for (const row of json.rows) {
      expect(row.group).toMatch(/^team:[a-z-]+$/);
      if (row.value === null) expect(row.note).toMatch(/./);
      else
        expect([row.kpi, row.version, row.n > 0, row.coverage >= 0]).toEqual([
          ...[row.kpi, expect.stringMatching(/^v\d+$/), true, true],
        ]);
    }
  }, 240_000);

  it('has parts that add up to their total', async () => {
    const { json } = await get(`/api/delivery/parts?${window}&by=team`);
    const shown = json.rows.filter(({ total }: { total: number | null }) => total !== null);
    expect(shown.length).toBeGreaterThan(3);
    for (const { parts, total, n } of shown) {
      expect(Object.values(parts as Record<string, number>).reduce((a, b) => a + b, 0)).toBe(total);
      expect(n).toBeGreaterThanOrEqual(20);
    }
  }, 240_000);

  it('never differs by fewer than five people between a window and one within it', async () => {
    // What the route answers, subtracted: n of a window is that of its parts, and each part has at least five changes.
    const of = async (from: number, to: number) => {
      const { json } = await get(`/api/delivery/kpis?from=${day(from)}&to=${day(to)}`);
      return new Map<string, number>(
        json.rows.map(({ kpi, n }: { kpi: string; n: number | null }) => [kpi, n ?? 0]),
      );
    };
    const start = now - 182 * 86_400;
    const windows = [8, 12, 16, 26].map((weeks) => of(start, start + weeks * 7 * 86_400));
    const counts = await Promise.all(windows);
    for (const [i, small] of counts.entries()) {
      for (const large of counts.slice(i + 1)) {
        for (const [kpi, n] of large) {
          const difference = n - (small.get(kpi) ?? 0);
          expect(difference === 0 || difference >= 5, `${kpi}: ${difference}`).toBe(true);
        }
      }
    }
  }, 120_000);

  it.each([
    ['from=2026-07-06&to=2026-01-05', 422],
    ['from=2026-01-05&to=2026-01-05', 422],
    ['from=2026-02-31&to=2026-13-01', 422],
    ['from=2026-02-30&to=2026-11-01', 422],
    ['from=2026-02-02&to=2026-02-29', 422],
    ['from=2026-06-03&to=2026-06-04', 422],
    ['from=2026-06-03&to=2026-06-14', 422],
  ])('refuses the window %s', async (query, status) => {
    const answer = await get(`/api/delivery/kpis?${query}`);
    expect([answer.status, answer.json.error.code]).toEqual([status, 'delivery.window-invalid']);
    const parts = await get(`/api/delivery/parts?${query}`);
    expect([parts.status, parts.json.error.code]).toEqual([status, 'delivery.window-invalid']);
  });
});

describe('the timeline of a change', () => {
  const path = (repository: string, number = 1) => `/api/delivery/changes/${repository}/${number}/timeline`;
  const own = 'github.com/acme/payments-api';

  it('is for people of the team that owns its repository', async () => {
    const { status, json, text } = await get(path(own), 'engineer');
    expect([status, json.change]).toEqual([200, `${own}#1`]);
    expect(names.filter((name) => text.includes(name))).toEqual([]);
    expect((await get(path('github.com/acme/payments'), 'engineer')).json.change).toBe(`${own}#1`);
    expect((await get(path(own), 'admin')).status).toBe(200);
  });

  it.each([
    [own, 'executive'],
    [own, 'auditor'],
    [own, 'audit'],
    ['github.com/acme/search-service', 'engineer'],
    ['github.com/acme/not-there', 'engineer'],
    ['github.com/%20/..%2f', 'engineer'],
  ])('of %s is not for %s, whether or not it exists', async (repository, who) => {
    const answer = await get(path(repository), who);
    expect([answer.status, answer.json.error.code]).toEqual([403, 'delivery.repository-closed']);
  });

  it('that nobody knows is not there', async () => {
    const answer = await get(path(own, 999_999), 'engineer');
    expect([answer.status, answer.json.error.code]).toEqual([404, 'delivery.change-unknown']);
  });

  it('is not shown in bulk', async () => {
    let refused = null;
    for (let i = 0; i < 80 && refused === null; i += 1) {
      const { status, json } = await get(path(own), 'engineer');
      if (status !== 200) refused = json.error.code;
    }
    expect(refused).toBe('delivery.too-often');
  });
});

describe('the health of the facts', () => {
  it('says what is there and what is not, and counts people', async () => {
    const { json, text } = await get('/api/delivery/health');
    const source = (name: string) => json.sources.find((one: { source: string }) => one.source === name);
    expect(source('changes')).toMatchObject({ connected: true, facts: expect.any(Number) });
    expect(source('changes').coverage).toBeLessThan(1);
    expect(source('reviews')).toMatchObject({ connected: true, coverage: 1 });
    expect(source('scanners')).toMatchObject({ connected: false, facts: null, newest: null });
    expect(json.repositories.without.length).toBe(json.repositories.listed - json.repositories.withFacts);
    expect(json.repositories.unlisted).toEqual([]);
    expect(json.people.known).toBeGreaterThan(20);
    expect(json.people.unmapped).toBe(0);
    expect(json.bots).toContain('copilot-swe-agent[bot]');
    expect(json.bots.every((name: string) => name.endsWith('[bot]'))).toBe(true);
    const persons = names.filter((name) => !json.bots.includes(name));
    expect(persons.filter((name) => text.includes(`"${name}"`))).toEqual([]);
  });

  it('sees what was imported a moment ago', async () => {
    const store = await openDelivery(app.dataDir);
    const change: Change = {
      type: 'change',
      id: 'new',
      repository: 'github.com/acme/from-elsewhere',
      number: 1,
      author: { login: 'Somebody-New', kind: 'human' },
      openedAt: new Date().toISOString(),
      isDraft: false,
      base: 'main',
      head: 'topic',
      additions: 1,
      deletions: 0,
      files: 1,
    };
    await takeFacts(store, [change], 'jsonl');
    await store.close();
    const { json, text } = await get('/api/delivery/health');
    expect(json.repositories.unlisted).toEqual(['github.com/acme/from-elsewhere']);
    expect(json.people.unmapped).toBe(1);
    expect(text.toLowerCase()).not.toContain('somebody-new');
  });
});

describe('baselines', () => {
  const of = (kpi: string, changes: object = {}) => ({
    kpi,
    version: kpiDefinitions.find(({ id }) => id === kpi)?.version ?? 'v1',
    ...{ n: 240, value: 0.25, lo: 0.2, hi: 0.3, coverage: 1, method: 'weeks: t (12 clusters); by week' },
    ...changes,
  });
  const unknown = { n: null, value: null, lo: null, hi: null, coverage: null, method: 'none' };
  const partial = [of('cycle_time.p50', { value: 86_400, hi: 90_000 }), of('defect_rate', unknown)];
  const full = [of('cycle_time.p50'), of('review_latency.p50'), of('defect_rate')];
  const body = {
    subject: 'github.com/acme/payments-api',
    digest: `sha256:${'5f'.repeat(32)}`,
    definitions: 'timeline/v1',
    window: { from: '2026-01-05', to: '2026-07-06' },
    status: 'full',
    changes: 240,
    figures: full,
  };
  const seal = (changes: object) =>
    app.call('POST', '/api/baselines', headers.admin, { ...body, ...changes });

  it('are refused where they can’t have been measured', async () => {
    const nextYear = `${new Date(now * 1000).getUTCFullYear() + 1}-12-31`;
    const withFigure = (changes: object) => ({ figures: [...full.slice(0, 2), of('defect_rate', changes)] });
    const refused: readonly (readonly [string, object])[] = [
      ['delivery.repository-invalid', { subject: 'not a repository!!' }],
      ['delivery.repository-invalid', { subject: 'acme/payments-api' }],
      ['delivery.repository-invalid', { subject: 'https://github.com/acme/payments-api' }],
      ['delivery.window-invalid', { window: { from: '2026-05-04', to: '2026-01-05' } }],
      ['delivery.window-invalid', { window: { from: '2026-01-05', to: '2026-01-05' } }],
      ['delivery.window-invalid', { window: { from: '2026-99-99', to: '2026-99-99' } }],
      ['delivery.window-invalid', { window: { from: '2026-01-06', to: '2026-07-06' } }],
      ['delivery.window-invalid', { window: { from: '2026-01-05', to: nextYear } }],
      ['delivery.baseline-invalid', { figures: [], changes: 0 }],
      ['delivery.baseline-invalid', { figures: [...full, full[0]] }],
      ['delivery.baseline-invalid', { status: 'partial' }],
      ['delivery.baseline-invalid', withFigure({ n: 19 })],
      ['delivery.baseline-invalid', withFigure({ n: 241 })],
      ['delivery.baseline-invalid', withFigure({ n: 0 })],
      ['delivery.baseline-invalid', withFigure({ coverage: null })],
      ['delivery.baseline-invalid', withFigure({ coverage: 1.1 })],
      ['delivery.baseline-invalid', withFigure(unknown)],
      ['delivery.baseline-invalid', withFigure({ value: 1.5, hi: 2 })],
      ['delivery.baseline-invalid', withFigure({ value: -0.1, lo: -0.2 })],
      ['delivery.baseline-invalid', withFigure({ value: 0.4 })],
      ['delivery.baseline-invalid', withFigure({ lo: null })],
      ['delivery.baseline-invalid', withFigure({ value: null })],
      ['delivery.baseline-invalid', withFigure({ version: 'v1' })],
      ['delivery.baseline-invalid', withFigure({ kpi: 'success_rate' })],
    ];
    for (const [code, changes] of refused) {
      const { status, json } = await seal(changes);
      expect([status, json.error?.code], JSON.stringify(changes)).toEqual([422, code]);
    }
    const malformed = [{ window: undefined }, { definitions: 'mine' }, withFigure({ method: 'a\nb' })];
    for (const changes of malformed) expect((await seal(changes)).status).toBe(400);
    expect((await get('/api/delivery/baselines')).json).toEqual([]);
  });

  it('that were sealed again both stand, newest first, and say so', async () => {
    expect((await get('/api/delivery/baselines')).json).toEqual([]);
    for (const changes of [{ figures: full }, { figures: partial, status: 'partial' }])
      expect((await seal(changes)).status).toBe(201);
    const { json } = await get('/api/delivery/baselines', 'auditor');
    expect(json.map(({ status, earlier, replaced }: never) => [status, earlier, replaced])).toEqual([
      ['partial', 1, false],
      ['full', 0, true],
    ]);
    expect(json[0]).toMatchObject({ definitions: 'timeline/v1', figures: partial });
    expect(json[1].figures).toEqual(full);
  });

  it('show their figures to those who can read the repository or the ledger', async () => {
    const figures = async (who: string) => (await get('/api/delivery/baselines', who)).json[0].figures;
    expect(await figures('executive')).toBeNull();
    for (const who of ['auditor', 'audit', 'admin']) expect(await figures(who)).toHaveLength(2);
  });
});

describe('beside a server', () => {
  it('the command reads the same facts', async () => {
    const { json } = await get(`/api/delivery/kpis?${window}&by=team`);
    const cli = spawnSync(
      process.execPath,
      [
        join(import.meta.dirname, '../../bin/fairlead'),
        ...['delivery', 'kpis', '--data', app.dataDir, '--from', from, '--to', to],
        ...['--by', 'team', '--program', join(import.meta.dirname, '../../program')],
      ],
      { encoding: 'utf8' },
    );
    expect(cli.status, cli.stderr).toBe(0);
    const ofChanges = (rows: readonly { kpi: string }[]) =>
      rows.filter(({ kpi }) => kpiDefinitions.some(({ id }) => id === kpi));
    expect(ofChanges(json.rows).length).toBeGreaterThan(20);
    expect(ofChanges(JSON.parse(cli.stdout))).toEqual(ofChanges(json.rows));
  }, 240_000);
});

import { readFileSync } from 'node:fs';
import { Validator } from '@seriousme/openapi-schema-validator';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { documentControl } from '../../tools/control-reference.ts';
import { type Headers, type RunningApp, runningApp } from '../setup/running-app.ts';
import { open, send } from '../support/client.ts';

const committed = JSON.parse(
  readFileSync(new URL('../../docs/reference/openapi.json', import.meta.url), 'utf8'),
);
const { openapi, routes } = await documentControl();
const operations = Object.entries(openapi.paths).flatMap(([path, methods]) =>
  Object.entries(methods).map(([method, operation]) => ({
    ...operation,
    method: method.toUpperCase(),
    path,
  })),
);

describe('the OpenAPI document', () => {
  it('is valid, and the one that is committed', async () => {
    expect(await new Validator().validate(structuredClone(committed))).toMatchObject({ valid: true });
    expect(committed).toEqual(JSON.parse(JSON.stringify(openapi)));
  });

  it('has every route but the pages of the console', () => {
    const described = operations.map(({ method, path }) => `${method} ${path}`).sort();
    const registered = routes.filter(({ operationId }) => operationId !== null);
    expect(
      registered
        .map(({ method, url }) => `${method} ${url.replaceAll(/:([a-z]+)/g, '{$1}').replace('*', '{*}')}`)
        .sort(),
    ).toEqual(described);
    expect(routes.filter(({ operationId }) => operationId === null).map(({ url }) => url)).toEqual([
      '/',
      '/*',
    ]);
  });

  it('names every operation once, with a summary, a tag, an answer and how it fails', () => {
    expect(new Set(operations.map(({ operationId }) => operationId)).size).toBe(operations.length);
    for (const { operationId, summary, tags, responses } of operations) {
      expect(operationId).toMatch(/^[a-z][A-Za-z]+$/);
      expect(summary, operationId).toMatch(/^[A-Z].*[^.]$/);
      expect(tags, operationId).toHaveLength(1);
      expect(
        Object.keys(responses).some((status) => status.startsWith('2')),
        operationId,
      ).toBe(true);
      expect(responses.default, operationId).toBeDefined();
    }
  });
});

describe('every operation', () => {
  let app: RunningApp;
  let admin: Headers;
  let page: Headers;
  let decision: string;
  let session: string;
  let pseudonym: string;
  const expiresAt = new Date(Date.now() + 3_600_000).toISOString();
  const key = {
    principal: 'dana.moss',
    repositories: ['acme/skunkworks'],
    assistant: 'claude-code',
    expiresAt,
  };

  beforeAll(async () => {
    app = await runningApp();
    admin = await app.token('admin');
    page = await app.signedIn('robin.vale');
    const { key: secret } = (await app.call('POST', '/api/keys', page, key)).json;
    const refused = await send(app.gateway, {
      path: '/v1/chat/completions',
      headers: ['authorization', `Bearer ${secret}`, 'content-type', 'application/json'],
      body: JSON.stringify({ model: 'gpt-5.5', messages: [{ role: 'user', content: 'Hello.' }] }),
    });
    expect(refused.status).toBe(400);
    const { entries } = (await app.call('GET', '/api/audit/entries?kind=decision', page)).json;
    ({ id: decision, session, actor: pseudonym } = entries[0]);
    // Signed within a second; the proof needs that.
    for (let size = -1; size < entries[0].index + 1; ) {
      size = (await app.call('GET', '/api/overview', page)).json.ledger.signedSize;
    }
  });
  afterAll(() => app.stop());

  const get = (path: string, headers?: Headers) => app.call('GET', path, headers ?? page);
  const post = (path: string, body: object, headers?: Headers) =>
    app.call('POST', path, headers ?? page, body);
  const newKey = async (): Promise<string> => (await post('/api/keys', key)).json.id;
  const newToken = async (): Promise<string> =>
    (await post('/api/tokens', { scope: 'keys', expiresAt })).json.id;

  const enrolment = { principal: 'dana.moss', loginExpiresAt: expiresAt };
  const run = { assistant: 'claude-code', remotes: ['https://github.com/acme/payments-api.git'] };
  const newCode = async (): Promise<string> => (await post('/api/enrolment-codes', enrolment)).json.code;
  const newDevice = async () => (await post('/api/enrolments', { code: await newCode() }, {})).json;
  const deviceLogin = async () => ({ authorization: `Bearer ${(await newDevice()).login}` });
  const mint = async () => post('/api/run/tokens', run, await deviceLogin());

  /** What some say here: no key is paused, no content is kept, no fact was imported, and retention is not enforced. */
  const refusals: { readonly [operationId: string]: readonly [status: number, code: string] } = {
    resumeKey: [404, 'budget.key-not-paused'],
    readContent: [404, 'content.off'],
    eraseContent: [404, 'content.off'],
    receiveGithubWebhook: [404, 'hooks.not-configured'],
    changeTimeline: [404, 'delivery.change-unknown'],
    runRetention: [409, 'ledger.retention-off'],
  };
  const hold = { id: 'case-7', reason: 'a test' };
  const view = { name: 'Refused this month', filter: { decision: 'deny' } };
  /** One call of each operation, by its id, with the status it must have. */
  const calls: {
    readonly [operationId: string]: () => Promise<{ status: number; json?: unknown; text: string }>;
  } = {
    health: () => get('/healthz', {}),
    readiness: () => get('/readyz', {}),
    openapi: () => get('/api/openapi.json', {}),
    metrics: () => get('/metrics'),
    logCheckpoint: () => get('/log/checkpoint'),
    logVkey: () => get('/log/vkey'),
    logConsistency: () => get('/log/consistency/1/2'),
    logTile: () => get('/log/tile/0/000.p/1'),
    logEntries: () => get('/log/tile/entries/000.p/1'),
    listKeys: () => get('/api/keys'),
    issueKey: () => post('/api/keys', key),
    rotateKey: async () => post(`/api/keys/${await newKey()}/rotate`, { expiresAt }),
    revokeKey: async () => post(`/api/keys/${await newKey()}/revoke`, { reason: 'a test' }),
    resumeKey: async () => post(`/api/keys/${await newKey()}/resume`, { reason: 'a test' }),
    listTokens: () => get('/api/tokens'),
    issueToken: () => post('/api/tokens', { scope: 'keys', expiresAt }),
    revokeToken: async () => post(`/api/tokens/${await newToken()}/revoke`, {}),
    program: () => get('/api/program'),
    overview: () => get('/api/overview?window=7d'),
    liveUpdates: () => firstPart('/api/events'),
    listEntries: () => get('/api/audit/entries?limit=2&decision=deny&q=refused&from=2020-01-01T00:00:00Z'),
    auditFacets: () => get('/api/audit/facets'),
    getEntry: () => get(`/api/audit/entries/${decision}`),
    proveEntry: () => get(`/api/audit/entries/${decision}/proof`),
    entryEvidence: () => get(`/api/audit/entries/${decision}/evidence`),
    resolvePerson: () => post('/api/audit/people', { pseudonym, purpose: 'a test' }),
    listSessions: () => get('/api/audit/sessions?limit=1'),
    getSession: () => get(`/api/audit/sessions/${encodeURIComponent(session)}`),
    exportEntries: () => get('/api/audit/export?format=csv&decision=deny'),
    listViews: () => get('/api/audit/views'),
    saveView: () => post('/api/audit/views', view),
    removeView: async () => {
      const { id } = (await post('/api/audit/views', { ...view, name: 'For a moment' })).json;
      return post(`/api/audit/views/${id}/remove`, {});
    },
    listHolds: () => get('/api/holds'),
    placeHold: () => post('/api/holds', hold, admin),
    releaseHold: async () => {
      await post('/api/holds', { ...hold, id: 'for-a-moment', from: '2026-01-01' }, admin);
      return post('/api/holds/for-a-moment/release', { reason: 'a test' }, admin);
    },
    retentionStatus: () => get('/api/retention'),
    runRetention: () => post('/api/retention/run', {}),
    pruneLedger: () => post('/api/ledger/prune', { dryRun: true, before: '2026-01-01' }),
    listStreams: () => get('/api/streams'),
    collectionStatus: () => get('/api/collection'),
    reportIncident: () => post('/api/incidents', { id: 'INC-1', startedAt: '2026-03-02T15:00:00Z' }, admin),
    receiveGithubWebhook: () => post('/api/hooks/github', {}, {}),
    contentStatus: () => get('/api/content'),
    readContent: () => post('/api/content/read', { op: decision, purpose: 'a test' }),
    eraseContent: () =>
      post('/api/content/erase', { subject: { kind: 'session', value: session }, reason: 'a test' }, admin),
    listBudgets: () => get('/api/budgets'),
    listControls: () => get('/api/controls'),
    sealBaseline: () =>
      post(
        '/api/baselines',
        {
          subject: 'git.example.com/shop/web',
          digest: `sha256:${'5f'.repeat(32)}`,
          definitions: 'timeline/v1',
          window: { from: '2026-01-05', to: '2026-07-06' },
          status: 'partial',
          changes: 240,
          figures: [
            {
              ...{ kpi: 'cycle_time.p50', version: 'v1', n: 240, value: 86_400 },
              ...{ lo: null, hi: null, coverage: 1, method: 'none (1 clusters)' },
            },
          ],
        },
        admin,
      ),
    deliveryKpis: () => get('/api/delivery/kpis?from=2026-01-05&to=2026-07-06&by=team'),
    deliveryParts: () => get('/api/delivery/parts?from=2026-01-05&to=2026-07-06'),
    deliveryDefinitions: () => get('/api/delivery/definitions'),
    changeTimeline: () => get('/api/delivery/changes/github.com/acme/payments-api/7/timeline', admin),
    deliveryHealth: () => get('/api/delivery/health'),
    listBaselines: () => get('/api/delivery/baselines'),
    myDeliveryFacts: () => get('/api/me/delivery'),
    exportPersonsDeliveryFacts: () =>
      post('/api/delivery/people/export', { accounts: ['nobody-7'], purpose: 'a request by letter' }),
    forgetPerson: () =>
      post('/api/delivery/people/forget', { accounts: ['nobody-7'], reason: 'asked to' }, admin),
    issueSignInLink: () => post('/api/sign-in/links', { principal: 'dana.moss' }, admin),
    signIn: async () => {
      const { url } = (await post('/api/sign-in/links', { principal: 'dana.moss' }, admin)).json;
      const { origin = '' } = page;
      return post(
        '/api/sign-in',
        { token: new URL(url).hash.slice('#sign-in='.length) },
        { origin, 'sec-fetch-site': 'same-origin' },
      );
    },
    signOut: async () => post('/api/sign-out', {}, await app.signedIn('dana.moss')),
    me: () => get('/api/me'),
    issueEnrolmentCode: () => post('/api/enrolment-codes', enrolment),
    enrolDevice: async () => post('/api/enrolments', { code: await newCode(), name: 'a laptop' }, {}),
    listDevices: () => get('/api/devices'),
    revokeDevice: async () => post(`/api/devices/${(await newDevice()).id}/revoke`, { reason: 'a test' }),
    revokeAssistantToken: async () => post(`/api/assistant-tokens/${(await mint()).json.id}/revoke`, {}),
    rotateAssistantTokenKey: () => post('/api/assistant-token-keys/rotate', {}),
    runTerms: async () => post('/api/run/terms', run, await deviceLogin()),
    mintToken: () => mint(),
    endToken: async () => {
      const login = await deviceLogin();
      const { token } = (await post('/api/run/tokens', run, login)).json;
      return post('/api/run/tokens/end', { token }, login);
    },
  };

  /** What an answer that does not end begins with. */
  function firstPart(path: string): Promise<{ status: number; text: string }> {
    return new Promise((resolve, reject) => {
      const request = open(app.console, { path, headers: Object.entries(page).flat() });
      request.on('error', reject);
      request.on('response', (response) => {
        response.once('data', (chunk: Buffer) => {
          resolve({ status: response.statusCode ?? 0, text: chunk.toString() });
          request.destroy();
        });
      });
    });
  }

  it('stands in the list of calls', () => {
    expect(Object.keys(calls).sort()).toEqual(operations.map(({ operationId }) => operationId).sort());
  });

  it.each(
    operations.map(({ operationId, responses }) => [operationId, Object.keys(responses)[0] ?? ''] as const),
  )('%s answers as it says', async (operationId, success) => {
    const { status, text } = await calls[operationId]!();
    const refusal = refusals[operationId];
    if (refusal) expect([status, text]).toEqual([refusal[0], expect.stringContaining(refusal[1])]);
    else expect([status, text.slice(0, 300)]).toEqual([Number(success), expect.stringMatching(/./)]);
  });

  describe('whose answer holds what people did', () => {
    const reads = routes.filter(({ privacy }) => privacy === 'audit');
    beforeAll(() => post(`/api/holds/${hold.id}/release`, { reason: 'a test' }, admin));

    it.each(reads.map(({ operationId }) => operationId!))('leaves an entry: %s', async (operationId) => {
      page = await app.signedIn('robin.vale');
      admin = await app.token('admin');
      const entries = async () => (await app.call('GET', '/api/overview', page)).json.ledger.size as number;
      const before = await entries();
      const { status } = await calls[operationId]!();
      expect(status).toBe(refusals[operationId]?.[0] ?? 200);
      if (status === 200) await expect.poll(entries).toBeGreaterThan(before);
    });
  });

  it.each([
    ['GET', '/api/audit/entries?limit=0'],
    ['GET', '/api/audit/export'],
    ['GET', '/api/audit/export?format=xml'],
    ['GET', '/api/audit/entries?limit=201'],
    ['GET', '/api/audit/entries?cursor=-1'],
    ['GET', '/api/audit/entries?cursor=abc'],
    ['GET', '/api/audit/entries?decision=maybe'],
    ['GET', '/api/audit/entries?kind=nonsense'],
    ['GET', '/api/audit/export?format=csv&kind=Decision'],
    ['GET', '/api/audit/entries?from=yesterday'],
    ['GET', '/api/audit/sessions?limit=x'],
    ['GET', '/api/overview?window=1y'],
    ['GET', '/api/delivery/kpis?from=2026-01-05'],
    ['GET', '/api/delivery/kpis?from=2026-01-05&to=soon'],
    ['GET', '/api/delivery/kpis?from=2026-01-05&to=2026-07-06&by=person'],
    ['GET', '/api/delivery/changes/github.com/acme/payments-api/first/timeline'],
    ['POST', '/api/audit/people', { pseudonym: 'p-1' }],
    ['POST', '/api/audit/people', { pseudonym: 'p-1', purpose: ' ' }],
    ['POST', '/api/audit/people', { pseudonym: 'p-1', purpose: 'two\nlines' }],
    ['POST', '/api/ledger/prune', {}],
    ['POST', '/api/ledger/prune', { dryRun: true, before: 'yesterday' }],
    ['POST', '/api/sign-in', { token: 7 }],
    ['POST', '/api/keys', { ...key, admin: true }],
  ] as const)('%s %s with %j is refused as malformed', async (method, path, body?: object) => {
    const answer = await app.call(method, path, page, body);
    const inQuery = path.includes('?') || path === '/api/audit/export';
    const code = inQuery ? 'server.query-invalid' : 'server.body-invalid';
    expect([answer.status, answer.json.error.code]).toEqual([400, code]);
  });

  it('names a parameter that is missing', async () => {
    const { json } = await app.call('GET', '/api/delivery/kpis?from=2026-01-05', page);
    expect(json.error.message).toBe('The parameter to is missing.');
  });

  it.each([
    ['/api/audit/entries/nothing', 'ledger.entry-unknown'],
    ['/api/audit/entries/00000000-0000-7000-8000-000000000000', 'ledger.entry-unknown'],
    ['/api/audit/entries/00000000-0000-7000-8000-000000000000/proof', 'ledger.entry-unknown'],
    ['/api/audit/entries/..%2f..%2fetc/evidence', 'ledger.entry-unknown'],
    ['/api/audit/sessions/nothing', 'audit.session-unknown'],
  ])('%s is not there', async (path, code) => {
    const answer = await get(path);
    expect([answer.status, answer.json.error.code]).toEqual([404, code]);
  });
});

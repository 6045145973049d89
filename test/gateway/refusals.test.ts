import { afterAll, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import { assistantRoutes, call, refusalText, routes } from '../support/calls.ts';
import { send, sha256 } from '../support/client.ts';
import { verifyLedger } from '../support/fairlead.ts';
import { type Governed, startGoverned } from '../support/governed.ts';

let governed: Governed;
beforeAll(async () => {
  governed = await startGoverned();
});
afterAll(() => governed.close());
beforeEach(() => governed.stub.reset());

const everyRoute = [...assistantRoutes, routes.countTokens];

describe.each(everyRoute)('a policy refusal on $path', (route) => {
  it('has the status, the words and the headers that clients show', async () => {
    const body = JSON.stringify(route.body('What does this repository do?'));
    const answer = await governed.untouched(() =>
      call(governed.gateway, route, governed.keys.unlisted, body),
    );
    expect(answer.status).toBe(route.refusal);
    expect(answer.headers['x-should-retry']).toBe('false');
    expect(answer.headers['x-fairlead-op']).toMatch(/^[0-9a-f-]{36}$/);
    expect(answer.headers['content-type']).toContain('application/json');
    const text = refusalText(answer);
    expect(text).toContain('repository.allowlist');
    expect(text.length, 'one sentence, what to do, and a link').toBeGreaterThan(60);
    if (route.dialect === 'anthropic') expect(answer.json.type).toBe('error');
    else expect(answer.json.error).toMatchObject({ code: 'repository.allowlist' });

    const op = answer.headers['x-fairlead-op'];
    const entry = await governed.app.entry((line) => line.op === op);
    expect(entry).toMatchObject({
      kind: 'decision',
      decision: 'deny',
      repository: 'github.com/acme/skunkworks',
      received: sha256(body),
      forwarded: null,
    });
    expect(entry.policyIds).toContain('repository.allowlist');
    expect(entry.coverage?.inspected.length).toBeGreaterThan(0);
  });
});

describe('reasons', () => {
  it('stage.not-included for an engineer outside the stage', async () => {
    for (const route of assistantRoutes) {
      const answer = await governed.untouched(() =>
        call(governed.gateway, route, governed.keys.outsideStage, route.body('Hi')),
      );
      expect(answer.status).toBe(route.refusal);
      expect(refusalText(answer)).toContain('stage.not-included');
    }
  });

  it('model.not-allowed for a model that nobody listed, which is recorded', async () => {
    const body = { ...routes.chat.body('Hi'), model: 'gpt-99-secret-preview' };
    const answer = await governed.untouched(() =>
      call(governed.gateway, routes.chat, governed.keys.allowed, body),
    );
    expect(answer.status).toBe(400);
    expect(refusalText(answer)).toContain('model.not-allowed');
    const entry = await governed.app.entry((line) => line.op === answer.headers['x-fairlead-op']);
    expect(entry).toMatchObject({ decision: 'deny', vendor: null });
  });

  it('are refused for a model of the other dialect', async () => {
    const body = { ...routes.messages.body('Hi'), model: 'gpt-5.5' };
    const answer = await governed.untouched(() =>
      call(governed.gateway, routes.messages, governed.keys.allowed, body),
    );
    expect(answer.status).toBe(451);
  });

  it('vendor.unseen-content for state the gateway never saw', async () => {
    const body = routes.responses.body('Hi', { previous_response_id: 'resp_123' });
    const answer = await governed.untouched(() =>
      call(governed.gateway, routes.responses, governed.keys.allowed, body),
    );
    expect(answer.status).toBe(400);
    expect(refusalText(answer)).toContain('vendor.unseen-content');
  });
});

describe('credentials', () => {
  it.each(everyRoute)('that are bad get 401 on $path and no entry', async (route) => {
    const size = (await governed.app.entries()).length;
    const { allowed } = governed.keys;
    const bad = ['', 'x', 'flk_', `${allowed}x`, allowed.slice(0, -1), allowed.toUpperCase(), `${allowed},x`];
    await governed.untouched(async () => {
      for (const key of bad) {
        const answer = await call(governed.gateway, route, key, route.body('Hi'));
        expect(answer.status, JSON.stringify(key.length)).toBe(401);
        expect(answer.headers['x-fairlead-op']).toBeTruthy();
        expect(answer.text).not.toContain(allowed.slice(4, 20));
      }
      const none = await send(governed.gateway, {
        path: route.path,
        headers: ['content-type', 'application/json'],
        body: JSON.stringify(route.body('Hi')),
      });
      expect(none.status).toBe(401);
    });
    expect((await governed.app.entries()).length).toBe(size);
  });

  it.each([
    ['authorization twice', (key: string) => ['authorization', `Bearer ${key}`, 'authorization', 'Bearer x']],
    [
      'authorization twice, the same',
      (key: string) =>
        Array(2)
          .fill(['authorization', `Bearer ${key}`])
          .flat(),
    ],
    ['x-api-key twice', (key: string) => ['x-api-key', key, 'x-api-key', 'other']],
    ['x-fairlead-key twice', (key: string) => ['x-fairlead-key', key, 'x-fairlead-key', key]],
    ['two in two places', (key: string) => ['authorization', `Bearer ${key}`, 'x-api-key', 'other']],
    ['two, ours second', (key: string) => ['authorization', 'Bearer other', 'x-api-key', key]],
    [
      'x-fairlead-repository twice',
      (key: string) => [
        ...['authorization', `Bearer ${key}`, 'x-fairlead-repository', 'github.com/acme/payments-api'],
        ...['x-fairlead-repository', 'github.com/acme/skunkworks'],
      ],
    ],
  ])('are refused with 400: %s', async (_name, headers) => {
    const answer = await governed.untouched(() =>
      send(governed.gateway, {
        path: routes.chat.path,
        headers: ['content-type', 'application/json', ...headers(governed.keys.allowed)],
        body: JSON.stringify(routes.chat.body('Hi')),
      }),
    );
    expect(answer.status).toBe(400);
    expect(answer.headers['x-fairlead-op']).toBeTruthy();
  });
});

/** What a request says of its repository, and where. */
interface Claim {
  readonly header?: string;
  readonly turn?: string;
  readonly body?: string;
}

describe('repositories', () => {
  const turn = (...remotes: string[]) =>
    JSON.stringify({
      session_id: '01a20bcc-64e9-7932-b89c-b5ed8498311d',
      workspaces: Object.fromEntries(
        remotes.map((remote, at) => [`/w/${at}`, { associated_remote_urls: { origin: remote } }]),
      ),
    });
  const own = 'git@github.com:acme/payments-api.git';
  const others = 'https://github.com/acme/skunkworks';

  it.each([
    ['a forged header', { header: 'github.com/acme/skunkworks' }],
    ['a forged header that looks like the key’s', { header: 'github.com/acme/payments-api/../skunkworks' }],
    ['an empty header', { header: '' }],
    ['a Codex remote that contradicts the key', { turn: turn(others), body: turn(others) }],
    ['one contradicting workspace of two', { turn: turn(own, others), body: turn(own, others) }],
    ['header and body metadata that disagree', { turn: turn(own), body: turn(others) }],
    ['body metadata alone that contradicts', { body: turn(others) }],
    ['metadata nobody can read', { turn: '{"workspaces":' }],
  ] as [string, Claim][])('%s is repository.mismatch', async (_name, evidence) => {
    const more = evidence.body ? { client_metadata: { 'x-codex-turn-metadata': evidence.body } } : {};
    const headers = [
      ...(evidence.header === undefined ? [] : ['x-fairlead-repository', evidence.header]),
      ...(evidence.turn === undefined ? [] : ['x-codex-turn-metadata', evidence.turn]),
    ];
    const body = routes.responses.body('Hi', more);
    const answer = await governed.untouched(() =>
      call(governed.gateway, routes.responses, governed.keys.allowed, body, { headers }),
    );
    expect(answer.status).toBe(400);
    expect(refusalText(answer)).toContain('repository.mismatch');
    const entry = await governed.app.entry((line) => line.op === answer.headers['x-fairlead-op']);
    expect(entry.policyIds).toContain('repository.mismatch');
  });

  it.each([
    ['a header that agrees', { header: 'github.com/acme/payments-api' }, 'header'],
    ['a header as a clone URL', { header: 'https://GitHub.com/Acme/Payments-API.git' }, 'header'],
    ['Codex metadata that agrees', { turn: turn(own), body: turn(own) }, 'codex'],
    ['nothing but the key', {}, 'key'],
  ] as [string, Claim, string][])('%s is allowed and named as evidence', async (_name, evidence, kind) => {
    const more = evidence.body ? { client_metadata: { 'x-codex-turn-metadata': evidence.body } } : {};
    const headers = [
      ...(evidence.header === undefined ? [] : ['x-fairlead-repository', evidence.header]),
      ...(evidence.turn === undefined ? [] : ['x-codex-turn-metadata', evidence.turn]),
    ];
    const body = routes.responses.body('Hi', more);
    const answer = await call(governed.gateway, routes.responses, governed.keys.allowed, body, { headers });
    expect(answer.status, answer.text).toBe(200);
    const entry = await governed.app.entry((line) => line.op === answer.headers['x-fairlead-op']);
    expect(entry.repositoryEvidence).toBe(kind);
  });
});

describe('repeats of a refusal', () => {
  it('become one entry with a count, other bodies their own', async () => {
    const size = (await governed.app.entries()).length;
    const body = routes.chat.body('The same thing again and again');
    for (let round = 0; round < 5; round += 1) {
      const answer = await call(governed.gateway, routes.chat, governed.keys.unlisted, body);
      expect(answer.status).toBe(400);
      expect(answer.headers['x-fairlead-op']).toBeTruthy();
    }
    await call(governed.gateway, routes.chat, governed.keys.unlisted, routes.chat.body('Something else'));
    await governed.app.stop();
    const added = (await governed.app.entries()).slice(size);
    const denials = added.filter((line) => line.kind === 'decision');
    expect(denials).toHaveLength(2);
    const ops = denials.map((line) => line.op);
    const repeats = added.filter((line) => line.kind === 'repeat' && ops.includes(line.of ?? ''));
    expect(repeats.map(({ of, count }) => [of, count])).toEqual([[ops[0], 4]]);
    const { code, report } = await verifyLedger(governed.app.dataDir);
    expect({ code, report }).toMatchObject({ code: 0, report: { ok: true, problems: [] } });
    expect(report.signedSize).toBe(report.size);
  });
});

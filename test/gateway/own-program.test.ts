import { dirname } from 'node:path';
import { afterAll, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import { call, refusalText, routes } from '../support/calls.ts';
import { send } from '../support/client.ts';
import { cleanUp, fairlead, type RunningFairlead, verifyLedger } from '../support/fairlead.ts';
import { filesContaining } from '../support/grep.ts';
import { initProgram, issueKey, moduleTrace, type OwnProgram, startUp } from '../support/own-program.ts';
import { expectPublished } from '../support/published.ts';
import { respond, type StubUpstream, startStubUpstream } from '../support/stub-upstream.ts';

const credential = `sk-own-${crypto.randomUUID()}`;
const token = `seat-${crypto.randomUUID()}`;
const repository = 'github.com/example/first-repository';
const engineer = 'first.engineer';
const trace = moduleTrace();
let stub: StubUpstream;
let own: OwnProgram;
let app: RunningFairlead;
let key: string;

beforeAll(async () => {
  stub = await startStubUpstream();
  own = await initProgram([
    ['fairlead.yaml', 'https://api.openai.com', stub.url],
    ['fairlead.yaml', 'https://api.anthropic.com', `${stub.url}/v1`],
    ['fairlead.yaml', '{ mode: vendor-key, env: ANTHROPIC_API_KEY }', '{ mode: caller }'],
    ['fairlead.yaml', 'allowPrivate: []', 'allowPrivate: [127.0.0.1]'],
  ]);
  app = await startUp(own, ['--credential', 'OPENAI_API_KEY'], {
    OPENAI_API_KEY: credential,
    NODE_OPTIONS: trace.options,
  });
  key = (await issueKey(own, engineer, repository)).key;
});
afterAll(async () => {
  await app.stop();
  await stub.close();
  await cleanUp();
});
beforeEach(() => {
  stub.reset();
  stub.behave(respond(200, { 'content-type': 'application/json' }, '{}'));
});

describe('an organisation’s own program', () => {
  it('validates, and is ready without keys on its ready line', async () => {
    const { code, stdout, stderr } = await fairlead(['validate', own.program]);
    expect(code, stdout + stderr).toBe(0);
    expect(Object.keys(app.ready).sort()).toEqual(['console', 'gateway', 'ready']);
    expectPublished('ready', JSON.stringify(app.ready));
  });

  it('runs unsigned on loopback and says so in the ledger', async () => {
    const entries = await app.entries();
    expect(
      entries.filter((line) => line.kind === 'config' && JSON.stringify(line).includes('unsigned')),
    ).not.toEqual([]);
    expect(entries.every((line) => line.origin === 'live')).toBe(true);
  });

  it('governs calls with the credential that the operator named', async () => {
    const answer = await call(app.ready.gateway, routes.chat, key, routes.chat.body('Hi'));
    expect(answer.status, answer.text).toBe(200);
    expect(stub.calls[0]!.headers.authorization).toBe(`Bearer ${credential}`);
    const entry = await app.entry((line) => line.op === answer.headers['x-fairlead-op']);
    expect(entry).toMatchObject({ kind: 'decision', decision: 'allow', repository, vendor: 'openai' });
  });

  it('refuses a repository that it does not list', async () => {
    const other = await issueKey(own, engineer, 'github.com/example/another').catch(() => null);
    // Either no key is issued for it, or the key opens nothing.
    if (other === null) return;
    const answer = await call(app.ready.gateway, routes.chat, other.key, routes.chat.body('Hi'));
    expect(answer.status).toBe(400);
    expect(refusalText(answer)).toContain('repository.allowlist');
    expect(stub.arrived()).toBe(0);
  });

  it('stops a revoked key from the moment the revocation is answered', async () => {
    const { id, key: doomed } = await issueKey(own, engineer, repository);
    expect((await call(app.ready.gateway, routes.chat, doomed, routes.chat.body('Hi'))).status).toBe(200);
    const { code, stderr } = await fairlead(['key', 'revoke', id, '--data', own.data]);
    expect(code, stderr).toBe(0);
    expect((await call(app.ready.gateway, routes.chat, doomed, routes.chat.body('Hi'))).status).toBe(401);
  });

  it('loads no demo code', () => {
    const loaded = trace.loaded();
    expect(loaded.some((url) => url.includes('/features/gateway/'))).toBe(true);
    expect(loaded.filter((url) => url.includes('/features/demo/'))).toEqual([]);
  });
});

describe('a vendor that is called with the caller’s own token', () => {
  function callWith(...headers: string[]) {
    const body = JSON.stringify(routes.messages.body('Hi'));
    const path = routes.messages.path;
    return send(app.ready.gateway, { path, headers: ['content-type', 'application/json', ...headers], body });
  }

  it('gets the token untouched and never the key', async () => {
    const answer = await callWith('x-fairlead-key', key, 'authorization', `Bearer ${token}`);
    expect(answer.status, answer.text).toBe(200);
    const [seen] = stub.calls;
    // A base URL may end with /v1 itself.
    expect(seen!.url).toBe('/v1/messages');
    expect(seen!.headers.authorization).toBe(`Bearer ${token}`);
    expect(seen!.headers['x-api-key']).toBeUndefined();
    expect(seen!.rawHeaders.join('\n')).not.toContain(key);
    expect(seen!.rawHeaders.join('\n')).not.toContain(credential);
  });

  it.each([
    ['no token', () => ['x-fairlead-key', key], 400],
    ['no token, the key as Bearer', () => ['authorization', `Bearer ${key}`], 400],
    ['no token, the key as x-api-key', () => ['x-api-key', key], 400],
    ['the key as its own token', () => ['x-fairlead-key', key, 'authorization', `Bearer ${key}`], 400],
    ['two tokens', () => ['x-fairlead-key', key, 'authorization', `Bearer ${token}`, 'x-api-key', 'o'], 400],
    ['a token alone', () => ['authorization', `Bearer ${token}`], 401],
  ])('is not called with %s', async (_name, headers, status) => {
    const answer = await callWith(...headers());
    expect(answer.status).toBe(status);
    expect(stub.arrived()).toBe(0);
  });

  it('refusing the token says nothing of its words', async () => {
    stub.behave(respond(401, {}, `{"error":"bad token ${token}"}`));
    const answer = await callWith('x-fairlead-key', key, 'authorization', `Bearer ${token}`);
    expect(answer.status).toBe(502);
    expect(answer.text).not.toContain(token);
  });

  it('does not change that a second credential beside a vendor’s key is refused', async () => {
    const headers = ['x-fairlead-key', key, 'x-api-key', token];
    const answer = await call(app.ready.gateway, routes.chat, token, routes.chat.body('Hi'), { headers });
    expect(answer.status).toBe(400);
    expect(stub.arrived()).toBe(0);
  });
});

describe('credentials', () => {
  it('stand in no file and no log line', () => {
    const secrets = [token, credential, key];
    expect(filesContaining(dirname(own.data), secrets)).toEqual([]);
    for (const secret of secrets) {
      expect(app.stderr()).not.toContain(secret);
      expect(app.stdout()).not.toContain(secret);
    }
  });

  it('that the operator did not name are not used, and private addresses that are not listed are not called', async () => {
    const careful = await initProgram([['fairlead.yaml', 'https://api.openai.com', stub.url]]);
    const env = { OPENAI_API_KEY: credential };
    const unnamed = await startUp(careful, [], env).catch((error: Error) => error);
    // It may refuse to start, or start and call nobody.
    if (unnamed instanceof Error) expect(unnamed.message).toMatch(/credential|private/i);
    else {
      const issued = await issueKey(careful, engineer, repository);
      const answer = await call(unnamed.ready.gateway, routes.chat, issued.key, routes.chat.body('Hi'));
      expect(answer.status).toBeGreaterThanOrEqual(400);
      await unnamed.stop();
    }
    const named = await startUp(careful, ['--credential', 'OPENAI_API_KEY'], env).catch(
      (error: Error) => error,
    );
    if (named instanceof Error) expect(named.message).toMatch(/private|address/i);
    else {
      const issued = await issueKey(careful, engineer, repository);
      const answer = await call(named.ready.gateway, routes.chat, issued.key, routes.chat.body('Hi'));
      expect(answer.status).toBe(502);
      await named.stop();
    }
    expect(stub.arrived()).toBe(0);
  }, 240_000);
});

describe('afterwards', () => {
  it('the ledger verifies and every allowed call has its outcome', async () => {
    expect(await app.stop()).toEqual({ code: 0, signal: null });
    expect((await verifyLedger(own.data)).code).toBe(0);
    const entries = await app.entries();
    const allowed = entries.filter((line) => line.decision === 'allow').map((line) => line.op);
    const closed = entries.filter((line) => line.kind === 'outcome').map((line) => line.op);
    expect(allowed.length).toBeGreaterThan(0);
    expect(closed.sort()).toEqual(allowed.sort());
  });
});

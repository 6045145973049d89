import { createHash, randomBytes } from 'node:crypto';
import { existsSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import type { ProgramContent } from '@fairlead/core/program';
import { afterEach, describe, expect, it, vi } from 'vitest';
import { listEntries, verifyLedger } from '../../packages/server/src/features/ledger/cli.ts';
import { loadedExample, type RunningApp, runningApp } from '../setup/running-app.ts';
import { send } from '../support/client.ts';
import { respond, type StubUpstream, startStubUpstream } from '../support/stub-upstream.ts';

const patient = { timeout: 30_000, interval: 50 };
const planted = 'the zanzibar ledger of 1811';
const answered = JSON.stringify({ id: 'r', output: [], usage: { input_tokens: 3, output_tokens: 2 } });
const content: ProgramContent = {
  keep: [{ repositories: ['*'], dataClasses: ['*'], days: 30 }],
  whenNotKept: 'go-on',
  maxBytes: 1_000_000,
};

const opened: { close(): Promise<void> }[] = [];
afterEach(async () => {
  for (const one of opened.splice(0).reverse()) await one.close();
});

async function startWith(
  wanted: ProgramContent | undefined,
  before: (dataDir: string) => void = () => undefined,
) {
  const upstream = await startStubUpstream(respond(200, { 'content-type': 'application/json' }, answered));
  opened.push(upstream);
  const loaded = await loadedExample();
  const program = wanted ? { ...loaded.program, content: wanted } : loaded.program;
  const vendors = {
    baseUrls: new Map([['openai', upstream.url]]),
    credentials: new Map([['OPENAI_API_KEY', 'k']]),
  };
  const app = await runningApp({ loaded: { ...loaded, program }, vendors, allowPrivate: ['127.0.0.1'] });
  opened.push({ close: () => app.stop() });
  before(app.dataDir);
  return { app, upstream };
}

async function call(app: RunningApp, input = planted) {
  const issued = await app.call('POST', '/api/keys', await app.token('admin'), {
    principal: 'dana.moss',
    repositories: ['github.com/acme/payments-api'],
    assistant: 'codex',
    vendor: 'openai',
    expiresAt: new Date(Date.now() + 3_600_000).toISOString(),
  });
  const body = JSON.stringify({ model: 'gpt-5.5-codex', store: false, input });
  const headers = ['authorization', `Bearer ${issued.json.key}`, 'content-type', 'application/json'];
  const answer = await send(app.gateway, { method: 'POST', path: '/v1/responses', headers, body });
  return { answer, body, op: answer.headers['x-fairlead-op'] as string };
}

async function entriesOf(app: RunningApp) {
  const entries: { [field: string]: unknown }[] = [];
  await listEntries(app.dataDir, {}, ({ bytes }) => {
    entries.push(JSON.parse(Buffer.from(bytes).toString()));
  });
  return entries;
}

const commitment = ({ salt, content: text }: { salt: string; content: string }) =>
  createHash('sha256').update(Buffer.from(salt, 'base64')).update(Buffer.from(text, 'base64')).digest('hex');

describe('the content of calls', () => {
  it('is not kept unless the program says so', async () => {
    const { app } = await startWith(undefined);
    const { answer, op } = await call(app);
    expect(answer.status, answer.text).toBe(200);
    expect(existsSync(join(app.dataDir, 'content.db'))).toBe(false);
    const decision = (await entriesOf(app)).find(({ id }) => id === op);
    expect(decision).not.toHaveProperty('content');
    const read = await app.call('POST', '/api/content/read', await app.token('audit'), {
      op,
      purpose: 'a test',
    });
    expect(read.json.error.code).toBe('content.off');
  });

  it('is kept encrypted, read with a purpose, erased with an entry, and proofs stay as they were', async () => {
    const { app } = await startWith(content);
    const { answer, body, op } = await call(app);
    expect(answer.status, answer.text).toBe(200);
    expect(answer.text).toBe(answered);
    const audit = await app.token('audit');
    const read = () => app.call('POST', '/api/content/read', audit, { op, purpose: 'a complaint' });
    await vi.waitFor(async () => expect((await read()).json.response).toBeTruthy(), patient);
    const { request, response } = (await read()).json;
    expect(Buffer.from(request.content, 'base64').toString()).toBe(body);
    expect(Buffer.from(response.content, 'base64').toString()).toBe(answered);
    const entries = await entriesOf(app);
    const [decision, outcome] = entries.filter((entry) => entry.op === op);
    expect(decision?.content).toEqual({ commitment: commitment(request) });
    expect(outcome?.content).toEqual({ commitment: commitment(response) });
    const reading = entries.find(({ what }) => what === 'content.read') as { details: object };
    expect(reading.details).toMatchObject({
      subject: op,
      purpose: 'a complaint',
      by: expect.stringMatching(/^token:/),
    });
    for (const name of [
      'content.db',
      'content.db-wal',
      'ledger.db',
      'ledger.db-wal',
      'metrics.db-wal',
      'state.db-wal',
    ]) {
      const path = join(app.dataDir, name);
      if (existsSync(path)) expect(readFileSync(path).includes('zanzibar'), name).toBe(false);
    }
    const admin = await app.token('admin');
    const erase = await app.call('POST', '/api/content/erase', admin, {
      subject: { kind: 'op', value: op },
      reason: 'a request',
    });
    expect(erase.json).toEqual({ items: 2 });
    expect((await read()).json.error.code).toBe('content.unknown');
    const after = await entriesOf(app);
    expect(after.filter((entry) => entry.op === op).map((entry) => entry.content)).toEqual([
      decision?.content,
      outcome?.content,
    ]);
    expect(after.find(({ what }) => what === 'content.erased')).toMatchObject({
      details: { kind: 'op', subject: op, reason: 'a request' },
    });
    expect(await verifyLedger({ dataDir: app.dataDir })).toMatchObject({ ok: true });
  });

  it('that is too large or has no store goes on with an entry that says so', async () => {
    const { app, upstream } = await startWith({ ...content, maxBytes: 200 });
    const { answer, op } = await call(app, 'x'.repeat(300));
    expect(answer.status, answer.text).toBe(200);
    expect(upstream.calls).toHaveLength(1);
    const decision = (await entriesOf(app)).find(({ id }) => id === op);
    expect(decision?.content).toEqual({ notKept: 'too-large' });
  });
});

describe('a store of content that cannot be used', () => {
  /** A second start, with another key than the one that everything is sealed under. */
  async function withWrongKey(wanted: ProgramContent) {
    const { app } = await startWith(wanted);
    await call(app);
    const { dataDir } = app;
    await app.close();
    writeFileSync(join(`${dataDir}.keys`, 'content-master.key'), `${randomBytes(32).toString('hex')}\n`);
    const loaded = await loadedExample();
    const again = await runningApp({
      loaded: { ...loaded, program: { ...loaded.program, content: wanted } },
      vendors: {
        baseUrls: new Map([['openai', (opened[0] as unknown as StubUpstream).url]]),
        credentials: new Map([['OPENAI_API_KEY', 'k']]),
      },
      allowPrivate: ['127.0.0.1'],
      dataDir,
    });
    opened.push({ close: () => again.close() });
    return again;
  }

  it('lets calls go on, each with an entry that says so', async () => {
    const app = await withWrongKey(content);
    const { answer, op } = await call({ ...app, dataDir: app.dataDir });
    expect(answer.status, answer.text).toBe(200);
    const { json } = await app.call('GET', '/api/content', await app.token('audit'));
    expect(json).toMatchObject({ state: 'broken', failure: 'content.key-wrong', notKept: 2 });
    expect(op).toBeTruthy();
    const read = await app.call('POST', '/api/content/read', await app.token('audit'), { op, purpose: 'x' });
    expect(read.json.error.code).toBe('content.key-wrong');
  });

  it('refuses them where the program says so', async () => {
    const app = await withWrongKey({ ...content, whenNotKept: 'refuse' });
    const upstream = opened[0] as unknown as StubUpstream;
    const before = upstream.arrived();
    const { answer } = await call(app);
    expect(answer.status).toBe(503);
    expect(answer.text).toContain('content.unavailable');
    expect(upstream.arrived()).toBe(before);
  });
});

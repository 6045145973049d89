// Everything that a server keeps lies on one disk, and that is full, or a quota is used up: beside the record of calls its keys and views, the
// audit's read model, facts of delivery and kept content. The server stays up, answers what only reads, says what it can't
// do, and does it again, without a restart, when there is room.
import { mkdtempSync, readdirSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { ProgramContent, ProgramStream } from '@fairlead/core/program';
import { afterEach, describe, expect, it, vi } from 'vitest';
import { grantsIn } from '../../packages/server/src/features/identity/grants.ts';
import { fsckLedger } from '../../packages/server/src/features/upkeep/cli.ts';
import { createLog } from '../../packages/server/src/platform/log/index.ts';
import { loadedExample, type RunningApp, runningApp } from '../setup/running-app.ts';
import { send } from '../support/client.ts';
import { respond, startStubUpstream } from '../support/stub-upstream.ts';
import { canInject } from './injected.ts';
import { useUpQuota } from './quota.ts';
import { canMountDisk, mountDisk, type SmallDisk } from './small-disk.ts';

const canMount = canMountDisk();
const canTrace = canInject();
const patient = { timeout: 30_000, interval: 50 };
const repository = 'github.com/acme/payments-api';
const content: ProgramContent = {
  keep: [{ repositories: ['*'], dataClasses: ['*'], days: 30 }],
  whenNotKept: 'go-on',
  maxBytes: 1_000_000,
};

const stream: ProgramStream = {
  ...{ name: 'archive', format: 'jsonl', from: 'beginning' },
  to: { kind: 'file', maxBytes: 1e8, keep: 3 },
};

let cleanUp: (() => Promise<unknown> | unknown)[] = [];
afterEach(async () => {
  for (const step of cleanUp.reverse()) await step();
  cleanUp = [];
});

async function begin(folder: string) {
  const answer = JSON.stringify({ id: 'r', output: [], usage: { input_tokens: 3, output_tokens: 2 } });
  const upstream = await startStubUpstream(respond(200, { 'content-type': 'application/json' }, answer));
  cleanUp.push(() => upstream.close());
  const loaded = await loadedExample();
  const said: string[] = [];
  const dataDir = join(folder, 'data');
  const app = await runningApp({
    loaded: { ...loaded, program: { ...loaded.program, content, streams: [stream] } },
    vendors: {
      baseUrls: new Map([['openai', upstream.url]]),
      credentials: new Map([['OPENAI_API_KEY', 'k']]),
    },
    allowPrivate: ['127.0.0.1'],
    dataDir,
    log: createLog({ level: 'warn', destination: { write: (line: string) => void said.push(line) } }),
  });
  cleanUp.push(() => app.stop());
  const headers = { admin: await app.token('admin'), incidents: await app.token('incidents') };
  return { app: { ...app, dataDir }, said, headers };
}

type Headers = Awaited<ReturnType<typeof begin>>['headers'];
let count = 0;

const issue = ({ call }: RunningApp, { admin }: Headers) =>
  call('POST', '/api/keys', admin, {
    ...{ principal: 'dana.moss', repositories: [repository], assistant: 'codex', vendor: 'openai' },
    expiresAt: new Date(Date.now() + 3_600_000).toISOString(),
  });

const ask = (app: RunningApp, key: string) =>
  send(app.gateway, {
    method: 'POST',
    path: '/v1/responses',
    headers: ['authorization', `Bearer ${key}`, 'content-type', 'application/json'],
    body: JSON.stringify({ model: 'gpt-5.5-codex', store: false, input: `call ${count++}` }),
  });

/** What changes something in one of the files; none of it is a call. */
const changes = {
  key: issue,
  view: ({ call }: RunningApp, { admin }: Headers) =>
    call('POST', '/api/audit/views', admin, { name: `view ${count++}`, filter: { decision: 'deny' } }),
  incident: ({ call }: RunningApp, { incidents }: Headers) => {
    const startedAt = new Date().toISOString();
    return call('POST', '/api/incidents', incidents, { id: `i-${count++}`, startedAt });
  },
};

const readings = [
  ...['/healthz', '/api/keys', '/api/overview', '/api/audit/entries', '/api/audit/facets', '/api/controls'],
  ...[
    '/api/content',
    '/api/delivery/health',
    '/api/streams',
    '/api/audit/views',
    '/api/retention',
    '/api/budgets',
  ],
];

async function statuses(app: RunningApp, { admin }: Headers): Promise<Record<string, number>> {
  const found = readings.map(async (path) => [path, (await app.call('GET', path, admin)).status] as const);
  return Object.fromEntries(await Promise.all(found));
}

const all200 = Object.fromEntries(readings.map((path) => [path, 200]));

/** Takes what is given free at once, until stopped. */
function keepFull(disk: SmallDisk): () => void {
  disk.fill();
  const timer = setInterval(() => disk.fill(), 20);
  return () => {
    clearInterval(timer);
    disk.empty();
  };
}

describe('a full disk under all that a server keeps', () => {
  it.skipIf(!canMount)('stops changes, not the server nor what only reads', async () => {
    const disk = mountDisk(96);
    cleanUp.push(disk.remove);
    await expectPatience(disk.folder, async () => keepFull(disk));
  });

  it.skipIf(!canTrace)('is told of a quota that is used up, too, though the disk shows room', async () => {
    const folder = mkdtempSync(join(tmpdir(), 'fairlead-quota-'));
    cleanUp.push(() => rmSync(folder, { recursive: true, force: true }));
    await expectPatience(folder, (dataDir) => useUpQuota(dataDir));
  });

  it.skipIf(!canTrace)('is named by each of the other databases alone, and they go on', async () => {
    const folder = mkdtempSync(join(tmpdir(), 'fairlead-quota-'));
    cleanUp.push(() => rmSync(folder, { recursive: true, force: true }));
    const { app, said, headers } = await begin(folder);
    const { key } = (await issue(app, headers)).json as { key: string };
    const first = (await ask(app, key)).headers['x-fairlead-op'] as string;
    await vi.waitFor(async () => {
      expect((await app.call('GET', '/api/content', headers.admin)).json).toMatchObject({ items: 2 });
    }, patient);
    const erase = async () => {
      const subject = { kind: 'op', value: first };
      const { json } = await app.call('POST', '/api/content/erase', headers.admin, {
        subject,
        reason: 'test',
      });
      return json;
    };
    const codes = async () => {
      const found = Object.entries(changes).map(async ([name, change]) => {
        const { status, json } = await change(app, headers);
        return [name, status < 300 ? 'done' : json.error.code] as const;
      });
      return Object.fromEntries(await Promise.all(found));
    };
    expect(await codes()).toEqual({ key: 'done', view: 'done', incident: 'done' });
    const other = (await issue(app, headers)).json as { id: string; key: string };
    expect(await statuses(app, headers)).toEqual(all200);
    const giveRoom = await useUpQuota(app.dataDir, 'besides the ledger');
    expect(await codes()).toEqual({ key: 'store.full', view: 'store.full', incident: 'store.full' });
    // The record of calls has room, and what only reads answers from before.
    expect((await ask(app, key)).status).toBe(200);
    expect(await statuses(app, headers)).toEqual(all200);
    expect(await erase()).toMatchObject({ error: { code: 'store.full' } });
    const revoke = { reason: 'found in a log' };
    const revoked = await app.call('POST', `/api/keys/${other.id}/revoke`, headers.admin, revoke);
    expect(revoked.json).toMatchObject({ error: { code: 'identity.revocation-pending' } });
    expect((await ask(app, other.key)).status).toBe(401);
    await vi.waitFor(
      () => expect(said.join('')).toMatch(/read model: \[store\.full\] .* Make room/),
      patient,
    );
    await giveRoom();
    expect(await codes()).toEqual({ key: 'done', view: 'done', incident: 'done' });
    expect(await erase()).toEqual({ items: 2 });
    await vi.waitFor(async () => expect(await revokedIn(app.dataDir)).toContain(other.id), patient);
    const op = (await ask(app, key)).headers['x-fairlead-op'];
    await vi.waitFor(async () => {
      expect((await app.call('GET', `/api/audit/entries/${op}`, headers.admin)).status).toBe(200);
    }, patient);
    await app.close();
    // The key that was recorded and then refused: nobody has its secret.
    const { problems } = await fsckLedger({ dataDir: app.dataDir });
    expect(problems.map(({ problem }) => problem)).toEqual(['grant-missing']);
  });
});

/** @param fill leaves no room in the data folder until what it answers is called */
async function expectPatience(
  folder: string,
  fill: (dataDir: string) => Promise<() => unknown>,
): Promise<void> {
  const { app, said, headers } = await begin(folder);
  const { key } = (await issue(app, headers)).json as { key: string };
  expect((await ask(app, key)).status).toBe(200);
  for (const [name, change] of Object.entries(changes)) {
    expect((await change(app, headers)).status, name).toBeLessThan(300);
  }
  expect(readdirSync(app.dataDir)).toEqual(
    expect.arrayContaining(['ledger.db', 'state.db', 'metrics.db', 'content.db', 'delivery.db']),
  );
  expect(await statuses(app, headers)).toEqual(all200);

  const kept = async () =>
    ((await app.call('GET', '/api/content', headers.admin)).json as { items: number }).items;
  await vi.waitFor(async () => expect(await kept()).toBe(2), patient);

  const giveRoom = await fill(app.dataDir);
  // A quota is found by who writes.
  await vi.waitFor(async () => expect((await ask(app, key)).status).toBe(503), patient);
  await vi.waitFor(async () => expect((await app.call('GET', '/readyz')).status).toBe(503), patient);
  for (let round = 0; round < 3; round += 1) {
    const refused = await ask(app, key);
    expect([refused.status, refused.text]).toEqual([503, expect.stringContaining('ledger.disk-low')]);
    for (const [name, change] of Object.entries(changes)) {
      const { status, text } = await change(app, headers);
      expect([name, status, text]).toEqual([
        name,
        503,
        expect.stringMatching(/ledger\.disk-low|store\.full|delivery\.no-room/),
      ]);
    }
    expect(await statuses(app, headers)).toEqual(all200);
    await new Promise((done) => setTimeout(done, 700));
  }
  const { text } = await app.call('GET', '/api/controls', headers.admin);
  expect(text).toMatch(/disk of the ledger is nearly full/);
  await giveRoom();

  await vi.waitFor(async () => expect((await app.call('GET', '/readyz')).status).toBe(200), patient);
  for (const [name, change] of Object.entries(changes)) {
    const { status, text } = await change(app, headers);
    expect(status, `${name}: ${text}`).toBeLessThan(300);
  }
  const answered = await ask(app, key);
  expect(answered.status).toBe(200);
  const op = answered.headers['x-fairlead-op'];
  await vi.waitFor(async () => expect(await kept()).toBe(4), patient);
  await vi.waitFor(async () => {
    const { status } = await app.call('GET', `/api/audit/entries/${op}`, headers.admin);
    expect(status).toBe(200);
  }, patient);
  await vi.waitFor(async () => {
    const { json } = await app.call('GET', '/api/streams', headers.admin);
    expect(json).toMatchObject([{ state: 'current', failure: null }]);
  }, patient);
  await app.close();
  expectWhole(join(app.dataDir, 'streams', 'archive.jsonl'));
  expect(await fsckLedger({ dataDir: app.dataDir })).toMatchObject({ ok: true, problems: [] });
  expect(said.join('')).toMatch(/disk is full/);
  expect(said.join('')).not.toMatch(/admits nothing more|cannot rollback/);
}

/** Keys that a restart would take for revoked. */
async function revokedIn(dataDir: string): Promise<readonly string[]> {
  const keys = await grantsIn({ kind: 'sqlite', file: join(dataDir, 'state.db') }, 'keys');
  return keys.filter(({ revokedAt }) => revokedAt !== null).map(({ id }) => id);
}

/** Every entry once or more, none passed over, no half a line. */
function expectWhole(file: string): void {
  let next = 0;
  for (const line of readFileSync(file, 'utf8').split('\n').slice(0, -1)) {
    const { index } = JSON.parse(line) as { index: number };
    expect(index).toBeLessThanOrEqual(next);
    next = Math.max(next, index + 1);
  }
  expect(next).toBeGreaterThan(0);
}

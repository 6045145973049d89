import { existsSync, mkdirSync, readFileSync, writeFileSync } from 'node:fs';
import { createServer } from 'node:net';
import { join } from 'node:path';
import { afterEach, beforeAll, describe, expect, it } from 'vitest';
import { selfSignedCertificate } from '../../../test/setup/certificate.ts';
import { type TemporaryFolder, temporaryFolder } from '../../../test/setup/database.ts';
import { type App, type AppOptions, startApp } from './app.ts';
import { listGrants, openAdministration } from './features/identity/cli.ts';
import { listEntries, verifyLedger } from './features/ledger/cli.ts';
import { loadProgram } from './features/program/api.ts';
import { startUp } from './main.ts';
import { readWriterInfo } from './platform/lock/index.ts';
import { createLog } from './platform/log/index.ts';

const programDir = new URL('../../../program', import.meta.url).pathname;
const log = createLog({ level: 'silent' });
let loaded: AppOptions['loaded'];
const folders: TemporaryFolder[] = [];
const running: { close(): Promise<void> }[] = [];

beforeAll(async () => {
  loaded = await loadProgram(programDir, { today: '2026-11-01' });
});
afterEach(async () => {
  for (const app of running.splice(0)) await app.close();
  for (const folder of folders.splice(0)) folder.remove();
});

/** A data folder beside the place for its keys. */
function dataFolder(): string {
  const folder = temporaryFolder();
  folders.push(folder);
  return join(folder.path, 'data');
}

async function start(more: Partial<AppOptions> = {}): Promise<App & { readonly dataDir: string }> {
  const dataDir = more.dataDir ?? dataFolder();
  const app = await startApp({
    loaded,
    dataDir,
    listener: { host: '127.0.0.1' },
    port: 0,
    consolePort: 0,
    hosts: [],
    vendors: { baseUrls: new Map(), credentials: new Map() },
    allowPrivate: [],
    origin: 'live',
    environment: {},
    log,
    ...more,
  });
  running.push(app);
  return { ...app, dataDir };
}

async function entriesOf(dataDir: string): Promise<readonly Record<string, unknown>[]> {
  const entries: Record<string, unknown>[] = [];
  await listEntries(dataDir, {}, ({ bytes }) => {
    entries.push(JSON.parse(Buffer.from(bytes).toString()) as Record<string, unknown>);
  });
  return entries;
}

const keyRequest = {
  principal: 'dana.moss',
  repositories: ['github.com/acme/payments-api'],
  assistant: 'codex',
  expiresAt: new Date(Date.now() + 3_600_000).toISOString(),
};

describe('a start', () => {
  it('records the program in force, that it is unsigned, and which credentials were confirmed by name', async () => {
    const credentials = new Map([['OPENAI_API_KEY', 'sk-never-recorded']]);
    const { dataDir } = await start({ vendors: { baseUrls: new Map(), credentials } });
    const entries = await entriesOf(dataDir);
    expect(entries.map(({ kind, what }) => [kind, what])).toEqual([
      ['config', 'program.activated'],
      ['config', 'unsigned'],
      ['config', 'prices.activated'],
    ]);
    expect(entries[0]).toMatchObject({ bundle: loaded.digest, details: { credentials: ['OPENAI_API_KEY'] } });
    expect(JSON.stringify(entries)).not.toContain('sk-never-recorded');
  });

  it('off loopback is refused: without TLS or a proxy, and with them because the program is unsigned', async () => {
    await expect(start({ listener: { host: '0.0.0.0' } })).rejects.toMatchObject({
      code: 'server.listener-insecure',
    });
    const behindProxy = ['10.0.0.0/8'];
    await expect(start({ listener: { host: '0.0.0.0', behindProxy } })).rejects.toMatchObject({
      code: 'bundle.unsigned',
    });
  });

  it('serves TLS on both listeners when it is given a certificate', async () => {
    const folder = temporaryFolder();
    folders.push(folder);
    const { cert, key } = selfSignedCertificate();
    const files = { tlsCert: join(folder.path, 'cert.pem'), tlsKey: join(folder.path, 'key.pem') };
    writeFileSync(files.tlsCert, cert);
    writeFileSync(files.tlsKey, key);
    const app = await start({ listener: { host: '127.0.0.1', ...files } });
    expect(app.gateway).toMatch(/^https:/);
    expect(app.console).toMatch(/^https:/);
    const { request } = await import('node:https');
    const status = await new Promise((resolve, reject) => {
      request(`${app.console}/healthz`, { ca: cert, servername: 'localhost' }, (answer) => {
        answer.resume();
        resolve(answer.statusCode);
      })
        .on('error', reject)
        .end();
    });
    expect(status).toBe(200);
  });

  it('on a folder in use is refused, and the first one goes on', async () => {
    const { dataDir, console } = await start();
    await expect(start({ dataDir })).rejects.toMatchObject({ code: 'store.locked' });
    expect((await fetch(`${console}/healthz`)).status).toBe(200);
  });

  it('on a port in use is refused, leaves nothing running, and the folder can be used again', async () => {
    const taken = createServer();
    await new Promise<void>((done) => taken.listen(0, '127.0.0.1', done));
    const { port } = taken.address() as { port: number };
    const dataDir = dataFolder();
    await expect(start({ dataDir, port })).rejects.toMatchObject({ code: 'server.listen-failed' });
    await expect(start({ dataDir, consolePort: port })).rejects.toMatchObject({
      code: 'server.listen-failed',
    });
    taken.close();
    await start({ dataDir });
    expect(existsSync(dataDir)).toBe(true);
  });

  it('with policies that do not compile is refused before anything is opened', async () => {
    const dataDir = dataFolder();
    const policies = [{ file: 'policies/broken.cedar', text: 'permit (principal, action' }];
    const broken = { ...loaded, program: { ...loaded.program, policies } };
    await expect(start({ dataDir, loaded: broken as never })).rejects.toMatchObject({
      code: 'program.invalid',
    });
    expect(existsSync(join(dataDir, 'ledger.db'))).toBe(false);
  });

  it('in a place that is a file says so', async () => {
    const folder = temporaryFolder();
    folders.push(folder);
    const dataDir = join(folder.path, 'file');
    writeFileSync(dataDir, 'x');
    await expect(start({ dataDir })).rejects.toMatchObject({ code: 'store.unreadable' });
    if (process.platform !== 'linux') return;
    await expect(start({ dataDir: '/proc/fairlead' })).rejects.toMatchObject({
      code: 'store.unreadable',
      place: { file: '/proc/fairlead' },
    });
  });
});

describe('a stop', () => {
  it('keeps the data folder, signs the log, and can be asked for twice', async () => {
    const app = await start();
    await Promise.all([app.close(), app.close()]);
    const verdict = await verifyLedger({ dataDir: app.dataDir });
    expect(verdict).toMatchObject({ ok: true, signedSize: 3, size: 3 });
    expect(readWriterInfo(app.dataDir)).toBeNull();
    await expect(fetch(`${app.console}/healthz`)).rejects.toThrow();
  });
});

describe('the control listener', () => {
  it('answers health to anyone, and everything else only to a token of the right scope', async () => {
    const { console, identity } = await start();
    const expiresAt = Date.now() + 60_000;
    const token = async (scope: 'admin' | 'metrics' | 'witness' | 'audit' | 'keys') =>
      (await identity.issueToken({ scope, expiresAt }, 'operator')).token;
    const status = async (path: string, bearer?: string) =>
      (await fetch(console + path, { headers: bearer ? { authorization: `Bearer ${bearer}` } : {} })).status;
    expect(await status('/healthz')).toBe(200);
    expect(await status('/readyz')).toBe(200);
    expect(await status('/metrics')).toBe(401);
    expect(await status('/metrics', 'flt_nonsense')).toBe(401);
    expect(await status('/metrics', await token('witness'))).toBe(403);
    expect(await status('/metrics', await token('metrics'))).toBe(200);
    expect(await status('/metrics', await token('admin'))).toBe(200);
    const [witness, audit, keys] = [await token('witness'), await token('audit'), await token('keys')];
    await expect.poll(() => status('/log/checkpoint', witness)).toBe(200);
    expect(await status('/log/vkey', witness)).toBe(200);
    expect(await status('/log/checkpoint', keys)).toBe(403);
    expect(await status('/log/tile/entries/000.p/1', witness)).toBe(403);
    expect(await status('/log/tile/entries/000.p/1', audit)).toBe(200);
    expect(await status('/log/tile/../../etc/passwd', audit)).toBe(404);
    expect(await status('/api/keys', audit)).toBe(403);
    expect(await status('/api/tokens', keys)).toBe(403);
  });

  it('says what is wrong with a request, and what to do', async () => {
    const { console, identity } = await start();
    const { token } = await identity.issueToken(
      { scope: 'admin', expiresAt: Date.now() + 60_000 },
      'operator',
    );
    const post = async (body: string, type = 'application/json', path = '/api/keys') => {
      const headers = { authorization: `Bearer ${token}`, 'content-type': type };
      const answer = await fetch(console + path, { method: 'POST', headers, body });
      const { error } = (await answer.json()) as { error: { code: string; fix: string } };
      expect(error.fix.length).toBeGreaterThan(5);
      return [answer.status, error.code, JSON.stringify(error)] as const;
    };
    expect((await post('{'))[1]).toBe('server.body-invalid');
    expect((await post(JSON.stringify({ ...keyRequest, unheard: 1 })))[1]).toBe('server.body-invalid');
    expect((await post(JSON.stringify({ ...keyRequest, principal: 7 })))[1]).toBe('server.body-invalid');
    expect((await post('x', 'text/plain'))[1]).toBe('server.media-type');
    expect((await post(JSON.stringify({ a: 'x'.repeat(70_000) })))[1]).toBe('server.body-too-large');
    expect((await post('{}', 'application/json', '/api/nothing'))[1]).toBe('server.route-unknown');
    expect((await post(JSON.stringify({ ...keyRequest, principal: 'eve' })))[1]).toBe(
      'identity.principal-unknown',
    );
  });
});

describe('administration', () => {
  it('beside a running server goes through its socket', async () => {
    const { dataDir } = await start();
    const admin = await openAdministration({ dataDir });
    const issued = (await admin.call('POST', '/api/keys', keyRequest)) as { id: string; key: string };
    expect(issued.key).toMatch(/^flk_/);
    await expect(admin.call('POST', '/api/keys', { ...keyRequest, principal: 'eve' })).rejects.toMatchObject({
      code: 'identity.principal-unknown',
    });
    await expect(admin.call('GET', '/api/nothing')).rejects.toMatchObject({ code: 'server.route-unknown' });
    await admin.close();
    expect(await listGrants({ dataDir }, 'keys')).toMatchObject([{ id: issued.id, principal: 'dana.moss' }]);
    expect((await entriesOf(dataDir)).at(-1)).toMatchObject({
      what: 'key.issued',
      details: { by: 'operator' },
    });
  });

  it('by URL needs a token', async () => {
    const { console: server, identity } = await start();
    const { token } = await identity.issueToken(
      { scope: 'keys', expiresAt: Date.now() + 60_000 },
      'operator',
    );
    const admin = await openAdministration({ server, token });
    expect(await admin.call('GET', '/api/keys')).toEqual([]);
    const nobody = await openAdministration({ server });
    await expect(nobody.call('GET', '/api/keys')).rejects.toMatchObject({ code: 'identity.token-invalid' });
    const gone = await openAdministration({ server: 'http://127.0.0.1:9', token });
    await expect(gone.call('GET', '/api/keys')).rejects.toMatchObject({ code: 'server.unreachable' });
  });

  it('without a server writes the folder itself, and a server finds it there', async () => {
    const first = await start();
    await first.close();
    const admin = await openAdministration({ dataDir: first.dataDir });
    const { key } = (await admin.call('POST', '/api/keys', keyRequest)) as { key: string };
    await admin.close();
    const second = await start({ dataDir: first.dataDir });
    expect(second.identity.authenticate(key)).toMatchObject({ principal: 'dana.moss' });
  });

  it('of a folder that is not there, or whose writer cannot be reached, says so', async () => {
    const dataDir = dataFolder();
    await expect(openAdministration({ dataDir })).rejects.toMatchObject({ code: 'store.unreadable' });
    await expect(openAdministration({})).rejects.toMatchObject({ code: 'server.unreachable' });
    const app = await start({ dataDir });
    const info = join(dataDir, 'writer.json');
    const written = JSON.parse(readFileSync(info, 'utf8')) as object;
    writeFileSync(info, JSON.stringify({ ...written, controlSocket: null }));
    await expect(openAdministration({ dataDir })).rejects.toMatchObject({ code: 'store.locked' });
    await app.close();
  });
});

describe('an own program', () => {
  const upOptions = (dataDir: string, credential: readonly string[]) => ({
    programDir,
    dataDir,
    host: '127.0.0.1',
    port: 0,
    consolePort: 0,
    credential,
    allowHost: [],
    behindProxy: [],
  });

  it('reads only the credentials that the operator names', async () => {
    const env = { OPENAI_API_KEY: 'named', ANTHROPIC_API_KEY: 'not named' };
    const up = await startUp(upOptions(dataFolder(), ['OPENAI_API_KEY']), env);
    running.push(up);
    expect(up.ready).toMatchObject({ ready: true });
    expect(up.welcome).toContain(up.ready.gateway);
    const missing = startUp(upOptions(dataFolder(), ['AZURE_OPENAI_API_KEY']), env);
    await expect(missing).rejects.toMatchObject({ code: 'server.credential-missing' });
  });

  it('that is broken or missing is refused', async () => {
    const folder = temporaryFolder();
    folders.push(folder);
    const none = { ...upOptions(dataFolder(), []), programDir: join(folder.path, 'none') };
    await expect(startUp(none, {})).rejects.toMatchObject({ code: 'program.not-found' });
    mkdirSync(join(folder.path, 'broken'));
    writeFileSync(join(folder.path, 'broken', 'fairlead.yaml'), 'organisation: [');
    const broken = { ...upOptions(dataFolder(), []), programDir: join(folder.path, 'broken') };
    await expect(startUp(broken, {})).rejects.toMatchObject({ code: 'program.invalid' });
  });
});

// A start and the folder that it is given: what fails changes nothing, and what can be built again stops nothing.
import { randomBytes } from 'node:crypto';
import {
  chmodSync,
  existsSync,
  mkdirSync,
  readdirSync,
  readFileSync,
  renameSync,
  rmSync,
  statSync,
  symlinkSync,
  writeFileSync,
} from 'node:fs';
import { join } from 'node:path';
import { afterEach, describe, expect, it, vi } from 'vitest';
import { deliveryImportExample } from '../../packages/core/src/delivery/index.ts';
import { markDatabase } from '../../packages/server/src/app/places.ts';
import { type AppOptions, startApp } from '../../packages/server/src/app.ts';
import { importInto } from '../../packages/server/src/features/delivery/cli.ts';
import { verifyLedger } from '../../packages/server/src/features/ledger/cli.ts';
import { fsckLedger } from '../../packages/server/src/features/upkeep/cli.ts';
import { createLog } from '../../packages/server/src/platform/log/index.ts';
import {
  createPostgresDatabase,
  describePostgres,
  type TemporaryFolder,
  temporaryFolder,
} from '../setup/database.ts';
import { loadedExample, quietOptions } from '../setup/running-app.ts';

// Whole servers start here, on machines that may be busy.
vi.setConfig({ testTimeout: 120_000 });

const loaded = loadedExample();
const folders: TemporaryFolder[] = [];
const running: { close(): Promise<void> }[] = [];

afterEach(async () => {
  for (const app of running.splice(0)) await app.close();
  for (const folder of folders.splice(0)) folder.remove();
});

function dataFolder(): string {
  const folder = temporaryFolder();
  folders.push(folder);
  return join(folder.path, 'data');
}

async function start(dataDir: string, more: Partial<AppOptions> = {}) {
  const app = await startApp({
    loaded: await loaded,
    dataDir,
    ...quietOptions(),
    ...more,
  });
  running.push(app);
  return app;
}

/** A folder that a server was started on once. */
async function usedFolder(): Promise<string> {
  const dataDir = dataFolder();
  const app = await start(dataDir);
  await app.close();
  return dataDir;
}

const away = 'postgres://nobody:secret@127.0.0.1:1/none';

describe('a start with a database that does not answer', () => {
  it('leaves a new folder without a mark, so that it starts without one', async () => {
    const dataDir = dataFolder();
    await expect(start(dataDir, { database: away })).rejects.toMatchObject({ code: 'store.unavailable' });
    expect(existsSync(join(dataDir, 'database.json'))).toBe(false);
    await start(dataDir);
  });

  it('is refused on a folder with a ledger of its own, which then starts as before', async () => {
    const dataDir = await usedFolder();
    await expect(start(dataDir, { database: away })).rejects.toMatchObject({
      code: 'replica.other-store',
      message: expect.stringContaining('a ledger of its own'),
      fix: expect.stringContaining('migrate sqlite-to-postgres'),
    });
    expect(existsSync(join(dataDir, 'database.json'))).toBe(false);
    await start(dataDir);
  });
});

describe('a folder that a failed start marked as a database’s', () => {
  it('says what it holds and which file to remove', async () => {
    const dataDir = await usedFolder();
    markDatabase({ dataDir, database: away });
    await expect(start(dataDir)).rejects.toMatchObject({
      code: 'replica.other-store',
      place: { file: join(dataDir, 'database.json') },
      fix: expect.stringContaining('remove this file'),
    });
  });
});

describe('a damaged read model', () => {
  it('stops no start, and the audit answers again by itself', async () => {
    const dataDir = await usedFolder();
    const file = join(dataDir, 'metrics.db');
    writeFileSync(file, randomBytes(20_000));
    const app = await start(dataDir);
    expect((await fetch(`${app.gateway}/v1/models`)).status).toBe(401);
    const { token } = await app.identity.issueToken(
      { scope: 'audit', expiresAt: Date.now() + 3_600_000 },
      'operator',
    );
    const entries = async () => {
      const headers = { authorization: `Bearer ${token}` };
      return (await fetch(`${app.console}/api/audit/entries`, { headers })).status;
    };
    await expect.poll(entries).toBe(200);
    expect(existsSync(`${file}.damaged`)).toBe(true);
  });
});

describe('a state that is gone', () => {
  it('is said at the next start, and each grant of it by fsck', async () => {
    const dataDir = dataFolder();
    const warnings: string[] = [];
    const log = createLog({ level: 'warn', destination: { write: (line) => warnings.push(line) } });
    const app = await start(dataDir, { log });
    const expiresAt = Date.now() + 3_600_000;
    const { id } = await app.identity.issueToken({ scope: 'audit', expiresAt }, 'operator');
    await app.identity.revokeToken(id, 'not needed', 'operator');
    await app.identity.issueToken({ scope: 'keys', expiresAt }, 'operator');
    await app.signIn.issueLink('dana.moss', 'operator');
    await app.close();
    expect((await fsckLedger({ dataDir })).problems).toEqual([]);
    expect(warnings.join()).not.toContain('state.db');
    for (const suffix of ['', '-wal', '-shm']) rmSync(join(dataDir, `state.db${suffix}`), { force: true });
    await start(dataDir, { log });
    expect(warnings.join()).toContain('state.db is new');
    expect(warnings.join()).toContain('identity_tokens 1, console_links 1');
    expect((await fsckLedger({ dataDir })).problems).toEqual([
      expect.objectContaining({
        problem: 'grant-missing',
        where: expect.stringContaining('identity_tokens'),
      }),
      expect.objectContaining({ problem: 'grant-missing', where: expect.stringContaining('console_links') }),
    ]);
  });
});

describe('a data folder that a symbolic link leads to', () => {
  it('has one place of keys, whichever way it is named', async () => {
    const dataDir = await usedFolder();
    const link = join(dataDir, '..', 'link');
    symlinkSync(dataDir, link);
    await (await start(link)).close();
    expect(existsSync(`${link}.keys`)).toBe(false);
    for (const named of [dataDir, link]) {
      expect(await verifyLedger({ dataDir: named })).toMatchObject({ ok: true, rollbackChecked: true });
    }
    const key = join(dataDir, 'key.pem');
    writeFileSync(key, '');
    const inside = start(link, { signingKey: key });
    await expect(inside).rejects.toMatchObject({ code: 'ledger.key-invalid', place: { file: key } });
    await expect(start(dataDir, { signingKey: join(link, 'key.pem') })).rejects.toMatchObject({
      code: 'ledger.key-invalid',
      message: expect.stringContaining('lies in the data folder'),
    });
  });

  it('finds keys beside the link, where earlier versions put them', async () => {
    const dataDir = await usedFolder();
    const link = join(dataDir, '..', 'link');
    symlinkSync(dataDir, link);
    renameSync(`${dataDir}.keys`, `${link}.keys`);
    await (await start(link)).close();
    expect(existsSync(`${dataDir}.keys`)).toBe(false);
    await expect(start(dataDir)).rejects.toMatchObject({
      code: 'ledger.key-invalid',
      place: { file: join(`${dataDir}.keys`, 'ledger-signing.pem') },
    });
  });
});

describe('a damaged state', () => {
  it.each([
    ['is no database', (bytes: Buffer) => randomBytes(bytes.length)],
    ['is unreadable behind its first page', (bytes: Buffer) => bytes.fill(0xff, 4_096)],
  ])('is named by a start and by fsck when its file %s', async (_, damage) => {
    const dataDir = await usedFolder();
    const file = join(dataDir, 'state.db');
    writeFileSync(file, damage(readFileSync(file)));
    const refused = {
      code: 'store.damaged',
      message: expect.stringContaining('state.db is damaged'),
      place: { file },
      fix: expect.stringContaining('fairlead restore'),
    };
    await expect(start(dataDir)).rejects.toMatchObject(refused);
    await expect(fsckLedger({ dataDir })).rejects.toMatchObject(refused);
  });
});

describe('a data folder that was there before', () => {
  const open = (dataDir: string) =>
    readdirSync(dataDir, { recursive: true, withFileTypes: true })
      .filter((entry) => entry.isFile() && (statSync(join(entry.parentPath, entry.name)).mode & 0o077) !== 0)
      .map(({ name }) => name);
  const logged = () => {
    const lines: string[] = [];
    return { lines, log: createLog({ level: 'warn', destination: { write: (line) => lines.push(line) } }) };
  };

  it('holds files that nobody else on the machine can read', async () => {
    const dataDir = dataFolder();
    mkdirSync(dataDir, { mode: 0o755 });
    const { lines, log } = logged();
    const app = await start(dataDir, { log });
    const files = readdirSync(dataDir);
    expect(files).toEqual(expect.arrayContaining(['ledger.db', 'ledger.db-wal', 'state.db', 'metrics.db']));
    expect(open(dataDir)).toEqual([]);
    await app.close();
    const facts = join(dataDir, '..', 'facts.jsonl');
    writeFileSync(facts, deliveryImportExample.map((fact) => JSON.stringify(fact)).join('\n'));
    await importInto(dataDir, 'jsonl', facts, () => undefined);
    expect(open(dataDir)).toEqual([]);
    expect(lines).toEqual([]);
  });

  it('is warned of where others can write into it, or read what an older version left open', async () => {
    const dataDir = await usedFolder();
    chmodSync(dataDir, 0o755);
    chmodSync(join(dataDir, 'ledger.db'), 0o644);
    const { lines, log } = logged();
    await (await start(dataDir, { log })).close();
    expect(lines.join()).toContain('may read ledger.db in');
    expect(lines.join()).not.toContain('state.db');
    chmodSync(join(dataDir, 'ledger.db'), 0o600);
    chmodSync(dataDir, 0o777);
    const again = logged();
    await (await start(dataDir, { log: again.log })).close();
    expect(again.lines.join()).toContain('can put files into ');
  });
});

describePostgres('a start with a database', () => {
  it('marks the folder once the database was opened, and copies nothing of a ledger that is there', async () => {
    const database = await createPostgresDatabase();
    try {
      const dataDir = dataFolder();
      const app = await start(dataDir, { database: database.url });
      await app.close();
      await expect(start(dataDir)).rejects.toMatchObject({ code: 'replica.other-store' });
      const own = await usedFolder();
      const refused = start(own, { database: database.url });
      await expect(refused).rejects.toMatchObject({ code: 'replica.other-store' });
    } finally {
      await database.drop();
    }
  });
});

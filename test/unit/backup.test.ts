// Backups: taken beside a server that goes on writing, brought back whole or not at all.
import { spawnSync } from 'node:child_process';
import { createHash } from 'node:crypto';
import {
  cpSync,
  existsSync,
  mkdirSync,
  readdirSync,
  readFileSync,
  rmSync,
  truncateSync,
  writeFileSync,
} from 'node:fs';
import { join } from 'node:path';
import { gunzipSync } from 'node:zlib';
import { type Header, pack } from 'tar-stream';
import { afterAll, afterEach, beforeAll, describe, expect, it } from 'vitest';
import { createIdentity, stateFile } from '../../packages/server/src/features/identity/create.ts';
import { listEntries, verifyLedger } from '../../packages/server/src/features/ledger/cli.ts';
import { configDraft, decisionDraft } from '../../packages/server/src/features/ledger/testing/entries.ts';
import {
  type LedgerFolder,
  ledgerFolder,
} from '../../packages/server/src/features/ledger/testing/folders.ts';
import { backup, fsckLedger, restore } from '../../packages/server/src/features/upkeep/cli.ts';
import { nodeRandom } from '../../packages/server/src/platform/crypto/index.ts';

let folder: LedgerFolder;
let file: string;
let count = 0;

/** A place for a restore, with the keys of the log beside it. */
function place(withKeys = true): string {
  count += 1;
  const dataDir = join(folder.path, `place-${count}`, 'data');
  mkdirSync(join(dataDir, '..'), { recursive: true });
  if (withKeys) cpSync(folder.keysDir, `${dataDir}.keys`, { recursive: true });
  return dataDir;
}

/** What lies beside a place: nothing of a restore that was refused may. */
const left = (dataDir: string) => readdirSync(join(dataDir, '..')).filter((name) => name !== 'data.keys');

async function openAll(dataDir = folder.dataDir) {
  const ledger = await folder.open({ dataDir });
  const deps = {
    ledger,
    clock: { now: Date.now },
    random: nodeRandom,
    index: () => null,
    origin: 'live' as const,
  };
  const location = { kind: 'sqlite' as const, file: stateFile(dataDir) };
  const identity = await createIdentity(location, { ...deps, instance: ledger.instance });
  const expiresAt = Date.now() + 86_400_000;
  const issue = () =>
    identity.issueKey(
      { principal: 'alice', repositories: ['github.com/acme/a'], assistant: 'codex', expiresAt },
      'operator',
    );
  return { ledger, identity, issue };
}

beforeAll(async () => {
  folder = ledgerFolder();
  const { ledger, identity, issue } = await openAll();
  await issue();
  await ledger.append(Array.from({ length: 500 }, () => decisionDraft(ledger.instance)));
  await identity.close();
  await ledger.close();
  writeFileSync(join(folder.dataDir, 'metrics.db'), 'can be built again');
  file = join(folder.path, 'backup.tar');
  await backup({ dataDir: folder.dataDir, out: file, gzip: false });
});
afterAll(() => folder.remove());

describe('a backup', () => {
  it('comes back with the same root, and verifies, and holds no key', async () => {
    const dataDir = place();
    const restored = await restore({ from: file, dataDir, startNewLog: false });
    expect(restored).toMatchObject({ newOrigin: null, size: 501 });
    const [before, after] = [
      await verifyLedger({ dataDir: folder.dataDir }),
      await verifyLedger({ dataDir }),
    ];
    expect(after).toEqual(before);
    expect(after).toMatchObject({ ok: true, root: restored.root });
    expect((await fsckLedger({ dataDir })).problems).toEqual([]);
    expect(restored.parts.map(({ name }) => name).sort()).toEqual(['instance.json', 'ledger.db', 'state.db']);
    const pem = readFileSync(join(folder.keysDir, 'ledger-signing.pem'), 'utf8');
    expect(readFileSync(file).includes(pem.split('\n')[1] as string)).toBe(false);
    const ledger = await folder.open({ dataDir });
    await ledger.append([configDraft(ledger.instance)]);
    await ledger.close();
    expect((await verifyLedger({ dataDir })).ok).toBe(true);
  });

  it('can be compressed', async () => {
    const out = join(folder.path, 'backup.tar.gz');
    await backup({ dataDir: folder.dataDir, out, gzip: true });
    expect(gunzipSync(readFileSync(out)).length).toBeGreaterThan(readFileSync(out).length);
    const dataDir = place();
    expect((await restore({ from: out, dataDir, startNewLog: false })).size).toBe(501);
    expect((await verifyLedger({ dataDir })).ok).toBe(true);
  });

  it('fits together when it is taken beside a server that writes calls and issues keys', async () => {
    const running = place();
    await restore({ from: file, dataDir: running, startNewLog: false });
    const { ledger, identity, issue } = await openAll(running);
    let writing = true;
    const work = (async () => {
      for (let next = Date.now(); writing; ) {
        await ledger.append([decisionDraft(ledger.instance)]);
        if (Date.now() < next) continue;
        await identity.revokeKey((await issue()).id, 'a test', 'operator');
        next = Date.now() + 800;
      }
    })();
    const out = join(folder.path, 'busy.tar');
    const manifest = await backup({ dataDir: running, out, gzip: false });
    writing = false;
    await work;
    await identity.close();
    await ledger.close();
    expect(manifest.size).toBeGreaterThan(501);
    const dataDir = join(folder.path, 'busy', 'data');
    mkdirSync(join(folder.path, 'busy'));
    cpSync(folder.keysDir, `${dataDir}.keys`, { recursive: true });
    await restore({ from: out, dataDir, startNewLog: false });
    expect((await fsckLedger({ dataDir })).problems).toEqual([]);
  }, 240_000);

  it('is not written over a file, nor of a folder without a ledger', async () => {
    await expect(backup({ dataDir: folder.dataDir, out: file, gzip: false })).rejects.toMatchObject({
      code: 'backup.exists',
    });
    const out = join(folder.path, 'none.tar');
    await expect(backup({ dataDir: folder.path, out, gzip: false })).rejects.toMatchObject({
      code: 'ledger.not-found',
    });
    const nowhere = join(folder.path, 'no', 'such', 'folder.tar');
    await expect(backup({ dataDir: folder.dataDir, out: nowhere, gzip: false })).rejects.toMatchObject({
      code: 'backup.unwritable',
    });
    expect(existsSync(out) || existsSync(`${out}.partial`)).toBe(false);
  });
});

describe('a backup that is older than what was signed last', () => {
  async function grown(): Promise<string> {
    const dataDir = place();
    await restore({ from: file, dataDir, startNewLog: false });
    const ledger = await folder.open({ dataDir });
    await ledger.append(Array.from({ length: 10 }, () => configDraft(ledger.instance)));
    await ledger.close();
    rmSync(dataDir, { recursive: true });
    return dataDir;
  }

  it('is refused, and nothing is left behind', async () => {
    const dataDir = await grown();
    await expect(restore({ from: file, dataDir, startNewLog: false })).rejects.toMatchObject({
      code: 'backup.rolled-back',
    });
    expect(left(dataDir)).toEqual([]);
  });

  it('begins a new log on purpose, whose next entry names the old one and what of it was lost', async () => {
    const dataDir = await grown();
    const restored = await restore({ from: file, dataDir, startNewLog: true });
    expect(restored.newOrigin).not.toBe(restored.origin);
    expect(await verifyLedger({ dataDir })).toMatchObject({ ok: true, size: 502, signedSize: 502 });
    const ledger = await folder.open({ dataDir });
    expect(ledger.vkey).toContain(restored.newOrigin);
    await ledger.close();
    const entries: { what?: string; details?: object }[] = [];
    await listEntries(
      dataDir,
      {},
      (entry) => void entries.push(JSON.parse(Buffer.from(entry.bytes).toString())),
    );
    expect(entries[501]).toMatchObject({
      what: 'ledger.started-anew',
      details: { previousOrigin: restored.origin, previousSize: 1_011 },
    });
    expect(
      readdirSync(`${dataDir}.keys`).some((name) => name.startsWith('ledger-last-signed.retired-1011-')),
    ).toBe(true);
  });

  it('leaves no folder where its new log could not be kept with the keys, and can be tried again', async () => {
    const dataDir = await grown();
    const before = readFileSync(join(`${dataDir}.keys`, 'ledger-last-signed'), 'utf8');
    const inTheWay = join(`${dataDir}.keys`, 'ledger-last-signed.new');
    mkdirSync(inTheWay);
    await expect(restore({ from: file, dataDir, startNewLog: true })).rejects.toMatchObject({
      code: 'backup.unwritable',
      place: { file: inTheWay },
    });
    expect(left(dataDir)).toEqual([]);
    expect(readFileSync(join(`${dataDir}.keys`, 'ledger-last-signed'), 'utf8')).toBe(before);
    await expect(restore({ from: file, dataDir, startNewLog: false })).rejects.toMatchObject({
      code: 'backup.rolled-back',
    });
    rmSync(inTheWay, { recursive: true });
    await restore({ from: file, dataDir, startNewLog: true });
    expect(await verifyLedger({ dataDir })).toMatchObject({ ok: true, size: 502 });
  });

  it('is refused without its keys, and begins a new log where they are lost', async () => {
    const dataDir = place(false);
    await expect(restore({ from: file, dataDir, startNewLog: false })).rejects.toMatchObject({
      code: 'backup.keys-missing',
    });
    expect(left(dataDir)).toEqual([]);
    const { newOrigin } = await restore({ from: file, dataDir, startNewLog: true });
    expect(newOrigin).not.toBeNull();
    expect((await verifyLedger({ dataDir })).ok).toBe(true);
  });

  it('is refused where another history was signed meanwhile', async () => {
    const dataDir = place();
    const other = join(folder.path, 'other');
    cpSync(folder.dataDir, other, { recursive: true });
    cpSync(folder.keysDir, `${other}.keys`, { recursive: true });
    const ours = await folder.open({ dataDir: other });
    await ours.append([configDraft(ours.instance)]);
    await ours.close();
    const theirs = await folder.open({ dataDir: folder.dataDir, keysDir: `${dataDir}.keys` });
    await theirs.append([configDraft(theirs.instance)]);
    await theirs.close();
    const out = join(folder.path, 'other.tar');
    await backup({ dataDir: other, out, gzip: false });
    await expect(restore({ from: out, dataDir, startNewLog: false })).rejects.toMatchObject({
      code: 'backup.rolled-back',
    });
  });
});

/** A tar of these files. */
async function tarOf(
  ...entries: readonly (readonly [Partial<Header> & { name: string }, string | Buffer])[]
): Promise<string> {
  const tar = pack();
  for (const [header, content] of entries) tar.entry({ mode: 0o600, ...header }, content as string);
  tar.finalize();
  const chunks: Buffer[] = [];
  for await (const chunk of tar) chunks.push(chunk as Buffer);
  count += 1;
  const out = join(folder.path, `made-${count}.tar`);
  writeFileSync(out, Buffer.concat(chunks));
  return out;
}

function manifestOf(
  parts: readonly { name: string; bytes: number; sha256: string }[],
): readonly [Partial<Header> & { name: string }, string] {
  const about = { createdAt: '', fairlead: '0', origin: 'o', vkey: 'v', size: 0, root: '', checkpoint: '' };
  return [
    { name: 'manifest.json' },
    JSON.stringify({ format: 'fairlead-backup', version: 1, ...about, parts }),
  ];
}

const partOf = (name: string, text: string) => ({
  name,
  bytes: text.length,
  sha256: createHash('sha256').update(text).digest('hex'),
});

const oneLedger = manifestOf([partOf('ledger.db', 'x')]);
const ledgerEntry = [{ name: 'ledger.db' }, 'x'] as const;

describe('a file that is no whole backup', () => {
  const hostile: readonly (readonly [string, () => Promise<string> | string])[] = [
    [
      'is cut off',
      () => {
        const cut = join(folder.path, 'cut.tar');
        cpSync(file, cut);
        truncateSync(cut, Math.floor(readFileSync(file).length / 2 / 512) * 512 + 100);
        return cut;
      },
    ],
    [
      'has one other byte',
      () => {
        const bytes = readFileSync(file);
        bytes[Math.floor(bytes.length / 2)]! ^= 1;
        const flipped = join(folder.path, 'flipped.tar');
        writeFileSync(flipped, bytes);
        return flipped;
      },
    ],
    [
      'is no tar at all',
      () => {
        const noise = join(folder.path, 'noise.tar');
        writeFileSync(noise, Buffer.alloc(100_000, 7));
        return noise;
      },
    ],
    [
      'is empty',
      () => {
        writeFileSync(join(folder.path, 'empty.tar'), '');
        return join(folder.path, 'empty.tar');
      },
    ],
    ['is not there', () => join(folder.path, 'nothing.tar')],
    ['is a folder', () => folder.path],
    ['leads out of the folder', () => tarOf(oneLedger, [{ name: '../ledger.db' }, 'x'])],
    [
      'names a path in its manifest',
      () => tarOf(manifestOf([partOf('../ledger.db', 'x')]), [{ name: '../ledger.db' }, 'x']),
    ],
    ['holds an absolute path', () => tarOf(oneLedger, [{ name: '/tmp/ledger.db' }, 'x'])],
    [
      'holds a link',
      () =>
        tarOf(manifestOf([partOf('ledger.db', '')]), [
          { name: 'ledger.db', type: 'symlink', linkname: '/etc/passwd' },
          '',
        ]),
    ],
    ['holds a folder', () => tarOf(oneLedger, [{ name: 'ledger.db', type: 'directory' }, ''])],
    ['holds a name of megabytes', () => tarOf([{ name: 'a'.repeat(2_000_000) }, 'x'])],
    ['holds something more', () => tarOf(oneLedger, [{ name: 'other.db' }, 'x'])],
    ['holds less', () => tarOf(manifestOf([partOf('ledger.db', 'x'), partOf('state.db', 'y')]), ledgerEntry)],
    ['holds another content', () => tarOf(oneLedger, [{ name: 'ledger.db' }, 'y'])],
    ['holds a part twice', () => tarOf(oneLedger, ledgerEntry, ledgerEntry)],
    ['has no manifest', () => tarOf(ledgerEntry)],
    ['has a manifest of something else', () => tarOf([{ name: 'manifest.json' }, '{"format":"other"}'])],
    ['holds no database', () => tarOf(oneLedger, ledgerEntry)],
  ];

  it.each(hostile)('is refused when it %s, and leaves nothing behind', async (_, make) => {
    const dataDir = place();
    const error = await restore({ from: await make(), dataDir, startNewLog: true }).catch(
      (found: unknown) => found,
    );
    expect((error as { code?: string }).code).toBe('backup.invalid');
    expect(left(dataDir)).toEqual([]);
  });

  it('is refused when it claims to be larger than the disk', async () => {
    const dataDir = place();
    const huge = { ...partOf('ledger.db', 'x'), bytes: 2 ** 52 };
    const from = await tarOf(manifestOf([huge]), ledgerEntry);
    await expect(restore({ from, dataDir, startNewLog: false })).rejects.toMatchObject({
      code: 'backup.no-room',
    });
    expect(left(dataDir)).toEqual([]);
  });

  it('is refused where a data folder is in use already', async () => {
    const dataDir = place();
    mkdirSync(dataDir);
    writeFileSync(join(dataDir, 'mine'), '');
    await expect(restore({ from: file, dataDir, startNewLog: true })).rejects.toMatchObject({
      code: 'backup.exists',
    });
    expect(readdirSync(dataDir)).toEqual(['mine']);
  });
});

describe('a disk that is full', () => {
  const mounts: string[] = [];
  afterEach(() => {
    for (const mount of mounts.splice(0)) spawnSync('umount', [mount]);
  });

  it('ends backup and restore with a code and leaves nothing behind', async (context) => {
    const mount = join(folder.path, 'small');
    mkdirSync(mount);
    if (spawnSync('mount', ['-t', 'tmpfs', '-o', 'size=700k', 'fairlead-test', mount]).status !== 0) {
      process.stderr.write('SKIPPED: mounting is not permitted here, so the full disk is not tried\n');
      return context.skip();
    }
    mounts.push(mount);
    const out = join(mount, 'backup.tar');
    await expect(backup({ dataDir: folder.dataDir, out, gzip: false })).rejects.toMatchObject({
      code: 'backup.no-room',
    });
    const dataDir = join(mount, 'data');
    cpSync(folder.keysDir, `${dataDir}.keys`, { recursive: true });
    await expect(restore({ from: file, dataDir, startNewLog: false })).rejects.toMatchObject({
      code: 'backup.no-room',
    });
    expect(readdirSync(mount)).toEqual(['data.keys']);
  });
});

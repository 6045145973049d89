// A backup of a data folder that is damaged or can't be read: it says so, by name, and leaves nothing that looks whole.
import { cpSync, mkdirSync, readdirSync, readFileSync, rmSync, truncateSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { createIdentity, stateFile } from '../../packages/server/src/features/identity/create.ts';
import { decisionDraft } from '../../packages/server/src/features/ledger/testing/entries.ts';
import {
  type LedgerFolder,
  ledgerFolder,
} from '../../packages/server/src/features/ledger/testing/folders.ts';
import { backup, restore } from '../../packages/server/src/features/upkeep/cli.ts';
import { nodeRandom } from '../../packages/server/src/platform/crypto/index.ts';

let folder: LedgerFolder;
let count = 0;

beforeAll(async () => {
  folder = ledgerFolder();
  const ledger = await folder.open();
  const clock = { now: Date.now };
  const deps = { ledger, clock, random: nodeRandom, index: () => null, origin: 'live' as const };
  const location = { kind: 'sqlite' as const, file: stateFile(folder.dataDir) };
  const identity = await createIdentity(location, { ...deps, instance: ledger.instance });
  await ledger.append(Array.from({ length: 300 }, () => decisionDraft(ledger.instance)));
  await identity.close();
  await ledger.close();
});
afterAll(() => folder.remove());

describe('a backup of what is damaged', () => {
  /** A copy of the data folder, to be damaged. */
  function copied(): string {
    const dataDir = join(folder.path, `damaged-${count++}`, 'data');
    cpSync(folder.dataDir, dataDir, { recursive: true });
    return dataDir;
  }

  function change(path: string, how: (bytes: Buffer) => void): void {
    const bytes = readFileSync(path);
    how(bytes);
    writeFileSync(path, bytes);
  }

  const page = 4096;
  const pages = (bytes: Buffer) => {
    const middle = Math.floor(bytes.length / page / 2) * page;
    bytes.fill(0xa5, middle, middle + 4 * page);
  };
  const damages: readonly (readonly [string, string, (dataDir: string) => void])[] = [
    ['pages in the middle', 'ledger.db', (dataDir) => change(join(dataDir, 'ledger.db'), pages)],
    ['all but its first page', 'ledger.db', (dataDir) => truncateSync(join(dataDir, 'ledger.db'), page)],
    [
      'the header',
      'ledger.db',
      (dataDir) => change(join(dataDir, 'ledger.db'), (bytes) => bytes.fill(7, 0, 64)),
    ],
    [
      'a letter of an entry',
      'ledger.db',
      (dataDir) =>
        change(join(dataDir, 'ledger.db'), (bytes) => {
          const at = bytes.indexOf('"kind":"decision"', Math.floor(bytes.length / 3));
          bytes.write('"kind":"decisiom"', at);
        }),
    ],
    ['pages in the middle', 'state.db', (dataDir) => change(join(dataDir, 'state.db'), pages)],
    ['everything', 'delivery.db', (dataDir) => writeFileSync(join(dataDir, 'delivery.db'), 'x'.repeat(9000))],
  ];
  it.each(damages)('(%s, in %s) is refused by name, with nothing left behind', async (_, name, damage) => {
    const dataDir = copied();
    damage(dataDir);
    const out = join(dataDir, '..', 'backup.tar');
    const refused = await backup({ dataDir, out, gzip: false }).catch((error: unknown) => error);
    expect(refused).toMatchObject({
      code: 'backup.source-damaged',
      message: expect.stringContaining(`${name} is damaged (`),
      place: { file: join(dataDir, name) },
    });
    const { fix } = refused as { fix: string };
    expect(fix).toContain('Keep the backups that you have');
    expect(fix.includes('import again')).toBe(name === 'delivery.db');
    expect(readdirSync(join(dataDir, '..'))).toEqual(['data']);
  });

  it('names a file that cannot be read', async () => {
    const dataDir = copied();
    rmSync(join(dataDir, 'instance.json'));
    mkdirSync(join(dataDir, 'instance.json'));
    await expect(backup({ dataDir, out: `${dataDir}.tar`, gzip: false })).rejects.toMatchObject({
      code: 'store.unreadable',
      place: { file: join(dataDir, 'instance.json') },
    });
    mkdirSync(join(dataDir, 'other.db'));
    await expect(backup({ dataDir, out: `${dataDir}.tar`, gzip: false })).rejects.toMatchObject({
      code: 'store.unreadable',
      message: expect.stringContaining('other.db'),
      place: { file: join(dataDir, 'other.db') },
    });
  });
});

describe('a restore', () => {
  it('of what cannot be read says so, and not that it is broken', async () => {
    const from = join(folder.path, 'nothing.tar');
    const dataDir = join(folder.path, 'restored');
    await expect(restore({ from, dataDir, startNewLog: false })).rejects.toMatchObject({
      code: 'backup.invalid',
      message: "The file of the backup can't be read (ENOENT).",
      place: { file: from },
      fix: 'Check the path and its permissions.',
    });
  });

  it('names the folder that cannot be made', async () => {
    const from = join(folder.dataDir, 'ledger.db');
    const dataDir = join(from, 'data');
    await expect(restore({ from, dataDir, startNewLog: true })).rejects.toMatchObject({
      code: 'backup.unwritable',
      place: { file: `${dataDir}.restoring` },
    });
  });
});

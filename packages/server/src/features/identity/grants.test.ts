import { mkdirSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import {
  createPostgresDatabase,
  describePostgres,
  type TemporaryFolder,
  temporaryFolder,
} from '../../../../../test/setup/database.ts';
import type { StateLocation } from '../../platform/db/index.ts';
import { openDeviceStore } from '../devices/reading/api.ts';
import { listGrants } from './cli.ts';
import { stateFile } from './create.ts';
import { grantKinds } from './grants.ts';
import { openIdentityStore } from './store-sql.ts';

let folder: TemporaryFolder;
beforeEach(() => {
  folder = temporaryFolder();
});
afterEach(() => folder.remove());

async function fill(location: StateLocation): Promise<void> {
  const identity = await openIdentityStore(location);
  const devices = await openDeviceStore(location);
  for (const n of [1, 2]) {
    const common = { createdAt: n * 1_000, expiresAt: 9_000, revokedAt: n === 1 ? 5_000 : null };
    const repositories = ['github.com/a/b'];
    const person = { principal: 'ada', repositories, digest: `${n}`.repeat(64) };
    const bound = { assistant: 'cli', device: null, vendor: null, label: null };
    await identity.insertKey({ id: `k${n}`, ...person, ...bound, ...common });
    await identity.insertToken({ id: `t${n}`, scope: 'audit', label: null, digest: `t${n}`, ...common });
    await devices.insertDevice({ id: `d${n}`, ...person, name: 'laptop', codeId: `c${n}`, ...common });
  }
  await devices.close();
  await identity.close();
}

const listed = async (place: Parameters<typeof listGrants>[0]) =>
  Promise.all(grantKinds.map((kind) => listGrants(place, kind)));

describe('keys, tokens and devices of a data folder', () => {
  it('are listed newest first, with nothing of their secrets', async () => {
    await fill({ kind: 'sqlite', file: stateFile(folder.path) });
    const lists = await listed({ dataDir: folder.path });
    expect(lists.map((rows) => rows.map(({ id }) => id))).toEqual([
      ['k2', 'k1'],
      ['t2', 't1'],
      ['d2', 'd1'],
    ]);
    expect(lists.flat().map(({ revokedAt }) => revokedAt)).toEqual(
      [1, 2, 3].flatMap(() => [null, '1970-01-01T00:00:05.000Z']),
    );
    expect(JSON.stringify(lists)).not.toMatch(/digest|codeId|1111/);
  });

  it('are not there in a folder without a server, nor in that of one on PostgreSQL which is not running', async () => {
    await expect(listGrants({ dataDir: join(folder.path, 'none') }, 'tokens')).rejects.toMatchObject({
      code: 'store.unreadable',
    });
    mkdirSync(join(folder.path, 'gateway'));
    writeFileSync(join(folder.path, 'gateway', 'database.json'), '{}');
    await expect(listGrants({ dataDir: join(folder.path, 'gateway') }, 'keys')).rejects.toMatchObject({
      code: 'replica.other-store',
    });
  });
});

describePostgres('keys, tokens and devices of a database', () => {
  it('are what they are of a data folder', async () => {
    const database = await createPostgresDatabase();
    try {
      await fill({ kind: 'postgres', url: database.url });
      await fill({ kind: 'sqlite', file: stateFile(folder.path) });
      expect(await listed({ database: database.url })).toEqual(await listed({ dataDir: folder.path }));
      await expect(listGrants({ database: 'mysql://x' }, 'keys')).rejects.toMatchObject({
        code: 'store.unreadable',
      });
    } finally {
      await database.drop();
    }
  });
});

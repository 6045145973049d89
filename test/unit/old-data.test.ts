import { existsSync } from 'node:fs';
import { join } from 'node:path';
import pg from 'pg';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { openConsoleStore } from '../../packages/server/src/features/console/store-sql.ts';
import { openDeviceStore } from '../../packages/server/src/features/devices/store-sql.ts';
import { openIdentityStore } from '../../packages/server/src/features/identity/store-sql.ts';
import { verifyLedger } from '../../packages/server/src/features/ledger/cli.ts';
import { openLedger } from '../../packages/server/src/features/ledger/create.ts';
import { configDraft } from '../../packages/server/src/features/ledger/testing/entries.ts';
import { moveToPostgres } from '../../packages/server/src/features/migrate/cli.ts';
import {
  createPostgresDatabase,
  describePostgres,
  type TemporaryFolder,
  temporaryFolder,
} from '../setup/database.ts';
import { oldVersions, unpackOldData } from '../support/old-data.ts';

/* Data folders that released versions left, with a call under way, are opened, verified and written on. */

const entries = 30;
let folder: TemporaryFolder;
let dataDir: string;
beforeEach(() => {
  folder = temporaryFolder();
  dataDir = join(folder.path, 'data');
});
afterEach(() => folder.remove());

it('there is data of the first version', () => {
  expect(oldVersions).toContain('0.1.0');
});

describe.each(oldVersions)('the data of %s', (version) => {
  it('is brought up to date, verifies under its own last checkpoint, and is written on', async () => {
    const { checkpoint } = unpackOldData(version, dataDir);
    const ledger = await openLedger({ dataDir, clock: { now: Date.now } });
    // The call that was under way when it ended.
    expect(ledger.recovered).toBe(1);
    expect(ledger.state().size).toBe(entries + 1);
    const { accounts } = await ledger.readBudgets();
    expect(accounts.length).toBeGreaterThan(0);
    expect(accounts.map(({ reserved }) => reserved)).toEqual(accounts.map(() => 0));
    await ledger.append([configDraft(ledger.instance)]);
    await ledger.close();
    const whole = { ok: true, size: entries + 2, signedSize: entries + 2, problems: [] };
    expect(await verifyLedger({ dataDir })).toMatchObject(whole);
    expect(await verifyLedger({ dataDir, checkpoint })).toMatchObject({ ...whole, rollbackChecked: true });

    const state = { kind: 'sqlite', file: join(dataDir, 'state.db') } as const;
    const identity = await openIdentityStore(state);
    expect((await identity.keys()).map(({ label }) => label)).toEqual(['demo', 'demo', 'demo']);
    expect(await identity.tokens()).toHaveLength(1);
    await identity.close();
    for (const open of [openDeviceStore, openConsoleStore]) await (await open(state)).close();
  });
});

describePostgres('the data of old versions, moved to PostgreSQL', () => {
  it.each(oldVersions)('%s', async (version) => {
    unpackOldData(version, dataDir);
    const database = await createPostgresDatabase();
    const moved = await moveToPostgres({ dataDir, url: database.url });
    expect(moved).toMatchObject({ ok: true, size: entries, problems: [] });
    expect(moved.tables).toMatchObject({ ledger_entries: entries, identity_keys: 3, console_links: 1 });
    const ledger = await openLedger({
      ...{ dataDir, clock: { now: Date.now } },
      database: { url: database.url, maySign: true },
    });
    expect(ledger.recovered).toBe(1);
    await ledger.close();
    const client = new pg.Client(database.url);
    await client.connect();
    const { rows } = await client.query('select size from ledger_checkpoints order by size desc limit 1');
    expect(rows).toEqual([{ size: String(entries + 1) }]);
    await client.end();
    await database.drop();
    expect(existsSync(join(dataDir, 'writer.json'))).toBe(false);
  });
});

import { chmodSync, mkdirSync, mkdtempSync, readFileSync, renameSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { createPostgresDatabase, describePostgres } from '../../../../../test/setup/database.ts';
import { commitHooks } from './faults.ts';
import { type HostOptions, type LedgerHost, startHost } from './host.ts';
import { loadLog } from './log-start.ts';
import { prepareDraft } from './rows.ts';
import { openSqliteWriter } from './sqlite-open.ts';
import type { LedgerStore } from './store.ts';
import { openPostgresStore } from './store-postgres.ts';
import { sqliteStore } from './store-sqlite.ts';
import { configDraft, testInstance } from './testing/entries.ts';
import { verifyLog } from './verify.ts';

/* The host without its thread, over both kinds of store: PostgreSQL needs none. */

const config = () => prepareDraft(configDraft(testInstance()));
const seen = { sealed: 0, unpublished: 0, troubled: 0, failed: 0 };

function optionsFor(keysDir: string, changes: Partial<HostOptions> = {}): HostOptions {
  Object.assign(seen, { sealed: 0, unpublished: 0, troubled: 0, failed: 0 });
  return {
    keysDir,
    startNewLog: false,
    now: Date.now(),
    sealAfterMs: 10,
    onSealed: (size) => {
      seen.sealed = size;
    },
    onUnpublished: () => {
      seen.unpublished += 1;
    },
    onTrouble: () => {
      seen.troubled += 1;
    },
    onFailed: () => {
      seen.failed += 1;
    },
    ...changes,
  };
}

function hostContract(
  open: (folder: string) => Promise<{ reopen(): Promise<LedgerStore>; remove(): Promise<void> }>,
) {
  let folder: string;
  let keysDir: string;
  let place: Awaited<ReturnType<typeof open>>;
  let host: LedgerHost | null = null;
  const start = async (changes: Partial<HostOptions> = {}) => {
    const store = await place.reopen();
    try {
      const started = await startHost(store, optionsFor(keysDir, changes));
      host = started.host;
      return { ...started, store };
    } catch (error) {
      await store.close();
      throw error;
    }
  };
  beforeEach(async () => {
    folder = mkdtempSync(join(tmpdir(), 'fairlead-host-'));
    keysDir = join(folder, 'keys');
    place = await open(folder);
  });
  afterEach(async () => {
    await host?.close();
    host = null;
    await place.remove();
    rmSync(folder, { recursive: true, force: true });
  });

  it('seals after growth, keeps the checkpoint outside and serves it', async () => {
    const { host: running, start: found, store } = await start();
    expect(found).toMatchObject({ size: 0, signedSize: 0, lastTimestamp: null, replaced: null });
    await running.append([config(), config()]);
    await expect.poll(() => seen.sealed).toBe(2);
    const kept = readFileSync(join(keysDir, 'ledger-last-signed'), 'utf8');
    expect(Buffer.from((await running.readLog('/log/checkpoint'))!.body).toString()).toBe(kept);
    await running.append([config()]);
    await running.seal();
    expect(await verifyLog(store, { vkey: found.identity.vkey, lastSigned: kept })).toMatchObject({
      ok: true,
      signedSize: 3,
      rollbackChecked: true,
    });
  });

  it('goes on where it stopped, and publishes what a crash kept from being published', async () => {
    const first = await start();
    await first.host.append([config()]);
    await first.host.seal();
    const early = readFileSync(join(keysDir, 'ledger-last-signed'), 'utf8');
    await first.host.append([config()]);
    await first.host.seal();
    await first.host.close();
    writeFileSync(join(keysDir, 'ledger-last-signed'), early);
    const second = await start();
    expect(second.start).toMatchObject({ size: 2, signedSize: 2, identity: first.start.identity });
    expect(second.start.lastTimestamp).toBeGreaterThan(Date.now() - 60_000);
    expect(readFileSync(join(keysDir, 'ledger-last-signed'), 'utf8')).not.toBe(early);
  });

  it('tries again when the checkpoint could not be kept outside', async () => {
    const { host: running } = await start();
    renameSync(keysDir, `${keysDir}-away`);
    await running.append([config()]);
    await expect.poll(() => seen.unpublished).toBeGreaterThan(0);
    expect([seen.sealed, seen.failed]).toEqual([0, 0]);
    renameSync(`${keysDir}-away`, keysDir);
    await expect.poll(() => seen.sealed).toBe(1);
  });

  it('refuses keys that are readable by others, are no keys, or are gone', async () => {
    const pem = join(keysDir, 'ledger-signing.pem');
    mkdirSync(keysDir);
    writeFileSync(pem, 'nonsense', { mode: 0o600 });
    const invalid = expect.objectContaining({ code: 'ledger.key-invalid' });
    await expect(start()).rejects.toEqual(invalid);
    rmSync(pem);
    await (await start()).host.close();
    chmodSync(pem, 0o640);
    await expect(start()).rejects.toEqual(invalid);
    rmSync(pem);
    await expect(start()).rejects.toEqual(invalid);
  });

  it('does not take what another replica signs at that moment for a rollback', async () => {
    const { host: leader, store } = await start();
    await leader.append([config()]);
    await leader.seal();
    // Between any two of its readings of the database, the other one signs.
    const beside: LedgerStore = Object.fromEntries(
      Object.entries(store).map(([name, method]) => [
        name,
        async (...args: unknown[]) => {
          const result = await method(...args);
          await leader.append([config()]);
          await leader.seal();
          return result;
        },
      ]),
    ) as never;
    const { last } = await loadLog(beside, optionsFor(keysDir));
    expect(last?.size).toBeGreaterThan(1);
  });

  it('refuses a database behind the checkpoint that was kept outside', async () => {
    const elsewhere = await start();
    await elsewhere.host.append([config()]);
    await elsewhere.host.seal();
    await elsewhere.host.close();
    await place.remove();
    place = await open(folder);
    await expect(start()).rejects.toMatchObject({ code: 'ledger.rolled-back' });
    const anew = await start({ startNewLog: true });
    expect(anew.start.replaced).toMatchObject({ size: 1, origin: elsewhere.start.identity.origin });
    expect(anew.start.identity.origin).not.toBe(elsewhere.start.identity.origin);
  });
}

describe('host over SQLite', () => {
  let opened = 0;
  hostContract(async (folder) => {
    opened += 1;
    const data = join(folder, `data-${opened}`);
    mkdirSync(data);
    return {
      reopen: async () => sqliteStore(openSqliteWriter(join(data, 'ledger.db'))),
      remove: async () => rmSync(data, { recursive: true, force: true }),
    };
  });

  it('says when the database fails while a checkpoint is written', async () => {
    const folder = mkdtempSync(join(tmpdir(), 'fairlead-host-'));
    const hooks = commitHooks({ failCommit: 2 });
    const store = sqliteStore(openSqliteWriter(join(folder, 'ledger.db')), hooks);
    const { host } = await startHost(store, optionsFor(join(folder, 'keys')));
    hooks.arm();
    await host.append([config()]);
    await expect.poll(() => seen.failed).toBe(1);
    await host.close();
    rmSync(folder, { recursive: true });
  });
});

describePostgres('host over PostgreSQL', () => {
  hostContract(async () => {
    const database = await createPostgresDatabase();
    return { reopen: () => openPostgresStore(database.url), remove: () => database.drop() };
  });
});

import { mkdirSync } from 'node:fs';
import { join } from 'node:path';
import Database from 'better-sqlite3';
import { migrateSqlite } from '../../../platform/db/migrations.ts';
import { ledgerFile } from '../create.ts';
import { type LedgerHost, startHost } from '../host.ts';
import { loadInstance } from '../instance.ts';
import { defaultKeysDir } from '../keys.ts';
import { ledgerMigrations } from '../migrations.ts';
import { prepareDraft } from '../rows.ts';
import { sqliteStore } from '../store-sqlite.ts';
import { decisionDraft, outcomeDraft } from './entries.ts';

const perBatch = 2_000;

/** Fills a ledger with decisions and their outcomes as fast as can be, without a single fsync: for measuring only. */
export async function loadLedger(dataDir: string, entries: number, startedAt = Date.now()): Promise<void> {
  mkdirSync(dataDir, { recursive: true, mode: 0o700 });
  const database = new Database(join(dataDir, ledgerFile));
  database.pragma('journal_mode = wal');
  database.pragma('synchronous = off');
  migrateSqlite(database, ledgerMigrations);
  const store = sqliteStore({
    database,
    quota: null,
    assertInPlace: () => undefined,
    close: () => void database.close(),
  });
  const { host } = await startHost(store, {
    keysDir: defaultKeysDir(dataDir),
    startNewLog: false,
    now: startedAt,
    sealAfterMs: 60_000,
    onUnpublished: (error) => {
      throw error;
    },
    onSealed: () => undefined,
    onTrouble: () => undefined,
    onFailed: (error) => {
      throw error;
    },
  });
  await fill(host, dataDir, entries, startedAt);
  await host.seal();
  await host.close();
}

async function fill(host: LedgerHost, dataDir: string, entries: number, startedAt: number): Promise<void> {
  const instance = loadInstance(dataDir);
  for (let done = 0; done < entries; done += perBatch) {
    const drafts = [];
    while (drafts.length < Math.min(perBatch, entries - done)) {
      const ts = new Date(startedAt + done + drafts.length).toISOString();
      const decision = decisionDraft(instance, { ts });
      const outcome = outcomeDraft(instance, decision.op);
      drafts.push(decision, { entry: { ...outcome.entry, ts } });
    }
    await host.append(drafts.map(prepareDraft));
    if (done % 100_000 === 0) await host.seal();
  }
}

/*
 * Fills a folder with a read model as a server would have built it, and with the ledger's end that it belongs to. Nothing
 * is synced, and most entries have no ledger: such a folder is good for measuring and for nothing else.
 */
import { existsSync, mkdirSync, readdirSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import type { Entry } from '@fairlead/core/ledger';
import { auditMigrations } from '../../packages/server/src/features/audit/migrations.ts';
import { missingOps, projectEntries, readStored } from '../../packages/server/src/features/audit/project.ts';
import type { AuditTables } from '../../packages/server/src/features/audit/tables.ts';
import { writeBatch } from '../../packages/server/src/features/audit/write.ts';
import { sqliteRows } from '../../packages/server/src/features/audit/write-rows-sqlite.ts';
import { uuidBytes } from '../../packages/server/src/features/ledger/rows.ts';
import { openSqliteWriter } from '../../packages/server/src/features/ledger/sqlite-open.ts';
import type { StoredEntry } from '../../packages/server/src/features/ledger/types.ts';
import { openState } from '../../packages/server/src/platform/db/index.ts';
import { createGenerator } from './population.ts';

/** The file that says of a folder that it is a benchmark's. */
export const marker = 'THIS-IS-A-BENCHMARK';
const origin = 'fairlead.local/benchmark';
const entriesPerBatch = 8_192;
/** Entries at the end that the ledger really has. */
const inLedger = 5_000;

/** A new folder for a benchmark. @throws Error when there is anything in it. */
export function markFolder(folder: string): void {
  mkdirSync(folder, { recursive: true });
  if (readdirSync(folder).length > 0) throw new Error(`${folder} is not empty`);
  writeFileSync(
    join(folder, marker),
    'Written by tools/bench-explorer without syncing. It proves nothing.\n',
  );
}

/** @throws Error for a folder that is not marked, or that holds a ledger. */
export function assertBenchmark(folder: string): void {
  if (!existsSync(join(folder, marker)))
    throw new Error(`${folder} has no file ${marker}: it is no benchmark's`);
  for (const name of ['ledger.db', 'metrics.db', 'state.db']) {
    if (existsSync(join(folder, name)))
      throw new Error(`${folder} already holds ${name}: nothing was written`);
  }
}

export interface Loaded {
  readonly entries: number;
  readonly seconds: number;
  /** When the entries end, in milliseconds: questions are asked as of then. */
  readonly now: number;
  /** The newest entries, for questions about one of them. */
  readonly newest: readonly Entry[];
}

const keptFile = (folder: string) => join(folder, 'loaded.json');

/** Notes beside what was loaded what a later measurement needs to know of it. */
export function keepLoaded(folder: string, loaded: Loaded): void {
  writeFileSync(keptFile(folder), JSON.stringify(loaded));
}

/** What an earlier load left in a folder; null when it didn't, or didn't get to its end. */
export function keptIn(folder: string): Loaded | null {
  if (!existsSync(join(folder, marker)) || !existsSync(keptFile(folder))) return null;
  return JSON.parse(readFileSync(keptFile(folder), 'utf8')) as Loaded;
}

/** Writes `count` entries, or one more, of the last 180 days. */
export async function loadModel(
  folder: string,
  count: number,
  now: number,
  onProgress: (done: number) => void,
): Promise<Loaded> {
  assertBenchmark(folder);
  const start = performance.now();
  const { db, sqlite, close } = await openState<AuditTables>(
    { kind: 'sqlite', file: join(folder, 'metrics.db') },
    'audit',
    auditMigrations,
  );
  const pragmas = [
    'journal_mode = off',
    'synchronous = off',
    'cache_size = -400000',
    'locking_mode = exclusive',
  ];
  for (const pragma of pragmas) sqlite!.pragma(pragma);
  // Indexes that are written at the end are written in order, once.
  const indexes = sqlite!
    .prepare("select name, sql from sqlite_master where type = 'index' and sql is not null")
    .all() as { readonly name: string; readonly sql: string }[];
  const later = indexes.filter(({ name }) => name !== 'audit_entries_op');
  for (const { name } of later) sqlite!.exec(`drop index ${name}`);
  await db.insertInto('audit_state').values({ one: 1, origin, next: 0, last_id: null }).execute();
  const native = sqliteRows(sqlite!);
  const generator = createGenerator(count, now - 180 * 86_400_000, now);
  let newest: readonly Entry[] = [];
  let done = 0;
  while (done < count) {
    const entries = generator.next(Math.min(entriesPerBatch, count - done));
    const read = entries.map((entry, at) => readStored(storedOf(entry, done + at)));
    if (missingOps(read).length > 0) throw new Error('a call was torn apart');
    await db
      .transaction()
      .execute((transaction) => writeBatch(transaction, native, projectEntries(read, [])));
    done += entries.length;
    newest = [...newest, ...entries].slice(-inLedger);
    onProgress(done);
  }
  for (const { sql } of later) sqlite!.exec(sql);
  sqlite!.pragma('journal_mode = wal');
  await close();
  writeLedger(folder, newest, done);
  return { entries: done, seconds: (performance.now() - start) / 1000, now, newest };
}

function storedOf(entry: Entry, index: number): StoredEntry {
  const { id, op, kind, ts } = entry;
  return {
    index,
    id,
    op,
    kind,
    ts: Date.parse(ts),
    leaf: new Uint8Array(32),
    bytes: Buffer.from(JSON.stringify(entry)),
  };
}

/** The end of a ledger, so that the read model is found to belong to it and to be at its end. */
function writeLedger(folder: string, newest: readonly Entry[], size: number): void {
  const { database, close } = openSqliteWriter(join(folder, 'ledger.db'));
  const insert = database.prepare(
    'insert into entries (idx, id, op, kind, ts, leaf, bytes) values (?, ?, ?, ?, ?, ?, ?)',
  );
  database.transaction(() => {
    database.prepare('insert into log_identity (one, origin, vkey) values (1, ?, ?)').run(origin, 'none');
    for (const [at, entry] of newest.entries()) {
      const { index, id, op, kind, ts, leaf, bytes } = storedOf(entry, size - newest.length + at);
      insert.run(index, uuidBytes(id), op === null ? null : uuidBytes(op), kind, ts, leaf, bytes);
    }
  })();
  close();
}

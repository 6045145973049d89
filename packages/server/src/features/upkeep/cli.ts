/* What the command line needs to look after an installation. */
import { existsSync } from 'node:fs';
import { join } from 'node:path';
import Database from 'better-sqlite3';
import pg from 'pg';
import { describeDatabase, openSession } from '../../platform/db/index.ts';
import { stateFile } from '../identity/create.ts';
import type { FsckPart, Rows } from '../ledger/fsck/api.ts';
import { effectsPart } from '../ledger/fsck/effects-part.ts';
import { defaultKeysDir, readLastSigned, readVerifierKey } from '../ledger/keys.ts';
import { type LedgerPlace, readingFrom } from '../ledger/open-reader.ts';
import { describeSqlite } from '../ledger/sqlite-open.ts';
import { verifyLog } from '../ledger/verify.ts';
import { type FsckVerdict, finishParts } from './fsck/fsck.ts';
import { grantsPart } from './fsck/grants-part.ts';
import { indexPart } from './fsck/index-part.ts';
import { leftoversIn } from './fsck/leftovers.ts';

export { type BackupManifest, backup, type Restored, restore } from './backup/cli.ts';
export { backupDatabase, restoreDatabase } from './backup/postgres/cli.ts';
export type { FsckVerdict } from './fsck/fsck.ts';
export { packFolder } from './pack/cli.ts';

/** Where the rows beside the ledger are; each null where there are none. */
interface Beside {
  readonly state: Rows | null;
  readonly index: Rows | null;
  close(): Promise<void>;
}

/**
 * Compares every row that can be recomputed with the bytes of the log; reads only, also beside a running server.
 * @throws FairleadError `ledger.not-found`, `store.unreadable`, `ledger.corrupt`
 */
export async function fsckLedger(place: LedgerPlace, keysDir?: string): Promise<FsckVerdict> {
  const began = performance.now();
  const keys = keysDir ?? ('dataDir' in place ? defaultKeysDir(place.dataDir) : null);
  const beside = await openBeside(place);
  try {
    // What lies beside the log is read first: a server writes the log first.
    const origin: { read: () => Promise<string | null> } = { read: async () => null };
    const parts: FsckPart[] = [];
    // What the log grants is to have a row, also where the whole state is gone.
    parts.push(await grantsPart(beside.state ?? (async () => []), Date.now()));
    if (beside.index !== null) parts.push(await indexPart(beside.index, () => origin.read()));
    const outside = {
      vkey: keys === null ? null : readVerifierKey(keys),
      lastSigned: keys === null ? null : readLastSigned(keys),
    };
    return await readingFrom(place, async (reader) => {
      origin.read = async () => (await reader.identity())?.origin ?? null;
      parts.unshift(effectsPart(reader.rows, reader.kind));
      const log = await verifyLog(reader, outside, parts);
      const found = await finishParts(parts);
      const own = log.problems.map(({ problem, index, message }) => ({
        problem,
        where: index === null ? 'log' : `entry ${index}`,
        message,
      }));
      const problems = [...own, ...found.problems];
      const leftovers = 'dataDir' in place ? leftoversIn(place.dataDir) : [];
      return {
        ok: problems.length === 0,
        size: log.size,
        root: log.root,
        problems,
        more: log.more + found.more,
        ...(leftovers.length > 0 && { leftovers }),
        checked: { entries: log.size, signed: log.signedSize, ...found.checked },
        ms: Math.round(performance.now() - began),
      };
    });
  } finally {
    await beside.close();
  }
}

async function openBeside(place: LedgerPlace): Promise<Beside> {
  if ('database' in place) return openDatabase(place.database);
  const state = openFile(stateFile(place.dataDir));
  const index = openFile(join(place.dataDir, 'metrics.db'));
  // The index is one snapshot; the state is looked at twice on purpose.
  index?.database.exec('begin');
  return {
    state: state?.rows ?? null,
    index: index?.rows ?? null,
    close: async () => {
      state?.database.close();
      index?.database.close();
    },
  };
}

function openFile(file: string): { readonly database: Database.Database; readonly rows: Rows } | null {
  if (!existsSync(file)) return null;
  const database = new Database(file, { readonly: true, timeout: 5_000 });
  const rows: Rows = async (sql) => {
    try {
      return database.prepare(sql).all() as Awaited<ReturnType<Rows>>;
    } catch (error) {
      if (/no such table/.test((error as Error).message)) throw error;
      throw describeSqlite(error, file);
    }
  };
  return { database, rows };
}

const int8 = 20;
const numbers = ((oid: number, format?: 'text' | 'binary') =>
  oid === int8 ? Number : pg.types.getTypeParser(oid, format)) as typeof pg.types.getTypeParser;

async function openDatabase(url: string): Promise<Beside> {
  const [state, index] = [await openRows(url), await openRows(url)];
  const [found] = await state.rows(`select to_regclass('audit_state') is not null as there`);
  if (found?.there) await index.rows('begin isolation level repeatable read read only');
  return {
    state: state.rows,
    index: found?.there ? index.rows : null,
    close: async () => void (await Promise.all([state.end(), index.end()])),
  };
}

async function openRows(url: string): Promise<{ readonly rows: Rows; end(): Promise<void> }> {
  const session = await openSession(url, { readsOnly: true, types: { getTypeParser: numbers } }).catch(
    (error: unknown) => {
      throw describeDatabase(error);
    },
  );
  const rows: Rows = async (sql) => {
    try {
      return (await session.query(sql)).rows;
    } catch (error) {
      if ((error as { code?: string }).code === noTable) throw error;
      throw describeDatabase(error);
    }
  };
  return { rows, end: () => session.end() };
}

/** PostgreSQL's code for a table that isn't there. */
const noTable = '42P01';

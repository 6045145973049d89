/* `fairlead backup` and `fairlead restore`, over the ledger's own code. */
import { rmSync } from 'node:fs';
import { join } from 'node:path';
import { setTimeout as wait } from 'node:timers/promises';
import { FairleadError, isFairleadError } from '@fairlead/core/errors';
import { peekCheckpoint } from '@fairlead/core/ledger';
import Database from 'better-sqlite3';
import { fairleadVersion } from '../../../platform/process/version.ts';
import {
  copyLastSigned,
  defaultKeysDir,
  hasSigningKey,
  type KeyPlace,
  readLastSigned,
  readVerifierKey,
  writeLastSigned,
  writeVerifierKey,
} from '../../ledger/keys.ts';
import { readingFrom } from '../../ledger/open-reader.ts';
import { startAnew } from '../../ledger/start-anew.ts';
import { verifyLog } from '../../ledger/verify.ts';
import type { CopyChecks } from './check-copy.ts';
import { type BackupSource, createBackup } from './create.ts';
import { type BackupManifest, invalid } from './manifest.ts';
import { type RestoreChecks, restoreBackup } from './restore.ts';

export type { BackupManifest } from './manifest.ts';

/** How old the newest entry about the state must be, milliseconds: its row is written right behind it. */
const settledMs = 250;

/** Entries that change rows of the state; a token of ten minutes has none. */
const changesState = `kind = 'admin' and instr(bytes, '"what":"assistant-token.issued"') = 0`;

/** Writes a backup of a data folder. @throws FairleadError of `createBackup` */
export async function backup(options: {
  readonly dataDir: string;
  readonly out: string;
  readonly gzip: boolean;
}): Promise<BackupManifest> {
  const now = new Date().toISOString();
  return createBackup({ ...options, now, version: fairleadVersion }, sourceOf(options.dataDir));
}

function sourceOf(dataDir: string): BackupSource {
  const ask = <Value>(sql: string, ...values: unknown[]): Value | undefined => {
    const database = new Database(join(dataDir, 'ledger.db'), { readonly: true, timeout: 10_000 });
    try {
      return database
        .prepare(sql)
        .pluck()
        .get(...values) as Value | undefined;
    } finally {
      database.close();
    }
  };
  return {
    ...copyChecks((name) => join(dataDir, name)),
    stateChangedAfter: async (size) =>
      ask(`select 1 from entries where idx >= ? and ${changesState} limit 1`, size) !== undefined,
    settled: async () => {
      const newest =
        ask<number>(`select ts from entries where ${changesState} order by idx desc limit 1`) ?? 0;
      const young = newest + settledMs - Date.now();
      if (young > 0) await wait(Math.min(young, settledMs));
    },
    describe: (file) => describeLedger(join(file, '..')),
  };
}

/** @param fileOf the file that a part is copied from; null for tables of a database */
export function copyChecks(fileOf: (name: string) => string | null): CopyChecks {
  return {
    sourceOf: (name) => ({ name, file: fileOf(name) }),
    verifyLog: (folder, vkey) =>
      readingFrom({ dataDir: folder }, (reader) => verifyLog(reader, { vkey, lastSigned: null })),
  };
}

/** What the manifest says of the ledger in a folder. */
export function describeLedger(folder: string): ReturnType<BackupSource['describe']> {
  return readingFrom({ dataDir: folder }, async (reader) => {
    const identity = await reader.identity();
    if (identity === null) throw new FairleadError('ledger.not-found');
    const signed = await reader.latestCheckpoint();
    const root = signed === null ? '' : Buffer.from(signed.root).toString('hex');
    return { ...identity, size: await reader.size(), root, checkpoint: signed?.note ?? '' };
  });
}

/** What a restore did. */
export interface Restored extends BackupManifest {
  /** Name of the log that was started in place of the backup's; null when that one goes on. */
  readonly newOrigin: string | null;
}

/** Restores a backup into a new or empty folder. @throws FairleadError of `restoreBackup` and of its checks */
export async function restore(options: {
  readonly from: string;
  readonly dataDir: string;
  readonly keysDir?: string | undefined;
  readonly startNewLog: boolean;
}): Promise<Restored> {
  const { dataDir, keysDir = defaultKeysDir(dataDir), startNewLog } = options;
  const { checks, newOrigin } = checksOver({ keysDir }, startNewLog);
  const manifest = await restoreBackup(options, checks);
  return { ...manifest, newOrigin: newOrigin() };
}

/** What a restored ledger has to pass before it is put in place, wherever that is. */
export function checksOver(
  keys: KeyPlace,
  startNewLog: boolean,
): { readonly checks: RestoreChecks; newOrigin(): string | null } {
  const { keysDir } = keys;
  let anew: { readonly note: string; readonly vkey: string } | null = null;
  const checks: RestoreChecks = {
    verify: async (folder, manifest) => {
      const why = await verifyRestored(folder, manifest, keys);
      if (why === null) return;
      if (!startNewLog) throw why;
      const signed = readLastSigned(keysDir) ?? manifest.checkpoint;
      const { origin, size } = signed === '' ? { origin: manifest.origin, size: 0 } : peekCheckpoint(signed);
      const own = { now: Date.now(), origin: 'live' as const };
      anew = await startAnew(folder, keys, { origin, size, note: signed }, own);
      rmSync(join(folder, 'ledger.db.lock'), { force: true });
    },
    onPlaced: () => {
      if (anew === null) return;
      const before = readLastSigned(keysDir);
      if (before !== null) copyLastSigned(keysDir, peekCheckpoint(before).size, Date.now());
      // The checkpoint last: until it is there, the old one keeps older backups out.
      writeVerifierKey(keysDir, anew.vkey);
      writeLastSigned(keysDir, anew.note);
    },
  };
  return { checks, newOrigin: () => (anew === null ? null : peekCheckpoint(anew.note).origin) };
}

/** Null when the restored log goes on where it was; else why it may not. @throws FairleadError `backup.invalid` */
async function verifyRestored(
  folder: string,
  manifest: BackupManifest,
  keys: KeyPlace,
): Promise<FairleadError | null> {
  const { keysDir } = keys;
  const lastSigned = readLastSigned(keysDir);
  const kept = lastSigned === null ? null : peekCheckpoint(lastSigned);
  const signedSize = manifest.checkpoint === '' ? 0 : peekCheckpoint(manifest.checkpoint).size;
  const isSameLog = kept?.origin === manifest.origin;
  const isNewer = isSameLog && kept.size > signedSize;
  const verdict = await readingFrom({ dataDir: folder }, async (reader) => {
    const found = await reader.latestCheckpoint();
    if ((found?.note ?? '') !== manifest.checkpoint)
      throw invalid('its ledger is not signed as its manifest says');
    return verifyLog(reader, { vkey: manifest.vkey, lastSigned: isSameLog && !isNewer ? lastSigned : null });
  }).catch((error: unknown) => {
    if (isFairleadError(error) && error.code === 'backup.invalid') throw error;
    throw invalid('its ledger is no database that can be read', error);
  });
  const split = verdict.problems.some(({ message }) => /outside/.test(message));
  const [first] = verdict.problems;
  if (first !== undefined && !split) throw invalid(`its ledger does not verify (${first.problem})`);
  if (verdict.size !== manifest.size) throw invalid('its ledger has another size than its manifest says');
  if (!hasSigningKey(keys)) return new FairleadError('backup.keys-missing');
  if (isNewer || split) {
    const message = `A checkpoint of ${kept?.size} entries was signed; the backup has ${signedSize} signed ones.`;
    return new FairleadError('backup.rolled-back', { message });
  }
  const vkey = readVerifierKey(keysDir);
  if (vkey === null || vkey === manifest.vkey) return null;
  return new FairleadError('backup.keys-missing', {
    message: 'The keys in the folder of keys are those of another log.',
  });
}

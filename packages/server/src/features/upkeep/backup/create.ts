import { existsSync, mkdirSync, readdirSync, readFileSync, renameSync, rmSync, writeFileSync } from 'node:fs';
import { dirname, join, resolve } from 'node:path';
import { FairleadError, isFairleadError } from '@fairlead/core/errors';
import { isDiskFull } from '../../../platform/db/index.ts';
import { syncFolder } from '../../../platform/files/index.ts';
import { digestFile, writeArchive } from './archive.ts';
import { type CopyChecks, checkCopy } from './check-copy.ts';
import { copyDatabase } from './copy-database.ts';
import { type BackupManifest, partName } from './manifest.ts';
import { readingPart } from './source-errors.ts';

/** What is asked of the ledger while it is copied. */
export interface BackupSource extends CopyChecks {
  /** Whether entries behind the first `size` changed the state, in the ledger as it is now. */
  stateChangedAfter(size: number): Promise<boolean>;
  /** Waits until the newest change of the state in the first entries is so old that its row is written. */
  settled(): Promise<void>;
  /** What the copied ledger holds. */
  describe(
    ledgerFile: string,
  ): Promise<Pick<BackupManifest, 'origin' | 'vkey' | 'size' | 'root' | 'checkpoint'>>;
}

export interface BackupOptions {
  readonly dataDir: string;
  readonly out: string;
  readonly gzip: boolean;
  /** RFC 3339. */
  readonly now: string;
  readonly version: string;
}

const attempts = 10;

/**
 * Databases that aren't copied: the audit index is built again from the ledger. Locks have no `.db` name, and keys lie
 * beside the data folder, so neither is among the parts.
 */
const rebuilt = new Set(['metrics.db']);

/**
 * Writes one file with everything that a data folder needs, also beside a running server. The ledger is copied first
 * and then the state; when an entry that changed the state came between, both are copied again.
 * @throws FairleadError `backup.exists`, `backup.no-room`, `backup.unwritable`, `backup.unsettled`,
 * `backup.source-damaged`, `store.unreadable`, `ledger.not-found`
 */
export async function createBackup(options: BackupOptions, source: BackupSource): Promise<BackupManifest> {
  const { dataDir } = options;
  return writeBackup(options, source, async (staging) => {
    if (!existsSync(join(dataDir, 'ledger.db')))
      throw new FairleadError('ledger.not-found', { place: { file: dataDir } });
    return stage(options, staging, source);
  });
}

/**
 * Checks and packs what `fill` puts into a folder of its own, which is gone afterwards, whatever happens.
 * @throws FairleadError `backup.exists`, `backup.no-room`, `backup.unwritable`, `backup.source-damaged`, and those of `fill`
 */
export async function writeBackup(
  { out, gzip }: Pick<BackupOptions, 'out' | 'gzip'>,
  checks: CopyChecks,
  fill: (staging: string) => Promise<BackupManifest>,
): Promise<BackupManifest> {
  refuseTaken(out);
  const staging = `${resolve(out)}.partial`;
  try {
    rmSync(staging, { recursive: true, force: true });
    mkdirSync(staging, { mode: 0o700 });
    const manifest = await fill(staging);
    await checkCopy(staging, manifest, checks);
    const archive = join(staging, 'archive');
    await writeArchive(archive, staging, manifest, gzip);
    refuseTaken(out); // somebody may have written there meanwhile
    renameSync(archive, out);
    syncFolder(dirname(resolve(out)));
    return manifest;
  } catch (error) {
    throw describeDisk(error, out);
  } finally {
    rmSync(staging, { recursive: true, force: true });
  }
}

function refuseTaken(out: string): void {
  if (existsSync(out)) throw new FairleadError('backup.exists', { place: { file: out } });
}

async function stage(
  { dataDir, now, version }: BackupOptions,
  staging: string,
  source: BackupSource,
): Promise<BackupManifest> {
  const { sourceOf } = source;
  const copy = (name: string) =>
    readingPart(sourceOf(name), () => copyDatabase(join(dataDir, name), join(staging, name)));
  const ofLedger = <Result>(ask: () => Promise<Result>) => readingPart(sourceOf('ledger.db'), ask);
  const names = readdirSync(dataDir).filter((name) => partName.test(name) && !rebuilt.has(name));
  const states = names.filter((name) => name.endsWith('.db') && name !== 'ledger.db');
  for (let attempt = 1; ; attempt += 1) {
    await copy('ledger.db');
    const ledger = await ofLedger(() => source.describe(join(staging, 'ledger.db')));
    await ofLedger(() => source.settled());
    for (const name of states) await copy(name);
    if (await ofLedger(() => source.stateChangedAfter(ledger.size))) {
      if (attempt === attempts) throw new FairleadError('backup.unsettled');
      continue;
    }
    const others = names.filter((name) => name === 'instance.json');
    for (const name of others) {
      const bytes = await readingPart(sourceOf(name), () => readFileSync(join(dataDir, name)));
      writeFileSync(join(staging, name), bytes, { mode: 0o600 });
    }
    const parts = [];
    for (const name of ['ledger.db', ...states, ...others]) parts.push(await digestFile(staging, name));
    return { format: 'fairlead-backup', version: 1, createdAt: now, fairlead: version, ...ledger, parts };
  }
}

/** Errors of the disk in our words. `file` is what was written, where the system doesn't say what it speaks of. */
export function describeDisk(error: unknown, written: string): unknown {
  if (isFairleadError(error)) return error;
  const { code = '', path } = error as { code?: string; path?: string };
  const file = path ?? written;
  if (isDiskFull(error)) {
    return new FairleadError('backup.no-room', { place: { file }, cause: error });
  }
  if (!/^(?:E[A-Z]+|SQLITE_)/.test(code)) return error;
  return new FairleadError('backup.unwritable', {
    message: `It cannot be read or written (${code}).`,
    place: { file },
    cause: error,
  });
}

import { existsSync, readdirSync, renameSync, rmdirSync, rmSync, statfsSync, writeFileSync } from 'node:fs';
import { basename, dirname, join, resolve } from 'node:path';
import { FairleadError } from '@fairlead/core/errors';
import { makeFolder, syncFolder } from '../../../platform/files/index.ts';
import { readArchive } from './archive.ts';
import { describeDisk } from './create.ts';
import { type BackupManifest, invalid, replicasPart } from './manifest.ts';

/** What is asked of the restored ledger before it is put in place. */
export interface RestoreChecks {
  /**
   * Verifies the ledger in `folder` against its manifest and what was signed last.
   * @throws FairleadError `backup.invalid`, `backup.rolled-back`, `backup.keys-missing`
   */
  verify(folder: string, manifest: BackupManifest): Promise<void>;
  /** Called when the folder is in place; where it throws, the folder goes again. */
  onPlaced(): void;
}

export interface RestoreOptions {
  readonly from: string;
  readonly dataDir: string;
}

/**
 * Brings a backup back into a new or an empty folder. Everything happens in a folder beside it (`DATA.restoring`), which
 * becomes the data folder in one step at the very end: a restore that is killed leaves no data folder at all.
 * @throws FairleadError `backup.exists`, `backup.invalid`, `backup.no-room`, `backup.unwritable`
 */
export async function restoreBackup(
  { from, dataDir }: RestoreOptions,
  checks: RestoreChecks,
): Promise<BackupManifest> {
  const target = resolve(dataDir);
  refuseUsed(target);
  const staging = join(dirname(target), `${basename(target)}.restoring`);
  return unpacking(from, staging, async (manifest) => {
    await checks.verify(staging, manifest);
    // What only several servers on PostgreSQL have.
    rmSync(join(staging, replicasPart), { force: true });
    writeFileSync(join(staging, '.gitignore'), '*\n');
    syncFolder(staging);
    if (existsSync(target)) rmdirSync(target);
    renameSync(staging, target);
    syncFolder(dirname(target));
    try {
      checks.onPlaced();
    } catch (error) {
      // Without its keys it would be a folder that doesn't start; away with it, as if nothing had been tried.
      renameSync(target, staging);
      throw error;
    }
    return manifest;
  });
}

/**
 * Unpacks a backup into a folder that is gone afterwards, whatever happens, unless `use` moves it away.
 * @throws FairleadError `backup.invalid`, `backup.no-room`, `backup.unwritable`
 */
export async function unpacking<Result>(
  from: string,
  staging: string,
  use: (manifest: BackupManifest) => Promise<Result>,
): Promise<Result> {
  try {
    rmSync(staging, { recursive: true, force: true });
    makeFolder(staging, 0o700);
    return await use(
      await readArchive(from, staging, { onManifest: (found) => refuseTooLarge(found, staging) }),
    );
  } catch (error) {
    throw describeDisk(error, staging);
  } finally {
    rmSync(staging, { recursive: true, force: true });
  }
}

function refuseUsed(target: string): void {
  if (existsSync(target) && readdirSync(target).length > 0) {
    throw new FairleadError('backup.exists', { place: { path: target } });
  }
}

function refuseTooLarge({ parts }: BackupManifest, folder: string): void {
  const bytes = parts.reduce((sum, part) => sum + part.bytes, 0);
  const { bavail, bsize } = statfsSync(folder);
  if (!Number.isSafeInteger(bytes)) throw invalid('its manifest claims an impossible size');
  if (bytes <= bavail * bsize) return;
  throw new FairleadError('backup.no-room', {
    message: `The backup unpacks to ${bytes} bytes; ${bavail * bsize} are free. Nothing was left behind.`,
  });
}

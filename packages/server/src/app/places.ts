/* Where a server keeps what: in its data folder and beside it, or in a database that it shares. */
import { join, resolve, sep } from 'node:path';
import { FairleadError } from '@fairlead/core/errors';
import { tokenSecretFile } from '../features/devices/create.ts';
import { stateFile } from '../features/identity/create.ts';
import { defaultKeysDir } from '../features/ledger/keys.ts';
import { refuseMoved } from '../features/ledger/sqlite-open.ts';
import { checkDatabaseUrl, type StateLocation } from '../platform/db/index.ts';
import { readIfPresent, writeDurably } from '../platform/files/index.ts';
import type { AppOptions } from './types.ts';

const secretFiles = {
  findings: 'findings.key',
  session: 'session.key',
  console: 'console.key',
} as const;

/** Files of the secrets that all replicas must have the same of. */
export const sharedSecretFiles: readonly string[] = [...Object.values(secretFiles), tokenSecretFile];

/** A secret's file in the folder of secrets. */
export function secretFile(
  options: Pick<AppOptions, 'dataDir' | 'secretsDir'>,
  name: keyof typeof secretFiles,
) {
  return join(secretsDirOf(options), secretFiles[name]);
}

/** The key that opens kept content. Not among the secrets that every replica has to have: most keep no content. */
export function contentKeyFile(options: Pick<AppOptions, 'dataDir' | 'secretsDir'>): string {
  return join(secretsDirOf(options), 'content-master.key');
}

export function secretsDirOf({ dataDir, secretsDir }: Pick<AppOptions, 'dataDir' | 'secretsDir'>): string {
  return secretsDir ?? defaultKeysDir(dataDir);
}

export function stateLocation({ dataDir, database }: AppOptions): StateLocation {
  return database === undefined
    ? { kind: 'sqlite', file: stateFile(dataDir) }
    : { kind: 'postgres', url: database };
}

/**
 * Refuses what can't be kept where it was asked for.
 * @throws FairleadError `role.needs-postgres`, `store.unreadable`, `ledger.key-invalid`
 */
export function checkPlaces({ role = 'all', database, dataDir, signingKey }: AppOptions): void {
  if (role !== 'all' && database === undefined) throw new FairleadError('role.needs-postgres');
  if (database !== undefined) checkDatabaseUrl(database);
  if (signingKey !== undefined && resolve(signingKey).startsWith(resolve(dataDir) + sep)) {
    throw new FairleadError('ledger.key-invalid', {
      message: 'The key that signs the log lies in the data folder, so a copy of the folder holds it.',
      place: { file: signingKey },
      fix: 'Keep it outside of the data folder.',
    });
  }
}

const markerFile = 'database.json';

/**
 * Remembers in the data folder that its server uses PostgreSQL: started without, it would begin an empty ledger.
 * @throws FairleadError `replica.other-store`
 */
export function markDatabase({ dataDir, database }: AppOptions): void {
  const marker = join(dataDir, markerFile);
  if (database !== undefined) writeDurably(marker, '{"kind":"postgres"}\n', 0o600);
  else refuseDatabaseFolder(dataDir);
}

/** @throws FairleadError `replica.other-store` for the data folder of a server on PostgreSQL. */
export function refuseDatabaseFolder(dataDir: string): void {
  if (!usesDatabase(dataDir)) return;
  throw new FairleadError('replica.other-store', { place: { file: join(dataDir, markerFile) } });
}

/** Whether a data folder is that of a server on PostgreSQL. */
export function usesDatabase(dataDir: string): boolean {
  return readIfPresent(join(dataDir, markerFile)) !== null;
}

/**
 * The same before something is kept beside the folder's ledger: what was moved to PostgreSQL is no place for it either.
 * @throws FairleadError `replica.other-store`, `store.moved`
 */
export function refuseLeftFolder(dataDir: string): void {
  refuseDatabaseFolder(dataDir);
  refuseMoved(join(dataDir, 'ledger.db'));
}

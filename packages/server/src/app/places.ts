/* Where a server keeps what: in its data folder and beside it, or in a database that it shares. */
import { join, sep } from 'node:path';
import { FairleadError } from '@fairlead/core/errors';
import { tokenSecretFile } from '../features/devices/create.ts';
import { stateFile } from '../features/identity/create.ts';
import { ledgerFile } from '../features/ledger/create.ts';
import { defaultKeysDir, realPath } from '../features/ledger/keys.ts';
import { holdsLedger, refuseGoing } from '../features/ledger/left-ledger.ts';
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
  if (signingKey !== undefined && realPath(signingKey).startsWith(realPath(dataDir) + sep)) {
    throw new FairleadError('ledger.key-invalid', {
      message: 'The key that signs the log lies in the data folder, so a copy of the folder holds it.',
      place: { file: signingKey },
      fix: 'Keep it outside of the data folder.',
    });
  }
}

const markerFile = 'database.json';

/**
 * Refuses a data folder of the other kind: started without its database it would begin an empty ledger, and started with
 * one it would leave its own behind.
 * @throws FairleadError `replica.other-store`, `store.move-unfinished`, `ledger.corrupt`
 */
export function refuseOtherStore({ dataDir, database }: AppOptions): void {
  if (database === undefined) {
    refuseDatabaseFolder(dataDir);
    return;
  }
  const file = join(dataDir, ledgerFile);
  if (usesDatabase(dataDir) || !holdsLedger(file)) return;
  refuseGoing(file);
  throw new FairleadError('replica.other-store', {
    message: 'This data folder holds a ledger of its own, which was not copied to PostgreSQL.',
    place: { file },
    fix: 'Start without --database (and FAIRLEAD_DATABASE), name another data folder, or copy the ledger first: `fairlead migrate sqlite-to-postgres`.',
  });
}

/**
 * Remembers in the data folder that its server uses PostgreSQL. To be called once the database was opened: a start that
 * failed leaves the folder as it was.
 */
export function markDatabase({ dataDir, database }: Pick<AppOptions, 'dataDir' | 'database'>): void {
  if (database !== undefined) writeDurably(join(dataDir, markerFile), '{"kind":"postgres"}\n', 0o600);
}

/** @throws FairleadError `replica.other-store` for the data folder of a server on PostgreSQL. */
export function refuseDatabaseFolder(dataDir: string): void {
  if (!usesDatabase(dataDir)) return;
  const both = holdsLedger(join(dataDir, ledgerFile));
  throw new FairleadError('replica.other-store', {
    place: { file: join(dataDir, markerFile) },
    ...(both && {
      message: 'This data folder was started with --database, and holds a ledger of its own besides.',
      fix: 'Use the --database that it was started with. If no server ever ran with one here, remove this file: the folder’s own ledger is whole.',
    }),
  });
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
  refuseMoved(join(dataDir, ledgerFile));
}

import { FairleadError } from '@fairlead/core/errors';
import type { Command } from 'commander';

/** A data folder, or a PostgreSQL database. */
export interface PlaceFlags {
  readonly data?: string;
  readonly database?: string;
}

/** Options of commands that read what a server keeps, wherever that is. */
export function withPlace(command: Command): Command {
  return withDatabase(command.option('--data <DIR>', 'data folder'));
}

export function withDatabase(command: Command): Command {
  return command.option(
    '--database <URL>',
    'PostgreSQL database, instead of a data folder (FAIRLEAD_DATABASE)',
  );
}

/** Where to read: the data folder if one is named. @throws FairleadError `ledger.not-found` when nothing is. */
export function placeOf({
  data,
  database = process.env.FAIRLEAD_DATABASE,
}: PlaceFlags): { readonly dataDir: string } | { readonly database: string } {
  if (data !== undefined) return { dataDir: data };
  if (database !== undefined && database !== '') return { database };
  throw new FairleadError('ledger.not-found', {
    message: 'Nothing says where the ledger is.',
    fix: 'Give --data DIR, or --database URL (FAIRLEAD_DATABASE).',
  });
}

/** Where a command changes something, with the keys that it needs. */
export interface ChangedFlags extends PlaceFlags {
  readonly keys?: string;
  readonly signingKey?: string;
}

/** A database, with the keys of its log. */
export interface SharedPlace {
  readonly database: string;
  readonly keysDir: string;
  readonly signingKey?: string | undefined;
}

/** Options of commands that change what a server keeps. */
export function withChangedPlace(command: Command): Command {
  return withKeys(withPlace(command));
}

/** Options of the keys that changing a database's log takes. */
export function withKeys(command: Command): Command {
  return command
    .option('--keys <DIR>', 'folder of the signing key; needed with --database, else beside the data folder')
    .option('--signing-key <FILE>', 'with --database: the signing key, where it lies elsewhere');
}

/** @throws FairleadError `ledger.not-found` when nothing is named, `ledger.key-invalid` when no keys are */
export function changedPlaceOf(
  flags: ChangedFlags,
): { readonly dataDir: string; readonly keysDir?: string | undefined } | SharedPlace {
  return sharedPlaceOf(flags) ?? { dataDir: flags.data!, keysDir: flags.keys };
}

/** The database that is meant; null for a data folder. @throws as {@link changedPlaceOf} */
export function sharedPlaceOf({ keys, signingKey, ...flags }: ChangedFlags): SharedPlace | null {
  const place = placeOf(flags);
  if ('dataDir' in place) return null;
  if (keys !== undefined) return { ...place, keysDir: keys, signingKey };
  throw new FairleadError('ledger.key-invalid', {
    message: 'Nothing says where the keys of this database’s log are.',
    fix: 'Give --keys DIR: the folder with the last signed checkpoint and, unless --signing-key names it, the key.',
  });
}

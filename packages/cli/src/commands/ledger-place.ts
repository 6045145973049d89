import { FairleadError } from '@fairlead/core/errors';
import type { Command } from 'commander';

/** A data folder, or a PostgreSQL database. */
export interface PlaceFlags {
  readonly data?: string;
  readonly database?: string;
}

/** Options of commands that read what a server keeps, wherever that is. */
export function withPlace(command: Command): Command {
  return command
    .option('--data <DIR>', 'data folder')
    .option('--database <URL>', 'PostgreSQL database, instead of a data folder (FAIRLEAD_DATABASE)');
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

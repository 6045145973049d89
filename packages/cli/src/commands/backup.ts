import type { OutputOf } from '@fairlead/core/outputs';
import type { Command } from 'commander';
import { type Format, formatOption, writeOutput } from '../output.ts';
import {
  type ChangedFlags,
  changedPlaceOf,
  type PlaceFlags,
  placeOf,
  withChangedPlace,
  withPlace,
} from './ledger-place.ts';

interface BackupFlags extends PlaceFlags {
  readonly out: string;
  readonly gzip: boolean;
  readonly format: Format;
}

interface RestoreFlags extends ChangedFlags {
  readonly from: string;
  readonly startNewLog: boolean;
  readonly format: Format;
}

/** `fairlead backup` and `fairlead restore`: one file with everything that a server keeps, but never its keys. */
export function registerBackup(program: Command): void {
  withPlace(program.command('backup'))
    .description('write one file with ledger and state, also beside running servers; keys are not in it')
    .requiredOption('--out <FILE>', 'new file')
    .option('--gzip', 'compress it', false)
    .addOption(formatOption())
    .action(async ({ out, gzip, format, ...flags }: BackupFlags) => {
      const { upkeep } = await import('@fairlead/server/cli-api');
      const place = placeOf(flags);
      const how = { out, gzip: gzip || out.endsWith('.gz') };
      const manifest =
        'dataDir' in place
          ? await upkeep.backup({ ...place, ...how })
          : await upkeep.backupDatabase({ ...place, ...how });
      writeOutput('backup', format, manifest, (written) => backupText(written, place));
    });
  withChangedPlace(program.command('restore'))
    .description('bring a backup back into a new data folder or an empty database, after verifying all of it')
    .requiredOption('--from <FILE>', 'file that fairlead backup wrote')
    .option(
      '--start-new-log',
      'when newer entries were signed, or the keys are lost: begin a linked log',
      false,
    )
    .addOption(formatOption())
    .action(async ({ from, startNewLog, format, ...flags }: RestoreFlags) => {
      const { upkeep } = await import('@fairlead/server/cli-api');
      const place = changedPlaceOf(flags);
      const restored =
        'dataDir' in place
          ? await upkeep.restore({ from, ...place, startNewLog })
          : await upkeep.restoreDatabase({ from, ...place, startNewLog });
      writeOutput('restore', format, restored, restoredText);
    });
}

function backupText({ size, origin, parts }: OutputOf<'backup'>, place: ReturnType<typeof placeOf>): string {
  const bytes = parts.reduce((sum, part) => sum + part.bytes, 0);
  const keys =
    'dataDir' in place ? `the keys in ${place.dataDir}.keys` : 'the keys and secrets of the servers';
  return [
    `${size} entries of ${origin}, ${bytes} bytes in ${parts.length} parts.`,
    `Not in it: ${keys}. Keep a copy of that folder too, apart from this file.`,
    '',
  ].join('\n');
}

function restoredText({ size, origin, newOrigin }: OutputOf<'restore'>): string {
  const began = newOrigin === null ? '' : `They begin a new log, ${newOrigin}, which names the old one.\n`;
  return `${size} entries of ${origin} verified and restored.\n${began}`;
}

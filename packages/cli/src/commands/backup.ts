import type { Command } from 'commander';

interface BackupFlags {
  readonly data: string;
  readonly out: string;
  readonly gzip: boolean;
  readonly json: boolean;
}

interface RestoreFlags {
  readonly from: string;
  readonly data: string;
  readonly startNewLog: boolean;
  readonly json: boolean;
}

/** `fairlead backup` and `fairlead restore`: one file with everything of a data folder, but never its keys. */
export function registerBackup(program: Command): void {
  program
    .command('backup')
    .description('write one file with ledger and state, also beside a running server; keys are not in it')
    .requiredOption('--data <DIR>', 'data folder')
    .requiredOption('--out <FILE>', 'new file')
    .option('--gzip', 'compress it', false)
    .option('--json', 'the manifest as JSON', false)
    .action(async ({ data, out, gzip, json }: BackupFlags) => {
      const { upkeep } = await import('@fairlead/server/cli-api');
      const manifest = await upkeep.backup({ dataDir: data, out, gzip: gzip || out.endsWith('.gz') });
      const bytes = manifest.parts.reduce((sum, part) => sum + part.bytes, 0);
      process.stdout.write(
        json
          ? `${JSON.stringify(manifest)}\n`
          : [
              `${manifest.size} entries of ${manifest.origin}, ${bytes} bytes in ${manifest.parts.length} parts.`,
              `Not in it: the keys in ${data}.keys. Keep a copy of that folder too, apart from this file.`,
              '',
            ].join('\n'),
      );
    });
  program
    .command('restore')
    .description('bring a backup back into a new or an empty data folder, after verifying all of it')
    .requiredOption('--from <FILE>', 'file that fairlead backup wrote')
    .requiredOption('--data <DIR>', 'new or empty data folder; its keys lie in DIR.keys')
    .option(
      '--start-new-log',
      'when newer entries were signed, or the keys are lost: begin a linked log',
      false,
    )
    .option('--json', 'what was done as JSON', false)
    .action(async ({ from, data, startNewLog, json }: RestoreFlags) => {
      const { upkeep } = await import('@fairlead/server/cli-api');
      const restored = await upkeep.restore({ from, dataDir: data, startNewLog });
      const { size, origin, newOrigin } = restored;
      const began =
        newOrigin === null ? '' : `They begin a new log, ${newOrigin}, which names the old one.\n`;
      process.stdout.write(
        json
          ? `${JSON.stringify(restored)}\n`
          : `${size} entries of ${origin} verified and restored.\n${began}`,
      );
    });
}

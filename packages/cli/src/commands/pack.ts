import type { Command } from 'commander';

interface Flags {
  readonly data: string;
  readonly json: boolean;
}

/** `fairlead pack`: the files of a data folder that no server uses, without their free room. */
export function registerPack(program: Command): void {
  program
    .command('pack')
    .description('write the databases of a data folder anew without their free room; the server is stopped')
    .requiredOption('--data <DIR>', 'data folder')
    .option('--json', 'bytes before and after as JSON', false)
    .action(async ({ data, json }: Flags) => {
      const { upkeep } = await import('@fairlead/server/cli-api');
      const packed = upkeep.packFolder(data);
      const lines = packed.map(({ file, before, after }) => `${file}: ${before} bytes, now ${after}\n`);
      process.stdout.write(json ? `${JSON.stringify(packed)}\n` : lines.join(''));
    });
}

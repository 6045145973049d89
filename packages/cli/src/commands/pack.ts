import type { OutputOf } from '@fairlead/core/outputs';
import type { Command } from 'commander';
import { type Format, formatOption, writeOutput } from '../output.ts';

interface Flags {
  readonly data: string;
  readonly format: Format;
}

/** `fairlead pack`: the files of a data folder that no server uses, without their free room. */
export function registerPack(program: Command): void {
  program
    .command('pack')
    .description('write the databases of a data folder anew without their free room; the server is stopped')
    .requiredOption('--data <DIR>', 'data folder')
    .addOption(formatOption())
    .action(async ({ data, format }: Flags) => {
      const { upkeep } = await import('@fairlead/server/cli-api');
      writeOutput('pack', format, upkeep.packFolder(data), packedText);
    });
}

function packedText(packed: OutputOf<'pack'>): string {
  return packed.map(({ file, before, after }) => `${file}: ${before} bytes, now ${after}\n`).join('');
}

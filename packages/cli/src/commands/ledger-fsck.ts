import type { OutputOf } from '@fairlead/core/outputs';
import type { Command } from 'commander';
import { type Format, formatOption, writeOutput } from '../output.ts';
import { indented, textTable } from '../text-table.ts';
import { type PlaceFlags, placeOf, withPlace } from './ledger-place.ts';

interface FsckFlags extends PlaceFlags {
  readonly keys?: string;
  readonly format: Format;
}

/** `fairlead ledger fsck`: every row that can be recomputed against the bytes of the log. */
export function registerFsck(ledger: Command): void {
  withPlace(ledger.command('fsck'))
    .description('compare the database row by row with the bytes of the log; exit 0 only if everything fits')
    .option('--keys <DIR>', 'folder of the signing key (beside the data folder unless told)')
    .addOption(formatOption())
    .action(async (flags: FsckFlags) => {
      const { upkeep } = await import('@fairlead/server/cli-api');
      const verdict = await upkeep.fsckLedger(placeOf(flags), flags.keys);
      writeOutput('ledger-fsck', flags.format, verdict, fsckText);
      process.exitCode = verdict.ok ? 0 : 1;
    });
}

function fsckText({
  ok,
  root,
  problems,
  more,
  leftovers = [],
  checked,
  ms,
}: OutputOf<'ledger-fsck'>): string {
  const lines = [
    ok ? 'The database fits the log.' : 'The database does NOT fit the log.',
    ...indented(
      textTable([
        ['root', root],
        ...Object.entries(checked).map(([what, count]) => [what, String(count)]),
        ['took', `${(ms / 1000).toFixed(1)} s`],
      ]),
    ),
    ...indented(textTable(problems.map(({ problem, where, message }) => [problem, `${where}: ${message}`]))),
    ...(more > 0 ? [`  … and ${more} more`] : []),
    ...leftovers.map(({ file, bytes, message }) => `Left: ${file} (${bytes} bytes). ${message}`),
  ];
  return `${lines.join('\n')}\n`;
}

import { type Command, Option } from 'commander';
import { type PlaceFlags, placeOf, withPlace } from './ledger-place.ts';

interface FsckFlags extends PlaceFlags {
  readonly keys?: string;
  readonly format: 'text' | 'json';
}

/** `fairlead ledger fsck`: every row that can be recomputed against the bytes of the log. */
export function registerFsck(ledger: Command): void {
  withPlace(ledger.command('fsck'))
    .description('compare the database row by row with the bytes of the log; exit 0 only if everything fits')
    .option('--keys <DIR>', 'folder of the signing key (beside the data folder unless told)')
    .addOption(new Option('--format <FORMAT>', 'text or json').choices(['text', 'json']).default('text'))
    .action(async (flags: FsckFlags) => {
      const { upkeep } = await import('@fairlead/server/cli-api');
      const verdict = await upkeep.fsckLedger(placeOf(flags), flags.keys);
      process.stdout.write(flags.format === 'json' ? `${JSON.stringify(verdict)}\n` : fsckText(verdict));
      process.exitCode = verdict.ok ? 0 : 1;
    });
}

interface Verdict {
  readonly ok: boolean;
  readonly root: string;
  readonly problems: readonly {
    readonly problem: string;
    readonly where: string;
    readonly message: string;
  }[];
  readonly more: number;
  readonly checked: Readonly<Record<string, number>>;
  readonly ms: number;
}

function fsckText({ ok, root, problems, more, checked, ms }: Verdict): string {
  const lines = [
    ok ? 'The database fits the log.' : 'The database does NOT fit the log.',
    `  root  ${root}`,
    ...Object.entries(checked).map(([what, count]) => `  ${what.padEnd(18)} ${count}`),
    `  took ${(ms / 1000).toFixed(1)} s`,
    ...problems.map(({ problem, where, message }) => `  ${problem.padEnd(22)} ${where}: ${message}`),
    ...(more > 0 ? [`  … and ${more} more`] : []),
  ];
  return `${lines.join('\n')}\n`;
}

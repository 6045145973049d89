import type { OutputOf } from '@fairlead/core/outputs';
import type { Command } from 'commander';
import { databaseOption } from '../options.ts';
import { type Format, formatOption, writeOutput } from '../output.ts';
import { indented, textTable } from '../text-table.ts';

interface MoveFlags {
  readonly data: string;
  readonly keys?: string;
  readonly database: string;
  readonly format: Format;
}

/** `fairlead migrate`: from one kind of storage to another. */
export function registerMigrate(program: Command): void {
  const migrate = program.command('migrate').description('move an installation to other storage');
  migrate
    .command('sqlite-to-postgres')
    .description('copy a data folder into an empty PostgreSQL database, all or nothing, and prove the copy')
    .requiredOption('--data <DIR>', 'data folder; no server may be using it')
    .addOption(databaseOption('empty database: postgres://USER@HOST/NAME').makeOptionMandatory())
    .option('--keys <DIR>', 'folder of the signing key (beside the data folder unless told)')
    .addOption(formatOption())
    .action(async ({ data, keys, database, format }: MoveFlags) => {
      const { migrate: api } = await import('@fairlead/server/cli-api');
      const moved = await api.moveToPostgres({
        dataDir: data,
        url: database,
        ...(keys === undefined ? {} : { keysDir: keys }),
      });
      const { ok, size, root, tables, problems } = moved;
      const line = { size, root, tables, ok, ...(ok ? {} : { problems }) };
      writeOutput('migrate', format, line, movedText);
      process.exitCode = ok ? 0 : 1;
    });
}

/** Tables with their rows, or why there is no copy. */
export function movedText({ ok, size, root, tables, problems = [] }: OutputOf<'migrate'>): string {
  const rows = Object.entries(tables).map(([name, count]) => [name, String(count)]);
  const lines = ok
    ? [
        `Copied ${size} entries; everything in PostgreSQL is what the data folder holds.`,
        `  root ${root}`,
        ...indented(textTable(rows)),
        'This data folder is not written any more: start with --database from now on.',
      ]
    : [
        'Nothing was copied:',
        ...indented(textTable(problems.map(({ problem, message }) => [problem, message]))),
      ];
  return `${lines.join('\n')}\n`;
}

import type { OutputOf } from '@fairlead/core/outputs';
import type { Command } from 'commander';
import { databaseOption } from '../options.ts';
import { type Format, formatOption, writeOutput } from '../output.ts';
import { indented, textTable } from '../text-table.ts';

interface MoveFlags {
  readonly data: string;
  readonly keys?: string;
  readonly database: string;
  readonly giveUp?: boolean;
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
    .option('--give-up', 'go on with a folder whose copy was begun and did not arrive in that database')
    .addOption(formatOption())
    .action(async ({ data, keys, database, giveUp = false, format }: MoveFlags) => {
      const { migrate: api } = await import('@fairlead/server/cli-api');
      const move = { dataDir: data, url: database, ...(keys === undefined ? {} : { keysDir: keys }) };
      if (giveUp) {
        const { size, root, tables, ok } = await api.giveUpMove(move);
        writeOutput('migrate', format, { size, root, tables, ok, givenUp: true }, movedText);
        return;
      }
      const { ok, size, root, tables, problems } = await api.moveToPostgres(move);
      const line = { size, root, tables, ok, ...(ok ? {} : { problems }) };
      writeOutput('migrate', format, line, movedText);
      process.exitCode = ok ? 0 : 1;
    });
}

/** Tables with their rows, or why there is no copy. */
export function movedText(moved: OutputOf<'migrate'>): string {
  const { ok, size, root, tables, problems = [], givenUp = false } = moved;
  if (givenUp) return `Nothing was copied. This data folder goes on with its ${size} entries.\n`;
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

import { FairleadError } from '@fairlead/core/errors';
import type { OutputOf } from '@fairlead/core/outputs';
import type { Command } from 'commander';
import { type Format, formatOption, writeOutput } from '../output.ts';
import { indented, textTable } from '../text-table.ts';
import { callServer, type TargetFlags, withTarget } from './administration.ts';

interface Flags extends TargetFlags {
  readonly format: Format;
}

type Status = OutputOf<'retention-status'>;
type Run = OutputOf<'retention-run'>;

/** `fairlead retention`: what a running server deletes after its time. */
export function registerRetention(program: Command): void {
  const retention = program
    .command('retention')
    .description('what is deleted after its time; asks a running server');
  withTarget(retention.command('status'))
    .description('how long what is recorded is kept, and what the last run did')
    .addOption(formatOption())
    .action(async ({ format, ...target }: Flags) => {
      const status = (await (await callOf(target))('GET', '/api/retention')) as Status;
      writeOutput('retention-status', format, status, statusText);
    });
  withTarget(retention.command('run'))
    .description('delete now what is over; exit 1 when a part could not be done')
    .addOption(formatOption())
    .action(async ({ format, ...target }: Flags) => {
      const done = (await (await callOf(target))('POST', '/api/retention/run', {})) as Run;
      writeOutput('retention-run', format, done, runText);
      process.exitCode = done.failed.length > 0 ? 1 : 0;
    });
}

async function callOf(target: TargetFlags) {
  const call = await callServer(target);
  if (call !== null) return call;
  throw new FairleadError('server.unreachable', {
    message: 'No server uses this data folder, and retention is applied by one.',
    fix: 'Start it; `fairlead ledger prune` and `fairlead content erase` work without one.',
  });
}

export function statusText({
  enforce,
  ledgerDays,
  contentDays,
  classes,
  minimum,
  holds,
  lastRun,
}: Status): string {
  if (ledgerDays === null) return 'The program says no retention: nothing is deleted by itself.\n';
  const days = (count: number | null) => (count === null ? '-' : plural(count, 'day'));
  const kept = contentDays === 0 ? 'none is kept' : `${days(contentDays)} at most`;
  const ofClasses = classes.map((one) => [
    one.dataClass,
    `entries ${days(one.ledgerDays)}, content ${days(one.contentDays)}`,
  ]);
  return [
    enforce ? 'Retention is enforced, every day.' : 'Retention is written down and not enforced.',
    ...indented(
      textTable([
        ['entries of calls', `${days(ledgerDays)}; the minimum index is ${minimum}`],
        ['content of calls', kept],
        ...ofClasses,
      ]),
    ),
    holds === 0
      ? '  no legal hold stands'
      : `  ${holds === 1 ? '1 legal hold stands; what it covers' : `${holds} legal holds stand; what they cover`} stays`,
    lastRun === null ? '  no run yet' : `  last run ${lastRun.at}: ${runText(lastRun)}`.trimEnd(),
    '',
  ].join('\n');
}

/** `1 day`, `2 days`. */
function plural(count: number, noun: string): string {
  return `${count} ${noun}${count === 1 ? '' : 's'}`;
}

export function runText({
  periods,
  items,
  minimum,
  entries,
  inputs,
  rows,
  holds,
  stopped,
  failed,
}: Omit<Run, 'by'>): string {
  const index = minimum === null ? '' : ` The minimum index is ${minimum}.`;
  const held = holds.length === 0 ? '' : ` Holds stand: ${holds.join(', ')}.`;
  const broken = stopped ? ' A hold was placed meanwhile.' : '';
  const not = failed.length === 0 ? '' : ` Not done: ${failed.join(', ')}.`;
  return `${items} items of content in ${periods} periods, ${entries} entries, ${inputs} inputs and ${rows} rows of the index deleted.${index}${held}${broken}${not}\n`;
}

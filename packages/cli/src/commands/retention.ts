import { FairleadError } from '@fairlead/core/errors';
import type { RetentionRun, RetentionStatus } from '@fairlead/server/cli-api';
import { type Command, Option } from 'commander';
import { callServer, type TargetFlags, withTarget } from './administration.ts';

interface Flags extends TargetFlags {
  readonly format: 'text' | 'json';
}

/** Who asked for it is not shown. */
type Run = Omit<RetentionRun, 'by'>;

/** `fairlead retention`: what a running server deletes after its time. */
export function registerRetention(program: Command): void {
  const retention = program
    .command('retention')
    .description('what is deleted after its time; asks a running server');
  for (const [name, what, path, text] of [
    ['status', 'how long what is recorded is kept, and what the last run did', '/api/retention', statusText],
    ['run', 'delete now what is over; exit 1 when a part could not be done', '/api/retention/run', runText],
  ] as const) {
    withTarget(retention.command(name))
      .description(what)
      .addOption(new Option('--format <FORMAT>', 'text or json').choices(['text', 'json']).default('text'))
      .action(async ({ format, ...target }: Flags) => {
        const call = await callServer(target);
        if (call === null) {
          throw new FairleadError('server.unreachable', {
            message: 'No server uses this data folder, and retention is applied by one.',
            fix: 'Start it; `fairlead ledger prune` and `fairlead content erase` work without one.',
          });
        }
        const answer = await (name === 'run' ? call('POST', path, {}) : call('GET', path));
        process.stdout.write(
          format === 'json' ? `${JSON.stringify(answer)}\n` : text(answer as RetentionStatus & Run),
        );
        process.exitCode = name === 'run' && (answer as Run).failed.length > 0 ? 1 : 0;
      });
  }
}

export function statusText({
  enforce,
  ledgerDays,
  contentDays,
  classes,
  minimum,
  holds,
  lastRun,
}: RetentionStatus): string {
  if (ledgerDays === null) return 'The program says no retention: nothing is deleted by itself.\n';
  const days = (count: number | null) => (count === null ? '-' : `${count} days`);
  return [
    enforce ? 'Retention is enforced, every day.' : 'Retention is written down and not enforced.',
    `  entries of calls   ${days(ledgerDays)}; the minimum index is ${minimum}`,
    `  kept content       ${days(contentDays)} at most`,
    ...classes.map(
      (one) =>
        `  ${one.dataClass.padEnd(18)} entries ${days(one.ledgerDays)}, content ${days(one.contentDays)}`,
    ),
    holds === 0 ? '  no legal hold stands' : `  ${holds} legal holds stand; what they cover stays`,
    lastRun === null ? '  no run yet' : `  last run ${lastRun.at}: ${runText(lastRun)}`.trimEnd(),
    '',
  ].join('\n');
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
}: Run): string {
  const index = minimum === null ? '' : ` The minimum index is ${minimum}.`;
  const held = holds.length === 0 ? '' : ` Holds stand: ${holds.join(', ')}.`;
  const broken = stopped ? ' A hold was placed meanwhile.' : '';
  const not = failed.length === 0 ? '' : ` Not done: ${failed.join(', ')}.`;
  return `${items} items of content in ${periods} periods, ${entries} entries, ${inputs} inputs and ${rows} rows of the index deleted.${index}${held}${broken}${not}\n`;
}

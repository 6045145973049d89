import { usdText } from '@fairlead/core/money';
import type { OutputOf } from '@fairlead/core/outputs';
import { type Command, Option } from 'commander';
import { type Format, formatOption, writeOutput } from '../output.ts';
import { textTable } from '../text-table.ts';
import { type PlaceFlags, placeOf, withPlace } from './ledger-place.ts';

interface StatusFlags extends PlaceFlags {
  readonly scope?: Scope;
  readonly all?: boolean;
  readonly format: Format;
}

const scopes = ['organisation', 'stage', 'team', 'repository', 'key', 'session'] as const;
type Scope = (typeof scopes)[number];

/** `fairlead budget`: what is spent, what is held, what is left. */
export function registerBudget(program: Command): void {
  const budget = program
    .command('budget')
    .description('what is spent and held of the limits in budgets.yaml');
  withPlace(budget.command('status'))
    .description(
      'list budgets of the current period; reads the data folder or the database, also beside running servers',
    )
    .addOption(new Option('--scope <SCOPE>', 'only budgets of this scope').choices([...scopes]))
    .option('--all', 'past periods too')
    .addOption(formatOption('text, or json with amounts in micro-dollars'))
    .action(async (flags: StatusFlags) => {
      const { scope, all, format } = flags;
      const { budgets } = await import('@fairlead/server/cli-api');
      const rows = await budgets.budgetStatus(placeOf(flags), { now: Date.now(), scope, all });
      writeOutput('budget-status', format, rows, statusText);
    });
}

const headers = ['scope', 'id', 'period', 'until', 'limit', 'settled', 'reserved', 'left'];

/** A table in dollars. `left` is what calls may still set aside. */
export function statusText(rows: OutputOf<'budget-status'>): string {
  if (rows.length === 0) return 'There are no budgets, or nothing was charged to one yet.\n';
  const cells = rows.map(({ scope, id, period, end, limit, reserved, settled, overrun }) => [
    scope,
    id,
    period,
    end ?? '-',
    ...[limit, settled + overrun, reserved, limit - settled - overrun - reserved].map(wholeUsdText),
  ]);
  return `${textTable([headers, ...cells], 4).join('\n')}\nUS dollars; periods end at 00:00 UTC of the day shown.\n`;
}

/** To the micro-dollar, so that amounts below each other compare. */
function wholeUsdText(amount: number): string {
  const [whole, rest = ''] = usdText(amount).split('.');
  return `${whole}.${rest.padEnd(6, '0')}`;
}

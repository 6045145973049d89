import { FairleadError } from '@fairlead/core/errors';
import type { OutputOf } from '@fairlead/core/outputs';
import { type Command, InvalidArgumentError, Option } from 'commander';
import { parseId } from '../options.ts';
import { type Format, formatOption, writeOutput } from '../output.ts';
import { textTable } from '../text-table.ts';
import { callServer, type TargetFlags, withTarget } from './administration.ts';
import {
  type ChangedFlags,
  placeOf,
  type SharedPlace,
  sharedPlaceOf,
  withDatabase,
  withKeys,
} from './ledger-place.ts';

/** The beginning of a day (YYYY-MM-DD, UTC), or an instant; milliseconds. */
export function parseInstant(value: string): number {
  const time = /^\d{4}-\d\d-\d\d(?:T.+)?$/.test(value) ? Date.parse(value) : Number.NaN;
  if (Number.isNaN(time))
    throw new InvalidArgumentError('Write a day (YYYY-MM-DD) or an instant (RFC 3339).');
  return time;
}

interface PlaceOfChange extends TargetFlags, ChangedFlags {}

/** Whether a database is meant: neither a server nor a data folder is named. */
function isDatabase({ server, data, database }: PlaceOfChange): boolean {
  if (server !== undefined || data !== undefined) return false;
  return Boolean(database ?? (process.env.FAIRLEAD_SERVER ? undefined : process.env.FAIRLEAD_DATABASE));
}

/** The database that is meant, with its keys; null for a server or a data folder. */
function sharedOf(flags: PlaceOfChange): SharedPlace | null {
  return isDatabase(flags) ? sharedPlaceOf(flags) : null;
}

const withPlaces = (command: Command) => withKeys(withDatabase(withTarget(command)));

interface PruneFlags extends PlaceOfChange {
  readonly before?: number;
  readonly dryRun?: true;
  readonly format: Format;
}

type Pruning = OutputOf<'ledger-prune'>;

/** `fairlead ledger prune` and `hold`: through the server, or on a data folder that none uses. */
export function registerPrune(ledger: Command): void {
  withPlaces(ledger.command('prune'))
    .description('remove the bytes of calls before a day; their hashes stay')
    .option(
      '--before <DATE>',
      "day or instant; a server's default is what its program's retention says",
      parseInstant,
    )
    .option('--dry-run', 'only say what would go')
    .addOption(formatOption())
    .action(async (flags: PruneFlags) => {
      const done = await prune(flags);
      writeOutput('ledger-prune', flags.format, done, (pruned) => pruneText(pruned, flags));
    });
  const hold = ledger
    .command('hold')
    .description('legal holds: what one covers is not pruned, expired or erased');
  registerPlace(hold);
  registerRemove(hold);
  registerHolds(hold);
}

async function prune({ before, dryRun = undefined, ...target }: PruneFlags): Promise<Pruning> {
  const shared = sharedOf(target);
  const call = shared === null ? await callServer(target) : null;
  if (call !== null) {
    const from = before === undefined ? null : new Date(before).toISOString();
    return (await call('POST', '/api/ledger/prune', { before: from, dryRun: dryRun === true })) as Pruning;
  }
  if (before === undefined) {
    throw new FairleadError('ledger.retention-unsaid', {
      message: 'No server is asked, so nothing says what is over.',
      fix: 'Give --before DATE.',
    });
  }
  const { ledger: api } = await import('@fairlead/server/cli-api');
  const ledger = shared ?? target.data!;
  return dryRun ? api.planPrune(ledger, before) : api.prune(ledger, before);
}

function pruneText(
  { minimum, entries, inputs, holds = [], stopped }: Pruning,
  { dryRun }: PruneFlags,
): string {
  const also = inputs === null ? '' : ` and ${inputs} inputs`;
  const held = holds.length === 0 ? '' : ` Holds stand: ${holds.join(', ')}.`;
  const broken = stopped ? ' A hold was placed meanwhile; the rest stays.' : '';
  const done = dryRun ? 'would be pruned' : 'pruned';
  const index = dryRun ? 'the minimum index would be' : 'the minimum index is';
  return `${entries} entries${also} ${done}; ${index} ${minimum}.${held}${broken}\n`;
}

interface HoldFlags extends PlaceOfChange {
  readonly reason: string;
  readonly from?: number;
}

const reason = () => new Option('--reason <TEXT>', 'why, without names of people').makeOptionMandatory();

function registerPlace(hold: Command): void {
  withPlaces(hold.command('add'))
    .description('put a hold on the record')
    .argument('<ID>', 'its id', parseId)
    .addOption(reason())
    .option('--from <DATE>', 'only on what was recorded from then on', parseInstant)
    .action(async (id: string, { reason: why, from, ...target }: HoldFlags) => {
      const at = from === undefined ? null : new Date(from).toISOString();
      const shared = sharedOf(target);
      const call = shared === null ? await callServer(target) : null;
      if (call !== null) await call('POST', '/api/holds', { id, reason: why, from: at });
      else await (await holdsApi()).add(shared ?? target.data!, id, why, at);
      process.stdout.write(`The hold ${id} stands.\n`);
    });
}

function registerRemove(hold: Command): void {
  withPlaces(hold.command('remove'))
    .description('lift a hold')
    .argument('<ID>', 'its id', parseId)
    .addOption(reason())
    .action(async (id: string, { reason: why, ...target }: HoldFlags) => {
      const shared = sharedOf(target);
      const call = shared === null ? await callServer(target) : null;
      if (call !== null) await call('POST', `/api/holds/${encodeURIComponent(id)}/release`, { reason: why });
      else await (await holdsApi()).remove(shared ?? target.data!, id, why);
      process.stdout.write(`The hold ${id} is lifted.\n`);
    });
}

type Hold = OutputOf<'ledger-holds'>[number];

function registerHolds(hold: Command): void {
  withPlaces(hold.command('list'))
    .description('list the holds that stand')
    .addOption(formatOption())
    .action(async ({ format, ...target }: PlaceOfChange & { readonly format: Format }) => {
      const call = isDatabase(target) ? null : await callServer(target);
      const holds = (
        call === null ? await (await holdsApi()).list(placeOf(target)) : await call('GET', '/api/holds')
      ) as readonly Hold[];
      writeOutput('ledger-holds', format, holds, holdsText);
    });
}

function holdsText(holds: readonly Hold[]): string {
  if (holds.length === 0) return 'There are no legal holds.\n';
  const rows = holds.map(({ id, reason: why, since, from }) => {
    const covers = from === null ? 'everything' : `what was recorded from ${from} on`;
    return [id, `since ${since}`, covers, why];
  });
  return `${textTable(rows).join('\n')}\n`;
}

async function holdsApi() {
  return (await import('@fairlead/server/cli-api')).ledger.holds;
}

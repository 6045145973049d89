import { type Command, InvalidArgumentError } from 'commander';
import { parseId } from '../options.ts';
import {
  type ChangedFlags,
  type PlaceFlags,
  placeOf,
  sharedPlaceOf,
  withChangedPlace,
  withPlace,
} from './ledger-place.ts';

/** The beginning of a day (YYYY-MM-DD, UTC), or an instant; milliseconds. */
function parseInstant(value: string): number {
  const time = /^\d{4}-\d\d-\d\d(?:T.+)?$/.test(value) ? Date.parse(value) : Number.NaN;
  if (Number.isNaN(time)) throw new InvalidArgumentError('write a day (YYYY-MM-DD) or an instant (RFC 3339)');
  return time;
}

/** `fairlead ledger prune` and `hold`; a server on a data folder must not be running, those on a database may. */
export function registerPrune(ledger: Command): void {
  withChangedPlace(ledger.command('prune'))
    .description(
      'remove the bytes of calls before a day; their hashes stay. A server on a data folder must not be running',
    )
    .requiredOption('--before <DATE>', 'day or instant', parseInstant)
    .action(async (flags: ChangedFlags & { readonly before: number }) => {
      const { ledger: api } = await import('@fairlead/server/cli-api');
      const { minimum, entries, inputs } = await api.prune(sharedPlaceOf(flags) ?? flags.data!, flags.before);
      process.stdout.write(
        `${entries} entries and ${inputs} inputs pruned; the minimum index is ${minimum}.\n`,
      );
    });
  const hold = ledger.command('hold').description('legal holds: while one stands, nothing is pruned');
  for (const [name, done] of [
    ['add', 'stands'],
    ['remove', 'is lifted'],
  ] as const) {
    withChangedPlace(hold.command(name))
      .description(`${name} a hold; a server on a data folder must not be running`)
      .argument('<ID>', 'its id', parseId)
      .requiredOption('--reason <TEXT>', 'why, without names of people')
      .action(async (id: string, flags: ChangedFlags & { readonly reason: string }) => {
        const { ledger: api } = await import('@fairlead/server/cli-api');
        await api.holds[name](sharedPlaceOf(flags) ?? flags.data!, id, flags.reason);
        process.stdout.write(`The hold ${id} ${done}.\n`);
      });
  }
  withPlace(hold.command('list'))
    .description('list the holds that stand')
    .action(async (flags: PlaceFlags) => {
      const { ledger: api } = await import('@fairlead/server/cli-api');
      for (const { id, reason, since } of await api.holds.list(placeOf(flags)))
        process.stdout.write(`${id}  since ${since}  ${reason}\n`);
    });
}

import { type Command, InvalidArgumentError } from 'commander';
import { parseId } from '../options.ts';

/** The beginning of a day (YYYY-MM-DD, UTC), or an instant; milliseconds. */
function parseInstant(value: string): number {
  const time = /^\d{4}-\d\d-\d\d(?:T.+)?$/.test(value) ? Date.parse(value) : Number.NaN;
  if (Number.isNaN(time)) throw new InvalidArgumentError('write a day (YYYY-MM-DD) or an instant (RFC 3339)');
  return time;
}

/** `fairlead ledger prune` and `hold`; the server must not be running. */
export function registerPrune(ledger: Command): void {
  ledger
    .command('prune')
    .description('remove the bytes of calls before a day; their hashes stay. The server must not be running')
    .requiredOption('--data <DIR>', 'data folder')
    .requiredOption('--before <DATE>', 'day or instant', parseInstant)
    .action(async ({ data, before }: { readonly data: string; readonly before: number }) => {
      const { ledger: api } = await import('@fairlead/server/cli-api');
      const { minimum, entries, inputs } = await api.prune(data, before);
      process.stdout.write(
        `${entries} entries and ${inputs} inputs pruned; the minimum index is ${minimum}.\n`,
      );
    });
  const hold = ledger.command('hold').description('legal holds: while one stands, nothing is pruned');
  for (const [name, done] of [
    ['add', 'stands'],
    ['remove', 'is lifted'],
  ] as const) {
    hold
      .command(name)
      .description(`${name} a hold; the server must not be running`)
      .argument('<ID>', 'its id', parseId)
      .requiredOption('--data <DIR>', 'data folder')
      .requiredOption('--reason <TEXT>', 'why, without names of people')
      .action(async (id: string, { data, reason }: { readonly data: string; readonly reason: string }) => {
        const { ledger: api } = await import('@fairlead/server/cli-api');
        await api.holds[name](data, id, reason);
        process.stdout.write(`The hold ${id} ${done}.\n`);
      });
  }
  hold
    .command('list')
    .description('list the holds that stand')
    .requiredOption('--data <DIR>', 'data folder')
    .action(async ({ data }: { readonly data: string }) => {
      const { ledger: api } = await import('@fairlead/server/cli-api');
      for (const { id, reason, since } of await api.holds.list(data))
        process.stdout.write(`${id}  since ${since}  ${reason}\n`);
    });
}

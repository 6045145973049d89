import type { Command } from 'commander';
import { collect, parseMinutes } from '../options.ts';
import { writeJson } from '../output.ts';
import { factsPlaceOf } from './delivery-place.ts';
import { type PlaceFlags, withPlace } from './ledger-place.ts';

interface CollectFlags extends PlaceFlags {
  readonly repository: string[];
  readonly program?: string;
  readonly credential: string;
  readonly api?: string;
  readonly allowPrivate: string[];
  readonly incidentLabel?: string;
  readonly once: boolean;
  readonly every: number;
}

/** `fairlead delivery collect`. */
export function registerCollect(delivery: Command): void {
  withPlace(delivery.command('collect'))
    .description('read changes, reviews, deployments and incidents from GitHub; goes on where it stopped')
    .option(
      '--repository <NAME>',
      'host/owner/name; may be given several times, all of one host',
      collect,
      [],
    )
    .option('--program <DIR>', 'program directory: its repositories, and their earlier names')
    .requiredOption(
      '--credential <NAME>',
      'the token is read from the variable NAME, and sent to this host alone',
    )
    .option('--api <URL>', "address of the host's GraphQL API, where it isn't the usual one")
    .option(
      '--allow-private <HOST>',
      'host, address or range whose private addresses may be called',
      collect,
      [],
    )
    .option('--incident-label <NAME>', 'label of the issues that are incidents (incident)')
    .option('--once', 'one round, then the end', false)
    .option('--every <MINUTES>', 'from the beginning of one round to the next', parseMinutes, 5)
    .action(runCollect);
}

async function runCollect(flags: CollectFlags): Promise<void> {
  const { collection: server } = await import('@fairlead/server/cli-api');
  const stop = new AbortController();
  const onSignal = () => stop.abort();
  process.once('SIGINT', onSignal).once('SIGTERM', onSignal);
  const say = progressWriter();
  try {
    await server.collectInto(
      { ...flags, place: factsPlaceOf(flags) },
      process.env,
      {
        onProgress: ({ repository, stage, read, total, budget }) => {
          const points = budget === null ? '' : `, ${budget.remaining} points left`;
          say(
            `${repository} ${stage}`,
            `${repository}: ${stage} ${read}${total === null ? '' : ` of ${total}`}${points}`,
          );
        },
        onWait: ({ reason, milliseconds }) =>
          say('wait', `waiting ${Math.ceil(milliseconds / 1000)} s (${reason})`),
        onReport: (report) => {
          say.end();
          writeJson('delivery-collected', report);
          // Everything that could be read was; what could not be is named in the report.
          process.exitCode = report.complete ? 0 : 1;
        },
      },
      stop.signal,
    );
  } catch (error) {
    if (!stop.signal.aborted) throw error;
    process.stderr.write('stopped; the next run goes on from here\n');
  } finally {
    process.removeListener('SIGINT', onSignal).removeListener('SIGTERM', onSignal);
  }
}

/** On a terminal one line that changes; elsewhere a line whenever something else begins. */
function progressWriter() {
  const isTerminal = process.stderr.isTTY === true;
  let last = '';
  const say = (topic: string, text: string) => {
    if (isTerminal) process.stderr.write(`\r\x1b[K${text}`);
    else if (topic !== last) process.stderr.write(`${text}\n`);
    last = topic;
  };
  return Object.assign(say, { end: () => void (isTerminal && process.stderr.write('\n')) });
}

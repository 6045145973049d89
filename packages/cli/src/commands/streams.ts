import type { OutputOf } from '@fairlead/core/outputs';
import type { Command } from 'commander';
import { type Format, formatOption, writeOutput } from '../output.ts';
import { textTable } from '../text-table.ts';
import { type PlaceFlags, placeOf, withPlace } from './ledger-place.ts';

interface StatusFlags extends PlaceFlags {
  readonly format: Format;
}

/** `fairlead streams`: entries on their way to other systems. */
export function registerStreams(program: Command): void {
  const streams = program
    .command('streams')
    .description('where entries are sent besides, and how far each is');
  withPlace(streams.command('status'))
    .description(
      'list streams; exit 1 when one is failing. Reads the data folder or the database, also beside running servers',
    )
    .addOption(formatOption())
    .action(async ({ format, ...flags }: StatusFlags) => {
      const { streams: api } = await import('@fairlead/server/cli-api');
      const lines = await api.streamStatus(placeOf(flags), Date.now());
      writeOutput('streams-status', format, lines, streamsText);
      process.exitCode = lines.some(({ failingSince }) => failingSince !== null) ? 1 : 0;
    });
}

const headers = ['stream', 'next', 'behind', 'oldest', 'delivered', 'failing'];

export function streamsText(lines: OutputOf<'streams-status'>): string {
  if (lines.length === 0) return 'There are no streams: `streams` in fairlead.yaml names them.\n';
  const cells = lines.map(({ name, next, lagEntries, lagSeconds, deliveredAt, failingSince, failure }) => [
    name,
    String(next),
    String(lagEntries),
    `${lagSeconds} s`,
    deliveredAt ?? '-',
    failingSince === null ? '-' : `${failure ?? 'unknown'} since ${failingSince}`,
  ]);
  return `${textTable([headers, ...cells]).join('\n')}\n`;
}

import { FairleadError } from '@fairlead/core/errors';
import type { OutputOf } from '@fairlead/core/outputs';
import type { Command } from 'commander';
import { type Format, formatOption, writeJson } from '../output.ts';
import { textTable } from '../text-table.ts';
import type { TargetFlags } from './administration.ts';
import { type PlaceFlags, placeOf, withPlace } from './ledger-place.ts';

/** What lists are of, and the output that each line of one is. */
const outputs = { keys: 'key-list', tokens: 'token-list', devices: 'device-list' } as const;
type Kind = keyof typeof outputs;
type Line<K extends Kind> = OutputOf<(typeof outputs)[K]>;

interface ListFlags extends PlaceFlags, TargetFlags {
  readonly format: Format;
}

/**
 * `key list`, `token list` and `device list`, which differ in what their lines end with.
 * @param cellsOf what a line says besides id, state and end
 */
export function registerGrantList<K extends Kind>(
  command: Command,
  kind: K,
  cellsOf: (row: Line<K>) => readonly string[],
): void {
  withPlace(command)
    .option('--server <URL>', 'control URL of a server (FAIRLEAD_SERVER), with its token in FAIRLEAD_TOKEN')
    .addOption(formatOption())
    .action(async ({ format, ...flags }: ListFlags) => {
      const rows = await rowsOf(flags, kind);
      const lines = rows.map((row) => ({ ...row, state: stateOf(row) }) as Line<K>);
      if (format === 'json') for (const line of lines) writeJson(outputs[kind], line);
      else process.stdout.write(listText(kind, lines, cellsOf));
    });
}

function listText<K extends Kind>(
  kind: K,
  lines: readonly Line<K>[],
  cellsOf: (row: Line<K>) => readonly string[],
): string {
  if (lines.length === 0) return `There are no ${kind}.\n`;
  const cells = lines.map((line): readonly string[] => {
    const { id, state, expiresAt }: Line<Kind> = line;
    return [id, state, `until ${expiresAt}`, ...cellsOf(line)];
  });
  // Names and labels are people's own words.
  const printable = cells.map((row) => row.map((cell) => cell.replaceAll(/\p{C}/gu, '?')));
  return `${textTable(printable).join('\n')}\n`;
}

/** From the server that a flag names, the data folder or the database; else from what the environment names. */
async function rowsOf(flags: PlaceFlags & TargetFlags, kind: Kind) {
  const { identity } = await import('@fairlead/server/cli-api');
  const { FAIRLEAD_DATABASE, FAIRLEAD_SERVER, FAIRLEAD_TOKEN } = process.env;
  const isPlaced = flags.data !== undefined || flags.database !== undefined || Boolean(FAIRLEAD_DATABASE);
  const server = flags.server ?? (isPlaced ? undefined : FAIRLEAD_SERVER);
  if (server) return identity.askGrants({ server, token: FAIRLEAD_TOKEN }, kind);
  if (isPlaced) return identity.listGrants(placeOf(flags), kind);
  throw new FairleadError('server.unreachable', {
    message: 'Nothing says where they are kept.',
    fix: 'Give --data DIR, --database URL (FAIRLEAD_DATABASE) or --server URL (FAIRLEAD_SERVER) with FAIRLEAD_TOKEN.',
  });
}

function stateOf({ expiresAt, revokedAt }: Pick<Line<Kind>, 'expiresAt' | 'revokedAt'>): Line<Kind>['state'] {
  if (revokedAt !== null) return 'revoked';
  return Date.parse(expiresAt) <= Date.now() ? 'expired' : 'live';
}

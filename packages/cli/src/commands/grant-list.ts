import { FairleadError } from '@fairlead/core/errors';
import { type Command, Option } from 'commander';
import type { TargetFlags } from './administration.ts';
import { type PlaceFlags, placeOf, withPlace } from './ledger-place.ts';

/** What the lines of every list have. */
export interface GrantView {
  readonly id: string;
  readonly expiresAt: string;
  readonly revokedAt: string | null;
  readonly [member: string]: unknown;
}

interface ListFlags extends PlaceFlags, TargetFlags {
  readonly format: 'text' | 'json';
}

/**
 * `key list`, `token list` and `device list`, which differ in what their lines end with.
 * @param detailOf what a line says besides id, state and end
 */
export function registerGrantList(
  command: Command,
  kind: 'keys' | 'tokens' | 'devices',
  detailOf: (row: GrantView) => string,
): void {
  withPlace(command)
    .option('--server <URL>', 'control URL of a server (FAIRLEAD_SERVER), with its token in FAIRLEAD_TOKEN')
    .addOption(new Option('--format <FORMAT>', 'text or json').choices(['text', 'json']).default('text'))
    .action(async ({ format, ...flags }: ListFlags) => {
      for (const row of await rowsOf(flags, kind)) {
        const state = stateOf(row);
        const text = `${row.id}  ${state.padEnd(7)}  until ${row.expiresAt}  ${detailOf(row)}`
          .replaceAll(/\p{C}/gu, '?')
          .trimEnd();
        process.stdout.write(`${format === 'json' ? JSON.stringify({ ...row, state }) : text}\n`);
      }
    });
}

/** From the server that a flag names, the data folder or the database; else from what the environment names. */
async function rowsOf(flags: PlaceFlags & TargetFlags, kind: 'keys' | 'tokens' | 'devices') {
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

function stateOf({ expiresAt, revokedAt }: GrantView): 'live' | 'expired' | 'revoked' {
  if (revokedAt !== null) return 'revoked';
  return Date.parse(expiresAt) <= Date.now() ? 'expired' : 'live';
}

import { FairleadError } from '@fairlead/core/errors';
import { type Command, InvalidArgumentError } from 'commander';

/** Options of every command that changes something on a server. */
export interface TargetFlags {
  readonly data?: string;
  readonly server?: string;
}

export function withTarget(command: Command): Command {
  return command
    .option('--data <DIR>', 'data folder of the server on this machine, or of none')
    .option('--server <URL>', 'control URL of a server (FAIRLEAD_SERVER), with its token in FAIRLEAD_TOKEN');
}

type Call = (method: 'GET' | 'POST', path: string, body?: object) => Promise<unknown>;

/** Where the flags or the environment point to. @throws FairleadError `server.unreachable` when that is nowhere */
function targetOf(flags: TargetFlags) {
  const server = flags.server ?? (flags.data === undefined ? process.env.FAIRLEAD_SERVER : undefined);
  if (server !== undefined) return { server, token: process.env.FAIRLEAD_TOKEN };
  if (flags.data !== undefined) return { dataDir: flags.data };
  throw new FairleadError('server.unreachable', {
    message: 'Nothing says which server is meant.',
    fix: 'Give --data DIR, or --server URL (FAIRLEAD_SERVER) with FAIRLEAD_TOKEN.',
  });
}

/** Runs `use` against the server that the flags or the environment name, or against the data folder itself. */
export async function administer<Result>(
  flags: TargetFlags,
  use: (call: Call) => Promise<Result>,
): Promise<Result> {
  const { identity } = await import('@fairlead/server/cli-api');
  const administration = await identity.openAdministration(targetOf(flags));
  try {
    return await use(administration.call);
  } finally {
    await administration.close();
  }
}

/** The way to the server that the flags name or that uses the data folder; null when no server uses that. */
export async function callServer(flags: TargetFlags): Promise<Call | null> {
  const { identity } = await import('@fairlead/server/cli-api');
  return identity.connectControl(targetOf(flags));
}

const units: Readonly<Record<string, number>> = { h: 3_600_000, d: 86_400_000, w: 604_800_000 };

/** When a grant ends: a length such as 12h, 30d or 8w, a day (its end, UTC), or an instant. As RFC 3339. */
export function parseExpiry(value: string, now: number = Date.now()): string {
  const length = /^([1-9]\d{0,4})([hdw])$/.exec(value);
  if (length) return new Date(now + Number(length[1]) * (units[length[2] as string] as number)).toISOString();
  const text = /^\d{4}-\d\d-\d\d$/.test(value) ? `${value}T23:59:59Z` : value;
  const instant = /^\d{4}-\d\d-\d\dT/.test(text) ? Date.parse(text) : Number.NaN;
  if (Number.isNaN(instant)) {
    throw new InvalidArgumentError(
      'Write a length (12h, 30d, 8w), a day (YYYY-MM-DD) or an instant (RFC 3339).',
    );
  }
  return new Date(instant).toISOString();
}

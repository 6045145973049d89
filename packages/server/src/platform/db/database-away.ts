import { FairleadError } from '@fairlead/core/errors';
import { describeFull } from './disk-full.ts';

/** Of a connection, not of a statement; with those of a server that is stopping, starting or full. */
const awayCodes = /^(?:08|57P|53300|E(?:CONN|PIPE|TIMEDOUT|HOST|NET|AI_AGAIN|NOTFOUND|STANDBY))/;
/** What the driver says without a code. */
const awayMessages =
  /^(?:Connection terminated|Query read timeout|timeout (?:exceeded|expired)|Client has encountered a connection error|PostgreSQL did not answer)/;

/** Whether PostgreSQL could not be asked at all, so that asking again later makes sense. */
export function isDatabaseAway(error: unknown): boolean {
  if (!(error instanceof Error) || error instanceof FairleadError) return false;
  const { code } = error as { code?: unknown };
  return (typeof code === 'string' && awayCodes.test(code)) || awayMessages.test(error.message);
}

/** An error of PostgreSQL as one of ours, without its text, which may name hosts, people and values; others as they are. */
export function describeDatabase(error: unknown): unknown {
  const { code, severity } = (error ?? {}) as { code?: unknown; severity?: unknown };
  const message = typeof code === 'string' ? textOf(code) : undefined;
  const refused = describePooler(error);
  if (refused !== error) return refused;
  const full = describeFull(error);
  if (full !== null) return full;
  if (isDatabaseAway(error)) return new FairleadError('store.unavailable', { message, cause: error });
  if (typeof severity !== 'string') return error;
  return new FairleadError('store.unreadable', {
    message,
    fix: 'Look the code up in PostgreSQL’s manual (Appendix A), and check --database, the role and its rights.',
    cause: error,
  });
}

function textOf(code: string): string {
  return code === 'ESTANDBY' ? 'PostgreSQL takes no writes: no host is the primary.' : `PostgreSQL: ${code}.`;
}

const refusals = /^(?:unsupported startup parameter|transaction blocks not allowed)/;

/** What a pooler itself refuses, as `store.pooled`; others as they are. */
export function describePooler(error: unknown): unknown {
  const { code, message = '' } = (error ?? {}) as { code?: unknown; message?: string };
  if (code !== '08P01' || !refusals.test(message)) return error;
  return new FairleadError('store.pooled', {
    message: 'The database is reached through a pooler that refuses what sessions need.',
    cause: error,
  });
}

import { FairleadError } from '@fairlead/core/errors';
import type pg from 'pg';
import { describePooler } from './database-away.ts';
import { endSession, openSession } from './postgres-session.ts';

/** Each looks at the sessions that a pooler gives out; some give the same one twice, some take turns. */
const looks = 8;

/**
 * Refuses a session that isn't one: behind a transaction pooler each transaction may run in another session of the
 * server, or in one that somebody else uses, too. A server tells its process when it is connected to; where another one
 * answers, something is in between, and two sessions show what it does. A pooler that keeps sessions apart is let through.
 * @throws FairleadError `store.pooled`
 */
export async function refusePooler(session: pg.Client, url: string): Promise<void> {
  const own = await processOf(session);
  if (own === (session as unknown as { readonly processID: number | null }).processID) return;
  const beside = await openSession(url);
  try {
    for (let look = 0; look < looks; look += 1) {
      // While a transaction holds on to what it was given, the other one gets something else.
      await beside.query('begin');
      const other = await processOf(beside);
      // Twice: where sessions take turns, once could meet the same one at every look.
      const again = [await processOf(session), await processOf(session)];
      await beside.query('rollback');
      if (other === own || again.some((one) => one !== own)) throw new FairleadError('store.pooled');
    }
  } catch (error) {
    throw describePooler(error);
  } finally {
    await endSession(beside);
  }
}

async function processOf(session: pg.Client): Promise<number | undefined> {
  const { rows } = await session.query<{ pid: number }>('select pg_backend_pid() as pid');
  return rows[0]?.pid;
}

import { FairleadError } from '@fairlead/core/errors';
import pg from 'pg';
import { writeSeal } from '../store-postgres.ts';
import type { Seal } from '../types.ts';
import { endSession } from './sessions.ts';

/** Any number will do, as long as every replica takes the same one. */
const advisoryLock = 7_420_742_002;

/** The right to sign: held by at most one replica, and proved again with every checkpoint that is written. */
export interface Lead {
  /** Grows with every change of leader. */
  readonly epoch: number;
  /** @throws FairleadError `ledger.not-leader` when another replica has taken over meanwhile. */
  seal(seal: Seal): Promise<void>;
  /** Gives the lead back. */
  end(): Promise<void>;
}

/**
 * Takes the lead when nobody has it; null when somebody does. The lock belongs to a session of its own: it is free the
 * moment that session ends, however it ends. A leader that was cut off and doesn't know it yet is stopped by the epoch,
 * which each checkpoint checks in its own transaction.
 * @param onLost called once, when the session breaks
 */
export async function tryToLead(url: string, holder: string, onLost: () => void): Promise<Lead | null> {
  const session = new pg.Client({
    connectionString: url,
    application_name: 'fairlead-ledger-leader',
    connectionTimeoutMillis: 5_000,
    // A database that hangs ends the lead, instead of the rounds.
    query_timeout: 10_000,
    keepAlive: true,
    options: '-c synchronous_commit=on',
  });
  let ended = false;
  session.on('error', () => undefined);
  session.on('end', () => {
    if (!ended) onLost();
  });
  const finish = async () => {
    ended = true;
    await endSession(session);
  };
  try {
    await session.connect();
    const { rows } = await session.query<{ got: boolean }>('select pg_try_advisory_lock($1) as got', [
      advisoryLock,
    ]);
    if (!rows[0]?.got) {
      await finish();
      return null;
    }
    const lease = await session.query<{ epoch: string }>(
      'update ledger_lease set epoch = epoch + 1, holder = $1 where one = 1 returning epoch',
      [holder],
    );
    const epoch = Number(lease.rows[0]?.epoch);
    return { epoch, seal: (seal) => fencedSeal(session, epoch, seal), end: finish };
  } catch (error) {
    await finish();
    throw error;
  }
}

async function fencedSeal(session: pg.Client, epoch: number, seal: Seal): Promise<void> {
  await session.query('begin');
  try {
    const held = await session.query(
      'update ledger_lease set sealed_at = now() where one = 1 and epoch = $1',
      [epoch],
    );
    if (held.rowCount !== 1) throw new FairleadError('ledger.not-leader');
    await writeSeal(session, seal);
    await session.query('commit');
  } catch (error) {
    await session.query('rollback').catch(() => undefined);
    throw error;
  }
}

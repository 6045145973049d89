import { FairleadError } from '@fairlead/core/errors';
import type pg from 'pg';
import { endSession, openSession } from '../../../platform/db/index.ts';
import { writeSeal } from '../store-postgres.ts';
import type { Seal } from '../types.ts';

/** Any number will do, as long as every replica takes the same one. */
const advisoryLock = 7_420_742_002;

/** The right to sign: held by at most one replica, and proved again with every checkpoint that is written. */
export interface Lead {
  /** Grows with every change of leader. */
  readonly epoch: number;
  /**
   * Writes a checkpoint, and what belongs into its transaction.
   * @throws FairleadError `ledger.not-leader` when another replica has taken over meanwhile.
   */
  seal(seal: Seal, also?: (session: pg.Client) => Promise<void>): Promise<void>;
  /** Whether nobody has taken over meanwhile. */
  holds(): Promise<boolean>;
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
  return leadOver(url, holder, onLost, async (session) => {
    const { rows } = await session.query<{ got: boolean }>('select pg_try_advisory_lock($1) as got', [
      advisoryLock,
    ]);
    return rows[0]?.got === true;
  });
}

/** How long a leader has to notice that it is to give the lead up, before its session is ended. */
const handoverMs = 4_000;

/**
 * Takes the lead from whoever has it. The epoch is raised first: from then on the leader of before can write no more
 * checkpoint, sees so at its next look and gives its lock back. One that hangs has its session ended.
 */
export async function takeOverLead(url: string, holder: string): Promise<Lead> {
  const lead = await leadOver(
    url,
    holder,
    () => undefined,
    async (session) => {
      await session.query(`set lock_timeout = ${handoverMs}`);
      const raise = 'update ledger_lease set epoch = epoch + 1 where one = 1';
      const lock = 'select pg_advisory_lock($1)';
      await insisting(session, () => session.query(raise));
      await insisting(session, () => session.query(lock, [advisoryLock]));
      await session.query('set lock_timeout = 0');
      return true;
    },
  );
  if (lead === null) throw new FairleadError('ledger.not-leader');
  return lead;
}

/** PostgreSQL's code for a lock that wasn't to be had in time. */
const lockTimedOut = '55P03';

async function insisting(session: pg.Client, ask: () => Promise<unknown>): Promise<void> {
  try {
    await ask();
  } catch (error) {
    if ((error as { code?: string }).code !== lockTimedOut) throw error;
    await session.query(
      `select pg_terminate_backend(l.pid) from pg_locks l join pg_database d on d.oid = l.database
       where d.datname = current_database() and l.locktype = 'advisory' and l.granted
         and (l.classid::bigint << 32 | l.objid::bigint) = $1 and l.pid <> pg_backend_pid()`,
      [advisoryLock],
    );
    await ask();
  }
}

/** The lead of a new session that `lock` gets the lock for; null when it doesn't. */
async function leadOver(
  url: string,
  holder: string,
  onLost: () => void,
  lock: (session: pg.Client) => Promise<boolean>,
): Promise<Lead | null> {
  const session = await openSession(url, {
    application_name: 'fairlead-ledger-leader',
    connectionTimeoutMillis: 5_000,
    // A database that hangs ends the lead, instead of the rounds.
    query_timeout: 10_000,
    options: '-c synchronous_commit=on',
  });
  let ended = false;
  session.on('end', () => {
    if (!ended) onLost();
  });
  const finish = async () => {
    ended = true;
    await endSession(session);
  };
  try {
    if (!(await lock(session))) {
      await finish();
      return null;
    }
    const lease = await session.query<{ epoch: string }>(
      'update ledger_lease set epoch = epoch + 1, holder = $1 where one = 1 returning epoch',
      [holder],
    );
    const epoch = Number(lease.rows[0]?.epoch);
    return {
      epoch,
      seal: (seal, also) => fencedSeal(session, epoch, seal, also),
      holds: async () => {
        const asked = await session.query('select 1 from ledger_lease where one = 1 and epoch = $1', [epoch]);
        return asked.rowCount === 1;
      },
      end: finish,
    };
  } catch (error) {
    await finish();
    throw error;
  }
}

async function fencedSeal(
  session: pg.Client,
  epoch: number,
  seal: Seal,
  also: (session: pg.Client) => Promise<void> = async () => undefined,
): Promise<void> {
  await session.query('begin');
  try {
    const held = await session.query(
      'update ledger_lease set sealed_at = now() where one = 1 and epoch = $1',
      [epoch],
    );
    if (held.rowCount !== 1) throw new FairleadError('ledger.not-leader');
    await writeSeal(session, seal);
    await also(session);
    await session.query('commit');
  } catch (error) {
    await session.query('rollback').catch(() => undefined);
    throw error;
  }
}

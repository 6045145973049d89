import { sql } from 'kysely';
import { openState } from '../../platform/db/index.ts';
import type { ProgramInForce } from './api.ts';
import { replicaMigrations } from './migrations.ts';

interface Tables {
  replica_secrets: { name: string; digest: string };
  replica_programs: { entry_idx: number; digest: string; activated_at: number };
}

/** Any number will do, as long as every replica takes the same one. */
const activationLock = 7_420_742_003;

/** What replicas agree on, in their PostgreSQL database. */
export interface ReplicaStore {
  programInForce(): Promise<ProgramInForce | null>;
  /** One replica at a time, over its entry in the ledger too. Null from `activate` leaves everything as it is. */
  activating(
    activate: (known: readonly ProgramInForce[]) => Promise<ProgramInForce | null>,
  ): Promise<ProgramInForce>;
  /** The digest kept under a name; `digest` when there was none. */
  keepDigest(name: string, digest: string): Promise<string>;
  /** Null when none is kept yet. */
  digest(name: string): Promise<string | null>;
  close(): Promise<void>;
}

export async function openReplicaStore(url: string): Promise<ReplicaStore> {
  const { db, close } = await openState<Tables>({ kind: 'postgres', url }, 'replicas', replicaMigrations);
  const digest = async (name: string) => {
    const row = await db
      .selectFrom('replica_secrets')
      .select('digest')
      .where('name', '=', name)
      .executeTakeFirst();
    return row?.digest ?? null;
  };
  const programs = async (on: Pick<typeof db, 'selectFrom'>) =>
    (await on.selectFrom('replica_programs').selectAll().orderBy('entry_idx', 'desc').execute()).map(
      (row) => ({ digest: row.digest, index: row.entry_idx, activatedAt: row.activated_at }),
    );
  return {
    programInForce: async () => (await programs(db))[0] ?? null,
    activating: (activate) =>
      db.transaction().execute(async (transaction) => {
        await sql`select pg_advisory_xact_lock(${activationLock})`.execute(transaction);
        const known = await programs(transaction);
        const next = await activate(known);
        if (next === null) return known[0] as ProgramInForce;
        await transaction
          .insertInto('replica_programs')
          .values({ entry_idx: next.index, digest: next.digest, activated_at: next.activatedAt })
          .execute();
        return next;
      }),
    digest,
    async keepDigest(name, own) {
      await db
        .insertInto('replica_secrets')
        .values({ name, digest: own })
        .onConflict((conflict) => conflict.column('name').doNothing())
        .execute();
      return (await digest(name)) as string;
    },
    close,
  };
}

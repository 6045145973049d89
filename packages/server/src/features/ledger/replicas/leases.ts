import type { Instance } from '../instance.ts';
import type { Queryable } from '../reader-postgres.ts';

/** Which replicas are alive, told by the database's clock, so that theirs needn't agree. */
export interface Leases {
  /** Says that this replica is alive. False when it was silent for so long that others may have closed its calls. */
  renew(instance: Instance): Promise<boolean>;
  /** This replica ends on purpose: whatever it leaves open may be closed at once. */
  end(instance: Instance): Promise<void>;
  /** Up to `limit` operations whose replica has not been heard of for a minute. */
  abandonedOperations(limit: number): Promise<readonly string[]>;
}

/** How long a silent replica is taken for alive. A call of a living sibling must never be closed. */
const silentSeconds = 60;
/** From here on a replica that comes back no longer relies on it; earlier, for what is under way meanwhile. */
const doubtfulSeconds = 45;

export function postgresLeases(database: Queryable): Leases {
  return {
    async renew({ id, incarnation }) {
      const { rows } = await database.query<{ lapsed: boolean | null }>(
        `with before as (
           select renewed_at < now() - make_interval(secs => $3) as lapsed
           from ledger_instances where instance = $1 and incarnation = $2
         )
         insert into ledger_instances (instance, incarnation, renewed_at) values ($1, $2, now())
         on conflict (instance) do update set incarnation = excluded.incarnation, renewed_at = excluded.renewed_at
         returning (select lapsed from before) as lapsed`,
        [id, incarnation, doubtfulSeconds],
      );
      return rows[0]?.lapsed !== true;
    },
    async end({ id, incarnation }) {
      await database.query(
        `update ledger_instances set renewed_at = 'epoch' where instance = $1 and incarnation = $2`,
        [id, incarnation],
      );
    },
    async abandonedOperations(limit) {
      const { rows } = await database.query<{ op: string }>(
        `select o.op from ledger_open_operations o
         left join ledger_instances i on i.instance = o.instance
         where i.instance is null or i.renewed_at < now() - make_interval(secs => $2)
         limit $1`,
        [limit, silentSeconds],
      );
      return rows.map(({ op }) => op);
    },
  };
}

import type { Account } from '@fairlead/core/money';
import type pg from 'pg';
import { withoutIdleSessions } from './reader-sqlite.ts';
import type { LedgerReader } from './store.ts';
import type { LogIdentity, StoredCheckpoint, StoredEntry } from './types.ts';

/** Whatever runs a query: a pool, or one session. */
export type Queryable = Pick<pg.Pool, 'query'>;

interface EntryColumns {
  idx: string;
  id: string;
  op: string | null;
  kind: string;
  ts: string;
  leaf: Buffer;
  bytes: Buffer;
}

interface CheckpointColumns {
  size: string;
  root: Buffer;
  note: string;
}

/** Reads over a PostgreSQL ledger. `bigint` columns arrive as text; indexes stay far below 2^53. */
export function postgresReader(database: Queryable): Omit<LedgerReader, 'close'> {
  const all = async <Row extends pg.QueryResultRow>(sql: string, ...values: unknown[]): Promise<Row[]> =>
    (await database.query<Row>(sql, values)).rows;
  return {
    ...readEntriesOver(all),
    ...readTreeOver(all),
    ...readDecisionsOver(all),
    ...readBudgetsOver(all),
  };
}

type All = <Row extends pg.QueryResultRow>(sql: string, ...values: unknown[]) => Promise<Row[]>;

function readEntriesOver(
  all: All,
): Pick<
  LedgerReader,
  'size' | 'readEntries' | 'startOfLast' | 'findEntry' | 'indexOf' | 'indexesOf' | 'readAdministration'
> {
  return {
    size: async () => Number((await all<{ size: string }>('select size from ledger_head'))[0]!.size),
    readEntries: async (from, limit, kind) => {
      const rows = await all<EntryColumns>(
        `select * from ledger_entries where idx >= $1 and ($3::text is null or kind = $3) order by idx limit $2`,
        from,
        limit,
        kind ?? null,
      );
      return rows.map(toEntry);
    },
    startOfLast: async (count, kind) => {
      const rows = await all<{ idx: string }>(
        'select idx from ledger_entries where $2::text is null or kind = $2 order by idx desc limit 1 offset $1',
        count - 1,
        kind ?? null,
      );
      return Number(rows[0]?.idx ?? 0);
    },
    indexOf: async (id) => {
      const row = (await all<{ idx: string }>('select idx from ledger_entries where id = $1', id))[0];
      return row === undefined ? null : Number(row.idx);
    },
    indexesOf: async (ids) => {
      const sql = 'select id, idx from ledger_entries where id = any($1::uuid[])';
      const rows = await all<{ id: string; idx: string }>(sql, ids);
      return new Map(rows.map(({ id, idx }) => [id, Number(idx)]));
    },
    readAdministration: async (mark) => {
      const sql = `select convert_from(bytes, 'UTF8') as json from ledger_entries
        where kind = 'admin' and position($1::bytea in bytes) > 0 order by idx`;
      return (await all<{ json: string }>(sql, Buffer.from(mark))).map(({ json }) => json);
    },
    findEntry: async (id) => {
      const row = (await all<EntryColumns>('select * from ledger_entries where id = $1', id))[0];
      return row === undefined ? null : toEntry(row);
    },
  };
}

function readTreeOver(
  all: All,
): Pick<
  LedgerReader,
  'identity' | 'readLeaves' | 'readTreeHashes' | 'latestCheckpoint' | 'readCheckpoints' | 'readRotations'
> {
  const joined = async (rows: Promise<{ hash: Buffer }[]>) =>
    Buffer.concat((await rows).map((row) => row.hash));
  return {
    identity: async () =>
      (await all<LogIdentity & pg.QueryResultRow>('select origin, vkey from ledger_identity'))[0] ?? null,
    readLeaves: (from, count) =>
      joined(
        all(
          'select leaf as hash from ledger_entries where idx >= $1 and idx < $2 order by idx',
          from,
          from + count,
        ),
      ),
    readTreeHashes: (level, from, count) =>
      joined(
        all(
          'select hash from ledger_tree_hashes where level = $1 and n >= $2 and n < $3 order by n',
          level,
          from,
          from + count,
        ),
      ),
    latestCheckpoint: async () => {
      const sql = 'select size, root, note from ledger_checkpoints order by size desc limit 1';
      const row = (await all<CheckpointColumns>(sql))[0];
      return row === undefined ? null : toCheckpoint(row);
    },
    readCheckpoints: async (after, limit) => {
      const sql = 'select size, root, note from ledger_checkpoints where size > $1 order by size limit $2';
      return (await all<CheckpointColumns>(sql, after, limit)).map(toCheckpoint);
    },
    readRotations: async () => {
      const [known] = await all<{ there: boolean }>(
        `select to_regclass('ledger_rotations') is not null as there`,
      );
      if (!known?.there) return [];
      const sql =
        'select size, old_vkey as "from", new_vkey as "to", note from ledger_rotations order by size';
      const rows = await all<{ size: string; from: string; to: string; note: string }>(sql);
      return rows.map((row) => ({ ...row, size: Number(row.size) }));
    },
  };
}

function readDecisionsOver(
  all: All,
): Pick<LedgerReader, 'readInput' | 'knownInputs' | 'readInputs' | 'openOperations'> {
  return {
    readInput: async (digest) => {
      const sql = 'select json from ledger_decision_inputs where digest = $1';
      return (await all<{ json: string }>(sql, Buffer.from(digest, 'hex')))[0]?.json ?? null;
    },
    knownInputs: async (digests) => {
      const sql = `select encode(digest, 'hex') as digest from ledger_decision_inputs where digest = any($1::bytea[])`;
      const wanted = digests.map((digest) => Buffer.from(digest, 'hex'));
      return new Set((await all<{ digest: string }>(sql, wanted)).map(({ digest }) => digest));
    },
    readInputs: async (after, limit) => {
      const rows = await all<{ digest: Buffer; json: string }>(
        'select digest, json from ledger_decision_inputs where digest > $1 order by digest limit $2',
        Buffer.from(after ?? '', 'hex'),
        limit,
      );
      return rows.map(({ digest, json }) => ({ digest: digest.toString('hex'), json }));
    },
    openOperations: async (instance, incarnation, limit) => {
      const rows = await all<{ op: string }>(
        'select op from ledger_open_operations where instance = coalesce($1, instance) and incarnation <> $2 order by op limit $3',
        instance,
        incarnation,
        limit,
      );
      return rows.map(({ op }) => op);
    },
  };
}

/** Columns of an account; `bigint` arrives as text. */
export const accountColumns = 'key, most as "limit", reserved, settled, overrun';
export type AccountRow = { readonly [column in keyof Account]: string };

export function toAccount({ key, limit, reserved, settled, overrun }: AccountRow): Account {
  return {
    key,
    limit: Number(limit),
    reserved: Number(reserved),
    settled: Number(settled),
    overrun: Number(overrun),
  };
}

function readBudgetsOver(all: All): Pick<LedgerReader, 'readBudgets' | 'readAccounts' | 'readReservations'> {
  return {
    readBudgets: async () => ({
      accounts: (
        await all<AccountRow>(
          `select ${accountColumns} from ledger_budget_accounts where ${withoutIdleSessions}`,
        )
      ).map(toAccount),
      paused: (await all<{ key_id: string }>('select key_id from ledger_paused_keys order by key_id')).map(
        (row) => row.key_id,
      ),
    }),
    readAccounts: async (after, limit) => {
      const sql = `select ${accountColumns} from ledger_budget_accounts where key > $1 order by key limit $2`;
      return (await all<AccountRow>(sql, after ?? '', limit)).map(toAccount);
    },
    readReservations: async (after, limit) => {
      const sql = `select op, amount, accounts from ledger_budget_reservations
         where $1::uuid is null or op > $1 order by op limit $2`;
      const rows = await all<{ op: string; amount: string; accounts: string }>(sql, after, limit);
      return rows.map(({ op, amount, accounts }) => ({
        op,
        amount: Number(amount),
        accounts: JSON.parse(accounts),
      }));
    },
  };
}

function toEntry(row: EntryColumns): StoredEntry {
  return {
    index: Number(row.idx),
    id: row.id,
    op: row.op,
    kind: row.kind,
    ts: Number(row.ts),
    leaf: row.leaf,
    bytes: row.bytes,
  };
}

function toCheckpoint({ size, root, note }: CheckpointColumns): StoredCheckpoint {
  return { size: Number(size), root, note };
}

import type { Account, Reservation } from '@fairlead/core/money';
import type { Database, Statement } from 'better-sqlite3';
import type { DecisionInput } from './api.ts';
import { uuidBytes, uuidText } from './rows.ts';
import type { LedgerReader } from './store.ts';
import type { LogIdentity, StoredCheckpoint, StoredEntry, StoredRotation } from './types.ts';

interface EntryColumns {
  idx: number;
  id: Buffer;
  op: Buffer | null;
  kind: string;
  ts: number;
  leaf: Buffer;
  bytes: Buffer;
}

/** Reads over an open database. */
export function sqliteReader(database: Database): LedgerReader {
  const query = queries(database);
  return {
    ...readEntriesOver(query),
    ...readTreeOver(query),
    ...readDecisionsOver(query),
    ...readBudgetsOver(query),
    close: async () => void database.close(),
  };
}

interface Queries {
  get<Row>(sql: string, ...values: unknown[]): Row | undefined;
  all<Row>(sql: string, ...values: unknown[]): Row[];
}

function queries(database: Database): Queries {
  const prepared = new Map<string, Statement>();
  const statement = (sql: string): Statement => {
    const known = prepared.get(sql) ?? database.prepare(sql);
    prepared.set(sql, known);
    return known;
  };
  return {
    get: <Row>(sql: string, ...values: unknown[]) => statement(sql).get(...values) as Row | undefined,
    all: <Row>(sql: string, ...values: unknown[]) => statement(sql).all(...values) as Row[],
  };
}

function readEntriesOver({
  get,
  all,
}: Queries): Pick<
  LedgerReader,
  'size' | 'readEntries' | 'startOfLast' | 'findEntry' | 'indexOf' | 'indexesOf' | 'readAdministration'
> {
  return {
    size: async () => get<{ size: number }>('select coalesce(max(idx) + 1, 0) as size from entries')!.size,
    readEntries: async (from, limit, kind) => {
      const rows =
        kind === undefined
          ? all<EntryColumns>('select * from entries where idx >= ? order by idx limit ?', from, limit)
          : all<EntryColumns>(
              'select * from entries where idx >= ? and kind = ? order by idx limit ?',
              from,
              kind,
              limit,
            );
      return rows.map(toEntry);
    },
    startOfLast: async (count, kind) => {
      const where = kind === undefined ? '' : 'where kind = ?';
      const sql = `select idx from entries ${where} order by idx desc limit 1 offset ?`;
      const values = kind === undefined ? [count - 1] : [kind, count - 1];
      return get<{ idx: number }>(sql, ...values)?.idx ?? 0;
    },
    indexOf: async (id) =>
      get<{ idx: number }>('select idx from entries where id = ?', uuidBytes(id))?.idx ?? null,
    indexesOf: async (ids) =>
      new Map(
        ids.flatMap((id) => {
          const row = get<{ idx: number }>('select idx from entries where id = ?', uuidBytes(id));
          return row === undefined ? [] : [[id, row.idx] as const];
        }),
      ),
    readAdministration: async (mark) =>
      all<{ json: string }>(
        `select cast(bytes as text) as json from entries where kind = 'admin' and instr(bytes, ?) > 0 order by idx`,
        Buffer.from(mark),
      ).map(({ json }) => json),
    findEntry: async (id) => {
      const row = get<EntryColumns>('select * from entries where id = ?', uuidBytes(id));
      return row === undefined ? null : toEntry(row);
    },
  };
}

function readTreeOver({
  get,
  all,
}: Queries): Pick<
  LedgerReader,
  'identity' | 'readLeaves' | 'readTreeHashes' | 'latestCheckpoint' | 'readCheckpoints' | 'readRotations'
> {
  return {
    identity: async () => get<LogIdentity>('select origin, vkey from log_identity') ?? null,
    readLeaves: async (from, count) =>
      joined(
        all('select leaf as hash from entries where idx >= ? and idx < ? order by idx', from, from + count),
      ),
    readTreeHashes: async (level, from, count) =>
      joined(
        all(
          'select hash from tree_hashes where level = ? and n >= ? and n < ? order by n',
          level,
          from,
          from + count,
        ),
      ),
    latestCheckpoint: async () =>
      get<StoredCheckpoint>('select size, root, note from checkpoints order by size desc limit 1') ?? null,
    readCheckpoints: async (after, limit) =>
      all<StoredCheckpoint>(
        'select size, root, note from checkpoints where size > ? order by size limit ?',
        after,
        limit,
      ),
    readRotations: async () => {
      // A ledger that is only read may be of an older Fairlead.
      if (get(`select 1 from sqlite_master where name = 'log_rotations'`) === undefined) return [];
      return all<StoredRotation>(
        'select size, old_vkey as "from", new_vkey as "to", note from log_rotations order by size',
      );
    },
  };
}

function readDecisionsOver({
  get,
  all,
}: Queries): Pick<LedgerReader, 'readInput' | 'knownInputs' | 'readInputs' | 'openOperations'> {
  // A ledger that is only read may be of an older Fairlead. Inputs that go may be overwritten already.
  const pruning = get(`select 1 from sqlite_master where name = 'pruned_inputs'`) !== undefined;
  const staying = pruning ? 'and digest not in (select digest from pruned_inputs)' : '';
  return {
    readInput: async (digest) =>
      get<{ json: string }>('select json from decision_inputs where digest = ?', Buffer.from(digest, 'hex'))
        ?.json ?? null,
    knownInputs: async (digests) =>
      new Set(
        digests.filter(
          (digest) =>
            get('select 1 from decision_inputs where digest = ?', Buffer.from(digest, 'hex')) !== undefined,
        ),
      ),
    readInputs: async (after, limit) =>
      all<{ digest: Buffer; json: string }>(
        `select digest, json from decision_inputs where digest > ? ${staying} order by digest limit ?`,
        Buffer.from(after ?? '', 'hex'),
        limit,
      ).map((row): DecisionInput => ({ digest: row.digest.toString('hex'), json: row.json })),
    openOperations: async (instance, incarnation, limit) =>
      all<{ op: Buffer }>(
        'select op from open_operations where instance = coalesce(?, instance) and incarnation <> ? order by op limit ?',
        instance === null ? null : uuidBytes(instance),
        uuidBytes(incarnation),
        limit,
      ).map((row) => uuidText(row.op)),
  };
}

/** Sessions are many and short: a server looks the rest of them up when one is full. */
export const withoutIdleSessions = "key not like 'session|%' or reserved > 0";
const accountColumns = 'key, most as "limit", reserved, settled, overrun';

function readBudgetsOver({
  all,
}: Queries): Pick<LedgerReader, 'readBudgets' | 'readAccounts' | 'readReservations'> {
  return {
    readBudgets: async () => ({
      accounts: all<Account>(`select ${accountColumns} from budget_accounts where ${withoutIdleSessions}`),
      paused: all<{ key_id: string }>('select key_id from paused_keys order by key_id').map(
        (row) => row.key_id,
      ),
    }),
    readAccounts: async (after, limit) =>
      all<Account>(
        `select ${accountColumns} from budget_accounts where key > ? order by key limit ?`,
        after ?? '',
        limit,
      ),
    readReservations: async (after, limit) =>
      all<{ op: Buffer; amount: number; accounts: string }>(
        'select op, amount, accounts from budget_reservations where op > ? order by op limit ?',
        after === null ? Buffer.alloc(0) : uuidBytes(after),
        limit,
      ).map(
        ({ op, amount, accounts }): Reservation => ({
          op: uuidText(op),
          amount,
          accounts: JSON.parse(accounts),
        }),
      ),
  };
}

function toEntry(row: EntryColumns): StoredEntry {
  return {
    index: row.idx,
    id: uuidText(row.id),
    op: row.op === null ? null : uuidText(row.op),
    kind: row.kind,
    ts: row.ts,
    leaf: row.leaf,
    bytes: row.bytes,
  };
}

function joined(rows: unknown[]): Uint8Array {
  return Buffer.concat((rows as { hash: Buffer }[]).map((row) => row.hash));
}

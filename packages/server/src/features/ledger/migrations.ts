import { type Migration, raisesEpoch } from '../../platform/db/index.ts';

/** The schema of `ledger.db`. Ids are stored as 16 bytes, so that an entry costs less than 100 bytes beside itself. */
export const ledgerMigrations: readonly Migration[] = [
  {
    id: '0001-ledger',
    sqlite: [
      `create table entries (
         idx integer primary key,
         id blob not null unique check (length(id) = 16),
         op blob check (length(op) = 16),
         kind text not null,
         ts integer not null,
         leaf blob not null check (length(leaf) = 32),
         bytes blob not null check (length(bytes) <= 65535)
       ) strict`,
      'create table decision_inputs (digest blob primary key not null, json text not null) strict',
      'create table checkpoints (size integer primary key, root blob not null, note text not null) strict',
      `create table tree_hashes (
         level integer not null, n integer not null, hash blob not null, primary key (level, n)
       ) strict, without rowid`,
      `create table open_operations (
         op blob primary key not null, instance blob not null, incarnation blob not null
       ) strict, without rowid`,
      `create table log_identity (
         one integer primary key check (one = 1), origin text not null, vkey text not null
       ) strict`,
    ],
    postgres: [
      `create table ledger_entries (
         idx bigint primary key,
         id uuid not null unique,
         op uuid,
         kind text not null,
         ts bigint not null,
         leaf bytea not null check (length(leaf) = 32),
         bytes bytea not null check (length(bytes) <= 65535)
       )`,
      'create table ledger_head (one int primary key check (one = 1), size bigint not null)',
      'insert into ledger_head (one, size) values (1, 0)',
      'create table ledger_decision_inputs (digest bytea primary key, json text not null)',
      'create table ledger_checkpoints (size bigint primary key, root bytea not null, note text not null)',
      `create table ledger_tree_hashes (
         level int not null, n bigint not null, hash bytea not null, primary key (level, n)
       )`,
      `create table ledger_open_operations (
         op uuid primary key, instance uuid not null, incarnation uuid not null
       )`,
      `create table ledger_identity (
         one int primary key check (one = 1), origin text not null, vkey text not null
       )`,
    ],
  },
  {
    // Amounts are micro-dollars. What may be reserved is decided before the rows are written; no check can say it,
    // because a limit may be lowered below what is already spent.
    id: '0002-budgets',
    sqlite: [
      `create table budget_accounts (
         key text primary key not null, most integer not null, reserved integer not null check (reserved >= 0),
         settled integer not null check (settled >= 0), overrun integer not null check (overrun >= 0)
       ) strict, without rowid`,
      `create table budget_reservations (
         op blob primary key not null, amount integer not null check (amount >= 0), accounts text not null
       ) strict, without rowid`,
      'create table paused_keys (key_id text primary key not null) strict, without rowid',
    ],
    postgres: [
      `create table ledger_budget_accounts (
         key text collate "C" primary key, most bigint not null, reserved bigint not null check (reserved >= 0),
         settled bigint not null check (settled >= 0), overrun bigint not null check (overrun >= 0)
       )`,
      `create table ledger_budget_reservations (
         op uuid primary key, amount bigint not null check (amount >= 0), accounts text not null
       )`,
      'create table ledger_paused_keys (key_id text primary key)',
    ],
  },
  {
    // Several replicas share a PostgreSQL database: who signs, and which instances are alive. SQLite has one writer.
    id: '0003-replicas',
    sqlite: [],
    postgres: [
      `create table ledger_lease (
         one int primary key check (one = 1), epoch bigint not null, holder uuid, sealed_at timestamptz
       )`,
      'insert into ledger_lease (one, epoch) values (1, 0)',
      `create table ledger_instances (
         instance uuid primary key, incarnation uuid not null, renewed_at timestamptz not null
       )`,
    ],
  },
  {
    // Budgets' statements name the table at every call, mostly without a row.
    id: '0004-epoch',
    sqlite: [],
    postgres: [...raisesEpoch('budgets', 'ledger_paused_keys', 'row')],
  },
  {
    // Each time the signing key changed: the checkpoint at which it did, signed by both keys.
    id: '0006-rotations',
    sqlite: [
      `create table log_rotations (
         size integer primary key, old_vkey text not null, new_vkey text not null, note text not null
       ) strict`,
    ],
    postgres: [
      `create table ledger_rotations (
         size bigint primary key, old_vkey text not null, new_vkey text not null, note text not null
       )`,
    ],
  },
  {
    // Holds and prunings are found without reading every call. Inputs of pruned decisions wait until nothing names them.
    id: '0007-pruning',
    sqlite: [
      `create index entries_admin on entries (idx) where kind = 'admin'`,
      'create table pruned_inputs (digest blob primary key not null) strict, without rowid',
    ],
    postgres: [
      `create index ledger_entries_admin on ledger_entries (idx) where kind = 'admin'`,
      'create table ledger_pruned_inputs (digest bytea primary key)',
    ],
  },
];

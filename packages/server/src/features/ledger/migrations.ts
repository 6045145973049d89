import type { Migration } from '../../platform/db/migrations.ts';

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
];

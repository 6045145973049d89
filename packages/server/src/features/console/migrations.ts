import type { Migration } from '../../platform/db/index.ts';

/** Sign-in links and sessions, in `state.db` or PostgreSQL. Times are milliseconds since the epoch. */
export const consoleMigrations: readonly Migration[] = [
  {
    id: '0001-console',
    sqlite: [
      `create table console_links (
         digest text primary key, principal text not null, created_at integer not null,
         expires_at integer not null, redeemed_at integer
       ) strict`,
      `create table console_sessions (
         id text primary key, token_digest text not null, principal text not null, created_at integer not null,
         expires_at integer not null, seen_at integer not null, generation integer not null,
         rotated_at integer not null, ended_at integer
       ) strict`,
    ],
    postgres: [
      `create table console_links (
         digest text primary key, principal text not null, created_at bigint not null,
         expires_at bigint not null, redeemed_at bigint
       )`,
      `create table console_sessions (
         id text primary key, token_digest text not null, principal text not null, created_at bigint not null,
         expires_at bigint not null, seen_at bigint not null, generation integer not null,
         rotated_at bigint not null, ended_at bigint
       )`,
    ],
  },
];

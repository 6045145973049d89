import { type Migration, raisesEpoch } from '../../platform/db/index.ts';

/** Keys, tokens and pseudonyms, in `state.db` or PostgreSQL. Times are milliseconds since the epoch. */
export const identityMigrations: readonly Migration[] = [
  {
    id: '0001-identity',
    sqlite: [
      `create table identity_keys (
         id text primary key, digest text not null unique, principal text not null, repositories text not null,
         assistant text not null, device text, vendor text, label text,
         created_at integer not null, expires_at integer not null, revoked_at integer
       ) strict`,
      `create table identity_tokens (
         id text primary key, digest text not null unique, scope text not null, label text,
         created_at integer not null, expires_at integer not null, revoked_at integer
       ) strict`,
      'create table identity_pseudonyms (principal text primary key, pseudonym text not null unique) strict',
    ],
    postgres: [
      `create table identity_keys (
         id text primary key, digest text not null unique, principal text not null, repositories text not null,
         assistant text not null, device text, vendor text, label text,
         created_at bigint not null, expires_at bigint not null, revoked_at bigint
       )`,
      `create table identity_tokens (
         id text primary key, digest text not null unique, scope text not null, label text,
         created_at bigint not null, expires_at bigint not null, revoked_at bigint
       )`,
      'create table identity_pseudonyms (principal text primary key, pseudonym text not null unique)',
    ],
  },
  {
    id: '0002-epoch',
    sqlite: [],
    postgres: [...raisesEpoch('identity', 'identity_keys'), ...raisesEpoch('identity', 'identity_tokens')],
  },
];

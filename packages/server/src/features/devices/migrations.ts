import { type Migration, raisesEpoch } from '../../platform/db/index.ts';

/** Codes, devices and revoked tokens, in `state.db` or PostgreSQL. Times are milliseconds since the epoch. */
export const deviceMigrations: readonly Migration[] = [
  {
    id: '0001-devices',
    sqlite: [
      `create table device_codes (
         id text primary key, digest text not null unique, principal text not null, repositories text,
         login_expires_at integer not null, created_at integer not null, expires_at integer not null, used_at integer
       ) strict`,
      `create table devices (
         id text primary key, digest text not null unique, principal text not null, repositories text,
         name text not null, code_id text not null unique,
         created_at integer not null, expires_at integer not null, revoked_at integer
       ) strict`,
      `create table device_revocations (
         jti text primary key, revoked_at integer not null, until integer not null
       ) strict`,
    ],
    postgres: [
      `create table device_codes (
         id text primary key, digest text not null unique, principal text not null, repositories text,
         login_expires_at bigint not null, created_at bigint not null, expires_at bigint not null, used_at bigint
       )`,
      `create table devices (
         id text primary key, digest text not null unique, principal text not null, repositories text,
         name text not null, code_id text not null unique,
         created_at bigint not null, expires_at bigint not null, revoked_at bigint
       )`,
      `create table device_revocations (
         jti text primary key, revoked_at bigint not null, until bigint not null
       )`,
    ],
  },
  {
    id: '0002-epoch',
    sqlite: [],
    postgres: [...raisesEpoch('devices', 'devices'), ...raisesEpoch('devices', 'device_revocations')],
  },
  {
    id: '0003-signing-keys',
    sqlite: [
      `create table device_signing_keys (
         kid text primary key, sealed text not null, verifies_until integer, created_at integer not null
       ) strict`,
    ],
    postgres: [
      `create table device_signing_keys (
         kid text primary key, sealed text not null, verifies_until bigint, created_at bigint not null
       )`,
      ...raisesEpoch('devices', 'device_signing_keys'),
    ],
  },
];

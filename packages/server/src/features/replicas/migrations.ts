import { type Migration, raisesEpoch } from '../../platform/db/index.ts';

/** What replicas agree on: the program in force, and that their secrets are the same. */
export const replicaMigrations: readonly Migration[] = [
  {
    id: '0001-replicas',
    sqlite: [],
    postgres: [
      'create table replica_secrets (name text primary key, digest text not null)',
      `create table replica_programs (
         entry_idx bigint primary key, digest text not null, activated_at bigint not null
       )`,
      ...raisesEpoch('program', 'replica_programs'),
    ],
  },
];

/** The same tables in a file of a backup; a server alone has none of them. */
export const replicaTables: readonly string[] = [
  'create table replica_secrets (name text primary key, digest text not null) strict',
  `create table replica_programs (
     entry_idx integer primary key, digest text not null, activated_at integer not null
   ) strict`,
];

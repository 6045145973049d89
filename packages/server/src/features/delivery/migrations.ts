import type { Migration } from '../../platform/db/index.ts';
import {
  blameAnew,
  measureAnew,
  referencesAbroad,
  restatingSchema,
  snapshotSchema,
} from './snapshot/schema.ts';
import { touching } from './snapshot/touching.ts';

/** What webhooks leave behind; times are milliseconds since the epoch. */
const intake = (text: string, integer: string, strict: string): readonly string[] => [
  `create table delivery_hints (
     repository ${text} not null, number integer not null, at ${integer} not null, primary key (repository, number)
   )${strict}`,
  'create index delivery_hints_at on delivery_hints (at)',
  `create table delivery_received (
     id ${text} primary key, digest ${text} not null unique, at ${integer} not null
   )${strict}`,
  'create index delivery_received_at on delivery_received (at)',
];

/** Who was taken out, and which accounts are whose. */
const peopleTables = (text: string, integer: string, strict: string): readonly string[] => [
  `create table delivery_forgotten (
     digest ${text} primary key, pseudonym ${text} not null, at ${integer} not null
   )${strict}`,
  `create table delivery_salt (name ${text} primary key, salt ${text} not null)${strict}`,
  `create table delivery_accounts (account ${text} primary key, person ${text}, was ${text})${strict}`,
];

/** What an asterisk stands for is production now: deployments are measured again where a program has said one. */
const productionPatterns = [
  `insert into measured_touched (kind, id)
     select 'deployment', id from delivery_facts
     where type = 'deployment' and exists (select 1 from delivery_production where name like '%*%') and not exists (
       select 1 from measured_touched where kind = 'deployment' and measured_touched.id = delivery_facts.id)`,
];

/** Delivery facts, in `delivery.db` or PostgreSQL. `body` is the fact as JSON, people in it by pseudonym. */
export const deliveryMigrations: readonly Migration[] = [
  {
    id: '0001-facts',
    sqlite: [
      `create table delivery_facts (
         type text not null, id text not null, change_id text, repository text, number integer, version text, body text not null,
         primary key (type, id)
       ) strict, without rowid`,
      'create index delivery_facts_change on delivery_facts (change_id, type) where change_id is not null',
      'create index delivery_facts_number on delivery_facts (repository, number) where number is not null',
      `create table delivery_people (login text primary key, pseudonym text not null unique) strict, without rowid`,
    ],
    postgres: [
      `create table delivery_facts (
         type text not null, id text not null, change_id text, repository text, number integer, version text, body text not null,
         primary key (type, id)
       )`,
      'create index delivery_facts_change on delivery_facts (change_id, type) where change_id is not null',
      'create index delivery_facts_number on delivery_facts (repository, number) where number is not null',
      'create table delivery_people (login text primary key, pseudonym text not null unique)',
    ],
  },
  {
    id: '0002-intake',
    sqlite: intake('text', 'integer', ' strict, without rowid'),
    postgres: intake('text', 'bigint', ''),
  },
  {
    id: '0003-collection',
    sqlite: [
      'create table delivery_progress (source text primary key, state text not null) strict, without rowid',
      `create table delivery_aliases (
         old_name text primary key, new_name text not null, at integer not null
       ) strict, without rowid`,
    ],
    postgres: [
      'create table delivery_progress (source text primary key, state text not null)',
      'create table delivery_aliases (old_name text primary key, new_name text not null, at bigint not null)',
    ],
  },
  { id: '0004-snapshot', ...snapshotSchema },
  { id: '0005-touching', ...touching },
  {
    id: '0006-people',
    sqlite: peopleTables('text', 'integer', ' strict, without rowid'),
    postgres: peopleTables('text', 'bigint', ''),
  },
  { id: '0007-measures-anew', sqlite: measureAnew, postgres: measureAnew },
  {
    id: '0008-production',
    sqlite: ['create table delivery_production (name text primary key) strict, without rowid'],
    postgres: ['create table delivery_production (name text primary key)'],
  },
  { id: '0009-references-abroad', ...referencesAbroad },
  { id: '0010-production-patterns', sqlite: productionPatterns, postgres: productionPatterns },
  { id: '0011-causes-anew', sqlite: blameAnew, postgres: blameAnew },
  { id: '0012-late-facts', ...restatingSchema },
];

import type { Migration } from '../../../platform/db/index.ts';
import { snapshotParts } from '../../delivery/api.ts';

/*
 * What is measured of tasks. All of it can be made again from the facts and the ledger, and is copied nowhere; triggers note
 * which facts were added, changed or removed, whoever did it.
 */

const tables = (blob: string, big: string, strict: string): readonly string[] => [
  `create table measured_task_touched (kind text not null, id text not null, primary key (kind, id))${strict}`,
  `create table measured_task_rows (
     place integer primary key, key text not null unique, unit text not null, base text, merge_commit text
   )`,
  'create index measured_task_rows_unit on measured_task_rows (unit)',
  'create index measured_task_rows_base on measured_task_rows (base)',
  `create table measured_task_keys (fact text not null, key text not null, primary key (fact, key))${strict}`,
  'create index measured_task_keys_key on measured_task_keys (key)',
  `create table measured_task_deployments (place integer primary key, deployment text not null unique)`,
  `create table measured_task_sessions (
     number integer primary key, session text not null unique, assistant text
   )`,
  `create table measured_task_aliases (alias text primary key, session text not null)${strict}`,
  `create table measured_task_open (id text primary key, body text not null)${strict}`,
  `create table measured_task_chunks (
     series text not null, chunk integer not null, revision ${big} not null, body ${blob} not null,
     primary key (series, chunk)
   )`,
  'create index measured_task_chunks_revision on measured_task_chunks (revision)',
];

/** Facts that rows depend on; the others are read when figures are asked for. */
export const followedTypes = [
  ...(['session', 'authorship', 'attestation', 'edits', 'gate', 'escalation', 'finding'] as const),
] as const;
const followed = followedTypes.map((type) => `'${type}'`).join(', ');

const begin = [
  `insert into measured_task_touched (kind, id)
     select 'fact', type || ' ' || id from task_facts where type in (${followed})`,
  `insert into measured_task_touched (kind, id)
     select 'deployment', id from delivery_facts where type = 'deployment'`,
];

const note = (kind: string, id: string, where: string) => `
  insert into measured_task_touched (kind, id)
    select ${kind}, ${id} where ${where} and not exists (
      select 1 from measured_task_touched where kind = ${kind} and id = ${id});`;
const fact = (row: 'new' | 'old') =>
  note("'fact'", `${row}.type || ' ' || ${row}.id`, `${row}.type in (${followed})`);
const deployment = note("'deployment'", 'new.id', "new.kind = 'deployment'");

const sqliteTriggers = [
  `create trigger measured_task_added after insert on task_facts begin ${fact('new')} end`,
  `create trigger measured_task_changed after update on task_facts begin ${fact('new')} end`,
  `create trigger measured_task_removed after delete on task_facts begin ${fact('old')} end`,
  // Whatever touches a deployment: the fact itself, or what the other snapshot found out.
  `create trigger measured_task_deployed after insert on measured_touched begin ${deployment} end`,
];

const postgresTrigger = (name: string, event: string, table: string, body: string) => [
  `create function ${name}() returns trigger language plpgsql as $note$ begin
     perform pg_advisory_xact_lock(${snapshotParts.measuringLock}); ${body} return null; end $note$`,
  `create trigger ${name} after ${event} on ${table} for each row execute function ${name}()`,
];

const postgresTriggers = [
  ...postgresTrigger('measured_task_added', 'insert', 'task_facts', fact('new')),
  ...postgresTrigger('measured_task_changed', 'update', 'task_facts', fact('new')),
  ...postgresTrigger('measured_task_removed', 'delete', 'task_facts', fact('old')),
  ...postgresTrigger('measured_task_deployed', 'insert', 'measured_touched', deployment),
];

/** Beside the facts of delivery and of tasks, once their tables are there. */
export const taskSnapshotMigrations: readonly Migration[] = [
  {
    id: '0001-columns',
    sqlite: [...tables('blob', 'integer', ' strict, without rowid'), ...begin, ...sqliteTriggers],
    postgres: [...tables('bytea', 'bigint', ''), ...begin, ...postgresTriggers],
  },
];

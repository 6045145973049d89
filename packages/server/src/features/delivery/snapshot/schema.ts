/*
 * The schema of the snapshot. Tables `measured_…` can be made again from the facts and are copied nowhere; triggers note
 * which facts were added, changed or removed, whoever did it. `delivery_atoms` is what was published, and stays.
 */

const tables = (blob: string, big: string, strict: string): readonly string[] => [
  `create table measured_touched (kind text not null, id text not null, primary key (kind, id))${strict}`,
  `create table measured_state (name text primary key, value text not null)${strict}`,
  `create table measured_changes (
     place integer primary key, change_id text not null unique, seq ${big} not null
   )`,
  'create index measured_changes_seq on measured_changes (seq)',
  `create table measured_brought (
     repository text not null, sha text not null, deployment text not null, service text not null, finished ${big} not null,
     primary key (sha, repository, deployment)
   )${strict}`,
  'create index measured_brought_deployment on measured_brought (deployment)',
  'create index measured_brought_service on measured_brought (service, finished)',
  'create index measured_brought_repository on measured_brought (repository)',
  `create table measured_references (
     change_id text not null, repository text not null, key text not null, evidence text not null, at ${big},
     primary key (change_id, key, evidence)
   )${strict}`,
  'create index measured_references_key on measured_references (key, repository)',
  `create table measured_reversals (
     change_id text primary key, by_change text not null, evidence text not null, at ${big} not null
   )${strict}`,
  'create index measured_reversals_by on measured_reversals (by_change)',
  `create table measured_incidents (
     id text not null, deployment text not null, service text, at ${big} not null, primary key (id, deployment)
   )${strict}`,
  'create index measured_incidents_service on measured_incidents (service, at)',
  'create index measured_incidents_deployment on measured_incidents (deployment)',
  `create table measured_blames (
     incident text not null, ordinal integer not null, change_id text not null, evidence text not null,
     weight text not null, at ${big} not null, primary key (incident, ordinal)
   )${strict}`,
  'create index measured_blames_change on measured_blames (change_id)',
  `create table measured_columns (
     clock text not null, chunk integer not null, revision ${big} not null, body ${blob} not null,
     primary key (clock, chunk)
   )`,
  'create index measured_columns_revision on measured_columns (clock, revision)',
  `create table measured_names (
     kind text not null, number integer not null, name text not null, primary key (kind, number), unique (kind, name)
   )`,
  `create table delivery_atoms (
     tree text not null, team text not null, repository text not null, from_week integer not null, to_week integer not null,
     primary key (tree, team, repository, from_week)
   )${strict}`,
];

/** The first digits of a commit, as the two dialects find them in a fact's JSON. */
export const commitDigits = {
  sqlite: {
    commit: "substr(json_extract(body, '$.sha'), 1, 7)",
    change: "substr(json_extract(body, '$.mergeCommit'), 1, 7)",
  },
  postgres: {
    commit: `substr(substring(body from '"sha":"([^"]*)"'), 1, 7)`,
    change: `substr(substring(body from '"mergeCommit":"([^"]*)"'), 1, 7)`,
  },
} as const;

/**
 * Which rows the partial indexes hold, without a word of their type: SQLite would rather read all facts of a type, which
 * begins the primary key, than use them.
 */
export const factsOf = {
  commit: 'change_id is not null and repository is not null',
  change: 'number is not null',
  deployment: 'change_id is null and number is null',
} as const;

const indexes = (digits: (typeof commitDigits)['sqlite' | 'postgres']): readonly string[] => [
  `create index delivery_facts_commit on delivery_facts ((${digits.commit})) where ${factsOf.commit}`,
  `create index delivery_facts_merge on delivery_facts ((${digits.change})) where ${factsOf.change}`,
  `create index delivery_facts_deployment on delivery_facts (repository, id) where ${factsOf.deployment}`,
];

/** Everything that is known already. */
const begin = [
  `insert into measured_touched (kind, id)
     select type, id from delivery_facts where type in ('change', 'deployment', 'incident')`,
];

/** What a row of facts touches: a change by itself, its events and its commits. */
const touched = (row: 'new' | 'old') => `
  insert into measured_touched (kind, id)
    select 'change', coalesce(${row}.change_id, ${row}.id)
    where (${row}.type = 'change' or ${row}.change_id is not null) and not exists (
      select 1 from measured_touched where kind = 'change' and id = coalesce(${row}.change_id, ${row}.id));
  insert into measured_touched (kind, id)
    select ${row}.type, ${row}.id
    where ${row}.type in ('deployment', 'incident') and not exists (
      select 1 from measured_touched where kind = ${row}.type and id = ${row}.id);`;

/** Names that a change had and no longer has. */
const formerName = (name: string, isGone: string) => `
  insert into measured_touched (kind, id)
    select 'name', ${name} where old.type = 'change' and ${name} is not null and ${isGone} and not exists (
      select 1 from measured_touched where kind = 'name' and id = ${name});`;

const sqliteMerge = (row: string) => `${row}.repository || ' ' || json_extract(${row}.body, '$.mergeCommit')`;
const postgresMerge = (row: string) =>
  `${row}.repository || ' ' || substring(${row}.body from '"mergeCommit":"([^"]*)"')`;
const numberName = (row: string) => `${row}.repository || ' #' || ${row}.number`;

const sqliteTriggers: readonly string[] = [
  `create trigger measured_added after insert on delivery_facts begin ${touched('new')} end`,
  `create trigger measured_changed after update on delivery_facts begin ${touched('new')}
     ${formerName(sqliteMerge('old'), `${sqliteMerge('old')} is not ${sqliteMerge('new')}`)}
     ${formerName(numberName('old'), `${numberName('old')} is not ${numberName('new')}`)} end`,
  `create trigger measured_removed after delete on delivery_facts begin ${touched('old')}
     ${formerName(sqliteMerge('old'), 'true')} ${formerName(numberName('old'), 'true')} end`,
];

/** On PostgreSQL one writer of facts at a time, so that none is overlooked by who measures them. */
export const measuringLock = 7_420_742_027;

const postgresFunction = (name: string, body: string) => [
  `create function ${name}() returns trigger language plpgsql as $touch$ begin
     perform pg_advisory_xact_lock(${measuringLock}); ${body} return null; end $touch$`,
];

const postgresTriggers: readonly string[] = [
  ...postgresFunction('measured_added', touched('new')),
  'create trigger measured_added after insert on delivery_facts for each row execute function measured_added()',
  ...postgresFunction(
    'measured_changed',
    `${touched('new')}
     ${formerName(postgresMerge('old'), `${postgresMerge('old')} is distinct from ${postgresMerge('new')}`)}
     ${formerName(numberName('old'), `${numberName('old')} is distinct from ${numberName('new')}`)}`,
  ),
  'create trigger measured_changed after update on delivery_facts for each row execute function measured_changed()',
  ...postgresFunction(
    'measured_removed',
    `${touched('old')} ${formerName(postgresMerge('old'), 'true')} ${formerName(numberName('old'), 'true')}`,
  ),
  'create trigger measured_removed after delete on delivery_facts for each row execute function measured_removed()',
];

/** After a definition changed: what was derived of every change is found again. */
export const measureAnew: readonly string[] = [
  `insert into measured_touched (kind, id)
     select 'change', id from delivery_facts where type = 'change' and not exists (
       select 1 from measured_touched where kind = 'change' and measured_touched.id = delivery_facts.id)`,
];

/** After a definition of who is to blame changed, too. */
export const blameAnew: readonly string[] = [
  ...measureAnew,
  `insert into measured_touched (kind, id)
     select 'incident', id from delivery_facts where type = 'incident' and not exists (
       select 1 from measured_touched where kind = 'incident' and measured_touched.id = delivery_facts.id)`,
];

const referenceColumns = 'change_id, repository, key, evidence, at';

/** A change may name the same number in several repositories. Which it names is read anew. */
export const referencesAbroad = {
  sqlite: [
    `create table measured_references_new (
       change_id text not null, repository text not null, key text not null, evidence text not null, at integer,
       primary key (change_id, repository, key, evidence)
     ) strict, without rowid`,
    `insert into measured_references_new (${referenceColumns}) select ${referenceColumns} from measured_references`,
    'drop table measured_references',
    'alter table measured_references_new rename to measured_references',
    'create index measured_references_key on measured_references (key, repository)',
    ...measureAnew,
  ],
  postgres: [
    'alter table measured_references drop constraint measured_references_pkey',
    'alter table measured_references add primary key (change_id, repository, key, evidence)',
    ...measureAnew,
  ],
} as const;

const restating = (big: string, strict: string): readonly string[] => [
  `create table delivery_settings (name text primary key, value text not null)${strict}`,
  `create table delivery_restated (
     view text primary key, clock text not null, cohort text not null, month ${big} not null, at ${big} not null,
     version ${big} not null
   )${strict}`,
  `create table delivery_withheld (
     view text not null, change_id text not null, body text, is_held integer not null, is_settled integer not null,
     primary key (view, change_id)
   )${strict}`,
  'create index delivery_withheld_held on delivery_withheld (view) where is_held = 1',
];

/** What figures show of changes that came late, where that isn't what the facts say; like what was published, it stays. */
export const restatingSchema = {
  sqlite: restating('integer', ' strict, without rowid'),
  postgres: restating('bigint', ''),
} as const;

export const snapshotSchema = {
  sqlite: [
    ...tables('blob', 'integer', ' strict, without rowid'),
    ...indexes(commitDigits.sqlite),
    ...begin,
    ...sqliteTriggers,
  ],
  postgres: [
    ...tables('bytea', 'bigint', ''),
    ...indexes(commitDigits.postgres),
    ...begin,
    ...postgresTriggers,
  ],
} as const;

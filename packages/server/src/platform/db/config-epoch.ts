/*
 * What replicas on one PostgreSQL database hold in memory has a counter in the database: whoever changes it raises its
 * area's counter in the same transaction, by a trigger, so no way of writing can forget it. The sum of all areas is
 * the one number that tells how new a replica's knowledge is.
 */

/** PostgreSQL notifies here with every change; a replica that misses it still asks twice a second. */
export const epochChannel = 'fairlead_config';

/** What is counted on its own, so that a change of one makes nobody read the others again. */
export type EpochArea = 'identity' | 'devices' | 'budgets' | 'program';

const counting: readonly string[] = [
  'create table if not exists config_epochs (area text primary key, epoch bigint not null)',
  `create or replace function raise_config_epoch() returns trigger language plpgsql as $$
   begin
     insert into config_epochs (area, epoch) values (tg_argv[0], 1)
       on conflict (area) do update set epoch = config_epochs.epoch + 1;
     perform pg_notify('${epochChannel}', tg_argv[0]);
     return null;
   end $$`,
];

/**
 * Statements of a migration on PostgreSQL that make every change of a table raise its area's counter. `each: 'row'` is
 * for tables that statements name without changing a row of them. SQLite has one writer, who knows what it wrote.
 */
export function raisesEpoch(
  area: EpochArea,
  table: string,
  each: 'statement' | 'row' = 'statement',
): readonly string[] {
  return [
    ...counting,
    `create trigger ${table}_epoch after insert or update or delete on ${table}
       for each ${each} execute function raise_config_epoch('${area}')`,
  ];
}

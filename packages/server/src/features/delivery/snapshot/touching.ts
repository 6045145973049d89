import { measuringLock } from './schema.ts';

/*
 * What an added fact touches, noted as cheaply as it can be: an import adds a hundred thousand of them. Facts that
 * change or go keep their triggers.
 */

const ofChange = (row: string) => `(${row}.type = 'change' or ${row}.change_id is not null)`;
const ofItself = (row: string) => `${row}.type in ('deployment', 'incident')`;
const isNews = (kind: string, id: string) =>
  `not exists (select 1 from measured_touched where kind = ${kind} and id = ${id})`;

/** The condition stands in the trigger itself: a statement that reads what it writes would copy it first. */
const sqlite = [
  'drop trigger measured_added',
  `create trigger measured_added after insert on delivery_facts
     when ${ofChange('new')} and ${isNews("'change'", 'coalesce(new.change_id, new.id)')}
     begin insert into measured_touched (kind, id) values ('change', coalesce(new.change_id, new.id)); end`,
  `create trigger measured_added_alone after insert on delivery_facts
     when ${ofItself('new')} and ${isNews('new.type', 'new.id')}
     begin insert into measured_touched (kind, id) values (new.type, new.id); end`,
];

/** Once for a statement rather than for each of its rows. */
const postgres = [
  'drop trigger measured_added on delivery_facts',
  `create or replace function measured_added() returns trigger language plpgsql as $touch$ begin
     perform pg_advisory_xact_lock(${measuringLock});
     insert into measured_touched (kind, id)
       select distinct case when ${ofItself('added')} then added.type else 'change' end, coalesce(added.change_id, added.id)
       from added where ${ofChange('added')} or ${ofItself('added')}
       on conflict do nothing;
     return null; end $touch$`,
  `create trigger measured_added after insert on delivery_facts referencing new table as added
     for each statement execute function measured_added()`,
];

export const touching = { sqlite, postgres } as const;

import type { Migration } from '../../platform/db/index.ts';

const tables = (text: string, integer: string, after: string): readonly string[] => [
  `create table stream_cursors (
     name ${text} primary key, origin ${text} not null, next ${integer} not null check (next >= 0), last_id ${text},
     delivered_at ${integer}, failing_since ${integer}, failure ${text}
   )${after}`,
  `create table stream_holders (
     name ${text} primary key, holder ${text} not null, until ${integer} not null
   )${after}`,
];

/** Cursors of streams and who holds them, in `state.db` or PostgreSQL. Times are milliseconds since the epoch. */
export const streamMigrations: readonly Migration[] = [
  {
    id: '0001-streams',
    sqlite: tables('text', 'integer', ' strict'),
    postgres: tables('text', 'bigint', ''),
  },
];

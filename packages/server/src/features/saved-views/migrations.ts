import type { Migration } from '../../platform/db/index.ts';

const table = (text: string, integer: string, after: string): readonly string[] => [
  `create table saved_views (
     id ${text} primary key, name ${text} not null, filter ${text} not null, owner ${text} not null, role ${text},
     saved_at ${integer} not null, unique (owner, name)
   )${after}`,
];

/** Saved views, in `state.db` or PostgreSQL. Times are milliseconds since the epoch. */
export const viewMigrations: readonly Migration[] = [
  {
    id: '0001-saved-views',
    sqlite: table('text', 'integer', ' strict'),
    postgres: table('text', 'bigint', ''),
  },
];

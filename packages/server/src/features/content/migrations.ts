import type { Migration } from '../../platform/db/index.ts';

const tables = (text: string, integer: string, bytes: string, after: string): readonly string[] => [
  `create table content_periods (
     period ${text} primary key, wrapped ${bytes} not null, ends_at ${integer} not null
   )${after}`,
  `create table content_items (
     op ${text} not null, part ${text} not null, period ${text} not null, session ${text}, actor ${text} not null,
     repository ${text}, sealed ${bytes} not null, primary key (op, part)
   )${after}`,
  ...['period', 'session', 'actor'].map(
    (column) => `create index content_items_${column} on content_items (${column})`,
  ),
];

/** Sealed content and wrapped keys, in `content.db` or PostgreSQL. Times are milliseconds since the epoch. */
export const contentMigrations: readonly Migration[] = [
  {
    id: '0001-content',
    sqlite: tables('text', 'integer', 'blob', ' strict'),
    postgres: tables('text', 'bigint', 'bytea', ''),
  },
];

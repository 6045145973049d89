import type { Migration } from '../../platform/db/index.ts';

/** What assistants did beside the ledger's entries, in `delivery.db` or PostgreSQL. `body` is the fact as JSON, people by pseudonym. */
export const taskMigrations: readonly Migration[] = [
  {
    id: '0001-facts',
    sqlite: [
      `create table task_facts (
         type text not null, id text not null, body text not null, primary key (type, id)
       ) strict, without rowid`,
    ],
    postgres: [
      'create table task_facts (type text not null, id text not null, body text not null, primary key (type, id))',
    ],
  },
];

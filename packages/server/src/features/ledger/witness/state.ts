import type { Database } from 'better-sqlite3';
import { type Migration, migrateSqlite, openSqlite } from '../../../platform/db/index.ts';

/** The newest tree of a log that a witness has vouched for. */
export interface WitnessedTree {
  readonly size: number;
  readonly root: Uint8Array;
}

/** What a witness must never forget. Reading, comparing and writing are one step: two requests can't both win. */
export interface WitnessState {
  /** Size 0 with an empty root for a log that was never seen. */
  newest(origin: string): WitnessedTree;
  /** Durable when it returns. False when `from` is not the newest any more. */
  advance(origin: string, from: number, to: WitnessedTree): boolean;
  close(): void;
}

const migrations: readonly Migration[] = [
  {
    id: '0001-witness',
    sqlite: [
      'create table witnessed (origin text primary key, size integer not null, root blob not null) strict',
    ],
    postgres: [],
  },
];

export function openWitnessState(file: string): WitnessState {
  const database: Database = openSqlite(file);
  migrateSqlite(database, migrations, 'witness');
  const read = database.prepare<[string], WitnessedTree>('select size, root from witnessed where origin = ?');
  const begin = database.prepare(
    'insert into witnessed (origin, size, root) values (?, ?, ?) on conflict do nothing',
  );
  const move = database.prepare('update witnessed set size = ?, root = ? where origin = ? and size = ?');
  const newest = (origin: string) => read.get(origin) ?? { size: 0, root: Buffer.alloc(0) };
  const advance = database.transaction((origin: string, from: number, to: WitnessedTree) => {
    if (newest(origin).size !== from) return false;
    begin.run(origin, from, Buffer.alloc(0));
    return move.run(to.size, Buffer.from(to.root), origin, from).changes === 1;
  });
  return {
    newest,
    advance: (origin, from, to) => advance.immediate(origin, from, to),
    close: () => void database.close(),
  };
}

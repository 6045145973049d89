import { FairleadError } from '@fairlead/core/errors';
import { equalBytes } from '@fairlead/core/ledger';
import type { Database } from 'better-sqlite3';
import { damagedFile, type Migration, migrateSqlite, openSqlite } from '../../../platform/db/index.ts';
import type { WitnessedTree, WitnessedTrees, WitnessMemory } from './memory.ts';

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

/** Of a key that was there before; one that is made now has cosigned nothing. */
export type KeyAge = 'new' | 'used';

/**
 * Opens what a witness remembers, which lies in two places: the database and a file beside its key. Where one of them is
 * lost or older, the other stands in.
 * @param onRecalled told when the database lacked something that the file had
 * @throws FairleadError `ledger.witness-memory-lost` for a used key of which neither knows anything, or of which they say
 * different things; `store.damaged`
 */
export function openWitnessState(
  file: string,
  memory: WitnessMemory,
  keyAge: KeyAge,
  onRecalled: () => void = () => undefined,
): WitnessState {
  const database: Database = openSqlite(file);
  try {
    migrateSqlite(database, migrations, 'witness');
    const state = stateIn(database, memory);
    if (state.recall(keyAge)) onRecalled();
    return state;
  } catch (error) {
    database.close();
    throw damagedFile(error, file) ?? error;
  }
}

type Row = WitnessedTree & { readonly origin: string };

function stateIn(database: Database, memory: WitnessMemory): WitnessState & { recall(age: KeyAge): boolean } {
  const read = database.prepare<[string], WitnessedTree>('select size, root from witnessed where origin = ?');
  const readAll = database.prepare<[], Row>('select origin, size, root from witnessed');
  const write = database.prepare(
    'insert into witnessed (origin, size, root) values (?, ?, ?) on conflict do update set size = excluded.size, root = excluded.root',
  );
  const newest = (origin: string) => read.get(origin) ?? { size: 0, root: Buffer.alloc(0) };
  const all = (): WitnessedTrees => new Map(readAll.all().map(({ origin, ...tree }) => [origin, tree]));
  const advance = database.transaction((origin: string, from: number, to: WitnessedTree) => {
    if (newest(origin).size !== from) return false;
    write.run(origin, to.size, Buffer.from(to.root));
    return true;
  });
  const recall = database.transaction((age: KeyAge) => {
    const kept = age === 'new' ? new Map() : (memory.read() ?? adopted(all()));
    const missing = [...kept].filter(([origin, tree]) => isAhead(tree, newest(origin)));
    for (const [origin, { size, root }] of missing) write.run(origin, size, Buffer.from(root));
    return missing.length > 0;
  });
  return {
    newest,
    recall: (age) => {
      const recalled = recall.immediate(age);
      memory.write(all());
      return recalled;
    },
    // The database first: whatever has been answered stands in both, and the file is never ahead of it.
    advance: (origin, from, to) => {
      if (!advance.immediate(origin, from, to)) return false;
      memory.write(all());
      return true;
    },
    close: () => void database.close(),
  };
}

/** The memory of a witness of an earlier version is its database alone, which then has to be there. */
function adopted(stored: WitnessedTrees): WitnessedTrees {
  if (stored.size === 0) throw new FairleadError('ledger.witness-memory-lost');
  return stored;
}

function isAhead(kept: WitnessedTree, stored: WitnessedTree): boolean {
  if (kept.size === stored.size && kept.size > 0 && !equalBytes(kept.root, stored.root)) {
    throw new FairleadError('ledger.witness-memory-lost', {
      message: 'The database of this witness and the file beside its key name different trees of one log.',
    });
  }
  return kept.size > stored.size;
}

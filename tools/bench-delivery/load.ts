import {
  chunkRows,
  type DeliveryFact,
  type DeliveryFacts,
  elapsedClock,
  emptyChunk,
  encodeChunk,
  measureAll,
  type SlotUpdate,
  withSlots,
} from '@fairlead/core/delivery';
import type { Database } from 'better-sqlite3';
import { deliveryFile, openDelivery } from '../../packages/server/src/features/delivery/create.ts';
import { openSqlite } from '../../packages/server/src/platform/db/index.ts';
import { population } from './population.ts';

const changesAtOnce = 5 * chunkRows;

export async function withDatabase(folder: string, work: (database: Database) => void): Promise<number> {
  // Makes the tables.
  await (await openDelivery(folder)).close();
  const begin = performance.now();
  const database = openSqlite(deliveryFile(folder));
  database.pragma('synchronous = off');
  database.pragma('cache_size = -100000');
  work(database);
  database.pragma('wal_checkpoint(truncate)');
  database.close();
  return (performance.now() - begin) / 1000;
}

/** Fills a data folder's facts without syncing; seconds. The store's own triggers note what has to be measured. */
export function loadFacts(folder: string, changes: number): Promise<number> {
  return withDatabase(folder, (database) => {
    const insert = database.prepare('insert into delivery_facts values (?, ?, ?, ?, ?, ?, ?)');
    const add = database.transaction((facts: readonly DeliveryFact[]) => {
      for (const fact of facts) insert.run(...valuesOf(fact));
    });
    for (const some of bites(changes, changes)) add(some.flat());
  });
}

function* bites(changes: number, until: number): Generator<readonly (readonly DeliveryFact[])[]> {
  let some: (readonly DeliveryFact[])[] = [];
  let count = 0;
  for (const facts of population(changes)) {
    if (count++ === until) break;
    some.push(facts);
    if (some.length === changesAtOnce) {
      yield some;
      some = [];
    }
  }
  if (some.length > 0) yield some;
}

function valuesOf(fact: DeliveryFact): readonly unknown[] {
  const body = JSON.stringify(fact);
  switch (fact.type) {
    case 'change':
      return ['change', fact.id, null, fact.repository, fact.number, null, body];
    case 'event':
      return ['event', `${fact.change} ${fact.id}`, fact.change, null, null, null, body];
    case 'commit':
      return ['commit', `${fact.change} ${fact.sha}`, fact.change, fact.repository, null, null, body];
    case 'deployment':
      return ['deployment', fact.id, null, fact.repository, null, null, body];
    case 'incident':
      return ['incident', fact.id, null, null, null, null, body];
  }
}

/**
 * Puts further changes into the snapshot only, as measuring their facts would have: so a million can be read back
 * without a database of five million facts. After `measured` ones that were measured from facts; seconds.
 */
export function loadColumns(folder: string, changes: number, measured: number): Promise<number> {
  return withDatabase(folder, (database) => {
    const numbers = {
      repository: numbering(database, 'repository'),
      contributor: numbering(database, 'contributor'),
    };
    const row = database.prepare('insert into measured_changes values (?, ?, ?)');
    const seq = database.prepare('select max(seq) from measured_changes').pluck().get() as number;
    const revision = database
      .prepare("select value from measured_state where name = 'revision'")
      .pluck()
      .get();
    const column = database.prepare("insert into measured_columns values ('elapsed', ?, ?, ?)");
    let place = Math.ceil(measured / chunkRows) * chunkRows;
    const add = database.transaction((some: readonly (readonly DeliveryFact[])[]) => {
      const all = measureAll(factsOf(some.flat()), () => elapsedClock);
      for (let from = 0; from < all.length; from += chunkRows) {
        const updates = all.slice(from, from + chunkRows).map((change, slot): SlotUpdate => {
          row.run(place + from + slot, `bulk ${change.id}`, seq);
          const contributor = change.contributor === null ? 0 : numbers.contributor(change.contributor);
          return { slot, measured: change, repository: numbers.repository(change.repository), contributor };
        });
        const body = Buffer.from(encodeChunk(withSlots(emptyChunk(), updates)).buffer);
        column.run((place + from) / chunkRows, Number(revision), body);
      }
      place += Math.ceil(all.length / chunkRows) * chunkRows;
    });
    let passed = 0;
    for (const some of bites(changes, changes)) {
      passed += some.length;
      if (passed > measured) add(some);
    }
  });
}

function factsOf(facts: readonly DeliveryFact[]): DeliveryFacts {
  const parts = Map.groupBy(facts, (fact) =>
    fact.type === 'event' || fact.type === 'commit' ? fact.change : null,
  );
  const own = parts.get(null) ?? [];
  const ofType = <Type extends DeliveryFact['type']>(some: readonly DeliveryFact[], type: Type) =>
    some.filter((fact): fact is Extract<DeliveryFact, { type: Type }> => fact.type === type);
  return {
    histories: ofType(own, 'change').map((change) => {
      const rest = parts.get(change.id) ?? [];
      return { change, events: ofType(rest, 'event'), commits: ofType(rest, 'commit') };
    }),
    deployments: ofType(own, 'deployment'),
    incidents: ofType(own, 'incident'),
  };
}

/** Numbers names as the snapshot does, going on from those that it knows. */
export function numbering(database: Database, kind: string): (name: string) => number {
  const rows = database.prepare('select name, number from measured_names where kind = ?').all(kind);
  const numbers = new Map((rows as { name: string; number: number }[]).map((row) => [row.name, row.number]));
  const insert = database.prepare('insert into measured_names values (?, ?, ?)');
  return (name) => {
    const known = numbers.get(name);
    if (known !== undefined) return known;
    const number = numbers.size + 1;
    numbers.set(name, number);
    insert.run(kind, number, name);
    return number;
  };
}

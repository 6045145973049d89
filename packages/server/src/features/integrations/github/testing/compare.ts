/* What two data folders know, to be held against each other. */
import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import Database from 'better-sqlite3';
import { createDeliveryFigures, importFacts, openDelivery } from '../../../delivery/api.ts';
import type { FakeWorld } from './model.ts';
import { restLines } from './rest-export.ts';

/** Every fact as it is kept, with logins in the place of pseudonyms, which are random. */
export function factsIn(folder: string): readonly string[] {
  const database = new Database(join(folder, 'delivery.db'), { readonly: true });
  try {
    const people = database.prepare('select login, pseudonym from delivery_people').all() as {
      login: string;
      pseudonym: string;
    }[];
    const logins = new Map(people.map(({ login, pseudonym }) => [pseudonym, login]));
    const rows = database
      .prepare(
        'select type, id, change_id, repository, number, version, body from delivery_facts order by type, id',
      )
      .all();
    return rows.map((row) =>
      JSON.stringify(row).replaceAll(/p-[0-9a-f]{16}/g, (one) => logins.get(one) ?? one),
    );
  } finally {
    database.close();
  }
}

/** The figures of half a year, as JSON. */
export async function figuresIn(folder: string, now: number): Promise<string> {
  const store = await openDelivery(folder);
  try {
    const teamOf = (repository: string) => repository;
    const figures = createDeliveryFigures(store, { teamOf, now: () => Math.floor(now / 1000) });
    const window = { from: Date.UTC(2026, 0, 5) / 1000, to: Date.UTC(2026, 7, 31) / 1000 };
    const rows = [...(await figures.rows(window)), ...(await figures.rows({ ...window, by: 'week' }))];
    return JSON.stringify(rows);
  } finally {
    await store.close();
  }
}

/** Imports everything a world holds by way of the REST API's objects. */
export async function importAll(folder: string, world: FakeWorld): Promise<void> {
  const file = `${folder}.jsonl`;
  writeFileSync(file, `${restLines(world, 'github.com').join('\n')}\n`);
  const store = await openDelivery(folder);
  try {
    await importFacts(store, { format: 'github', file, names: { defaultHost: 'github.com' } });
  } finally {
    await store.close();
  }
}

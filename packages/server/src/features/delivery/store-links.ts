import type { DeliveryFact, Incident } from '@fairlead/core/delivery';
import type { Kysely } from 'kysely';
import { rowOf } from './fact-row.ts';
import { knownByNumber } from './store-numbers.ts';
import type { FactRows } from './store-rows.ts';
import type { FactRow, Tables } from './store-tables.ts';

/*
 * Incidents name changes as people do, `host/owner/name#12`. Where an import gave that change another id, the link is kept
 * with the id, whichever of the two came first.
 */

type Ids = ReadonlyMap<string, string>;

/** Incidents whose links lead to the ids of changes that are known; other facts as they are. */
export async function withKnownLinks(
  db: Kysely<Tables>,
  facts: readonly DeliveryFact[],
): Promise<readonly DeliveryFact[]> {
  const names = facts.flatMap((fact) => (fact.type === 'incident' ? namesIn(fact) : []));
  if (names.length === 0) return facts;
  const known = await knownByNumber(db, names);
  const ids = idsByName(known);
  // What is somebody's id is no name.
  for (const { id } of known) ids.delete(id);
  return facts.map((fact) => (fact.type === 'incident' ? linked(fact, ids) : fact));
}

/** Brings known incidents to the ids of changes that came only now: rows of changes. */
export async function followChangeIds(
  db: Kysely<Tables>,
  table: FactRows,
  added: readonly FactRow[],
): Promise<void> {
  const changes = added.filter((row) => nameOf(row) !== row.id);
  await relink(db, table, idsByName(changes));
}

/** Brings the links of known incidents from ids, or names, to other ids. */
export async function relink(db: Kysely<Tables>, table: FactRows, ids: Ids): Promise<void> {
  if (ids.size === 0) return;
  const rows = await db.selectFrom('delivery_facts').select('body').where('type', '=', 'incident').execute();
  const changed = rows.flatMap(({ body }) => {
    const row = rowOf(linked(JSON.parse(body) as Incident, ids));
    return row.body === body ? [] : [row];
  });
  if (changed.length > 0) await table.write(db, changed);
}

function namesIn({ links }: Incident): readonly Pick<FactRow, 'repository' | 'number'>[] {
  return links.flatMap(({ change = '' }) => {
    const [, repository, number] = /^(.+)#(\d{1,9})$/.exec(change) ?? [];
    return repository === undefined ? [] : [{ repository, number: Number(number) }];
  });
}

const nameOf = ({ repository, number }: Pick<FactRow, 'repository' | 'number'>) => `${repository}#${number}`;

function idsByName(changes: readonly Pick<FactRow, 'id' | 'repository' | 'number'>[]): Map<string, string> {
  return new Map(changes.map((change) => [nameOf(change), change.id]));
}

function linked(incident: Incident, ids: Ids): Incident {
  const links = incident.links.map((link) => {
    const id = ids.get(link.change ?? '');
    return id === undefined ? link : { ...link, change: id };
  });
  return { ...incident, links };
}

import { type Kysely, sql } from 'kysely';
import type { UnknownLink } from './reader.ts';

/** Links that are named; the others are counted. */
const mostLinks = 200;

type Row = UnknownLink & { readonly total: number };

/**
 * What incidents say they were caused or fixed by where no such change or deployment is known: a name with a slip in it, or
 * one that nobody collected. Such a link weighs on nothing, so that a figure would be lower and nobody would know.
 */
export async function unknownLinks(
  db: Kysely<unknown>,
  kind: 'sqlite' | 'postgres',
): Promise<{ readonly count: number; readonly links: readonly UnknownLink[] }> {
  const { rows } = await sql<Row>`
    with links as (${sql.raw(linksOf[kind])}),
    named as (
      select incident, rel, 'change' as kind, change as name from links
      union all select incident, rel, 'deployment' as kind, deployment as name from links
    )
    select incident, rel, kind, name, count(*) over () as total from named
    where name is not null and not exists (
      select 1 from delivery_facts known where known.type = named.kind and known.id = named.name
    )
    order by incident, rel, kind, name limit ${sql.lit(mostLinks)}`.execute(db);
  const links = rows.map(({ total: _, ...link }) => link);
  return { count: Number(rows[0]?.total ?? 0), links };
}

/** Each link of an incident that stands; a retracted one says nothing. */
const linksOf = {
  sqlite: `select facts.id as incident, json_extract(link.value, '$.rel') as rel,
      json_extract(link.value, '$.change') as change, json_extract(link.value, '$.deployment') as deployment
    from delivery_facts facts, json_each(facts.body, '$.links') link
    where facts.type = 'incident' and coalesce(json_extract(facts.body, '$.retracted'), 0) = 0`,
  postgres: `select facts.id as incident, link.value ->> 'rel' as rel,
      link.value ->> 'change' as change, link.value ->> 'deployment' as deployment
    from delivery_facts facts, json_array_elements(facts.body::json -> 'links') link
    where facts.type = 'incident' and coalesce(facts.body::json ->> 'retracted', 'false') = 'false'`,
};

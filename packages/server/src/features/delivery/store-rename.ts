import { type DeliveryFact, withNameIn } from '@fairlead/core/delivery';
import { type Kysely, sql } from 'kysely';
import type { FactRow, RowWriting, Tables } from './store-tables.ts';
import { supersedes } from './supersedes.ts';

const changesPerBite = 500;

/** A repository's next name; an older renaming than the one that is known changes nothing. */
export async function addAlias(
  db: Kysely<Tables>,
  { from, to, at }: { readonly from: string; readonly to: string; readonly at: number },
): Promise<void> {
  await db
    .insertInto('delivery_aliases')
    .values({ old_name: from, new_name: to, at })
    .onConflict((conflict) =>
      conflict.column('old_name').doUpdateSet({ new_name: to, at }).where('delivery_aliases.at', '<', at),
    )
    .execute();
  // A name that is in use again is no longer an old one, also where both renamings are of one moment.
  await db.deleteFrom('delivery_aliases').where('old_name', '=', to).where('at', '<=', at).execute();
}

/** Names that repositories had, each with the one that came next. */
export async function aliasesIn(db: Kysely<Tables>): Promise<Readonly<Record<string, string>>> {
  const rows = await db
    .selectFrom('delivery_aliases')
    .selectAll()
    .orderBy('at')
    .orderBy('old_name')
    .execute();
  const next = new Map<string, string>();
  for (const { old_name: from, new_name: to } of rows) {
    // A name that is in use again is no longer an old one.
    next.delete(to);
    next.set(from, to);
  }
  return Object.fromEntries(next);
}

/** The name in force after renames; a circle is left after a few steps. */
function presentName(name: string, aliases: Readonly<Record<string, string>>): string {
  let present = name;
  for (let step = 0; step < 8 && Object.hasOwn(aliases, present); step++)
    present = aliases[present] as string;
  return present;
}

export async function presentRepository(db: Kysely<Tables>, name: string): Promise<string> {
  return presentName(name, await aliasesIn(db));
}

/** Brings facts that come under an earlier name of their repository, or name one, to its present one. Null: they have one. */
export async function inPresentNames(
  db: Kysely<Tables>,
): Promise<(<Fact extends DeliveryFact>(fact: Fact) => Fact) | null> {
  const aliases = await aliasesIn(db);
  const pairs = Object.keys(aliases).map((name) => [name, presentName(name, aliases)] as const);
  if (pairs.length === 0) return null;
  return (fact) => pairs.reduce((one, [from, to]) => withRepository(one, from, to) as typeof fact, fact);
}

/**
 * Brings what is known of a repository to its new name, within a transaction. Of a change that is known under both the
 * newer version stays.
 */
export async function renameFacts(
  db: Kysely<Tables>,
  from: string,
  to: string,
  writing: RowWriting,
): Promise<void> {
  await renameChanges(db, from, to, writing);
  const rest = await db
    .selectFrom('delivery_facts')
    .selectAll()
    .where('repository', '=', from)
    .where('type', 'in', ['commit', 'deployment'])
    .execute();
  await rewrite(db, rest, from, to, writing);
  const incidents = await db
    .selectFrom('delivery_facts')
    .selectAll()
    .where('type', '=', 'incident')
    .execute();
  const named = incidents.filter(({ body }) => body.includes(from));
  await rewrite(db, named, from, to, writing);
  await renameReferences(db, from, to, writing);
}

/** Changes of other repositories, too, say what they take back by a repository's name. */
async function renameReferences(
  db: Kysely<Tables>,
  from: string,
  to: string,
  writing: RowWriting,
): Promise<void> {
  const short = from.slice(from.indexOf('/') + 1);
  const mentions = (sign: string) => sql<boolean>`lower(body) like ${`%${short}${sign}%`}`;
  const rows = await db
    .selectFrom('delivery_facts')
    .selectAll()
    .where('type', 'in', ['change', 'commit'])
    .where(({ or }) => or([mentions('#'), mentions('!')]))
    .execute();
  const naming = rows.filter(
    ({ body }) => JSON.stringify(withRepository(JSON.parse(body) as DeliveryFact, from, to)) !== body,
  );
  await rewrite(db, naming, from, to, writing);
}

async function renameChanges(
  db: Kysely<Tables>,
  from: string,
  to: string,
  writing: RowWriting,
): Promise<void> {
  for (;;) {
    const changes = await db
      .selectFrom('delivery_facts')
      .selectAll()
      .where('repository', '=', from)
      // By the index of a repository's numbers: with a word of the type each bite would read all changes there are.
      .where('number', 'is not', null)
      .limit(changesPerBite)
      .execute();
    if (changes.length === 0) return;
    const ids = changes.map(({ id }) => id);
    const parts = await db.selectFrom('delivery_facts').selectAll().where('change_id', 'in', ids).execute();
    await rewrite(db, [...changes, ...parts], from, to, writing);
  }
}

async function rewrite(
  db: Kysely<Tables>,
  rows: readonly FactRow[],
  from: string,
  to: string,
  { rowOf, write, slices }: RowWriting,
): Promise<void> {
  for (const some of slices(rows)) {
    for (const [type, same] of Map.groupBy(some, (row) => row.type)) {
      const ids = same.map(({ id }) => id);
      await db.deleteFrom('delivery_facts').where('type', '=', type).where('id', 'in', ids).execute();
      const moved = same.map(({ body }) => rowOf(withRepository(JSON.parse(body) as DeliveryFact, from, to)));
      const there = await db
        .selectFrom('delivery_facts')
        .selectAll()
        .where('type', '=', type)
        .where(
          'id',
          'in',
          moved.map(({ id }) => id),
        )
        .execute();
      const known = new Map(there.map((row) => [row.id, row]));
      const news = moved.filter((row) => {
        const before = known.get(row.id);
        return before === undefined || (type === 'change' && supersedes(row, before, 'stated'));
      });
      if (news.length > 0) await write(news);
    }
  }
}

/** A fact under the repository's new name, its ids and what texts say of it included. */
export function withRepository(fact: DeliveryFact, from: string, to: string): DeliveryFact {
  const renamed = (text: string) => (text === from ? to : text);
  /** Ids begin with the name: `host/owner/name#7`, `host/owner/name deployment 3`. */
  const id = (text: string) =>
    text.startsWith(`${from}#`) || text.startsWith(`${from} `) ? to + text.slice(from.length) : text;
  switch (fact.type) {
    case 'change': {
      const repository = renamed(fact.repository);
      const title = fact.title === undefined ? {} : { title: withNameIn(fact.title, repository, from, to) };
      return { ...fact, id: id(fact.id), repository, ...title };
    }
    case 'event':
      return { ...fact, change: id(fact.change) };
    case 'commit':
      return {
        ...fact,
        repository: renamed(fact.repository),
        message: withNameIn(fact.message, renamed(fact.repository), from, to),
        ...(fact.change === undefined ? {} : { change: id(fact.change) }),
      };
    case 'deployment':
      return {
        ...fact,
        id: id(fact.id),
        repository: renamed(fact.repository),
        service: renamed(fact.service),
      };
    case 'incident':
      return {
        ...fact,
        id: id(fact.id),
        ...(fact.service === undefined ? {} : { service: renamed(fact.service) }),
        links: fact.links.map((link) => ({
          ...link,
          ...(link.change === undefined ? {} : { change: id(link.change) }),
          ...(link.deployment === undefined ? {} : { deployment: id(link.deployment) }),
        })),
      };
  }
}

import type { DeliveryFact } from '@fairlead/core/delivery';
import { FairleadError } from '@fairlead/core/errors';
import type { Kysely } from 'kysely';
import type { Clash } from './store.ts';
import { inPresentNames } from './store-rename.ts';
import type { FactRow, Tables } from './store-tables.ts';

/* A repository has one change of each number, under one id: under two it would count twice. */

const numbersAtOnce = 500;

type Numbered = Pick<FactRow, 'id' | 'repository' | 'number'>;

const nameOf = ({ repository, number }: Pick<FactRow, 'repository' | 'number'>) => `${repository}#${number}`;

/** Changes whose number is known under another id, or came under one before, in their order. */
async function clashesIn(db: Kysely<Tables>, facts: readonly DeliveryFact[]): Promise<readonly Clash[]> {
  const changes = facts.flatMap((fact, index) => (fact.type === 'change' ? [{ ...fact, index }] : []));
  const ids = Map.groupBy(await knownByNumber(db, changes), nameOf);
  const clashes: Clash[] = [];
  for (const change of changes) {
    const known = ids.get(nameOf(change)) ?? [];
    // Facts of before may hold both: the same again changes nothing.
    if (known.length === 0) ids.set(nameOf(change), [change]);
    else if (!known.some(({ id }) => id === change.id))
      clashes.push({ index: change.index, id: change.id, known: known[0]!.id });
  }
  return clashes;
}

/** The first of them, among facts that may come under an earlier name of their repository. */
export async function firstClash(db: Kysely<Tables>, facts: readonly DeliveryFact[]): Promise<Clash | null> {
  const present = await inPresentNames(db);
  const [first] = await clashesIn(db, present === null ? facts : facts.map(present));
  return first ?? null;
}

/**
 * Facts none of whose changes has a number that is known under another id, in a transaction that writes alone: of two that
 * would take one number at one moment, one is refused. @throws FairleadError `delivery.number-known`
 */
export async function refusingClashes(
  db: Kysely<Tables>,
  facts: readonly DeliveryFact[],
): Promise<readonly DeliveryFact[]> {
  const [first] = await clashesIn(db, facts);
  if (first === undefined) return facts;
  throw new FairleadError('delivery.number-known');
}

/** Facts without the changes whose number is known under another id, and without what belongs to those. */
export async function withoutClashes(
  db: Kysely<Tables>,
  facts: readonly DeliveryFact[],
): Promise<readonly DeliveryFact[]> {
  const ids = new Set((await clashesIn(db, facts)).map(({ id }) => id));
  if (ids.size === 0) return facts;
  return facts.filter((fact) => {
    if (fact.type === 'change') return !ids.has(fact.id);
    return !((fact.type === 'event' || fact.type === 'commit') && ids.has(fact.change ?? ''));
  });
}

/** By the ids of changes that have the number of one of these and another id: the id of that one. */
export async function otherIds(
  db: Kysely<Tables>,
  changes: readonly Numbered[],
): Promise<ReadonlyMap<string, string>> {
  const own = new Map(changes.map((change) => [nameOf(change), change.id]));
  const ids = new Set(own.values());
  const others = (await knownByNumber(db, changes)).filter(({ id }) => !ids.has(id));
  return new Map(others.map((other) => [other.id, own.get(nameOf(other))!]));
}

/** What is known by the numbers of some changes, by id. */
export async function knownByNumber(
  db: Kysely<Tables>,
  changes: readonly Pick<Numbered, 'repository' | 'number'>[],
): Promise<readonly Numbered[]> {
  const found: Numbered[] = [];
  for (const [repository, own] of Map.groupBy(changes, (one) => one.repository)) {
    const numbers = [...new Set(own.flatMap(({ number }) => number ?? []))];
    for (let i = 0; i < numbers.length; i += numbersAtOnce) {
      const rows = await db
        .selectFrom('delivery_facts')
        .select(['id', 'repository', 'number'])
        .where('repository', '=', repository)
        .where('number', 'in', numbers.slice(i, i + numbersAtOnce))
        .execute();
      found.push(...rows);
    }
  }
  return found.sort((a, b) => (a.id < b.id ? -1 : 1));
}

import { type DeliveryFact, timeOf } from '@fairlead/core/delivery';
import { type Kysely, sql } from 'kysely';

/*
 * Facts that are dated ahead: a slip in a date, or a clock that is wrong. What is of weeks to come counts in no figure, and
 * what was updated in them no later version replaces; so they are counted and named.
 */

/** A fact that is dated ahead. */
export interface AheadFact {
  readonly type: DeliveryFact['type'];
  /** `host/owner/name#12` of a change, otherwise its id. */
  readonly name: string;
  /** RFC 3339. */
  readonly at: string;
}

export interface AheadFacts {
  readonly count: number;
  /** The first of them. */
  readonly facts: readonly AheadFact[];
}

/** Clocks differ, and days have an end somewhere else first. */
const allowance = 86_400;
const mostNamed = 20;

/** Of each kind of fact, the fields that say when it was; clocks of those who commit may say anything. */
export const datesOf: { readonly [Type in DeliveryFact['type']]: readonly string[] } = {
  change: ['openedAt', 'mergedAt', 'closedAt', 'updatedAt'],
  event: ['at'],
  commit: [],
  deployment: ['startedAt', 'finishedAt'],
  incident: ['startedAt', 'reportedAt', 'resolvedAt', 'updatedAt'],
};

/** RFC 3339 of the first second that is ahead; `now` is milliseconds since the epoch. */
export function aheadSince(now: number): string {
  return timeOf(Math.floor(now / 1000) + allowance);
}

function nameOf(fact: DeliveryFact): string {
  if (fact.type === 'change') return `${fact.repository}#${fact.number}`;
  return fact.type === 'commit' ? fact.sha : fact.id;
}

/** Counts facts as they come in, and names the first ones; `now` is milliseconds since the epoch, without it none is. */
export function countAhead(now: number | undefined): {
  readonly take: (facts: readonly DeliveryFact[]) => void;
  readonly found: () => AheadFacts;
} {
  const since = now === undefined ? Number.POSITIVE_INFINITY : Date.parse(aheadSince(now));
  const facts: AheadFact[] = [];
  let count = 0;
  const aheadOf = (fact: DeliveryFact) =>
    datesOf[fact.type]
      .map((field) => (fact as unknown as { readonly [field: string]: string | undefined })[field])
      .find((at) => at !== undefined && Date.parse(at) > since);
  return {
    take(some) {
      for (const fact of some) {
        const at = aheadOf(fact);
        if (at === undefined) continue;
        count++;
        if (facts.length < mostNamed) facts.push({ type: fact.type, name: nameOf(fact), at });
      }
    },
    found: () => ({ count, facts }),
  };
}

/** Those among what is known of some types. Times are compared as text, which an offset puts off by hours at most. */
export async function aheadFacts(
  db: Kysely<unknown>,
  kind: 'sqlite' | 'postgres',
  types: readonly DeliveryFact['type'][],
  now: number,
): Promise<AheadFacts> {
  const since = aheadSince(now);
  let count = 0;
  const facts: AheadFact[] = [];
  for (const type of types) {
    const latest = sql.raw(latestOf(kind, type));
    const { rows } = await sql<{ name: string; at: string; total: number | string }>`
      select name, at, count(*) over () as total from (
        select case when type = 'change' then repository || '#' || number else id end as name, ${latest} as at
        from delivery_facts where type = ${type}
      ) dated where at > ${since} order by at, name limit ${sql.lit(mostNamed)}`.execute(db);
    count += Number(rows[0]?.total ?? 0);
    facts.push(...rows.map(({ name, at }) => ({ type, name, at })));
  }
  return { count, facts: facts.slice(0, mostNamed) };
}

/** SQL for the last time that a fact of a type says. */
export function latestOf(kind: 'sqlite' | 'postgres', type: DeliveryFact['type']): string {
  const fields = datesOf[type].map((field) =>
    kind === 'sqlite'
      ? `coalesce(json_extract(body, '$.${field}'), '')`
      : `coalesce(body::json ->> '${field}', '')`,
  );
  if (fields.length === 0) return `''`;
  return fields.length === 1 ? fields[0]! : `${kind === 'sqlite' ? 'max' : 'greatest'}(${fields.join(', ')})`;
}

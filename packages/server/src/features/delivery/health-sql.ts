import { type Kysely, sql } from 'kysely';
import { openState, type StateLocation } from '../../platform/db/index.ts';
import { aheadFacts, aheadSince, latestOf } from './ahead.ts';
import { deliveryMigrations } from './migrations.ts';
import type { DeliveryHealth, SourceHealth } from './reader.ts';
import type { SnapshotDb } from './snapshot/tables.ts';
import { restatingIn } from './store-late-facts.ts';
import { unknownLinks } from './unknown-links.ts';

interface Tables {
  delivery_facts: { type: string; repository: string | null; number: number | null; body: string };
  delivery_people: { login: string };
}

/** Counts what there is, without reading it into memory. */
export interface HealthStore {
  /** @param now milliseconds since the epoch */
  health(isMember: (login: string) => boolean, now: number): Promise<DeliveryHealth>;
  /** Changes when a fact does; null where nothing cheap says so. */
  version(): Promise<number | null>;
  close(): Promise<void>;
}

/** Of each kind of fact, the field that says when it was. */
const times = {
  change: 'openedAt',
  event: 'at',
  commit: 'committedAt',
  deployment: 'finishedAt',
  incident: 'reportedAt',
} as const;
type FactType = keyof typeof times;

/** Of each kind of fact, the field that says who did it. */
const actors = { change: 'author', event: 'by', commit: null, deployment: null, incident: null } as const;

/** Accounts of machines that are named. */
const mostBots = 200;

export async function openHealthStore(location: StateLocation): Promise<HealthStore> {
  const { db, kind, sqlite, close } = await openState<Tables>(location, 'delivery', deliveryMigrations);
  const ask = questionsOf(db, kind);
  const all = db as unknown as Kysely<unknown>;
  return {
    version: async () => (sqlite === null ? null : Number(sqlite.pragma('data_version', { simple: true }))),
    health: async (isMember, now) => {
      const people = await db.selectFrom('delivery_people').select('login').execute();
      const repositories = await ask.repositories('change');
      const counts = await countsOf(ask);
      const bots = [...counts.change.bots, ...counts.event.bots];
      return {
        sources: sourcesOf(counts, repositories, await ask.repositories('deployment')),
        repositories,
        people: { known: people.length, unmapped: people.filter(({ login }) => !isMember(login)).length },
        bots: [...new Set(bots)].sort().slice(0, mostBots),
        unknownLinks: await unknownLinks(all, kind),
        ahead: await aheadFacts(all, kind, datedAhead(counts, now), now),
        restating: await restatingIn(db as unknown as SnapshotDb),
      };
    },
    close,
  };
}

type Questions = ReturnType<typeof questionsOf>;

interface Counted {
  readonly facts: number;
  /** Milliseconds since the epoch. */
  readonly newest: number | null;
  /** The last time that one of them says, RFC 3339; empty: none. */
  readonly latest: string;
  /** Changes whose source can't tell a part of them. */
  readonly unknown: { readonly commits: number; readonly reviews: number };
  readonly bots: readonly string[];
}

/** Of each type its facts are read once, for all that is asked of them. */
function questionsOf(db: Kysely<Tables>, kind: 'sqlite' | 'postgres') {
  const field = (...path: readonly string[]) =>
    kind === 'sqlite'
      ? sql<string | null>`json_extract(body, ${sql.lit(`$.${path.join('.')}`)})`
      : sql<string | null>`(body::json #>> ${sql.lit(`{${path.join(',')}}`)})`;
  const lacking = (part: string) =>
    sql<number | string>`count(*) filter (where ${field('unknown')} like ${`%"${part}"%`})`;
  const named = (actor: string) => {
    const list = sql.raw(kind === 'sqlite' ? 'json_group_array' : 'json_agg');
    return sql<string | readonly string[] | null>`${list}(distinct ${field(actor, 'login')})
      filter (where ${field(actor, 'kind')} = 'bot' and ${field(actor, 'login')} is not null)`;
  };
  return {
    /** Of changes by the index of their numbers, which holds nothing else. */
    async repositories(of: 'change' | 'deployment'): Promise<readonly string[]> {
      const all = db.selectFrom('delivery_facts').select('repository').distinct().orderBy('repository');
      const rows = await (of === 'change'
        ? all.where('number', 'is not', null)
        : all.where('type', '=', of).where('repository', 'is not', null)
      ).execute();
      return rows.flatMap(({ repository }) => repository ?? []);
    },
    async counted(type: FactType): Promise<Counted> {
      const actor = actors[type];
      const row = await db
        .selectFrom('delivery_facts')
        .where('type', '=', type)
        .select(({ fn }) => [fn.countAll<number>().as('facts')])
        .select(sql<string | null>`max(${field(times[type])})`.as('newest'))
        .select(sql<string | null>`max(${sql.raw(latestOf(kind, type))})`.as('latest'))
        .$if(actor !== null, (query) => query.select(named(actor!).as('bots')))
        .$if(type === 'change', (query) =>
          query.select([lacking('commits').as('commits'), lacking('reviews').as('reviews')]),
        )
        .executeTakeFirstOrThrow();
      const at = Date.parse(row.newest ?? '');
      const bots = typeof row.bots === 'string' ? JSON.parse(row.bots) : row.bots;
      return {
        facts: Number(row.facts),
        newest: Number.isNaN(at) ? null : at,
        latest: row.latest ?? '',
        unknown: { commits: Number(row.commits ?? 0), reviews: Number(row.reviews ?? 0) },
        bots: (bots as readonly string[] | null | undefined) ?? [],
      };
    },
  };
}

type Counts = { readonly [Type in FactType]: Counted };

async function countsOf(ask: Questions): Promise<Counts> {
  return {
    change: await ask.counted('change'),
    event: await ask.counted('event'),
    commit: await ask.counted('commit'),
    deployment: await ask.counted('deployment'),
    incident: await ask.counted('incident'),
  };
}

/** Only these are read once more, to name what is. */
function datedAhead(counts: Counts, now: number): readonly FactType[] {
  const since = aheadSince(now);
  return (Object.keys(counts) as FactType[]).filter((type) => counts[type].latest > since);
}

const share = (part: number, of: number) => (of === 0 ? null : part / of);

function sourcesOf(
  counts: Counts,
  known: readonly string[],
  deploying: readonly string[],
): readonly SourceHealth[] {
  const source = (
    name: SourceHealth['source'],
    type: FactType,
    more: Pick<SourceHealth, 'repositories' | 'coverage'>,
  ): SourceHealth => {
    const { facts, newest } = counts[type];
    return { source: name, connected: facts > 0, facts, newest, ...more };
  };
  const { facts, unknown } = counts.change;
  const ofChanges = (part: 'commits' | 'reviews') => ({
    repositories: null,
    coverage: share(facts - unknown[part], facts),
  });
  const isKnown = new Set(known);
  const deployed = deploying.filter((one) => isKnown.has(one)).length;
  return [
    source('changes', 'change', { repositories: known.length, coverage: null }),
    source('commits', 'commit', ofChanges('commits')),
    source('reviews', 'event', ofChanges('reviews')),
    source('deployments', 'deployment', { repositories: deployed, coverage: share(deployed, known.length) }),
    source('incidents', 'incident', { repositories: null, coverage: null }),
  ];
}

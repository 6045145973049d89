import { type Kysely, sql } from 'kysely';
import { openState, type StateLocation } from '../../platform/db/index.ts';
import { deliveryMigrations } from './migrations.ts';
import type { DeliveryHealth, SourceHealth } from './reader.ts';

interface Tables {
  delivery_facts: { type: string; id: string; repository: string | null; body: string };
  delivery_people: { login: string };
}

/** Counts what there is, without reading it into memory. */
export interface HealthStore {
  health(isMember: (login: string) => boolean): Promise<DeliveryHealth>;
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

export async function openHealthStore(location: StateLocation): Promise<HealthStore> {
  const { db, kind, sqlite, close } = await openState<Tables>(location, 'delivery', deliveryMigrations);
  const ask = questionsOf(db, kind);
  return {
    version: async () => (sqlite === null ? null : Number(sqlite.pragma('data_version', { simple: true }))),
    health: async (isMember) => {
      const people = await db.selectFrom('delivery_people').select('login').execute();
      const bots = [...(await ask.bots('change', 'author')), ...(await ask.bots('event', 'by'))];
      const repositories = await ask.repositories('change');
      return {
        sources: await sourcesOf(ask, repositories),
        repositories,
        people: { known: people.length, unmapped: people.filter(({ login }) => !isMember(login)).length },
        bots: [...new Set(bots)].sort(),
      };
    },
    close,
  };
}

type Questions = ReturnType<typeof questionsOf>;

function questionsOf(db: Kysely<Tables>, kind: 'sqlite' | 'postgres') {
  const field = (...path: readonly string[]) =>
    kind === 'sqlite'
      ? sql<string | null>`json_extract(body, ${sql.lit(`$.${path.join('.')}`)})`
      : sql<string | null>`(body::json #>> ${sql.lit(`{${path.join(',')}}`)})`;
  const ofType = (type: string) => db.selectFrom('delivery_facts').where('type', '=', type);
  return {
    async repositories(type: string): Promise<readonly string[]> {
      const rows = await ofType(type).select('repository').distinct().orderBy('repository').execute();
      return rows.flatMap(({ repository }) => repository ?? []);
    },
    async counted(type: keyof typeof times) {
      const row = await ofType(type)
        .select(({ fn }) => [fn.countAll<number>().as('facts')])
        .select(sql<string | null>`max(${field(times[type])})`.as('newest'))
        .executeTakeFirstOrThrow();
      const at = Date.parse(row.newest ?? '');
      return { facts: Number(row.facts), newest: Number.isNaN(at) ? null : at };
    },
    /** Changes whose source can't tell a part of them. */
    async unknown(part: 'commits' | 'reviews'): Promise<number> {
      const row = await ofType('change')
        .where(sql<boolean>`${field('unknown')} like ${`%"${part}"%`}`)
        .select(({ fn }) => [fn.countAll<number>().as('count')])
        .executeTakeFirstOrThrow();
      return Number(row.count);
    },
    async bots(type: string, actor: string): Promise<readonly string[]> {
      const rows = await ofType(type)
        .where(sql<boolean>`${field(actor, 'kind')} = 'bot'`)
        .select(field(actor, 'login').as('login'))
        .distinct()
        .limit(200)
        .execute();
      return rows.flatMap(({ login }) => login ?? []);
    },
  };
}

const share = (part: number, of: number) => (of === 0 ? null : part / of);

async function sourcesOf(ask: Questions, known: readonly string[]): Promise<readonly SourceHealth[]> {
  const source = async (
    name: SourceHealth['source'],
    type: keyof typeof times,
    more: Pick<SourceHealth, 'repositories' | 'coverage'>,
  ): Promise<SourceHealth> => {
    const { facts, newest } = await ask.counted(type);
    return { source: name, connected: facts > 0, facts, newest, ...more };
  };
  const { facts } = await ask.counted('change');
  const ofChanges = async (part: 'commits' | 'reviews') => ({
    repositories: null,
    coverage: share(facts - (await ask.unknown(part)), facts),
  });
  const deployed = (await ask.repositories('deployment')).filter((one) => known.includes(one)).length;
  return [
    await source('changes', 'change', { repositories: known.length, coverage: null }),
    await source('commits', 'commit', await ofChanges('commits')),
    await source('reviews', 'event', await ofChanges('reviews')),
    await source('deployments', 'deployment', {
      repositories: deployed,
      coverage: share(deployed, known.length),
    }),
    await source('incidents', 'incident', { repositories: null, coverage: null }),
  ];
}

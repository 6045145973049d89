import type { CountDelta, Dimension, Facet, HourDelta, SessionDelta, TotalDelta } from './types.ts';

type Mutable<T> = { -readonly [K in keyof T]: T[K] };
type Figures = Omit<HourDelta, 'hour' | 'firstIndex' | 'lastIndex'>;
type Sums = Pick<
  SessionDelta,
  'calls' | 'refused' | 'inputTokens' | 'outputTokens' | 'costMicroUsd' | 'priced'
>;

const noFigures: Figures = {
  allowed: 0,
  refused: 0,
  failed: 0,
  unknown: 0,
  costMicroUsd: 0,
  priced: 0,
  unpriced: 0,
};

/** Adds up what a run of entries changes, so that each figure is written once a run. */
export interface Tally {
  hour(at: number, index: number, add: Partial<Figures>): void;
  count(at: number, dimension: Dimension, value: string, index: number, calls: number, refused: number): void;
  total(facet: Facet, value: string | null): void;
  session(
    about: Pick<SessionDelta, 'session' | 'assistant' | 'actor'> & { readonly repository: string | null },
    at: number,
    index: number,
    add: Partial<Sums>,
  ): void;
  readonly result: () => {
    readonly hours: readonly HourDelta[];
    readonly counts: readonly CountDelta[];
    readonly totals: readonly TotalDelta[];
    readonly sessions: readonly SessionDelta[];
  };
}

export const hourMs = 3_600_000;

export function createTally(): Tally {
  const hours = new Map<number, Mutable<HourDelta>>();
  const counts = new Map<string, Mutable<CountDelta>>();
  const totals = new Map<string, Mutable<TotalDelta>>();
  const sessions = new Map<string, SessionSum>();
  return {
    hour(at, index, add) {
      const hour = Math.floor(at / hourMs);
      const found = hours.get(hour) ?? { hour, firstIndex: index, lastIndex: index, ...noFigures };
      hours.set(hour, found);
      found.lastIndex = index;
      addTo(found, add);
    },
    count(at, dimension, value, index, calls, refused) {
      const hour = Math.floor(at / hourMs);
      const key = `${hour}\n${dimension}\n${value}`;
      const found = counts.get(key) ?? { hour, dimension, value, calls: 0, refused: 0, lastIndex: index };
      counts.set(key, found);
      found.lastIndex = index;
      addTo(found, { calls, refused });
    },
    total(facet, value) {
      if (value === null) return;
      const key = `${facet}\n${value}`;
      const found = totals.get(key) ?? { facet, value, count: 0 };
      totals.set(key, found);
      found.count += 1;
    },
    session(about, at, index, add) {
      const found = sessions.get(about.session) ?? newSum(about, at, index);
      sessions.set(about.session, found);
      if (about.repository !== null) found.repositories.add(about.repository);
      found.sums.lastAt = Math.max(found.sums.lastAt, at);
      found.sums.lastIndex = index;
      addTo(found.sums, add);
    },
    result: () => ({
      hours: [...hours.values()],
      counts: [...counts.values()],
      totals: [...totals.values()],
      sessions: [...sessions.values()].map(({ sums, repositories }) => ({
        ...sums,
        repositories: [...repositories],
      })),
    }),
  };
}

interface SessionSum {
  readonly sums: Mutable<Omit<SessionDelta, 'repositories'>>;
  readonly repositories: Set<string>;
}

function newSum(
  { session, assistant, actor }: Pick<SessionDelta, 'session' | 'assistant' | 'actor'>,
  at: number,
  index: number,
): SessionSum {
  const nothing = { calls: 0, refused: 0, inputTokens: 0, outputTokens: 0, costMicroUsd: 0, priced: 0 };
  const sums = { session, assistant, actor, firstAt: at, lastAt: at, lastIndex: index, ...nothing };
  return { sums, repositories: new Set() };
}

function addTo<T extends object>(target: T, add: Partial<Record<keyof T, number>>): void {
  const sums = target as Record<string, number>;
  const more = add as Readonly<Record<string, number>>;
  for (const name in more) sums[name] = (sums[name] ?? 0) + (more[name] ?? 0);
}

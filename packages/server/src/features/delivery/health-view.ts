import { type healthSchema, monthStart } from '@fairlead/core/delivery';
import type { Program } from '@fairlead/core/program';
import type { z } from 'zod';
import type { DeliveryHealth } from './reader.ts';

export interface HealthContext {
  /** Those of the program; none where there is no program. */
  readonly listed: Program['repositories'];
  /** Milliseconds since the epoch. */
  readonly now: number;
}

/** Sources that aren't of delivery. */
type OtherSources = readonly { readonly source: string; readonly connected: boolean }[];

/** How complete the facts are, held against what the program lists. */
export function viewOfHealth(
  { sources, repositories, people, bots, unknownLinks, ahead, restating }: DeliveryHealth,
  { listed, now }: HealthContext,
  others: OtherSources = [],
): z.output<typeof healthSchema> {
  const idOf = new Map(listed.flatMap(({ id, aliases }) => [id, ...aliases].map((name) => [name, id])));
  const known = new Set(repositories.map((name) => idOf.get(name) ?? name));
  const without = listed.map(({ id }) => id).filter((id) => !known.has(id));
  const share = listed.length === 0 ? null : (listed.length - without.length) / listed.length;
  return {
    asOf: new Date(now).toISOString(),
    sources: [
      ...sources.map(({ newest, ...source }) => ({
        ...source,
        coverage: source.source === 'changes' ? share : source.coverage,
        newest: newest === null ? null : new Date(newest).toISOString(),
        lagSeconds: newest === null ? null : Math.max(0, Math.round((now - newest) / 1000)),
      })),
      ...others
        .filter(({ source }) => !sources.some((one) => one.source === source))
        .map((other) => ({ ...uncounted, ...other })),
    ],
    repositories: {
      listed: listed.length,
      withFacts: listed.length - without.length,
      without,
      unlisted: [...known].filter((id) => !idOf.has(id)).sort(),
    },
    people,
    bots: [...bots],
    unknownLinks: { count: unknownLinks.count, links: [...unknownLinks.links] },
    ahead: { count: ahead.count, facts: [...ahead.facts] },
    restating: viewOfRestating(restating, now),
  };
}

/** What waits is restated with the first question of the month after the last time. */
function viewOfRestating({ lateFacts, waiting, restatedAt }: DeliveryHealth['restating'], now: number) {
  const time = (at: number) => new Date(at).toISOString();
  const next = monthStart((restatedAt ?? now) / 1000, 1) * 1000;
  return {
    ...{ lateFacts, waiting },
    restatedAt: restatedAt === null ? null : time(restatedAt),
    nextRestatement: lateFacts === 'monthly' ? time(next) : null,
  };
}

const uncounted = {
  facts: null,
  repositories: null,
  coverage: null,
  newest: null,
  lagSeconds: null,
};

import type { UnknownPart } from './facts.ts';
import type { Part, Timeline } from './timeline.ts';

type Instant = keyof Timeline['t'];

/** What of a change's life its source can tell: null is what it can't, too. */
export interface ToldTimeline extends Omit<Timeline, 't' | 'parts' | 'total'> {
  readonly t: { readonly [I in Instant]: number | null };
  /** They add up to `total` where all of them are known. */
  readonly parts: { readonly [P in Part]: number | null };
  readonly total: number | null;
}

const untold: {
  readonly [U in UnknownPart]: { readonly instants: readonly Instant[]; readonly parts: readonly Part[] };
} = {
  opened: { instants: ['opened'], parts: ['coding', 'draft', 'pickup', 'unreviewed'] },
  reviews: {
    instants: ['firstReview', 'approved'],
    parts: ['pickup', 'review', 'merge_wait', 'unreviewed'],
  },
  commits: { instants: ['start'], parts: ['coding'] },
};

/** A timeline without what its change's source doesn't know. */
export function toldTimeline(timeline: Timeline, unknown: readonly UnknownPart[] = []): ToldTimeline {
  const gone = new Set<string>(unknown.flatMap((part) => [...untold[part].instants, ...untold[part].parts]));
  const without = <Key extends string>(of: { readonly [K in Key]: number | null }) =>
    Object.fromEntries(Object.entries(of).map(([name, value]) => [name, gone.has(name) ? null : value])) as {
      readonly [K in Key]: number | null;
    };
  const hasStart = !unknown.includes('commits');
  return {
    ...timeline,
    t: without<Instant>(timeline.t),
    parts: without<Part>(timeline.parts),
    total: hasStart ? timeline.total : null,
    cycleTime: hasStart ? timeline.cycleTime : null,
    leadTime: hasStart ? timeline.leadTime : null,
  };
}

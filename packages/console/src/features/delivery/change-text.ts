import type { ChangeTimeline } from '../../api/types.ts';
import { messages } from '../../messages/en.ts';

/* How the life of one change reads: what hasn't happened, what never will, and what its source can't tell. */

const words = messages.delivery.change;
const flagNames: { readonly [flag: string]: string } = words.flagNames;

const shown = ['start', 'opened', 'firstReview', 'approved', 'merged', 'deployed'] as const;
export type Instant = (typeof shown)[number];

export interface InstantView {
  readonly id: Instant;
  /** RFC 3339; null where `word` says why there is none. */
  readonly at: string | null;
  readonly word: string;
}

/** What of a change a source may not know, by the instants that are unknown then. */
const whoseUnknown: { readonly [I in Instant]?: string } = {
  start: 'commits',
  opened: 'opened',
  firstReview: 'reviews',
  approved: 'reviews',
};

/** What happened when, in the order of a change's life. */
export function instantsOf(timeline: ChangeTimeline): readonly InstantView[] {
  return shown.map((id) => {
    const isUnknown = timeline.flags.includes(`${whoseUnknown[id]}_unknown`);
    const at = isUnknown ? null : timeline.t[id];
    return { id, at, word: isUnknown ? words.unknown : at === null ? absentWord(timeline, id) : '' };
  });
}

/** Its source tells, and it isn't there: it may still come, or it never did. */
function absentWord({ status, state }: ChangeTimeline, id: Instant): string {
  if (id === 'start' || id === 'opened') return words.unknown;
  if (id === 'deployed' && status === 'merged') return words.states[state];
  if (status === 'open') return id === 'firstReview' ? words.noneYet : words.notYet;
  return id === 'merged' || id === 'deployed' ? words.never : words.none;
}

/** Why there is no time to production. */
export function noLeadTime({ status, state, total }: ChangeTimeline): string {
  if (status !== 'merged') return status === 'open' ? words.notYet : words.never;
  return total === null ? words.unknown : words.states[state];
}

/** Why there is no time to the merge. */
export function noCycleTime({ status }: ChangeTimeline): string {
  return status === 'merged' ? words.unknown : status === 'open' ? words.notYet : words.never;
}

/** What is noteworthy of a change, in words; a flag that the catalogue doesn't know stays readable. */
export function flagTexts(flags: readonly string[]): readonly string[] {
  return flags.map((flag) => flagNames[flag] ?? flag.replaceAll('_', ' '));
}

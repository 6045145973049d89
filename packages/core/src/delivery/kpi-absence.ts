/* Why a figure has no value: a code for programs, beside the words for people. */

export const kpiReasons = [
  ...(['not_connected', 'nothing', 'few_people', 'few_known', 'small_rate', 'only_merged'] as const),
  ...(['not_reached', 'too_early', 'not_by_group', 'no_divisor', 'usage_unknown', 'unpublished'] as const),
] as const;
export type KpiReason = (typeof kpiReasons)[number];

/** What a row without a value says of that. */
export interface Absence {
  readonly note: string;
  readonly reason: KpiReason;
  /** Sources that were never heard of and that it can't do without. */
  readonly missing: readonly string[];
  /** Not shown: too few people or changes to be published. */
  readonly suppressed: boolean;
}

const hidden: ReadonlySet<KpiReason> = new Set([
  ...(['few_people', 'few_known', 'small_rate', 'too_early', 'unpublished'] as const),
]);

/** A row's absence in given words. */
export function absence(reason: KpiReason, note: string): Absence {
  return { note, reason, missing: [], suppressed: hidden.has(reason) };
}

/** What a row says that can't be known for want of sources. */
export function notConnected(missing: readonly string[]): Absence {
  const note = `unknown: source not connected (${missing.join(', ')})`;
  return { ...absence('not_connected', note), missing };
}

import type { FigureInputs } from './measures.ts';

export type KpiUnit = 'seconds' | 'share' | 'changes per week';

/** What a figure needs before it says anything. */
export type KpiSource = 'changes' | 'reviews' | 'deployments' | 'incidents';

/** The definition of one figure. A change of meaning is a new version. */
export interface KpiDefinition {
  readonly id: string;
  readonly version: string;
  /** In words; `of` is the same in code. */
  readonly formula: string;
  readonly unit: KpiUnit;
  /** Which changes a window holds. */
  readonly window: string;
  readonly minimumN: number;
  readonly owner: string;
  readonly source: KpiSource;
  /** It adds what it knows: without it the figure is a lower bound, and says so. */
  readonly addedBy?: KpiSource;
  readonly of: KpiFormula;
}

/** Spans that a figure can be about: one a change, or several. */
export type SpanColumn = 'cycle' | 'lead' | 'pickup' | 'botReview' | 'answers';

/** A figure over merged changes. */
export type ChangeFormula = {
  /** Changes the figure is about. */
  readonly eligible: (change: FigureInputs) => boolean;
  /** Those of which it's known; coverage is their share. */
  readonly known: (change: FigureInputs) => boolean;
} & (
  | { readonly kind: 'quantile'; readonly p: number; readonly column: SpanColumn }
  /** A hit may be a part of one: a whole multiple of one by `shareUnits`. */
  | { readonly kind: 'rate'; readonly hit: (change: FigureInputs) => number }
  /** Changes a week. */
  | { readonly kind: 'pace' }
);

export type KpiFormula =
  | ChangeFormula
  /** Over all changes opened in the window: the time by which a share of them was merged, which others never are. */
  | { readonly kind: 'incidence'; readonly p: number };

/** Eligible or known without a condition; readers of many changes know it by its identity. */
export const everything = () => true;

/** The spans of one change in a column. */
export function spansIn(change: FigureInputs, column: SpanColumn): readonly number[] {
  if (column === 'answers') return change.answers;
  const span = change[column];
  return span === null ? [] : [span];
}

const isAnswered = ({ answers }: FigureInputs) => answers.length > 0;

const byMergeWeek = 'changes merged in the window, by merge week (UTC)';
const common = { version: 'v1', window: byMergeWeek, owner: 'platform' } as const;

interface Span {
  readonly id: string;
  readonly formula: string;
  readonly source: KpiSource;
  readonly eligible?: (change: FigureInputs) => boolean;
  readonly column: SpanColumn;
}

const levels = [
  ['p50', 0.5, 'Median'],
  ['p75', 0.75, '75th percentile'],
  ['p90', 0.9, '90th percentile'],
] as const;

function quantilesOf({ id, formula, source, eligible = everything, column }: Span): readonly KpiDefinition[] {
  return levels.map(([name, p, words]) => ({
    ...common,
    id: `${id}.${name}`,
    formula: `${words} of: ${formula}`,
    unit: 'seconds',
    minimumN: 20,
    source,
    of: {
      kind: 'quantile',
      p,
      column,
      eligible,
      known: column === 'answers' ? isAnswered : (change) => change[column] !== null,
    },
  }));
}

interface Rate {
  readonly id: string;
  readonly formula: string;
  readonly source: KpiSource;
  readonly version?: string;
  readonly addedBy?: KpiSource;
  readonly known?: (change: FigureInputs) => boolean;
  readonly hit: (change: FigureInputs) => number;
}

function rateOf({ known = everything, hit, ...described }: Rate): KpiDefinition {
  return {
    ...common,
    ...described,
    unit: 'share',
    minimumN: 20,
    of: {
      kind: 'rate',
      hit,
      eligible: everything,
      known,
    },
  };
}

const matured = ({ matured: known }: FigureInputs) => known;

/** Every figure of delivery, in the order in which they are read. */
export const kpiDefinitions: readonly KpiDefinition[] = [
  ...quantilesOf({
    id: 'cycle_time',
    formula: 'first commit to merge, without the time a change was closed (timeline/v1)',
    source: 'changes',
    column: 'cycle',
  }),
  ...quantilesOf({
    id: 'lead_time',
    formula:
      'first commit to the first successful production deployment that holds the merge, without closed time',
    source: 'deployments',
    eligible: ({ state }) => state !== 'not_applicable',
    column: 'lead',
  }),
  ...quantilesOf({
    id: 'review_latency',
    formula:
      'time in pickup: open and ready, until the first review by a human who is neither author nor driver',
    source: 'reviews',
    column: 'pickup',
  }),
  ...quantilesOf({
    id: 'review_request_latency',
    formula: 'a person being asked for a review until that person’s submitted review',
    source: 'reviews',
    eligible: isAnswered,
    column: 'answers',
  }),
  ...quantilesOf({
    id: 'bot_review_latency',
    formula: 'opening until the first review by a bot',
    source: 'reviews',
    eligible: ({ botReview }) => botReview !== null,
    column: 'botReview',
  }),
  rateOf({
    id: 'defect_rate',
    version: 'v4',
    formula:
      'changes named as the cause of a defect within 28 days of their merge, each with its share of the defects, at most 1 ÷ changes merged at least 28 days ago',
    source: 'changes',
    addedBy: 'incidents',
    known: matured,
    hit: ({ defect }) => defect?.weight ?? 0,
  }),
  rateOf({
    id: 'reversal_rate',
    version: 'v4',
    formula:
      'changes taken back, or named as the cause of an incident, within 28 days of their merge ÷ changes merged at least 28 days ago',
    source: 'changes',
    addedBy: 'incidents',
    known: matured,
    hit: ({ reversed }) => Number(reversed),
  }),
  rateOf({
    id: 'unreviewed_rate',
    formula: 'changes merged without a submitted review by a qualified human ÷ merged changes',
    source: 'reviews',
    known: ({ reviewsKnown }) => reviewsKnown,
    hit: ({ unreviewed }) => Number(unreviewed),
  }),
  {
    ...common,
    id: 'throughput',
    version: 'v2',
    formula: 'merged changes ÷ weeks, of each repository over the weeks that are published of it, added up',
    unit: 'changes per week',
    minimumN: 20,
    source: 'changes',
    of: {
      kind: 'pace',
      eligible: everything,
      known: everything,
    },
  },
  {
    ...common,
    id: 'time_to_merge.p50',
    formula:
      'opening until half of all changes are merged, of those opened in the window; one that is closed never is (Aalen–Johansen)',
    window: 'changes opened in the window, by the week of opening (UTC)',
    unit: 'seconds',
    minimumN: 20,
    source: 'changes',
    of: { kind: 'incidence', p: 0.5 },
  },
];

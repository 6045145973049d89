import type { ChangeMeasures } from './measures.ts';

export type KpiUnit = 'seconds' | 'share' | 'changes per week' | 'per 100 changes' | 'USD' | 'count';

/** What a figure needs before it says anything. */
export type KpiSource =
  | 'changes'
  | 'reviews'
  | 'deployments'
  | 'incidents'
  | 'sessions'
  | 'budgets'
  | 'scanners';

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
  /** Null where the source isn't one of delivery: the figure reads unknown until it's connected. */
  readonly of: KpiFormula | null;
}

export type KpiFormula = {
  /** Changes the figure is about. */
  readonly eligible: (change: ChangeMeasures) => boolean;
  /** Those of which it's known; coverage is their share. */
  readonly known: (change: ChangeMeasures) => boolean;
} & (
  | {
      readonly kind: 'quantile';
      readonly p: number;
      readonly spans: (change: ChangeMeasures) => readonly number[];
    }
  | { readonly kind: 'rate'; readonly hit: (change: ChangeMeasures) => boolean }
  /** Changes a week. */
  | { readonly kind: 'pace' }
);

const everything = () => true;
const byMergeWeek = 'changes merged in the window, by merge week (UTC)';
const common = { version: 'v1', window: byMergeWeek, owner: 'platform' } as const;

interface Span {
  readonly id: string;
  readonly formula: string;
  readonly source: KpiSource;
  readonly eligible?: (change: ChangeMeasures) => boolean;
  readonly spans: (change: ChangeMeasures) => readonly number[];
}

const levels = [
  ['p50', 0.5, 'Median'],
  ['p75', 0.75, '75th percentile'],
  ['p90', 0.9, '90th percentile'],
] as const;

function quantilesOf({ id, formula, source, eligible = everything, spans }: Span): readonly KpiDefinition[] {
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
      spans,
      eligible,
      known: (change) => spans(change).length > 0,
    },
  }));
}

interface Rate {
  readonly id: string;
  readonly formula: string;
  readonly source: KpiSource;
  readonly known?: (change: ChangeMeasures) => boolean;
  readonly hit: (change: ChangeMeasures) => boolean;
}

function rateOf({ id, formula, source, known = everything, hit }: Rate): KpiDefinition {
  return {
    ...common,
    id,
    formula,
    unit: 'share',
    minimumN: 20,
    source,
    of: {
      kind: 'rate',
      hit,
      eligible: everything,
      known,
    },
  };
}

const one = (value: number | null) => (value === null ? [] : [value]);
const matured = ({ matured: known }: ChangeMeasures) => known;

/** Every figure of delivery, in the order in which they are read. */
export const kpiDefinitions: readonly KpiDefinition[] = [
  ...quantilesOf({
    id: 'cycle_time',
    formula: 'first commit to merge, without the time a change was closed (timeline/v1)',
    source: 'changes',
    spans: ({ cycle }) => one(cycle),
  }),
  ...quantilesOf({
    id: 'lead_time',
    formula:
      'first commit to the first successful production deployment that holds the merge, without closed time',
    source: 'deployments',
    eligible: ({ state }) => state !== 'not_applicable',
    spans: ({ lead }) => one(lead),
  }),
  ...quantilesOf({
    id: 'review_latency',
    formula:
      'time in pickup: open and ready, until the first review by a human who is neither author nor driver',
    source: 'reviews',
    spans: ({ pickup }) => one(pickup),
  }),
  ...quantilesOf({
    id: 'review_request_latency',
    formula: 'a person being asked for a review until that person’s submitted review',
    source: 'reviews',
    eligible: ({ answers }) => answers.length > 0,
    spans: ({ answers }) => answers,
  }),
  ...quantilesOf({
    id: 'bot_review_latency',
    formula: 'opening until the first review by a bot',
    source: 'reviews',
    eligible: ({ botReview }) => botReview !== null,
    spans: ({ botReview }) => one(botReview),
  }),
  rateOf({
    id: 'defect_rate',
    formula:
      'changes named as the cause of a defect within 28 days of their merge ÷ changes merged at least 28 days ago',
    source: 'changes',
    known: matured,
    hit: ({ defect }) => defect !== null,
  }),
  rateOf({
    id: 'reversal_rate',
    formula: 'changes taken back within 28 days of their merge ÷ changes merged at least 28 days ago',
    source: 'changes',
    known: matured,
    hit: ({ reversed }) => reversed,
  }),
  rateOf({
    id: 'unreviewed_rate',
    formula: 'changes merged without a submitted review by a qualified human ÷ merged changes',
    source: 'reviews',
    known: ({ reviewsKnown }) => reviewsKnown,
    hit: ({ unreviewed }) => unreviewed,
  }),
  {
    ...common,
    id: 'throughput',
    formula: 'merged changes ÷ weeks of the window',
    unit: 'changes per week',
    minimumN: 20,
    source: 'changes',
    of: {
      kind: 'pace',
      eligible: everything,
      known: everything,
    },
  },
];

import type { AuditRow, CallResult } from './api.ts';

/** What an outcome, a recovery or a repeat takes over from the decision it belongs to. */
export interface CallFacts {
  readonly op: string;
  readonly repository: string | null;
  readonly actor: string | null;
  readonly assistant: string | null;
  readonly vendor: string | null;
  readonly model: string | null;
  readonly session: string | null;
  readonly dataClasses: readonly string[];
  readonly policyIds: readonly string[];
}

/** A row on its way into the store. */
export interface NewRow extends AuditRow {
  /** What the row can be found by, as words separated by blanks. */
  readonly words: string;
}

/** What one entry adds to an hour. */
export interface HourDelta {
  /** Hours since the epoch. */
  readonly hour: number;
  readonly firstIndex: number;
  readonly lastIndex: number;
  readonly allowed: number;
  readonly refused: number;
  /** Allowed calls that the vendor or the way to it failed. */
  readonly failed: number;
  /** Allowed calls whose end nobody recorded. */
  readonly unknown: number;
  readonly costMicroUsd: number;
  readonly priced: number;
  readonly unpriced: number;
}

export type Dimension = 'assistant' | 'repository' | 'policy' | 'finding';

/** Calls of one hour by what they have in common. For findings `calls` counts what was found. */
export interface CountDelta {
  readonly hour: number;
  readonly dimension: Dimension;
  readonly value: string;
  readonly calls: number;
  readonly refused: number;
  readonly lastIndex: number;
}

export type Facet = 'kind' | 'decision' | 'policyId' | 'repository' | 'vendor' | 'model' | 'assistant';

export interface TotalDelta {
  readonly facet: Facet;
  readonly value: string;
  readonly count: number;
}

export interface SessionDelta {
  readonly session: string;
  readonly assistant: string | null;
  readonly actor: string | null;
  readonly repositories: readonly string[];
  /** Milliseconds since the epoch. */
  readonly firstAt: number;
  readonly lastAt: number;
  readonly lastIndex: number;
  readonly calls: number;
  readonly refused: number;
  readonly inputTokens: number;
  readonly outputTokens: number;
  readonly costMicroUsd: number;
  readonly priced: number;
}

/** What a call ended with, to be written to the row of its decision. */
export interface OutcomeOf {
  readonly op: string;
  readonly result: CallResult;
}

/** Everything a run of entries changes, written in one transaction. */
export interface AuditBatch {
  /** The first entry of the run. */
  readonly first: number;
  /** The entry to read next. */
  readonly next: number;
  /** Id of the last entry taken in. */
  readonly lastId: string;
  readonly rows: readonly NewRow[];
  readonly outcomes: readonly OutcomeOf[];
  readonly hours: readonly HourDelta[];
  readonly counts: readonly CountDelta[];
  readonly totals: readonly TotalDelta[];
  readonly sessions: readonly SessionDelta[];
}

import type { Skipped, UnitKind } from '../wire/types.ts';

/** A structured token · B credential in a known file shape · C keyword assignment · D lone high entropy. */
export type Grade = 'A' | 'B' | 'C' | 'D';

/** What inspection found, grouped per detector, data class, unit kind and value. Never holds the value. */
export interface Finding {
  readonly detector: string;
  /** The data class, a key of data-handling.yaml. */
  readonly class: string;
  readonly grade: Grade | null;
  readonly kind: UnitKind;
  readonly count: number;
  /** HMAC-SHA-256 of the value, lower-case hex; null for low-entropy kinds (cards, national ids). */
  readonly digest: string | null;
}

/** What was looked at and what was not, so that "inspected" can't be claimed without inspection. */
export interface Coverage {
  /** Detector groups that ran, sorted. */
  readonly inspected: readonly string[];
  readonly skipped: readonly Skipped[];
  /** `version@sha256-hex` of the ruleset. */
  readonly ruleset: string;
}

export interface InspectionReport {
  readonly result: 'clean' | 'findings' | 'uninspectable';
  /** At most 64 groups; `truncated` says that there were more. */
  readonly findings: readonly Finding[];
  readonly truncated: boolean;
  /** Data classes present, sorted, unique. */
  readonly dataClasses: readonly string[];
  readonly coverage: Coverage;
}

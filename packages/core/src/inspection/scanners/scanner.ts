/** A credential found by a hand-written reader. */
export interface Scanned {
  readonly start: number;
  readonly end: number;
  readonly value: string;
  /** Share of one item in a request's density of personal data; 1 when absent. */
  readonly weight?: number;
}

/** What one try of a scanner came to. `resume`: anchors before this offset need no further try (keeps it linear). */
export interface ScanStep {
  readonly found: Scanned | null;
  readonly resume: number;
}

/** Reads at the anchor `text[start, end)`; `from` is where the last try left off. */
export type Scanner = (text: string, start: number, end: number, from: number) => ScanStep;

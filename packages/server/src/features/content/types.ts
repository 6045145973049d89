export type Part = 'request' | 'response';

/** What is kept of one call, before it is encrypted. */
export interface KeptItem {
  readonly op: string;
  readonly part: Part;
  readonly session: string | null;
  /** Pseudonym. */
  readonly actor: string;
  readonly repository: string | null;
  /** Of the rule that keeps it. */
  readonly days: number;
  /** Milliseconds since the epoch. */
  readonly at: number;
  /** 32 random bytes, hashed before the content. */
  readonly salt: Uint8Array;
  readonly bytes: Uint8Array;
}

/** Whose content to erase. */
export type Subject =
  | { readonly kind: 'op'; readonly value: string }
  | { readonly kind: 'session'; readonly value: string }
  | { readonly kind: 'pseudonym'; readonly value: string }
  /** A period, by deleting its key. */
  | { readonly kind: 'period'; readonly value: string }
  /** Everything that was kept before a day, `YYYY-MM-DD` in UTC, by deleting the keys of its periods. */
  | { readonly kind: 'before'; readonly value: string };

/** Decrypted content of a call; null for a part that is not there. */
export interface OpenedContent {
  readonly request: OpenedPart | null;
  readonly response: OpenedPart | null;
}

export interface OpenedPart {
  readonly salt: Uint8Array;
  readonly bytes: Uint8Array;
}

export interface ContentCounts {
  readonly items: number;
  readonly periods: readonly { readonly period: string; readonly items: number }[];
}

/** A period that is over and was deleted. */
export interface ExpiredPeriod {
  readonly period: string;
  readonly items: number;
}

/** Which periods are over. Times are milliseconds since the epoch. */
export interface Expiry {
  readonly now: number;
  /** Days that anything is kept at most, also what was kept for longer; null: as it was kept. */
  readonly longestDays: number | null;
  /** What was recorded from then on is held; null: nothing is. */
  readonly heldFrom: number | null;
}

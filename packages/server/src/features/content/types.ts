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
  | { readonly kind: 'period'; readonly value: string };

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

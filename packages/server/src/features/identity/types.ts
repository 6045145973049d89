import type { KeyRow, TokenRow } from './api.ts';

/** A key as it is kept: the secret only as its SHA-256 in lower-case hex. */
export interface KeyRecord extends KeyRow {
  readonly digest: string;
}

/** A control-plane token as it is kept. */
export interface TokenRecord extends TokenRow {
  readonly digest: string;
}

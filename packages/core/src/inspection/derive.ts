/**
 * The texts to scan for one unit. The first is always the text itself; a decode ladder adds what the text hides
 * (base64, escapes, homoglyphs…) through this seam, and says with `exceeded` that it gave up.
 */
export interface Derived {
  readonly texts: readonly string[];
  /** Why not everything was derived, or null. A unit that exceeded counts as not inspected. */
  readonly exceeded: string | null;
}

export type Derive = (text: string) => Derived;

/** No decoding: the text as it stands. */
export const deriveNothing: Derive = (text) => ({ texts: [text], exceeded: null });

import type { Scanned } from '../scanners/scanner.ts';

/** Reads a whole text without an anchor, in time linear in its length. */
export type Sweep = (text: string) => readonly Scanned[];

/** A run of characters that belong together. */
export interface Run {
  readonly start: number;
  readonly end: number;
}

export const LOWER = 1;
export const UPPER = 2;
export const DIGIT = 4;
/** `+ / _ -` */
export const TOKEN_MARK = 8;
export const SPACE = 16;
export const HYPHEN = 32;

const KINDS = new Uint8Array(65536);
for (let unit = 48; unit <= 57; unit += 1) KINDS[unit] = DIGIT;
for (let unit = 65; unit <= 90; unit += 1) KINDS[unit] = UPPER;
for (let unit = 97; unit <= 122; unit += 1) KINDS[unit] = LOWER;
for (const mark of '+/_') KINDS[mark.charCodeAt(0)] = TOKEN_MARK;
KINDS[45] = TOKEN_MARK + HYPHEN;
KINDS[32] = SPACE;

const kindsAt = (text: string, at: number): number => KINDS[text.charCodeAt(at)] as number;

/** What the members of a run are. */
export interface RunShape {
  /** Runs shorter than this are of no interest. */
  readonly shortest: number;
  /** Kinds of characters that belong, added up. */
  readonly kinds: number;
  /** Kinds of which one character may stand between two that belong, added up; 0 for none. */
  readonly gaps: number;
}

function isInside(text: string, at: number, { kinds, gaps }: RunShape): boolean {
  const kind = kindsAt(text, at);
  if ((kind & kinds) !== 0) return true;
  if ((kind & gaps) === 0 || at === 0 || at + 1 >= text.length) return false;
  return (kindsAt(text, at - 1) & kinds) !== 0 && (kindsAt(text, at + 1) & kinds) !== 0;
}

/**
 * Runs of at least `shortest` characters, found by looking only at every `shortest`-th character and widening from
 * there, so that ordinary text costs almost nothing.
 */
export function findRuns(text: string, shape: RunShape): Run[] {
  const { shortest } = shape;
  const either = shape.kinds | shape.gaps;
  const runs: Run[] = [];
  let done = 0;
  for (let probe = shortest - 1; probe < text.length; probe += shortest) {
    // Most probes end here.
    if ((kindsAt(text, probe) & either) === 0 || !isInside(text, probe, shape)) continue;
    let end = probe + 1;
    while (end < text.length && isInside(text, end, shape)) end += 1;
    let start = probe;
    while (start > done && isInside(text, start - 1, shape)) start -= 1;
    if (end - start >= shortest) runs.push({ start, end });
    done = end;
    // The character at `end` is outside, so a further run of that length holds `end - 1 + shortest` if it began by then.
    probe = Math.max(probe, end - 1);
  }
  return runs;
}

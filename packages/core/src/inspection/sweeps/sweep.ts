import type { Scanned } from '../scanners/scanner.ts';
import { type Source, unitsBefore } from '../source.ts';

/** Reads a whole text without an anchor, in time linear in its length. */
export type Sweep = (source: Source) => readonly Scanned[];

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

const KINDS = new Uint8Array(256);
for (let unit = 48; unit <= 57; unit += 1) KINDS[unit] = DIGIT;
for (let unit = 65; unit <= 90; unit += 1) KINDS[unit] = UPPER;
for (let unit = 97; unit <= 122; unit += 1) KINDS[unit] = LOWER;
for (const mark of '+/_') KINDS[mark.charCodeAt(0)] = TOKEN_MARK;
KINDS[45] = TOKEN_MARK + HYPHEN;
KINDS[32] = SPACE;

/** What the members of a run are. */
export interface RunShape {
  /** Runs shorter than this are of no interest. */
  readonly shortest: number;
  /** Kinds of characters that belong, added up. */
  readonly kinds: number;
  /** Kinds of which one character may stand between two that belong, added up; 0 for none. */
  readonly gaps: number;
}

function isInside({ bytes, length }: Source, at: number, { kinds, gaps }: RunShape): boolean {
  const kind = KINDS[bytes[at] as number] as number;
  if ((kind & kinds) !== 0) return true;
  if ((kind & gaps) === 0 || at === 0 || at + 1 >= length) return false;
  const before = KINDS[bytes[at - 1] as number] as number;
  const after = KINDS[bytes[at + 1] as number] as number;
  return (before & kinds) !== 0 && (after & kinds) !== 0;
}

/** Offsets of a run's bytes as offsets of the text. */
function inUnits(source: Source, runs: readonly Run[]): readonly Run[] {
  if (runs.length === 0 || source.length === source.text.length) return runs;
  const offsetOf = unitsBefore(source);
  return runs.map(({ start, end }) => ({ start: offsetOf(start), end: offsetOf(end) }));
}

/**
 * Runs of at least `shortest` characters, found by looking only at every so many characters and widening from there,
 * so that ordinary text costs almost nothing.
 */
export function findRuns(source: Source, shape: RunShape): readonly Run[] {
  const { bytes, length } = source;
  const { shortest, kinds } = shape;
  const runs: Run[] = [];
  let done = 0;
  // No two gaps stand together, so of two neighbours inside a run one is no gap; and every run holds both of a probe.
  const step = shortest - 1;
  for (let probe = step; probe < length; probe += step) {
    const both = (KINDS[bytes[probe] as number] as number) | (KINDS[bytes[probe - 1] as number] as number);
    // Most probes end here.
    if ((both & kinds) === 0 || !isInside(source, probe, shape)) continue;
    let end = probe + 1;
    while (end < length && isInside(source, end, shape)) end += 1;
    let start = probe;
    while (start > done && isInside(source, start - 1, shape)) start -= 1;
    if (end - start >= shortest) runs.push({ start, end });
    done = end;
    // The character at `end` is outside, so a further run of that length holds `end + step` if it began by then.
    probe = Math.max(probe, end);
  }
  return inUnits(source, runs);
}

/** The same for runs without gaps whose characters are frequent: reads backwards, so that each break skips far. */
export function findSolidRuns(source: Source, shortest: number, kinds: number): readonly Run[] {
  const { bytes, length } = source;
  const runs: Run[] = [];
  // No run begins before `start`.
  for (let start = 0; start + shortest <= length; ) {
    let at = start + shortest - 1;
    while (at >= start && ((KINDS[bytes[at] as number] as number) & kinds) !== 0) at -= 1;
    if (at >= start) {
      start = at + 1;
      continue;
    }
    let end = start + shortest;
    while (end < length && ((KINDS[bytes[end] as number] as number) & kinds) !== 0) end += 1;
    runs.push({ start, end });
    start = end;
  }
  return inUnits(source, runs);
}

import type { Scanned } from '../scanners/scanner.ts';

/** Reads a whole text without an anchor, in time linear in its length. */
export type Sweep = (text: string) => readonly Scanned[];

/** A run of characters that belong together. */
export interface Run {
  readonly start: number;
  readonly end: number;
}

/**
 * Runs of at least `shortest` characters for which `belongs` holds, found by looking only at every `shortest`-th
 * character and widening from there, so that ordinary text costs almost nothing. With `gap`, one character for which
 * `gap` holds may stand between two that belong.
 */
export function findRuns(
  text: string,
  shortest: number,
  belongs: (unit: number) => boolean,
  gap?: (unit: number) => boolean,
): Run[] {
  const runs: Run[] = [];
  const inside = (at: number): boolean => {
    const unit = text.charCodeAt(at);
    if (belongs(unit)) return true;
    if (gap === undefined || !gap(unit)) return false;
    return belongs(text.charCodeAt(at - 1)) && belongs(text.charCodeAt(at + 1));
  };
  let done = 0;
  for (let probe = shortest - 1; probe < text.length; probe += shortest) {
    if (probe < done || !inside(probe)) continue;
    let start = probe;
    while (start > done && inside(start - 1)) start -= 1;
    let end = probe + 1;
    while (end < text.length && inside(end)) end += 1;
    if (end - start >= shortest) runs.push({ start, end });
    done = end;
    // The character at `end` isn't inside, so a further run of that length covers `end - 1 + shortest` if it starts by then.
    probe = Math.max(probe, end - 1);
  }
  return runs;
}

import type { CompiledDetector, Ruleset } from './ruleset.ts';
import type { Match } from './scan.ts';
import type { Grade } from './types.ts';

const RANK: Readonly<Record<Grade, number>> = { A: 0, B: 1, C: 2, D: 3 };

const rankOf = (detector: CompiledDetector): number =>
  detector.data.grade === null ? 4 : RANK[detector.data.grade];

/** True when one of the sorted, non-overlapping `kept` spans overlaps the match. Binary search. */
function overlaps(kept: readonly Match[], match: Match): boolean {
  let low = 0;
  let high = kept.length;
  while (low < high) {
    const middle = (low + high) >> 1;
    if ((kept[middle] as Match).end <= match.start) low = middle + 1;
    else high = middle;
  }
  const next = kept[low];
  return next !== undefined && next.start < match.end;
}

/**
 * One reading for each stretch of text: a better grade wins over a worse one that overlaps it, secrets over personal
 * data, and within a grade the longer match. So a token in a .env file is one finding, not three.
 */
export function resolveOverlaps(ruleset: Ruleset, matches: readonly Match[]): readonly Match[] {
  if (matches.length < 2) return matches;
  const byRank: Match[][] = [[], [], [], [], []];
  for (const match of matches) {
    (byRank[rankOf(ruleset.detectors[match.detector] as CompiledDetector)] as Match[]).push(match);
  }
  let kept: Match[] = [];
  for (const rank of byRank) {
    const free = rank.filter((match) => !overlaps(kept, match));
    free.sort((a, b) => a.start - b.start || b.end - a.end || a.detector - b.detector);
    const chosen: Match[] = [];
    for (const match of free) {
      const last = chosen.at(-1);
      if (last === undefined || match.start >= last.end) chosen.push(match);
      else if (match.end - match.start > last.end - last.start) chosen[chosen.length - 1] = match;
    }
    kept = [...kept, ...chosen].sort((a, b) => a.start - b.start);
  }
  return kept;
}

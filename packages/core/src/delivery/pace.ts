import { clusterInterval } from '../statistics/index.ts';
import { type AtomBounds, atomKey } from './atoms.ts';
import { intervalOver, type KpiEstimate, type KpiWindow } from './kpi-estimate.ts';
import type { WeekNumber } from './weeks.ts';

/*
 * Changes a week. A window rarely begins and ends where atoms do. Were only whole atoms counted, the figure would grow
 * with the window and halve where atoms are long; so an atom that the window cuts counts by the share of its weeks that
 * lie within. What is published still comes of whole atoms only.
 */

/** What is counted of an atom. */
export interface CountedAtom extends AtomBounds {
  /** The week of each change, or of several at once. */
  readonly weeks: readonly { readonly week: WeekNumber; readonly changes: number }[];
}

/**
 * A pace is a property of weeks, not of changes: for its interval each week is a block, however many teams there are.
 * @param atoms those of which some part lies in the window
 * @param teams whose changes they are
 */
export function estimatePace(
  atoms: readonly CountedAtom[],
  teams: readonly string[],
  window: KpiWindow,
): KpiEstimate {
  const clusters = weeksOfPace(atoms, window);
  const interval = () => clusterInterval({ clusters, estimate: mean, least: 0, seed: window.seed });
  return { value: mean(clusters), ...intervalOver('weeks', teams, clusters.length, interval, window) };
}

/** Changes in each week of the window: of an atom as many as its share of weeks says, on the weeks that had them. */
function weeksOfPace(atoms: readonly CountedAtom[], { from, weeks }: KpiWindow): readonly number[] {
  const sums = Array.from({ length: weeks }, () => 0);
  // In the order of their names, so that sums don't depend on the order in which changes became known.
  const sorted = [...atoms].sort((a, b) => a.from - b.from || (atomKey(a) < atomKey(b) ? -1 : 1));
  for (const atom of sorted) {
    const first = Math.max(atom.from, from);
    const last = Math.min(atom.to, from + weeks);
    const counts = Array.from({ length: Math.max(0, last - first) }, () => 0);
    let all = 0;
    for (const { week, changes } of atom.weeks) {
      all += changes;
      if (week >= first && week < last) counts[week - first]! += changes;
    }
    const within = counts.reduce((a, b) => a + b, 0);
    const share = (all * counts.length) / (atom.to - atom.from);
    counts.forEach((count, i) => {
      sums[first - from + i]! += within === 0 ? share / counts.length : (count / within) * share;
    });
  }
  return sums;
}

function mean(counts: readonly number[]): number | null {
  return counts.length === 0 ? null : counts.reduce((a, b) => a + b, 0) / counts.length;
}

/**
 * How much of all changes of a window its pace holds, in tenths, so that nobody subtracts them: the rest is of too few
 * people to be published, or their weeks aren't decided yet.
 */
export function coverageOfPace(pace: number, weeks: number, all: number): number {
  return all === 0 ? 1 : Math.min(10, Math.round((10 * pace * weeks) / all)) / 10;
}

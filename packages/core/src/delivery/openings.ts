import { cumulativeIncidence, incidenceQuantile, type Observation } from '../statistics/index.ts';
import type { AtomItem } from './atoms.ts';
import type { MeasuredChange, MeasureOptions } from './measures.ts';
import { weekOf } from './weeks.ts';

/** A change from when it was opened on, however it ended or hasn't yet. */
export interface Opening extends AtomItem, Observation {
  /** Its source knows when it was opened. */
  readonly known: boolean;
}

/** What became of every change: merged, closed for good (so that it's never merged), or open still. */
export function openingsOf(
  changes: readonly MeasuredChange[],
  { now, teamOf }: Omit<MeasureOptions, 'clockOf'>,
): readonly Opening[] {
  return changes.map(({ repository, contributor, status, opened, openedKnown, ended }) => ({
    team: teamOf(repository),
    repository,
    week: weekOf(opened),
    contributor,
    time: Math.max(0, (ended ?? now) - opened),
    end: status === 'merged' ? 'event' : status === 'closed' ? 'competing' : 'censored',
    known: openedKnown,
  }));
}

/** The time by which the share `p` of all was merged, seconds; null: not reached. */
export function timeToMerge(openings: readonly Opening[], p: number): number | null {
  return incidenceQuantile(cumulativeIncidence(openings), p);
}

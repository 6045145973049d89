import { z } from 'zod';

/* What the collector goes on from, kept beside the facts and written in one transaction with those of its page. */

/** A place in a list that is in order of time: everything up to `at` has been read, and `cursor` stands behind it. */
const mark = z.object({ at: z.string(), cursor: z.string() });
export type Mark = z.output<typeof mark>;

const state = z.object({
  v: z.literal(1),
  /** Node id of the repository: names change, and may come to mean another one. */
  node: z.string(),
  changes: z.array(mark),
  deployments: z.array(mark),
  /** When the oldest deployment began that had no outcome yet; it is read again from there. */
  pendingSince: z.string().nullable(),
  /** Whether of every deployment that was read it is known which commits it brought. */
  ranges: z.boolean().default(false),
  /** Time stamp of the newest issue that was read. */
  incidents: z.object({ label: z.string(), at: z.string() }).nullable(),
  /** The day (UTC) of the last random re-check. */
  recheckedOn: z.string().nullable(),
});
export type CollectState = z.output<typeof state>;

export function sourceOf(repository: string): string {
  return `github ${repository}`;
}

export function freshState(node: string): CollectState {
  return {
    ...{ v: 1, node, changes: [], deployments: [], pendingSince: null, ranges: false },
    ...{ incidents: null, recheckedOn: null },
  };
}

/** Null for a state that this version doesn't understand: everything is read anew, which changes nothing. */
export function readState(text: string | null): CollectState | null {
  if (text === null) return null;
  try {
    return state.parse(JSON.parse(text));
  } catch {
    return null;
  }
}

/**
 * The cursor to go on from: of the newest mark that lies `overlapMs` before the high-water mark. What the host showed
 * late, or changed twice within one second, lies in the overlap; so does everything since `notAfter`. Null: from the
 * beginning.
 */
export function resumeFrom(
  marks: readonly Mark[],
  overlapMs: number,
  notAfter?: string | null,
): string | null {
  const latest = marks.at(-1);
  if (latest === undefined) return null;
  const before = Math.min(Date.parse(latest.at), Date.parse(notAfter ?? latest.at)) - overlapMs;
  return marks.findLast(({ at }) => Date.parse(at) <= before)?.cursor ?? null;
}

/** The marks with one more; of those before the overlap only the last is of use. */
export function withMark(
  marks: readonly Mark[],
  next: Mark,
  overlapMs: number,
  notAfter?: string | null,
): readonly Mark[] {
  const all = [...marks.filter(({ at }) => at < next.at), next];
  const before = Math.min(Date.parse(next.at), Date.parse(notAfter ?? next.at)) - overlapMs;
  const first = all.findLastIndex(({ at }) => Date.parse(at) <= before);
  const useful = all.slice(Math.max(first, 0));
  // A page a second for hours would fill the state; every other one resumes a little earlier.
  return useful.length <= mostMarks
    ? useful
    : useful.filter((_, i) => i % 2 === 0 || i === useful.length - 1);
}

const mostMarks = 64;

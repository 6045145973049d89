import type { FsckPart, FsckProblem, FsckReport } from '../../ledger/fsck/api.ts';
import type { Leftover } from './leftovers.ts';

const most = 100;

/** What fsck found. */
export interface FsckVerdict {
  readonly ok: boolean;
  /** Entries in the database. */
  readonly size: number;
  /** Root of all entries, lower-case hex, recomputed. */
  readonly root: string;
  readonly problems: readonly FsckProblem[];
  /** Problems beyond those listed. */
  readonly more: number;
  /** Files that nothing reads any more, if there are any. They are no problem. */
  readonly leftovers?: readonly Leftover[];
  /** How many rows of each kind were looked at. */
  readonly checked: Readonly<Record<string, number>>;
  readonly ms: number;
}

/** Ends every part, once the log has been read. */
export async function finishParts(
  parts: readonly FsckPart[],
): Promise<Pick<FsckVerdict, 'problems' | 'more' | 'checked'>> {
  const problems: FsckProblem[] = [];
  let more = 0;
  const report: FsckReport = (problem, where, message) => {
    if (problems.length < most) problems.push({ problem, where, message });
    else more += 1;
  };
  const checked: Record<string, number> = {};
  for (const part of parts) Object.assign(checked, await part.finish(report));
  return { problems, more, checked };
}

import { type RowChunk, rowFlag } from './chunks.ts';
import { isSameIn, slots } from './layout.ts';

/** A chunk that another one, or none, took the place of. */
export interface Replaced<Chunk> {
  readonly number: number;
  readonly before: Chunk | undefined;
  readonly after: Chunk | undefined;
}

/** Brings a list of chunks up to another one, and says where they differ. */
export function follow<Chunk>(
  held: (Chunk | undefined)[],
  chunks: readonly (Chunk | undefined)[],
): readonly Replaced<Chunk>[] {
  const replaced: Replaced<Chunk>[] = [];
  for (let number = 0; number < Math.max(held.length, chunks.length); number++) {
    const [before, after] = [held[number], chunks[number]];
    if (before === after) continue;
    replaced.push({ number, before, after });
    held[number] = after;
  }
  return replaced;
}

/** What of rows changed that more depends on than they themselves. */
export interface RowChanges {
  /** Sessions with other stays, or whose stays were at something else. */
  readonly sessions: ReadonlySet<number>;
  /** When something was merged. */
  readonly merges: boolean;
  /** Rows with another author. */
  readonly authors: ReadonlySet<number>;
}

const hasSameStays = isSameIn<RowChunk>([], ['stays']);
const isSameMerge = isSameIn<RowChunk>(['merged'], []);
const isSameAuthor = isSameIn<RowChunk>(['author'], []);

export function rowChanges(replaced: readonly Replaced<RowChunk>[], nothing: RowChunk): RowChanges {
  const authors = new Set<number>();
  const sessions = new Set<number>();
  let merges = false;
  for (const { number, before = nothing, after = nothing } of replaced) {
    for (let slot = 0; slot < slots; slot++) {
      const flags = before.flags[slot]! ^ after.flags[slot]!;
      if ((flags & rowFlag.task) !== 0 || !hasSameStays(before, after, slot)) {
        addSessions(sessions, before, slot);
        addSessions(sessions, after, slot);
      }
      merges ||= (flags & rowFlag.merged) !== 0 || !isSameMerge(before, after, slot);
      if (!isSameAuthor(before, after, slot)) authors.add(number * slots + slot);
    }
  }
  return { sessions, merges, authors };
}

function addSessions(sessions: Set<number>, { stays, staysFrom }: RowChunk, slot: number): void {
  for (let i = staysFrom[slot]!; i < staysFrom[slot + 1]!; i += 3) sessions.add(stays[i]!);
}

import type { CallChunk, DeploymentChunk, RowChunk } from './chunks.ts';
import { slotBits, slotOf, slots, type Words } from './layout.ts';

/** Everything that is measured of tasks, in memory. */
export interface TaskColumns {
  readonly rows: readonly (RowChunk | undefined)[];
  readonly deployments: readonly (DeploymentChunk | undefined)[];
  readonly calls: readonly (CallChunk | undefined)[];
  /** Names by number; the one at 0 means none. */
  readonly repositories: readonly string[];
  readonly people: readonly string[];
}

/** What figures of a moment need beside the columns. */
export interface Reading {
  /** Seconds since the epoch. */
  readonly now: number;
  /** By number of the repository. */
  readonly teams: readonly string[];
  /** By number of a person: the number under which that person is counted. */
  readonly personOf: Uint32Array;
}

/** Goes through the slots in use, by number. */
export function eachSlot<C extends { readonly flags: Words }>(
  chunks: readonly (C | undefined)[],
  visit: (chunk: C, slot: number, number: number) => void,
): void {
  chunks.forEach((chunk, i) => {
    if (chunk === undefined) return;
    for (let slot = 0; slot < slots; slot++) {
      if (chunk.flags[slot] !== 0) visit(chunk, slot, i * slots + slot);
    }
  });
}

/** Numbers that rows, or deployments, can have. */
export const capacityOf = (chunks: readonly unknown[]) => chunks.length * slots;

export function chunkAt<C>(chunks: readonly (C | undefined)[], number: number): C | undefined {
  return chunks[number >>> slotBits];
}

export const slotAt = (number: number) => number & slotOf;

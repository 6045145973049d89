import type { LedgerView } from '../ledger/reading/api.ts';
import { missingOps, projectEntries, readStored } from './project.ts';
import type { AuditStore } from './store.ts';

/** Keeps the read model at the ledger's end. */
export interface Follower {
  /** Takes in up to `most` entries that are durable now, if `least` of them wait; returns how far the model is. */
  catchUp(most: number, least?: number): Promise<{ readonly indexed: number; readonly size: number }>;
}

/** In one transaction: what an index or a figure costs to write is shared by all entries that touch it. */
export const entriesPerBatch = 1_024;

/**
 * Follows a ledger by index. Before the first entry it makes sure that the model belongs to this log and to its
 * present state; one of another log, or of a log that is shorter by now, is built again from the beginning.
 */
export function createFollower(store: AuditStore, view: LedgerView): Follower {
  let next: number | null = null;
  // One at a time: a run that two callers wrote would be counted twice.
  let running: Promise<unknown> = Promise.resolve();
  const step = async (most: number, least: number) => {
    next ??= await begin(store, view);
    const size = await view.size();
    if (size - next < least) return { indexed: Math.min(next, size), size };
    for (const end = Math.min(size, next + most); next < end; ) {
      next = await takeIn(store, view, next, Math.min(entriesPerBatch, end - next));
    }
    return { indexed: Math.min(next, size), size };
  };
  return {
    catchUp(most, least = 1) {
      const own = running
        .catch(() => undefined)
        .then(() => step(most, least))
        .catch((error: unknown) => {
          // What is on disk decides where to go on, not what this process believes.
          next = null;
          throw error;
        });
      running = own;
      return own;
    },
  };
}

async function begin(store: AuditStore, view: LedgerView): Promise<number> {
  const state = await store.state();
  const origin = await view.origin();
  if (origin !== null && state.origin === origin && (await continues(view, state))) return state.next;
  await store.reset(origin ?? '');
  return 0;
}

async function continues(
  view: LedgerView,
  { next, lastId }: { readonly next: number; readonly lastId: string | null },
): Promise<boolean> {
  if (next === 0) return true;
  const [last] = await view.readEntries(next - 1, 1);
  return last !== undefined && last.index === next - 1 && last.id === lastId;
}

async function takeIn(store: AuditStore, view: LedgerView, from: number, most: number): Promise<number> {
  const read = (await view.readEntries(from, most)).map(readStored);
  if (read.length === 0) return from;
  const known = await store.callFacts(missingOps(read));
  const batch = projectEntries(read, known);
  const written = await store.write(batch);
  return written ? batch.next : (await store.state()).next;
}

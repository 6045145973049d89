import { isDiskFull } from '../../platform/db/index.ts';
import type { LedgerView } from '../ledger/reading/api.ts';
import { missingOps, projectEntries, readStored } from './project.ts';
import type { AuditStore } from './store.ts';

/** Keeps the read model at the ledger's end. */
export interface Follower {
  /** Takes in up to `most` entries that are durable now, if `least` of them wait; returns how far the model is. */
  catchUp(most: number, least?: number): Promise<Reached>;
  /**
   * The same; where the disk has no room to take entries in, how far the model was before. Its rows are true as far as
   * they go, and a full disk is when somebody looks. One that isn't this log's is not shown.
   */
  catchUpIfRoom(most: number): Promise<Reached>;
}

/** Entries that the model has, of those that are durable. */
export interface Reached {
  readonly indexed: number;
  readonly size: number;
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
  const catchUp = (most: number, least = 1): Promise<Reached> => {
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
  };
  return {
    catchUp,
    catchUpIfRoom: (most) =>
      catchUp(most).catch(async (error: unknown) => {
        const before = isDiskFull(error) ? await reached(store, view) : null;
        if (before === null) throw error;
        return before;
      }),
  };
}

/** How far a model of this log is without taking anything in; null for one of another log. */
async function reached(store: AuditStore, view: LedgerView): Promise<Reached | null> {
  const [state, size] = [await store.state(), await view.size()];
  const isOurs = state.origin === (await view.origin()) && (await continues(view, state));
  return isOurs ? { indexed: Math.min(state.next, size), size } : null;
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

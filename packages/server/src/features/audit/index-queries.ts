import type { LedgerView } from '../ledger/reading/api.ts';
import type { AuditIndex, AuditPage } from './api.ts';
import { createFollower, entriesPerBatch } from './follow.ts';
import type { AuditStore } from './store.ts';

/** What one answer takes in before it is given: some 50 ms of work. The rest of a rebuild goes on between answers. */
const entriesPerAnswer = 2_048;
const relatedAtMost = 200;

/**
 * Every answer takes in what is durable first, so nobody sees the model lag. Nobody asking, entries wait until a whole
 * batch can be written, but no longer than so many polls: a small one costs a third more for each of them.
 */
const pollsAtMost = 5;

export interface AuditIndexOptions {
  /** How often new entries are looked for, milliseconds. */
  readonly pollMs: number;
  /** The model could not be brought up to date; it is tried again. */
  readonly onFailed: (error: unknown) => void;
}

/** The read model over its store, kept at the end of the ledger. Closes both. */
export function createAuditIndex(
  store: AuditStore,
  view: LedgerView,
  options: AuditIndexOptions,
): AuditIndex {
  const follower = createFollower(store, view);
  const following = keepFollowing((least) => follower.catchUp(entriesPerBatch, least), options);
  const fresh = () => follower.catchUpIfRoom(entriesPerAnswer);
  return {
    progress: fresh,
    async entries(filter, limit) {
      await fresh();
      return pageOf(await store.rows(filter, limit + 1), limit, ({ index }) => index);
    },
    async entry(id) {
      await fresh();
      const [row, stored] = [await store.row(id), await view.findEntry(id)];
      if (row === null || stored === null || stored.bytes.length === 0) return null;
      const related = row.op === null ? [] : await store.rowsOf(row.op, relatedAtMost);
      const json = Buffer.from(stored.bytes).toString('utf8');
      return { row, json, related: related.filter((other) => other.id !== id) };
    },
    isPruned: async (id) => (await view.findEntry(id))?.bytes.length === 0,
    rowsAt: (indexes) => store.rowsAt(indexes),
    async forget(minimum) {
      // What is still to be taken in below it has no bytes any more, and no row is made of it.
      await follower.catchUp(entriesPerAnswer);
      return store.forget(minimum);
    },
    async facets() {
      await fresh();
      return store.facets();
    },
    async sessions(before, limit) {
      await fresh();
      const { rows, next } = pageOf(await store.sessions(before, limit + 1), limit, (row) => row.lastIndex);
      return { rows: rows.map(({ lastIndex: _, ...row }) => row), next };
    },
    async session(session, limit) {
      await fresh();
      const summary = await store.session(session);
      return summary && { summary, items: await store.sessionItems(session, limit) };
    },
    async window(fromHour) {
      await fresh();
      return {
        hours: await store.hours(fromHour),
        assistants: await store.counts('assistant', fromHour),
        repositories: await store.counts('repository', fromHour),
        policies: await store.counts('policy', fromHour),
        findings: await store.counts('finding', fromHour),
      };
    },
    prove: (id, size) => view.prove(id, size),
    async close() {
      await following.stop();
      await store.close();
      await view.close();
    },
  };
}

/** One row more than asked for says that there is another page. */
function pageOf<Row>(rows: readonly Row[], limit: number, indexOf: (row: Row) => number): AuditPage<Row> {
  const page = rows.slice(0, limit);
  const last = page.at(-1);
  return { rows: page, next: rows.length > limit && last !== undefined ? indexOf(last) : null };
}

/** Runs `step` again at once while as many entries wait as it wants at least, else after a pause. */
function keepFollowing(
  step: (least: number) => Promise<{ readonly indexed: number; readonly size: number }>,
  { pollMs, onFailed }: AuditIndexOptions,
): { stop(): Promise<void> } {
  let stopped = false;
  let wake: () => void = () => undefined;
  const pause = (milliseconds: number) =>
    new Promise<void>((resolve) => {
      if (stopped) resolve();
      const timer = setTimeout(resolve, milliseconds);
      wake = () => {
        clearTimeout(timer);
        resolve();
      };
    });
  const loop = async () => {
    let failing = false;
    let polls = 0;
    while (!stopped) {
      try {
        const least = polls % pollsAtMost === 0 ? 1 : entriesPerBatch;
        const { indexed, size } = await step(least);
        failing = false;
        const isBehind = size - indexed >= least;
        if (!isBehind) polls += 1;
        // Even when far behind, queries get their turn.
        await pause(isBehind ? 1 : pollMs);
      } catch (error) {
        if (!failing && !stopped) onFailed(error);
        failing = true;
        await pause(pollMs * 10);
      }
    }
  };
  const ended = loop();
  return {
    async stop() {
      stopped = true;
      wake();
      await ended;
    },
  };
}

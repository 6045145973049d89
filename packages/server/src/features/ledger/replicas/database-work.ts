import { randomUUID } from 'node:crypto';
import { FairleadError } from '@fairlead/core/errors';
import { describeDatabase } from '../../../platform/db/index.ts';
import { adminEntry, type EntrySource } from '../admin-entry.ts';
import type { KeyPlace } from '../keys.ts';
import { type LoadedLog, loadLog } from '../log-start.ts';
import { prepareDraft } from '../rows.ts';
import { createSealer } from '../sealer.ts';
import { openPostgresStore, type PostgresStore } from '../store-postgres.ts';
import type { PreparedDraft } from '../types.ts';
import { tryToLead } from './leadership.ts';

/* What commands do to a ledger in PostgreSQL beside the servers that use it. */

/** A database, with the keys of its log: whoever changes the log by a command has both. */
export interface SharedPlace extends KeyPlace {
  readonly database: string;
}

export interface DatabaseWork {
  readonly store: PostgresStore;
  /** The log as it is, checked against what was signed last. */
  readonly log: LoadedLog;
  /** Where its entries come from. */
  readonly source: EntrySource;
  /** An entry about an act of the operator, not yet appended. */
  entry(what: string, details: Readonly<Record<string, string | number>>): PreparedDraft;
  /** Reads the log's state again, once this process leads. */
  reload(): Promise<LoadedLog>;
}

/**
 * Opens a ledger for one command. Its entries come from an instance of their own.
 * @throws FairleadError `ledger.not-found`, `store.unavailable`, `store.not-durable`, and those of `loadLog`
 */
export async function workingOn<Result>(
  place: SharedPlace,
  use: (work: DatabaseWork) => Promise<Result>,
): Promise<Result> {
  let store: PostgresStore | null = null;
  try {
    store = await openPostgresStore(place.database);
    const opened = store;
    if ((await opened.identity()) === null)
      throw new FairleadError('ledger.not-found', { message: 'There is no ledger in this database.' });
    const clock = { now: () => Date.now() };
    const instance = { id: randomUUID(), incarnation: randomUUID() };
    const source: EntrySource = { clock, instance, origin: 'live' };
    const reload = () =>
      loadLog(opened, { ...place, startNewLog: false, now: Date.now(), onUnpublished: rethrow });
    return await use({
      store: opened,
      log: await reload(),
      source,
      entry: (what, details) =>
        prepareDraft({ entry: adminEntry(source, what, { by: 'operator', ...details }) }),
      reload,
    });
  } catch (error) {
    throw describeDatabase(error);
  } finally {
    await store?.close();
  }
}

function rethrow(error: unknown): never {
  throw error;
}

const signBoundMs = 10_000;
const lookEveryMs = 200;

/**
 * Waits until a checkpoint covers an entry: one of the servers signs it, or this process where none of them leads. An
 * entry that nobody signs in time is durable all the same.
 */
export async function waitUntilSigned(
  { store, reload }: DatabaseWork,
  place: SharedPlace,
  index: number,
): Promise<void> {
  for (const deadline = performance.now() + signBoundMs; performance.now() < deadline; ) {
    if (((await store.latestCheckpoint())?.size ?? 0) > index) return;
    await new Promise((done) => setTimeout(done, lookEveryMs));
    const lead = await tryToLead(place.database, randomUUID(), () => undefined);
    if (lead === null) continue;
    try {
      const { signer, last, keep } = await reload();
      await (await createSealer({ ...store, seal: lead.seal }, signer, last, keep)).seal();
    } finally {
      await lead.end();
    }
  }
}

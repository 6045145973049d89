/* What the command line needs of streams: reads only, also beside running servers. */
import { existsSync } from 'node:fs';
import { join } from 'node:path';
import { isFairleadError } from '@fairlead/core/errors';
import { describeDatabase, type StateLocation, schemaAbsent } from '../../platform/db/index.ts';
import { type LedgerView, openLedgerView, openSharedLedgerView } from '../ledger/reading/api.ts';
import type { StreamCursor, StreamStore } from './store.ts';
import { openStreamStore } from './store-sql.ts';

/** How far a stream has come; times are RFC 3339 UTC. */
export interface StreamLine {
  readonly name: string;
  readonly log: string;
  readonly next: number;
  readonly lagEntries: number;
  readonly lagSeconds: number;
  readonly deliveredAt: string | null;
  readonly failingSince: string | null;
  readonly failure: string | null;
}

/**
 * The streams that were ever started on this data folder, or database.
 * @throws FairleadError `ledger.not-found`, `store.unreadable`, `store.unavailable`.
 */
export async function streamStatus(
  place: { readonly dataDir: string } | { readonly database: string },
  now: number,
): Promise<readonly StreamLine[]> {
  if ('database' in place) {
    const location = { kind: 'postgres', url: place.database, readonly: true } as const;
    return statusOf(openSharedLedgerView(place.database), location, now).catch((error: unknown) => {
      throw describeDatabase(error);
    });
  }
  const view = openLedgerView(place.dataDir);
  const file = join(place.dataDir, 'state.db');
  return statusOf(view, existsSync(file) ? { kind: 'sqlite', file, options: { readonly: true } } : null, now);
}

async function statusOf(
  view: LedgerView,
  location: StateLocation | null,
  now: number,
): Promise<readonly StreamLine[]> {
  try {
    const store = location === null ? null : await openIfAny(location);
    if (store === null) return [];
    try {
      const size = await view.signedSize();
      const cursors = await store.list();
      return await Promise.all(
        cursors.map(async (cursor) =>
          lineOf(cursor, size, (await view.readEntries(cursor.next, 1))[0]?.ts, now),
        ),
      );
    } finally {
      await store.close();
    }
  } finally {
    await view.close();
  }
}

/** Null where no server with streams ever ran. */
async function openIfAny(location: StateLocation): Promise<StreamStore | null> {
  try {
    return await openStreamStore(location);
  } catch (error) {
    if (isFairleadError(error) && error.code === schemaAbsent) return null;
    throw error;
  }
}

function lineOf(cursor: StreamCursor, size: number, oldest: number | undefined, now: number): StreamLine {
  const { name, origin, next, deliveredAt, failingSince, failure } = cursor;
  const lagEntries = Math.max(0, size - next);
  const isoOf = (at: number | null) => (at === null ? null : new Date(at).toISOString());
  return {
    name,
    log: origin,
    next,
    lagEntries,
    lagSeconds: lagEntries === 0 || oldest === undefined ? 0 : Math.max(0, Math.round((now - oldest) / 1000)),
    deliveredAt: isoOf(deliveredAt),
    failingSince: isoOf(failingSince),
    failure,
  };
}

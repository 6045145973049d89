import type { KeyObject } from 'node:crypto';
import { randomUUID } from 'node:crypto';
import { FairleadError } from '@fairlead/core/errors';
import { equalBytes, type NoteSigner, openCheckpoint, peekCheckpoint } from '@fairlead/core/ledger';
import {
  hasNextKey,
  type KeyPlace,
  loadNextKey,
  loadSigningKey,
  readLastSigned,
  retireLastSigned,
  useNextKey,
  verifierKeyOf,
  writeLastSigned,
  writeVerifierKey,
} from './keys.ts';
import { nodeSigner, nodeVerifier, openByAny } from './note-keys.ts';
import type { LedgerStore } from './store.ts';
import type { LogIdentity, StoredCheckpoint } from './types.ts';

/** A log that a new one was started in place of, on purpose. */
export interface ReplacedLog {
  readonly origin: string;
  readonly size: number;
  /** Its last signed checkpoint. */
  readonly note: string;
}

export interface LoadLogOptions extends KeyPlace {
  /** Start a new log when the one that was last signed here is gone; its last checkpoint is named in the new one. */
  readonly startNewLog: boolean;
  readonly now: number;
  /** A checkpoint could not be kept outside the database; it stays unpublished and is tried again. */
  readonly onUnpublished: (error: unknown) => void;
}

/** What signing goes on from. */
export interface LoadedLog {
  readonly identity: LogIdentity;
  readonly signer: NoteSigner;
  /** The newest checkpoint that was ever signed. */
  readonly last: StoredCheckpoint | null;
  readonly replaced: ReplacedLog | null;
  /** Keeps a checkpoint outside the database, and says whether it could. */
  readonly keep: (note: string) => boolean;
}

/**
 * Checks a store against what was last signed and against the key that signs; names the log when it is new.
 * @throws FairleadError `ledger.rolled-back`, `ledger.key-invalid`, `ledger.corrupt`.
 */
export async function loadLog(store: LedgerStore, options: LoadLogOptions): Promise<LoadedLog> {
  // Read before the database: another replica that signs meanwhile writes the database first, and this afterwards.
  const outside = readLastSigned(options.keysDir);
  const known = await store.identity();
  const key = currentKey(known, options);
  const { last, replaced } = await lastSigned(store, known, outside, options);
  const identity = known ?? (await newIdentity(store, key));
  if (identity.vkey !== verifierKeyOf(identity.origin, key)) {
    throw await notTheKey(store, verifierKeyOf(identity.origin, key));
  }
  writeVerifierKey(options.keysDir, identity.vkey);
  const keep = (note: string): boolean => {
    try {
      writeLastSigned(options.keysDir, note);
      return true;
    } catch (error) {
      options.onUnpublished(error);
      return false;
    }
  };
  return { identity, signer: nodeSigner(identity.origin, key), last, replaced, keep };
}

/** The key that signs; a rotation that was broken off after the database knew of it is finished here. */
function currentKey(known: LogIdentity | null, place: KeyPlace): KeyObject {
  const key = loadSigningKey(place, known === null);
  if (known === null || known.vkey === verifierKeyOf(known.origin, key) || !hasNextKey(place)) return key;
  if (verifierKeyOf(known.origin, loadNextKey(place)) !== known.vkey) return key;
  useNextKey(place);
  return loadSigningKey(place, false);
}

/** A key that signed this log before is told apart from one that never did. */
async function notTheKey(store: LedgerStore, own: string): Promise<FairleadError> {
  const before = (await store.readRotations()).find(({ from }) => from === own);
  if (before !== undefined) {
    return new FairleadError('ledger.key-replaced', {
      message: `The signing key was changed at ${before.size} entries, and this one is the key before.`,
    });
  }
  return new FairleadError('ledger.key-invalid', {
    message: 'The signing key is not the one of this ledger.',
  });
}

/** Timestamp of the newest entry, milliseconds; null for an empty log. */
export async function newestTimestamp(
  store: Pick<LedgerStore, 'size' | 'readEntries'>,
): Promise<number | null> {
  const size = await store.size();
  return size === 0 ? null : ((await store.readEntries(size - 1, 1))[0]?.ts ?? null);
}

async function newIdentity(store: LedgerStore, key: KeyObject): Promise<LogIdentity> {
  const origin = `fairlead.local/${randomUUID()}`;
  const identity = { origin, vkey: verifierKeyOf(origin, key) };
  await store.setIdentity(identity);
  return identity;
}

/** The newest of the two places that remember what was signed; both must belong to this log. */
async function lastSigned(
  store: LedgerStore,
  identity: LogIdentity | null,
  note: string | null,
  options: LoadLogOptions,
): Promise<Pick<LoadedLog, 'last' | 'replaced'>> {
  const inside = await store.latestCheckpoint();
  if (inside !== null) await assertSigned(inside, identity);
  if (note === null) return { last: inside, replaced: null };
  const outside = peekCheckpoint(note);
  if (identity === null) {
    if (!options.startNewLog) throw goneLog(outside.origin, outside.size);
    retireLastSigned(options.keysDir, outside.size, options.now);
    return { last: null, replaced: { origin: outside.origin, size: outside.size, note } };
  }
  const trusted = await openByAny(note, [
    identity.vkey,
    ...(await store.readRotations()).map(({ from }) => from),
  ]);
  const size = await store.size();
  if (trusted.size > (inside?.size ?? 0) || trusted.size > size) {
    const has = trusted.size > size ? `${size} entries` : `a newest checkpoint of ${inside?.size ?? 0}`;
    throw new FairleadError('ledger.rolled-back', {
      message: `A checkpoint of ${trusted.size} entries was signed; the database has ${has}.`,
    });
  }
  return { last: inside, replaced: null };
}

function goneLog(origin: string, size: number): FairleadError {
  return new FairleadError('ledger.rolled-back', {
    message: `The ledger ${origin} had ${size} signed entries, and its database is gone.`,
    fix: 'Restore the data folder, or start a new log on purpose; the new log names the old one.',
  });
}

async function assertSigned(checkpoint: StoredCheckpoint, identity: LogIdentity | null): Promise<void> {
  const opened =
    identity === null ? null : await openCheckpoint(checkpoint.note, nodeVerifier(identity.vkey));
  if (opened?.size === checkpoint.size && equalBytes(opened.root, checkpoint.root)) return;
  throw new FairleadError('ledger.corrupt', {
    message: 'The newest checkpoint in the database was changed.',
  });
}

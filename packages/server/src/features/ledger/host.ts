import { randomUUID } from 'node:crypto';
import { FairleadError } from '@fairlead/core/errors';
import { equalBytes, openCheckpoint, peekCheckpoint } from '@fairlead/core/ledger';
import type { BudgetRows } from './api.ts';
import {
  loadSigningKey,
  readLastSigned,
  retireLastSigned,
  verifierKeyOf,
  writeLastSigned,
  writeVerifierKey,
} from './keys.ts';
import { type LogFile, readLogFile } from './log-files.ts';
import { nodeSigner, nodeVerifier } from './note-keys.ts';
import { createSealer, type Sealer } from './sealer.ts';
import type { LedgerStore } from './store.ts';
import type { LogIdentity, PreparedDraft, StoredCheckpoint, StoreReceipt } from './types.ts';

/** What a start found. */
export interface HostStart {
  readonly size: number;
  readonly signedSize: number;
  /** Timestamp of the newest entry, milliseconds; null for an empty log. */
  readonly lastTimestamp: number | null;
  readonly identity: LogIdentity;
  /** The log that this one replaces, when a new one was started on purpose. */
  readonly replaced: { readonly origin: string; readonly size: number; readonly note: string } | null;
}

/** A store with its sealer, on the thread that owns the database. All methods may be called at once. */
export interface LedgerHost {
  append(drafts: readonly PreparedDraft[]): Promise<readonly StoreReceipt[]>;
  readBudgets(): Promise<BudgetRows>;
  openOperations(instance: string, incarnation: string, limit: number): Promise<readonly string[]>;
  readLog(path: string): Promise<LogFile | null>;
  seal(): Promise<void>;
  close(): Promise<void>;
}

export interface HostOptions {
  readonly keysDir: string;
  /** Start a new log when the one that was last signed here is gone; its last checkpoint is named in the new one. */
  readonly startNewLog: boolean;
  readonly now: number;
  /** From growth to the signed checkpoint, milliseconds. */
  readonly sealAfterMs: number;
  readonly onSealed: (signedSize: number) => void;
  /** A checkpoint could not be kept outside the database; it stays unpublished and is tried again. */
  readonly onUnpublished: (error: unknown) => void;
  /** The database failed while a checkpoint was written. */
  readonly onFailed: (error: unknown) => void;
}

/**
 * Checks the store against what was last signed and starts sealing. Appends go straight to the store; a checkpoint
 * follows `sealAfterMs` after growth.
 * @throws FairleadError `ledger.rolled-back`, `ledger.key-invalid`, `ledger.corrupt`.
 */
export async function startHost(
  store: LedgerStore,
  options: HostOptions,
): Promise<{ readonly host: LedgerHost; readonly start: HostStart }> {
  const identity = await store.identity();
  const key = loadSigningKey(options.keysDir, identity === null);
  const { last, replaced } = await lastSigned(store, identity, options);
  const settled = identity ?? (await newIdentity(store, key));
  if (settled.vkey !== verifierKeyOf(settled.origin, key)) {
    throw new FairleadError('ledger.key-invalid', {
      message: 'The signing key is not the one of this ledger.',
    });
  }
  writeVerifierKey(options.keysDir, settled.vkey);
  const keep = (note: string): boolean => {
    try {
      writeLastSigned(options.keysDir, note);
      return true;
    } catch (error) {
      options.onUnpublished(error);
      return false;
    }
  };
  const sealer = await createSealer(store, nodeSigner(settled.origin, key), last, keep);
  const size = await store.size();
  const newest = size === 0 ? null : ((await store.readEntries(size - 1, 1))[0]?.ts ?? null);
  return {
    host: hostOver(store, sealer, options),
    start: {
      size,
      signedSize: sealer.published()?.size ?? 0,
      lastTimestamp: newest,
      identity: settled,
      replaced,
    },
  };
}

async function newIdentity(
  store: LedgerStore,
  key: Parameters<typeof verifierKeyOf>[1],
): Promise<LogIdentity> {
  const origin = `fairlead.local/${randomUUID()}`;
  const identity = { origin, vkey: verifierKeyOf(origin, key) };
  await store.setIdentity(identity);
  return identity;
}

/** The newest of the two places that remember what was signed; both must belong to this log. */
async function lastSigned(
  store: LedgerStore,
  identity: LogIdentity | null,
  options: HostOptions,
): Promise<{ readonly last: StoredCheckpoint | null; readonly replaced: HostStart['replaced'] }> {
  const inside = await store.latestCheckpoint();
  if (inside !== null) await assertSigned(inside, identity);
  const note = readLastSigned(options.keysDir);
  if (note === null) return { last: inside, replaced: null };
  const outside = peekCheckpoint(note);
  if (identity === null) {
    if (!options.startNewLog) throw goneLog(outside.origin, outside.size);
    retireLastSigned(options.keysDir, outside.size, options.now);
    return { last: null, replaced: { origin: outside.origin, size: outside.size, note } };
  }
  const trusted = await openCheckpoint(note, nodeVerifier(identity.vkey));
  if (trusted.size > (inside?.size ?? 0) || trusted.size > (await store.size())) {
    throw new FairleadError('ledger.rolled-back', {
      message: `A checkpoint of ${trusted.size} entries was signed; the database has one of ${inside?.size ?? 0}.`,
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

const retryUnpublishedMs = 1000;

function hostOver(store: LedgerStore, sealer: Sealer, options: HostOptions): LedgerHost {
  let timer: NodeJS.Timeout | null = null;
  let sealing: Promise<unknown> = Promise.resolve();
  const sealNow = async (): Promise<void> => {
    if (timer !== null) clearTimeout(timer);
    timer = null;
    // One after the other, and one that failed doesn't keep the next from being tried.
    const own = sealing.catch(() => undefined).then(() => sealer.seal());
    sealing = own;
    const kept = await own;
    options.onSealed(sealer.published()?.size ?? 0);
    if (!kept) arm(retryUnpublishedMs);
  };
  const arm = (delay: number): void => {
    timer ??= setTimeout(() => sealNow().catch(options.onFailed), delay);
  };
  return {
    append: async (drafts) => {
      const receipts = await store.appendBatch(drafts);
      arm(options.sealAfterMs);
      return receipts;
    },
    openOperations: (instance, incarnation, limit) => store.openOperations(instance, incarnation, limit),
    readBudgets: () => store.readBudgets(),
    readLog: (path) => readLogFile(store, sealer.published(), path),
    seal: sealNow,
    close: async () => {
      if (timer !== null) clearTimeout(timer);
      await sealing.catch(() => undefined);
      if (timer !== null) clearTimeout(timer);
      await store.close();
    },
  };
}

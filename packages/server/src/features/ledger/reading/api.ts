/* Reading a ledger beside its writer, for features that follow it. */
import { join } from 'node:path';
import { proveInclusion } from '@fairlead/core/ledger';
import { nodeHash } from '../../../platform/crypto/index.ts';
import { openPool } from '../../../platform/db/index.ts';
import { postgresReader } from '../reader-postgres.ts';
import { sqliteReader } from '../reader-sqlite.ts';
import { isUuid } from '../rows.ts';
import { storeTiles } from '../sealer.ts';
import { openSqliteReader } from '../sqlite-open.ts';
import type { LedgerReader } from '../store.ts';
import type { StoredEntry } from '../types.ts';

export type { LedgerReader } from '../store.ts';
export type { StoredEntry } from '../types.ts';

/** An entry with the proof that it is in the tree of a given size. */
export interface ProvedEntry {
  readonly index: number;
  readonly entry: Uint8Array;
  /** From the leaf's sibling up. */
  readonly path: readonly Uint8Array[];
}

/** The ledger as it is now: every call sees what is durable by then. */
export interface LedgerView {
  /** Name of the log; null before it was started. */
  origin(): Promise<string | null>;
  /** Durable entries. */
  size(): Promise<number>;
  /** Entries under the last signed checkpoint. */
  signedSize(): Promise<number>;
  /** Up to `limit` entries from `from` on, ascending. */
  readEntries(from: number, limit: number): Promise<readonly StoredEntry[]>;
  findEntry(id: string): Promise<StoredEntry | null>;
  /** Proves an entry in the tree of the first `size` entries; null when it isn't there, or not among those. */
  prove(id: string, size: number): Promise<ProvedEntry | null>;
  close(): Promise<void>;
}

/** The view over any reader. */
export function ledgerView(reader: LedgerReader): LedgerView {
  const findEntry = async (id: string) => (isUuid(id) ? reader.findEntry(id) : null);
  return {
    origin: async () => (await reader.identity())?.origin ?? null,
    size: () => reader.size(),
    signedSize: async () => (await reader.latestCheckpoint())?.size ?? 0,
    readEntries: (from, limit) => reader.readEntries(from, limit),
    findEntry,
    async prove(id, size) {
      const found = await findEntry(id);
      if (found === null || found.index >= size || found.bytes.length === 0) return null;
      const path = await proveInclusion(nodeHash, storeTiles(reader), found.index, size);
      return { index: found.index, entry: found.bytes, path };
    },
    close: () => reader.close(),
  };
}

/** The ledger of a data folder. @throws FairleadError `ledger.not-found`, `store.unreadable`. */
export function openLedgerView(dataDir: string): LedgerView {
  return ledgerView(sqliteReader(openSqliteReader(join(dataDir, 'ledger.db'))));
}

/** The ledger of several replicas. */
export function openSharedLedgerView(url: string): LedgerView {
  const pool = openPool({ connectionString: url, max: 2, query_timeout: 15_000 });
  return ledgerView({ ...postgresReader(pool), close: () => pool.end() });
}

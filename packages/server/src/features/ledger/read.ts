import { join } from 'node:path';
import { sqliteReader } from './reader-sqlite.ts';
import { openSqliteReader } from './sqlite-open.ts';
import type { LedgerReader } from './store.ts';
import type { StoredEntry } from './types.ts';

const entriesPerRead = 256;

/** Opens the ledger of a data folder for reading, in one snapshot; works beside a running server. */
export function openReader(dataDir: string): LedgerReader {
  const database = openSqliteReader(join(dataDir, 'ledger.db'));
  database.exec('begin');
  return sqliteReader(database);
}

/** Which entries: the last `limit` of those of `kind`. */
export interface EntryQuery {
  readonly limit?: number;
  readonly kind?: string;
}

/** Entries, oldest first, read a page at a time. */
export async function* readEntries(
  reader: LedgerReader,
  query: EntryQuery = {},
): AsyncGenerator<StoredEntry> {
  if (query.limit === 0) return;
  let next = query.limit === undefined ? 0 : await reader.startOfLast(query.limit, query.kind);
  for (;;) {
    const page = await reader.readEntries(next, entriesPerRead, query.kind);
    // What was pruned has nothing left to show.
    yield* page.filter(({ bytes }) => bytes.length > 0);
    const last = page.at(-1);
    if (last === undefined) return;
    next = last.index + 1;
  }
}

/** A decision with the inputs it was made on. */
export interface RecordedDecision {
  readonly entry: StoredEntry;
  /** RFC 8785 JSON; null when policy was not reached. */
  readonly inputs: string | null;
}

/** The decision of an operation; null when there is none. */
export async function readDecision(reader: LedgerReader, op: string): Promise<RecordedDecision | null> {
  const entry = await reader.findEntry(op);
  if (entry === null || entry.kind !== 'decision' || entry.bytes.length === 0) return null;
  const { input } = JSON.parse(Buffer.from(entry.bytes).toString()) as { input: string | null };
  return { entry, inputs: input === null ? null : await reader.readInput(input) };
}

import { createHash } from 'node:crypto';
import type { Entry } from '@fairlead/core/ledger';
import type { StoredEntry } from '../../ledger/reading/api.ts';
import type { StreamView } from '../pump-options.ts';

/** A signed log in memory that tests change. */
export interface MemoryLog {
  readonly view: StreamView;
  readonly state: { origin: string | null; entries: StoredEntry[]; signed: number | null; reads: number };
  add(count: number): void;
}

export function storedEntry(index: number, entry: Entry): StoredEntry {
  const bytes = Buffer.from(JSON.stringify(entry));
  const leaf = createHash('sha256')
    .update(Buffer.concat([Buffer.of(0), bytes]))
    .digest();
  return { index, id: entry.id, op: entry.op, kind: entry.kind, ts: Date.parse(entry.ts), leaf, bytes };
}

/** An entry about nothing, told apart by its index. */
export function plainEntry(index: number, marker = 'a'): Entry {
  const tail = `${marker}${String(index).padStart(11, '0')}`;
  return {
    v: 1,
    id: `00000000-0000-7000-8000-${tail}`,
    ts: new Date(Date.now() - 1_000).toISOString(),
    op: null,
    origin: 'live',
    instance: {
      id: '00000000-0000-7000-8000-000000000001',
      incarnation: '00000000-0000-7000-8000-000000000002',
    },
    kind: 'config',
    what: 'test',
    bundle: null,
    details: {},
  };
}

export function memoryLog(count = 0): MemoryLog {
  const state: MemoryLog['state'] = { origin: 'log', entries: [], signed: null, reads: 0 };
  const log: MemoryLog = {
    state,
    view: {
      origin: async () => state.origin,
      signedSize: async () => state.signed ?? (state.entries.at(-1)?.index ?? -1) + 1,
      async readEntries(from, limit) {
        state.reads += 1;
        return state.entries.filter(({ index }) => index >= from).slice(0, limit);
      },
    },
    add(more) {
      const from = (state.entries.at(-1)?.index ?? -1) + 1;
      for (let i = from; i < from + more; i += 1) state.entries.push(storedEntry(i, plainEntry(i)));
    },
  };
  log.add(count);
  return log;
}

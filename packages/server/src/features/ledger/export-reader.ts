import { existsSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { FairleadError } from '@fairlead/core/errors';
import {
  decodeBundle,
  parseVerifierKey,
  peekCheckpoint,
  type TileAddress,
  tilePath,
  tileWidth,
  widthAt,
} from '@fairlead/core/ledger';
import { nodeHash } from '../../platform/crypto/index.ts';
import { keyRotated } from './rotate-key.ts';
import type { LogReader } from './store.ts';
import type { StoredEntry, StoredRotation } from './types.ts';

const hashBytes = 32;

/**
 * Reads the files that `fairlead ledger export` wrote. It keeps the ids of entries read so far, some 100 bytes each, and
 * knows only those: whoever asks for the place of an id must have read the entry.
 * @throws FairleadError `ledger.not-found`; reading on, `ledger.corrupt` where files are missing or of another length
 */
export function exportReader(directory: string): LogReader {
  const note = readText(directory, 'checkpoint');
  const vkey = readText(directory, 'vkey').trim();
  const { size, root } = peekCheckpoint(note);
  const minimum = readMinimum(directory, size);
  const indexes = new Map<string, number>();
  const tileOf = (level: TileAddress['level'], index: number): Uint8Array => {
    const width = widthAt(size, level === 'entries' ? 0 : level, index);
    const path = tilePath({ level, index, width });
    const bytes = readBytes(directory, path);
    if (level !== 'entries' && bytes.length !== width * hashBytes)
      throw damaged(`${path} has ${bytes.length} bytes, not ${width * hashBytes}.`);
    return bytes;
  };
  /** All entries of a bundle; of pruned ones the hash is left. */
  const readBundle = (index: number): readonly StoredEntry[] => {
    const [width, leaves] = [widthAt(size, 0, index), tileOf(0, index)];
    const isPruned = index * tileWidth < minimum;
    const bundle = isPruned ? [] : decodeBundle(tileOf('entries', index));
    if (!isPruned && bundle.length !== width)
      throw damaged(`Bundle ${index} holds ${bundle.length} entries, not ${width}.`);
    return Array.from({ length: width }, (_, i) =>
      entryOf(index * tileWidth + i, leaves.subarray(i * hashBytes, (i + 1) * hashBytes), bundle[i] ?? null),
    );
  };
  return {
    identity: async () => ({ origin: parseVerifierKey(nodeHash, vkey).name, vkey }),
    readCheckpoints: async (after) => (size > after ? [{ size, root, note }] : []),
    readRotations: async () => readRotations(directory, size, readBundle),
    readTreeHashes: async (level, from, count) => {
      const at = from % tileWidth;
      return tileOf(level, Math.floor(from / tileWidth)).subarray(at * hashBytes, (at + count) * hashBytes);
    },
    readEntries: async (from, limit) => {
      if (from >= size) return [];
      const entries = readBundle(Math.floor(from / tileWidth)).slice(from % tileWidth);
      const page = entries.slice(0, limit);
      for (const { id, index } of page) if (!indexes.has(id)) indexes.set(id, index);
      return page;
    },
    indexesOf: async (ids) =>
      new Map(
        ids.flatMap((id) => {
          const index = indexes.get(id);
          return index === undefined ? [] : [[id, index] as const];
        }),
      ),
    findEntry: async (id) => {
      const index = indexes.get(id);
      return index === undefined ? null : readBundle(Math.floor(index / tileWidth))[index % tileWidth]!;
    },
  };
}

/** What queries of a database read from columns, an export has in the entry's own bytes only. */
function entryOf(index: number, leaf: Uint8Array, bytes: Uint8Array | null): StoredEntry {
  const fields = bytes === null ? {} : fieldsOf(bytes);
  const text = (value: unknown) => (typeof value === 'string' ? value : null);
  return {
    index,
    id: text(fields.id) ?? `entry ${index}`,
    op: text(fields.op),
    kind: text(fields.kind) ?? '',
    ts: Date.parse(text(fields.ts) ?? ''),
    leaf,
    bytes: bytes ?? new Uint8Array(),
  };
}

function fieldsOf(bytes: Uint8Array): { readonly [field: string]: unknown } {
  try {
    return Object(JSON.parse(Buffer.from(bytes).toString()));
  } catch {
    return {};
  }
}

/** The file has the signed checkpoints; from which key to which, the entries below them say. */
function readRotations(
  directory: string,
  size: number,
  readBundle: (index: number) => readonly StoredEntry[],
): readonly StoredRotation[] {
  if (!existsSync(join(directory, 'rotations'))) return [];
  const notes = readText(directory, 'rotations').split(/(?<=\n)\n(?!—)/);
  const described: { readonly from: string; readonly to: string }[] = [];
  for (let index = 0; index * tileWidth < size; index += 1) {
    for (const { kind, bytes } of readBundle(index)) {
      const { what, details } = kind === 'admin' ? fieldsOf(bytes) : {};
      if (what !== keyRotated) continue;
      const { from, to } = Object(details) as { readonly from?: unknown; readonly to?: unknown };
      described.push({ from: String(from), to: String(to) });
    }
  }
  return notes.map((note, at) => {
    const { from, to } = described[at] ?? { from: '', to: '' };
    return { size: peekCheckpoint(note).size, from, to, note };
  });
}

function readMinimum(directory: string, size: number): number {
  if (!existsSync(join(directory, 'minimum'))) return 0;
  const text = readText(directory, 'minimum').trim();
  const minimum = /^\d{1,15}$/.test(text) ? Number(text) : Number.NaN;
  if (minimum % tileWidth === 0 && minimum <= size) return minimum;
  throw damaged('minimum names no index of a bundle in this log.');
}

const readText = (directory: string, name: string): string =>
  Buffer.from(readBytes(directory, name)).toString();

function readBytes(directory: string, name: string): Uint8Array {
  try {
    return readFileSync(join(directory, name));
  } catch (cause) {
    const { code = 'unknown' } = cause as NodeJS.ErrnoException;
    if (name !== 'checkpoint') throw damaged(`${name} can't be read (${code}).`);
    const message = `This is no exported log: its checkpoint can't be read (${code}).`;
    const fix = 'Name a folder that `fairlead ledger export` wrote.';
    throw new FairleadError('ledger.not-found', { message, fix, place: { path: directory }, cause });
  }
}

const damaged = (message: string) => new FairleadError('ledger.corrupt', { message });

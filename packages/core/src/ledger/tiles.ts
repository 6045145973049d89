import { FairleadError } from '../errors/index.ts';
import { concatBytes } from '../text/index.ts';

/*
 * C2SP tlog-tiles: the tree as files of up to 256 hashes, and the entries as bundles of up to 256.
 * Source of the format: c2sp.org/tlog-tiles.
 */

/** Hashes in a full tile, entries in a full bundle. */
export const tileWidth = 256;
/** Tree levels that one tile level spans. */
export const tileHeight = 8;
/** Longest entry that a bundle can hold. */
export const maxEntryBytes = 65_535;

/** One tile or bundle; `width` 256 is a full one, 1 to 255 a partial one. */
export interface TileAddress {
  readonly level: number | 'entries';
  readonly index: number;
  readonly width: number;
}

/** Path of a tile below the log's prefix, e.g. `tile/0/x001/067.p/12`. */
export function tilePath(tile: TileAddress): string {
  const digits = String(tile.index);
  const padded = digits.padStart(Math.ceil(digits.length / 3) * 3, '0');
  const groups = padded.match(/\d{3}/g) ?? [];
  const number = groups.map((group, i) => (i === groups.length - 1 ? group : `x${group}`)).join('/');
  return `tile/${tile.level}/${number}${tile.width === tileWidth ? '' : `.p/${tile.width}`}`;
}

/** The tile that a path names; null when the path isn't exactly what `tilePath` writes. */
export function parseTilePath(path: string): TileAddress | null {
  const match = /^tile\/(entries|\d{1,2})\/((?:x\d{3}\/){0,5}\d{3})(?:\.p\/(\d{1,3}))?$/.exec(path);
  if (match === null) return null;
  const tile: TileAddress = {
    level: match[1] === 'entries' ? 'entries' : Number(match[1]),
    index: Number(match[2]!.replaceAll(/[x/]/g, '')),
    width: match[3] === undefined ? tileWidth : Number(match[3]),
  };
  const possible =
    tile.width >= 1 && tile.width <= tileWidth && (tile.level === 'entries' || tile.level <= 63);
  return possible && Number.isSafeInteger(tile.index) && tilePath(tile) === path ? tile : null;
}

/** How many hashes (or entries) the tile at `index` of `level` has in a tree of `size` leaves; 0 when it has none. */
export function widthAt(size: number, level: number, index: number): number {
  const hashes = Math.floor(size / tileWidth ** level);
  return Math.max(0, Math.min(tileWidth, hashes - index * tileWidth));
}

/** A bundle: each entry behind its length as two bytes, big-endian. */
export function encodeBundle(entries: readonly Uint8Array[]): Uint8Array {
  return concatBytes(...entries.flatMap((entry) => [lengthPrefix(entry.length), entry]));
}

function lengthPrefix(length: number): Uint8Array {
  if (length > maxEntryBytes) {
    throw new FairleadError('ledger.entry-invalid', {
      message: `An entry of ${length} bytes exceeds ${maxEntryBytes}.`,
    });
  }
  return Uint8Array.of(Math.floor(length / 256), length % 256);
}

/** The entries of a bundle. @throws FairleadError `ledger.note-invalid` when it is cut off. */
export function decodeBundle(bundle: Uint8Array): readonly Uint8Array[] {
  const entries: Uint8Array[] = [];
  let at = 0;
  while (at < bundle.length) {
    const end = at + 2 + (bundle[at] ?? 0) * 256 + (bundle[at + 1] ?? 0);
    if (at + 2 > bundle.length || end > bundle.length) {
      throw new FairleadError('ledger.note-invalid', { message: 'The entry bundle is cut off.' });
    }
    entries.push(bundle.slice(at + 2, end));
    at = end;
  }
  return entries;
}

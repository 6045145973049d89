import { encodeUtf8 } from '../text/index.ts';
import { latin1 } from './bytes-text.ts';

/*
 * Where the anchors of all detectors stand in a text, in one pass over its UTF-8. Two bytes at a time are looked up in
 * a table of what they may be a part of; only where two lookups in a row agree is anything compared. No step waits for
 * a state, as in an automaton, so this is several times as fast, and as linear.
 *
 * Anchors are put in order and divided among the bits of a mask, once for anchors that begin at an even offset and
 * once for those at an odd one. The upper half of an entry says whose beginning the pair may be, the lower half whose
 * continuation.
 */

/** An anchor and what it stands for. */
export interface Anchor<T> {
  /** Lower case, at least three characters. */
  readonly text: string;
  readonly value: T;
}

/** Every anchor that begins with the same three bytes. */
interface Entry<T> {
  readonly bytes: Uint8Array;
  /** Bytes and UTF-16 units of its beginning, which must stand in the text as a whole. */
  readonly firstBytes: number;
  readonly firstUnits: number;
  readonly value: T;
}

export interface AnchorIndex<T> {
  readonly pairs: Int32Array;
  /** A bit for each hash of four bytes that begin an anchor: spares most of what the pairs let through. */
  readonly beginnings: Int32Array;
  readonly byFirst: ReadonlyMap<number, readonly Entry<T>[]>;
}

/**
 * Called for each anchor: its value, the byte where it begins, the UTF-16 units of its beginning, and whether all of it
 * stands in the text (else it goes on as far as the text does). In the order of where they begin.
 */
export type OnAnchor<T> = (value: T, start: number, firstUnits: number, isWhole: boolean) => void;

/** Bits of the mask for anchors at even and at odd offsets. The latter share less with the pairs, so need more. */
const EVEN = 7;
const ODD = 9;
const EVEN_BITS = (1 << EVEN) - 1;

const HASH_BITS = 16;

const FOLD = Uint8Array.from({ length: 256 }, (_, byte) => (byte >= 65 && byte <= 90 ? byte + 32 : byte));
const isLittleEndian = new Uint8Array(Uint16Array.of(1).buffer)[0] === 1;
const anyByte: readonly number[] = Array.from({ length: 256 }, (_, byte) => byte);

const foldAt = (bytes: Uint8Array, at: number): number => FOLD[bytes[at] as number] as number;

const hashOf = (a: number, b: number, c: number, d: number): number =>
  Math.imul(a | (b << 8) | (c << 16) | (d << 24), 0x9e3779b1) >>> (32 - HASH_BITS);

/** The bytes that are `byte` without regard to ASCII case. */
const casesOf = (byte: number): readonly number[] => (byte >= 97 && byte <= 122 ? [byte, byte - 32] : [byte]);

function addPairs(
  pairs: Int32Array,
  firsts: readonly number[],
  seconds: readonly number[],
  bits: number,
): void {
  for (const first of firsts) {
    for (const second of seconds) {
      const pair = isLittleEndian ? first | (second << 8) : (first << 8) | second;
      pairs[pair] = (pairs[pair] as number) | bits;
    }
  }
}

function pairsOf(beginnings: readonly Uint8Array[]): Int32Array {
  const pairs = new Int32Array(65_536);
  beginnings.forEach((bytes, index) => {
    const even = 1 << Math.floor((index * EVEN) / beginnings.length);
    const odd = 1 << (EVEN + Math.floor((index * ODD) / beginnings.length));
    const [first, second, third] = [0, 1, 2].map((at) => casesOf(bytes[at] as number));
    const fourth = bytes.length > 3 ? casesOf(bytes[3] as number) : anyByte;
    addPairs(pairs, first ?? [], second ?? [], even << 16);
    addPairs(pairs, third ?? [], fourth, even);
    addPairs(pairs, anyByte, first ?? [], odd << 16);
    addPairs(pairs, second ?? [], third ?? [], odd);
  });
  return pairs;
}

function hashesOf(beginnings: readonly Uint8Array[]): Int32Array {
  const bits = new Int32Array(1 << (HASH_BITS - 5));
  for (const bytes of beginnings) {
    const [a, b, c, d] = bytes as unknown as [number, number, number, number | undefined];
    for (const fourth of d === undefined ? anyByte : [d]) {
      const hash = hashOf(a, b, c, fourth);
      bits[hash >>> 5] = (bits[hash >>> 5] as number) | (1 << (hash & 31));
    }
  }
  return bits;
}

const firstThree = (bytes: Uint8Array): number =>
  foldAt(bytes, 0) | (foldAt(bytes, 1) << 8) | (foldAt(bytes, 2) << 16);

/**
 * Builds the index. Of an anchor that stands only in part, at least the first `firstUnits` characters must.
 * @throws RangeError when an anchor has less than three bytes.
 */
export function indexAnchors<T>(anchors: readonly Anchor<T>[], firstUnits: number): AnchorIndex<T> {
  const entries = anchors.map(({ text, value }): Entry<T> => {
    const beginning = text.slice(0, firstUnits);
    const bytes = encodeUtf8(text);
    if (bytes.length < 3) throw new RangeError('an anchor is too short');
    return { bytes, firstBytes: encodeUtf8(beginning).length, firstUnits: beginning.length, value };
  });
  const fours = new Map(entries.map(({ bytes }) => [latin1(bytes.subarray(0, 4)), bytes.subarray(0, 4)]));
  const beginnings = [...fours].sort(([a], [b]) => (a < b ? -1 : 1)).map(([, bytes]) => bytes);
  // Shorter beginnings first, as they end first.
  const ordered = entries.toSorted((a, b) => a.firstUnits - b.firstUnits);
  return {
    pairs: pairsOf(beginnings),
    beginnings: hashesOf(beginnings),
    byFirst: Map.groupBy(ordered, ({ bytes }) => firstThree(bytes)),
  };
}

/** How far an anchor stands at `start`: 0 not at all, 1 as far as the text goes, 2 as a whole. */
function standing<T>(
  { bytes, firstBytes }: Entry<T>,
  text: Uint8Array,
  length: number,
  start: number,
): number {
  if (start + firstBytes > length) return 0;
  const end = Math.min(bytes.length, length - start);
  for (let at = 3; at < end; at += 1) {
    if (foldAt(text, start + at) !== bytes[at]) return 0;
  }
  return end === bytes.length ? 2 : 1;
}

function tryAt<T>(
  { beginnings, byFirst }: AnchorIndex<T>,
  text: Uint8Array,
  length: number,
  start: number,
  onAnchor: OnAnchor<T>,
): void {
  const a = foldAt(text, start);
  const b = foldAt(text, start + 1);
  const c = foldAt(text, start + 2);
  const hash = hashOf(a, b, c, foldAt(text, start + 3));
  if ((((beginnings[hash >>> 5] as number) >>> (hash & 31)) & 1) === 0) return;
  const entries = byFirst.get(a | (b << 8) | (c << 16));
  if (entries === undefined) return;
  for (let i = 0; i < entries.length; i += 1) {
    const entry = entries[i] as Entry<T>;
    const stands = standing(entry, text, length, start);
    if (stands > 0) onAnchor(entry.value, start, entry.firstUnits, stands === 2);
  }
}

/**
 * Reports every anchor in the first `length` bytes of `text`, in linear time. `text` begins at an even offset of its
 * buffer and has at least `PADDING` bytes more, which must be 0.
 */
export function findAnchors<T>(
  index: AnchorIndex<T>,
  text: Uint8Array,
  length: number,
  onAnchor: OnAnchor<T>,
): void {
  const { pairs } = index;
  const units = new Uint16Array(text.buffer, text.byteOffset, (length + PADDING) >> 1);
  const count = (length + 1) >> 1;
  let before = 0;
  for (let i = 0; i < count; i += 2) {
    const first = pairs[units[i] as number] as number;
    const second = pairs[units[i + 1] as number] as number;
    const atFirst = (before >>> 16) & first;
    const atSecond = (first >>> 16) & second;
    before = second;
    if ((atFirst | atSecond) === 0) continue;
    // A beginning at an even offset stands before one at the odd offset of the same pair.
    if ((atFirst & EVEN_BITS) !== 0) tryAt(index, text, length, 2 * i - 2, onAnchor);
    if (atFirst >= 1 << EVEN) tryAt(index, text, length, 2 * i - 1, onAnchor);
    if ((atSecond & EVEN_BITS) !== 0) tryAt(index, text, length, 2 * i, onAnchor);
    if (atSecond >= 1 << EVEN) tryAt(index, text, length, 2 * i + 1, onAnchor);
  }
}

/** Zero bytes that must follow a text. */
export const PADDING = 4;

import { encodeUtf8 } from '../text/index.ts';
import { latin1 } from './bytes-text.ts';

/*
 * Where the anchors of all detectors stand in a text, in one pass over its UTF-8. Two bytes at a time are looked up in
 * a table of what they may be a part of; only where two lookups in a row agree is anything compared. No step waits for
 * a state, as in an automaton, and none branches on what it found, so this is several times as fast, and as linear.
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
  /** A bit for each hash of three and of four bytes that begin an anchor: spares most of what the pairs let through. */
  readonly threes: Int32Array;
  readonly fours: Int32Array;
  readonly byFirst: ReadonlyMap<number, readonly Entry<T>[]>;
}

/** A text's UTF-8: the first `length` bytes, then at least `PADDING` zeros. */
export interface Utf8 {
  readonly bytes: Uint8Array;
  /** The same memory. */
  readonly pairs: Uint16Array;
  readonly length: number;
}

/** Zero bytes that must follow a text. */
export const PADDING = 4;

/**
 * Called for each anchor: its value, the byte where it begins, the UTF-16 units of its beginning, and whether all of it
 * stands in the text (else it goes on as far as the text does). In the order of where they begin.
 */
export type OnAnchor<T> = (value: T, start: number, firstUnits: number, isWhole: boolean) => void;

/** Bits of the mask for anchors at even and at odd offsets. The latter share less with the pairs, so need more. */
const EVEN = 7;
const ODD = 9;

const HASH_BITS = 16;

/** Pairs that are looked up before what they let through is compared. */
const CHUNK = 4_096;
/** Numbers of the pairs that a chunk let through. Of no use after it. */
const passed = new Int32Array(CHUNK + 1);

const FOLD = Uint8Array.from({ length: 256 }, (_, byte) => (byte >= 65 && byte <= 90 ? byte + 32 : byte));
const isLittleEndian = new Uint8Array(Uint16Array.of(1).buffer)[0] === 1;
const anyByte: readonly number[] = Array.from({ length: 256 }, (_, byte) => byte);

const foldAt = (bytes: Uint8Array, at: number): number => FOLD[bytes[at] as number] as number;

const hashOf = (bytes: number): number => Math.imul(bytes, 0x9e3779b1) >>> (32 - HASH_BITS);
const hasBit = (bits: Int32Array, hash: number): number => ((bits[hash >>> 5] as number) >>> (hash & 31)) & 1;

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

/** The bytes as one number, the first lowest. */
function packed(bytes: Uint8Array): number {
  return bytes.reduce((sum, byte, at) => sum | (byte << (8 * at)), 0);
}

function hashesOf(beginnings: readonly Uint8Array[]): Int32Array {
  const bits = new Int32Array(1 << (HASH_BITS - 5));
  for (const bytes of beginnings) {
    const hash = hashOf(packed(bytes));
    bits[hash >>> 5] = (bits[hash >>> 5] as number) | (1 << (hash & 31));
  }
  return bits;
}

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
    threes: hashesOf(beginnings.filter(({ length }) => length === 3)),
    fours: hashesOf(beginnings.filter(({ length }) => length === 4)),
    byFirst: Map.groupBy(ordered, ({ bytes }) => packed(bytes.subarray(0, 3))),
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

/** Whether an anchor may begin with these: three folded bytes as one number, and the fourth. */
function mayBegin<T>({ threes, fours }: AnchorIndex<T>, three: number, fourth: number): number {
  return hasBit(threes, hashOf(three)) | hasBit(fours, hashOf(three | (fourth << 24)));
}

function tryAt<T>(
  { byFirst }: AnchorIndex<T>,
  { bytes, length }: Utf8,
  start: number,
  three: number,
  onAnchor: OnAnchor<T>,
): void {
  const entries = byFirst.get(three);
  if (entries === undefined) return;
  for (let i = 0; i < entries.length; i += 1) {
    const entry = entries[i] as Entry<T>;
    const stands = standing(entry, bytes, length, start);
    if (stands > 0) onAnchor(entry.value, start, entry.firstUnits, stands === 2);
  }
}

/** Writes down which pairs of `[from, to)` may go on with what the pair before them may begin; how many there are. */
function passPairs(table: Int32Array, pairs: Uint16Array, from: number, to: number): number {
  let before = from === 0 ? 0 : (table[pairs[from - 1] as number] as number);
  let count = 0;
  for (let i = from; i < to; i += 1) {
    const pair = table[pairs[i] as number] as number;
    const both = (before >>> 16) & pair;
    passed[count] = i;
    // One more unless it's 0. A branch would be guessed wrongly too often.
    count += (both | -both) >>> 31;
    before = pair;
  }
  return count;
}

/** Compares what the pairs let through: an anchor may begin with the pair before, or with its second byte. */
function tryPassed<T>(index: AnchorIndex<T>, text: Utf8, count: number, onAnchor: OnAnchor<T>): void {
  const { bytes } = text;
  for (let i = 0; i < count; i += 1) {
    const start = 2 * (passed[i] as number) - 2;
    const second = foldAt(bytes, start + 1);
    const third = foldAt(bytes, start + 2);
    const fourth = foldAt(bytes, start + 3);
    const even = foldAt(bytes, start) | (second << 8) | (third << 16);
    const odd = second | (third << 8) | (fourth << 16);
    if (mayBegin(index, even, fourth) !== 0) tryAt(index, text, start, even, onAnchor);
    if (mayBegin(index, odd, foldAt(bytes, start + 4)) !== 0) tryAt(index, text, start + 1, odd, onAnchor);
  }
}

/** Reports every anchor in a text, in linear time. Not to be called again before it has returned. */
export function findAnchors<T>(index: AnchorIndex<T>, text: Utf8, onAnchor: OnAnchor<T>): void {
  const { pairs, length } = text;
  const count = (length + 1) >> 1;
  for (let from = 0; from < count; from += CHUNK) {
    tryPassed(index, text, passPairs(index.pairs, pairs, from, Math.min(count, from + CHUNK)), onAnchor);
  }
}

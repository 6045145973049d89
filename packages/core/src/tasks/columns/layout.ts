/*
 * Chunks of columns of numbers, 1,024 slots at a time: 8-byte ones, 4-byte ones, and lists of 4-byte ones. Bytes are those
 * of the typed arrays, little-endian, in the order of the layout. In memory a column takes as few bytes a slot as hold its
 * numbers; no chunk is ever altered.
 */

export const slots = 1024;
export const slotBits = Math.log2(slots);
export const slotOf = slots - 1;

/** A column of 4-byte numbers in memory. */
export type Words = Uint8Array | Uint16Array | Uint32Array;

export type Chunk<Double extends string, Word extends string, List extends string> = {
  readonly [D in Double]: Float64Array | Uint32Array;
} & { readonly [W in Word]: Words } & { readonly [L in List]: Uint32Array } & {
  /** Where the list of a slot begins; the next slot's beginning is its end. */
  readonly [L in List as `${L}From`]: Words;
};

/** What a slot holds. */
export type Values<Double extends string, Word extends string, List extends string> = {
  readonly [D in Double | Word]: number;
} & { readonly [L in List]: ArrayLike<number> };

export interface Layout<Double extends string, Word extends string, List extends string> {
  empty(): Chunk<Double, Word, List>;
  /** Bytes are copied into the room. @throws RangeError for bytes of another length than a chunk can have */
  decode(bytes: Uint8Array, room?: Room): Chunk<Double, Word, List>;
  encode(chunk: Chunk<Double, Word, List>): Uint8Array;
  /** A chunk with other values in some slots; null empties one. What it was made from stays as it is. */
  withSlots(
    chunk: Chunk<Double, Word, List>,
    updates: ReadonlyMap<number, Values<Double, Word, List> | null>,
  ): Chunk<Double, Word, List>;
}

type Named = { [name: string]: Float64Array | Words };

export function layoutOf<
  const Double extends string,
  const Word extends string,
  const List extends string = never,
>(
  doubles: readonly Double[],
  words: readonly Word[],
  lists: readonly List[] = [],
): Layout<Double, Word, List> {
  const names: Names = { doubles, words, lists };
  const fixedBytes = slots * (doubles.length * 8 + words.length * 4) + lists.length * (slots + 1) * 4;
  const layout = {
    empty: () => decode(names, new Uint8Array(fixedBytes), ownRoom),
    decode(bytes: Uint8Array, room: Room = ownRoom) {
      if (bytes.length < fixedBytes || bytes.length % 4 !== 0) throw noChunk();
      return decode(names, bytes, room);
    },
    encode: (chunk: Named) => encode(names, chunk),
    withSlots: (chunk: Named, updates: Updates) => withSlots(names, chunk, updates),
  };
  return layout as unknown as Layout<Double, Word, List>;
}

interface Names {
  readonly doubles: readonly string[];
  readonly words: readonly string[];
  readonly lists: readonly string[];
}
type Updates = ReadonlyMap<number, { readonly [name: string]: number | ArrayLike<number> } | null>;

const noChunk = () => new RangeError('these are no chunk');

/** Room for bytes in a buffer, from an offset on that is divisible by 8. */
export type Room = (byteLength: number) => { readonly buffer: ArrayBuffer; readonly at: number };

const ownRoom: Room = (byteLength) => ({ buffer: new ArrayBuffer(byteLength), at: 0 });

const [leastAtOnce, mostAtOnce] = [2 ** 16, 2 ** 20];

/**
 * Room for chunks that are read together: thousands of buffers of their own leave holes between them, and nobody knows
 * beforehand how narrow their columns are.
 */
export function sharedRoom(): Room {
  let buffer = new ArrayBuffer(0);
  let used = 0;
  return (needed) => {
    const size = Math.ceil(needed / 8) * 8;
    if (used + size > buffer.byteLength) {
      const larger = Math.min(mostAtOnce, Math.max(leastAtOnce, buffer.byteLength * 2));
      buffer = new ArrayBuffer(Math.max(size, larger));
      used = 0;
    }
    used += size;
    return { buffer, at: used - size };
  };
}

function decode({ doubles, words, lists }: Names, bytes: Uint8Array, room: Room): Named {
  const chunk: Named = {};
  doubles.forEach((name, i) => {
    const wide = new Float64Array(copied(bytes.subarray(i * slots * 8, (i + 1) * slots * 8)), 0, slots);
    const Narrow = isNarrow(wide) ? Uint32Array : Float64Array;
    const { buffer, at } = room(slots * Narrow.BYTES_PER_ELEMENT);
    const column = new Narrow(buffer, at, slots);
    column.set(wide);
    chunk[name] = column;
  });
  const rest = bytes.subarray(doubles.length * slots * 8);
  const all = new Uint32Array(copied(rest), 0, rest.length / 4);
  let at = 0;
  const next = (length: number) => {
    at += length;
    return all.subarray(at - length, at);
  };
  for (const name of words) chunk[name] = narrowed(next(slots), room);
  for (const name of lists) chunk[`${name}From`] = narrowed(next(slots + 1), room);
  for (const name of lists) {
    const length = chunk[`${name}From`]![slots]!;
    if (at + length > all.length) throw noChunk();
    chunk[name] = stored(Uint32Array, next(length), room);
  }
  return chunk;
}

let scratch = new ArrayBuffer(0);

/** Bytes where typed arrays of any width can begin, until the next ones are. */
function copied(bytes: Uint8Array): ArrayBuffer {
  if (bytes.length > scratch.byteLength) scratch = new ArrayBuffer(bytes.length);
  new Uint8Array(scratch).set(bytes);
  return scratch;
}

function stored<Column extends Words>(
  Type: new (buffer: ArrayBuffer, at: number, length: number) => Column,
  numbers: Uint32Array,
  room: Room,
  width = 4,
): Column {
  const { buffer, at } = room(numbers.length * width);
  const column = new Type(buffer, at, numbers.length);
  column.set(numbers);
  return column;
}

/** What many columns hold: they share it. */
const zeros = new Uint8Array(slots + 1);

function narrowed(numbers: Uint32Array, room: Room): Words {
  let bits = 0;
  for (let i = 0; i < numbers.length; i++) bits |= numbers[i]!;
  if (bits === 0) return zeros.subarray(0, numbers.length);
  if (bits >>> 8 === 0) return stored(Uint8Array, numbers, room, 1);
  return bits >>> 16 === 0 ? stored(Uint16Array, numbers, room, 2) : stored(Uint32Array, numbers, room);
}

/** In memory whole numbers that four bytes hold, as times are, take four. */
function isNarrow(column: Float64Array): boolean {
  for (let slot = 0; slot < slots; slot++) if (!Object.is(column[slot]! >>> 0, column[slot])) return false;
  return true;
}

function encode({ doubles, words, lists }: Names, chunk: Named): Uint8Array {
  const parts = [...doubles, ...words, ...lists.map((name) => `${name}From`), ...lists];
  const columns = new Map(
    parts.map((name) => [
      name,
      doubles.includes(name) ? new Float64Array(chunk[name]!) : new Uint32Array(chunk[name]!),
    ]),
  );
  const bytes = new Uint8Array([...columns.values()].reduce((sum, { byteLength }) => sum + byteLength, 0));
  let at = 0;
  for (const name of parts) {
    const { buffer, byteOffset, byteLength } = columns.get(name)!;
    bytes.set(new Uint8Array(buffer, byteOffset, byteLength), at);
    at += byteLength;
  }
  return bytes;
}

function withSlots({ doubles, words, lists }: Names, chunk: Named, updates: Updates): Named {
  const next: Named = {};
  for (const name of [...doubles, ...words]) {
    const column = doubles.includes(name) ? new Float64Array(chunk[name]!) : new Uint32Array(chunk[name]!);
    for (const [slot, values] of updates) column[slot] = values === null ? 0 : (values[name] as number);
    next[name] = column;
  }
  for (const name of lists) {
    const [from, all] = [chunk[`${name}From`]!, chunk[name] as Uint32Array];
    const own = Array.from({ length: slots }, (_, slot): ArrayLike<number> => {
      const values = updates.get(slot);
      if (values === undefined) return all.subarray(from[slot], from[slot + 1]);
      return values === null ? [] : (values[name] as ArrayLike<number>);
    });
    const begins = new Uint32Array(slots + 1);
    for (const [slot, values] of own.entries()) begins[slot + 1] = begins[slot]! + values.length;
    const list = new Uint32Array(begins[slots]!);
    for (const [slot, values] of own.entries()) list.set(values, begins[slot]);
    next[`${name}From`] = begins;
    next[name] = list;
  }
  return next;
}

/** Whether a slot holds the same in two chunks, in some columns and lists. */
export function isSameIn<C extends object>(
  columns: readonly (keyof C & string)[],
  lists: readonly (keyof C & string)[],
): (a: C, b: C, slot: number) => boolean {
  return (a, b, slot) => {
    for (const name of columns) {
      const [own, other] = [a[name], b[name]] as unknown as readonly [Uint32Array, Uint32Array];
      if (!Object.is(own[slot], other[slot])) return false;
    }
    return lists.every((name) => isSameList(a as unknown as Named, b as unknown as Named, name, slot));
  };
}

function isSameList(a: Named, b: Named, name: string, slot: number): boolean {
  const [from, other] = [a[`${name}From`]![slot]!, b[`${name}From`]![slot]!];
  const count = a[`${name}From`]![slot + 1]! - from;
  if (b[`${name}From`]![slot + 1]! - other !== count) return false;
  for (let i = 0; i < count; i++) if (a[name]![from + i] !== b[name]![other + i]) return false;
  return true;
}

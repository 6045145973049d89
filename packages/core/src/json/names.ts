/** Texts that are frequent in documents of one kind: the reader hands out these very strings instead of making new ones. */
export interface NameTable {
  /** By hash; of two with one hash only one is kept. */
  readonly slots: readonly (string | undefined)[];
}

const SLOTS = 4_096;
const SEED = 0x811c9dc5;

/** One step of FNV-1a. */
const step = (hash: number, byte: number): number => Math.imul(hash ^ byte, 0x01000193);
const slotOf = (hash: number): number => (hash ^ (hash >>> 15)) & (SLOTS - 1);

/** Names of ASCII; others are left out. */
export function nameTable(names: Iterable<string>): NameTable {
  const slots = Array.from<string | undefined>({ length: SLOTS }).fill(undefined);
  for (const name of names) {
    let hash = SEED;
    for (let i = 0; i < name.length; i += 1) hash = step(hash, name.charCodeAt(i));
    slots[slotOf(hash)] = name;
  }
  return { slots };
}

/** The name that stands in `bytes[from, to)`, or undefined. */
export function nameAt(
  { slots }: NameTable,
  bytes: Uint8Array,
  from: number,
  to: number,
): string | undefined {
  let hash = SEED;
  for (let at = from; at < to; at += 1) hash = step(hash, bytes[at] as number);
  const name = slots[slotOf(hash)];
  if (name === undefined || name.length !== to - from) return undefined;
  for (let i = 0; i < name.length; i += 1) if (bytes[from + i] !== name.charCodeAt(i)) return undefined;
  return name;
}

import type { Long } from './integers.ts';

/** A reference to an entity. */
export class EntityUid {
  readonly type: string;
  readonly id: string;
  /** Where an EntityStore remembers what it found for this reference; nobody else reads it. */
  foundIn: unknown = null;
  found: unknown = null;

  constructor(type: string, id: string) {
    this.type = type;
    this.id = id;
  }
}

/** From this many elements on, membership of texts is looked up in a table. */
const tableFrom = 12;

/** A set: unordered; duplicates are kept and do not matter. */
export class SetValue {
  readonly items: readonly Value[];
  #texts: ReadonlySet<Value> | null = null;

  constructor(items: readonly Value[]) {
    this.items = items;
  }

  /** True when `value` is an element. */
  includes(value: Value): boolean {
    const { items } = this;
    if (items.length >= tableFrom && typeof value === 'string') {
      this.#texts ??= new Set(items);
      return this.#texts.has(value);
    }
    // Among plain values, equality is identity.
    if (typeof value !== 'object') return items.includes(value);
    for (let i = 0; i < items.length; i += 1) if (equal(items[i]!, value)) return true;
    return false;
  }
}

/** Attribute names of records built alike, with the slot each value stands in. */
export class Shape {
  readonly names: readonly string[];
  readonly slots: ReadonlyMap<string, number>;

  constructor(names: readonly string[]) {
    this.names = names;
    this.slots = new Map(names.map((name, slot) => [name, slot]));
  }
}

/** A record: values by slot of its shape; `undefined` marks an absent attribute. */
export class RecordValue {
  readonly shape: Shape;
  readonly values: readonly (Value | undefined)[];

  constructor(shape: Shape, values: readonly (Value | undefined)[]) {
    this.shape = shape;
    this.values = values;
  }

  get(name: string): Value | undefined {
    const slot = this.shape.slots.get(name);
    return slot === undefined ? undefined : this.values[slot];
  }
}

/** Ten-thousandths: `1.5` is 15000. */
export class DecimalValue {
  readonly scaled: Long;

  constructor(scaled: Long) {
    this.scaled = scaled;
  }
}

/** Milliseconds since the Unix epoch. */
export class DatetimeValue {
  readonly millis: Long;

  constructor(millis: Long) {
    this.millis = millis;
  }
}

/** Milliseconds. */
export class DurationValue {
  readonly millis: Long;

  constructor(millis: Long) {
    this.millis = millis;
  }
}

/** An address with its prefix length; the bits beyond the prefix are kept, as Cedar keeps them. */
export class IpValue {
  readonly version: 4 | 6;
  readonly address: bigint;
  readonly prefix: number;

  constructor(version: 4 | 6, address: bigint, prefix: number) {
    this.version = version;
    this.address = address;
    this.prefix = prefix;
  }
}

export type ExtensionValue = DecimalValue | DatetimeValue | DurationValue | IpValue;
export type Value = boolean | Long | string | EntityUid | SetValue | RecordValue | ExtensionValue;

/** Cedar's equality: values of different types are never equal, and comparing them is no error. */
export function equal(a: Value, b: Value): boolean {
  if (a === b) return true;
  if (typeof a !== 'object' || typeof b !== 'object') return false;
  if (a instanceof EntityUid) return b instanceof EntityUid && a.id === b.id && a.type === b.type;
  if (a instanceof SetValue) return b instanceof SetValue && includesAll(a, b) && includesAll(b, a);
  if (a instanceof RecordValue) return b instanceof RecordValue && equalRecords(a, b);
  return equalExtensions(a, b);
}

function equalExtensions(a: ExtensionValue, b: Value): boolean {
  if (a instanceof DecimalValue) return b instanceof DecimalValue && a.scaled === b.scaled;
  if (a instanceof DatetimeValue) return b instanceof DatetimeValue && a.millis === b.millis;
  if (a instanceof DurationValue) return b instanceof DurationValue && a.millis === b.millis;
  return b instanceof IpValue && a.version === b.version && a.address === b.address && a.prefix === b.prefix;
}

function presentCount(record: RecordValue): number {
  let count = 0;
  for (const value of record.values) if (value !== undefined) count += 1;
  return count;
}

function equalRecords(a: RecordValue, b: RecordValue): boolean {
  if (presentCount(a) !== presentCount(b)) return false;
  return a.shape.names.every((name, slot) => {
    const left = a.values[slot];
    if (left === undefined) return true;
    const right = b.get(name);
    return right !== undefined && equal(left, right);
  });
}

/** True when every element of `part` is an element of `set`. */
export function includesAll(set: SetValue, part: SetValue): boolean {
  return part.items.every((item) => set.includes(item));
}

/** True when the sets share an element. */
export function includesAny(set: SetValue, other: SetValue): boolean {
  return other.items.some((item) => set.includes(item));
}

/** The type's name as Cedar's messages write it. */
export function typeName(value: Value): string {
  switch (typeof value) {
    case 'boolean':
      return 'bool';
    case 'string':
      return 'string';
    case 'number':
    case 'bigint':
      return 'long';
    default:
      break;
  }
  if (value instanceof EntityUid) return `entity of type ${value.type}`;
  if (value instanceof SetValue) return 'set';
  if (value instanceof RecordValue) return 'record';
  if (value instanceof DecimalValue) return 'decimal';
  if (value instanceof DatetimeValue) return 'datetime';
  return value instanceof DurationValue ? 'duration' : 'ipaddr';
}

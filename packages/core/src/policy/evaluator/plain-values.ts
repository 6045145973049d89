import { extensionFunctions } from '../extensions/index.ts';
import { Fault } from './fault.ts';
import { EntityUid, RecordValue, SetValue, Shape, type Value } from './values.ts';

function isObject(json: unknown): json is { readonly [key: string]: unknown } {
  return typeof json === 'object' && json !== null && !Array.isArray(json);
}

/** Reads `{type, id}`. */
export function readUid(json: unknown): EntityUid {
  if (!isObject(json) || typeof json.type !== 'string' || typeof json.id !== 'string') {
    throw new Fault('expected an entity reference');
  }
  // Types are compared with those of the schema or a policy, which are well-formed.
  if (!json.id.isWellFormed()) throw new Fault('a text is not well-formed');
  return new EntityUid(json.type, json.id);
}

/** Reads `{fn, arg}` of an `__extn` value: only functions that read a text. */
export function readExtension(json: unknown): Value {
  if (!isObject(json) || typeof json.fn !== 'string' || typeof json.arg !== 'string') {
    throw new Fault('expected an extension value with fn and arg');
  }
  const found = extensionFunctions.get(json.fn);
  if (!found?.constructs) throw new Fault('unknown extension function');
  return found.call(json.arg, json.arg);
}

/** Reads a text; lone surrogates have no meaning in Cedar. */
export function readText(json: unknown): string {
  if (typeof json !== 'string') throw new Fault('expected a text');
  if (!json.isWellFormed()) throw new Fault('a text is not well-formed');
  return json;
}

/** Reads a whole number that JSON holds exactly. */
export function readLong(json: unknown): number {
  if (!Number.isSafeInteger(json)) throw new Fault('expected a whole number within ±2^53');
  return (json as number) + 0;
}

/**
 * Reads a value in Cedar's explicit JSON form without a schema: literals in policies, and requests where the
 * evaluator itself is under test.
 */
export function readPlainValue(json: unknown): Value {
  if (typeof json === 'boolean') return json;
  if (typeof json === 'string') return readText(json);
  if (typeof json === 'number') return readLong(json);
  if (Array.isArray(json)) return new SetValue(json.map(readPlainValue));
  if (!isObject(json)) throw new Fault('expected a Cedar value');
  const tagged = Object.hasOwn(json, '__entity') || Object.hasOwn(json, '__extn');
  if (tagged && Object.keys(json).length > 1) throw new Fault('a value with a tag and something beside it');
  if (Object.hasOwn(json, '__entity')) return readUid(json.__entity);
  if (Object.hasOwn(json, '__extn')) return readExtension(json.__extn);
  return readPlainRecord(json);
}

/** Reads a record of plain values. */
export function readPlainRecord(json: unknown): RecordValue {
  if (!isObject(json)) throw new Fault('expected a record');
  const names = Object.keys(json);
  const values = names.map((name) => readPlainValue(json[name]));
  return new RecordValue(new Shape(names), values);
}

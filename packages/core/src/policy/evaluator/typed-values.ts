import type { RecordModel, SchemaModel, TypeModel } from '../schema-model.ts';
import { Fault } from './fault.ts';
import { readExtension, readLong, readText, readUid } from './plain-values.ts';
import {
  DatetimeValue,
  DecimalValue,
  DurationValue,
  type EntityUid,
  IpValue,
  RecordValue,
  SetValue,
  Shape,
  type Value,
} from './values.ts';

/** Reads a value in Cedar's explicit JSON form and checks it against the schema's type, in one pass. */
export type Reader<T extends Value = Value> = (json: unknown) => T;

const extensionClasses = {
  decimal: DecimalValue,
  datetime: DatetimeValue,
  duration: DurationValue,
  ipaddr: IpValue,
};

/** What a reader threw, naming the place it stands in. */
function placed(thrown: unknown, place: string): unknown {
  return thrown instanceof Fault && !thrown.placed ? new Fault(`${place}: ${thrown.message}`, true) : thrown;
}

function readBool(json: unknown): boolean {
  if (typeof json !== 'boolean') throw new Fault('expected true or false');
  return json;
}

function readTexts(json: unknown): SetValue {
  if (!Array.isArray(json)) throw new Fault('expected a set');
  for (let i = 0; i < json.length; i += 1) readText(json[i]);
  // Read-only by contract, so that the list itself can serve.
  return new SetValue(json as string[]);
}

function setReader(element: Reader): Reader<SetValue> {
  return (json) => {
    if (!Array.isArray(json)) throw new Fault('expected a set');
    const items = new Array<Value>(json.length);
    for (let i = 0; i < json.length; i += 1) items[i] = element(json[i]);
    return new SetValue(items);
  };
}

/** A check that an entity may stand where it does: a declared type, a listed id of an enumerated one. */
export function uidChecker(schema: SchemaModel): (uid: EntityUid) => void {
  return (uid) => {
    const type = schema.entityTypes.get(uid.type);
    if (type === undefined && !schema.actions.has(schema.actionKey(uid.type, uid.id))) {
      throw new Fault('an entity of a type that the schema does not have');
    }
    if (type?.ids && !type.ids.has(uid.id)) throw new Fault(`not one of the entities of type ${uid.type}`);
  };
}

function entityReader(name: string, schema: SchemaModel): Reader<EntityUid> {
  const ids = schema.entityTypes.get(name)?.ids ?? null;
  return (json) => {
    const uid = readUid((json as { readonly __entity?: unknown } | null)?.__entity);
    if (uid.type !== name) throw new Fault(`expected an entity of type ${name}`);
    if (ids !== null && !ids.has(uid.id)) throw new Fault(`not one of the entities of type ${name}`);
    return uid;
  };
}

function extensionReader(name: keyof typeof extensionClasses): Reader {
  const expected = extensionClasses[name];
  return (json) => {
    const value = readExtension((json as { readonly __extn?: unknown } | null)?.__extn);
    if (!(value instanceof expected)) throw new Fault(`expected a ${name}`);
    return value;
  };
}

/** Builds the reader of a type; `place` names it in messages. */
export function compileReader(type: TypeModel, schema: SchemaModel, place: string): Reader {
  switch (type.kind) {
    case 'bool':
      return readBool;
    case 'long':
      return readLong;
    case 'string':
      return readText;
    case 'extension':
      return extensionReader(type.name);
    case 'entity':
      return entityReader(type.name, schema);
    case 'set':
      if (type.element.kind === 'string') return readTexts;
      return setReader(compileReader(type.element, schema, `an element of ${place}`));
    case 'record':
      return compileRecordReader(type, schema, place);
  }
}

/** Builds the reader of a record: every required attribute, no other ones. */
export function compileRecordReader(
  type: RecordModel,
  schema: SchemaModel,
  place: string,
): Reader<RecordValue> {
  const shape = new Shape(type.attributes.map((attribute) => attribute.name));
  const { names } = shape;
  const readers = type.attributes.map((a) => compileReader(a.type, schema, `${place}.${a.name}`));
  const required = type.attributes.map((attribute) => attribute.required);
  // `constructor` and its like are found on every object: there, only an own property is an attribute.
  const inherited = names.map((name) => name in Object.prototype);
  return (json) => {
    if (typeof json !== 'object' || json === null || Array.isArray(json)) {
      throw new Fault(`${place}: expected a record`, true);
    }
    const record = json as { readonly [name: string]: unknown };
    const values = new Array<Value | undefined>(names.length);
    let present = 0;
    let at = 0;
    try {
      for (; at < names.length; at += 1) {
        const name = names[at]!;
        const value = inherited[at] && !Object.hasOwn(record, name) ? undefined : record[name];
        if (value === undefined) {
          if (required[at]) throw new Fault('the attribute is missing');
          continue;
        }
        values[at] = readers[at]!(value);
        present += 1;
      }
    } catch (thrown) {
      throw placed(thrown, `${place}.${names[at]}`);
    }
    let given = 0;
    for (const _ in record) given += 1;
    // Not named: what is not in the schema may be anything.
    if (given !== present) throw new Fault(`${place}: has an attribute that the schema does not have`, true);
    return new RecordValue(shape, values);
  };
}

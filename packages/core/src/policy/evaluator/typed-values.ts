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

/** Attribute names come from the schema and from our own requests; anything else is not repeated. */
function nameForMessage(name: string): string {
  return /^[A-Za-z_][A-Za-z0-9_-]{0,63}$/.test(name) ? name : '(unnamed)';
}

function at<T extends Value>(place: string, read: Reader<T>): Reader<T> {
  return (json) => {
    try {
      return read(json);
    } catch (thrown) {
      throw thrown instanceof Fault ? new Fault(`${place}: ${thrown.message}`) : thrown;
    }
  };
}

function readBool(json: unknown): boolean {
  if (typeof json !== 'boolean') throw new Fault('expected true or false');
  return json;
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
      return at(place, readBool);
    case 'long':
      return at(place, readLong);
    case 'string':
      return at(place, readText);
    case 'extension':
      return at(place, extensionReader(type.name));
    case 'entity':
      return at(place, entityReader(type.name, schema));
    case 'set':
      return at(place, setReader(compileReader(type.element, schema, 'element')));
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
  return (json) => {
    if (typeof json !== 'object' || json === null || Array.isArray(json)) {
      throw new Fault(`${place}: expected a record`);
    }
    const record = json as { readonly [name: string]: unknown };
    const values = new Array<Value | undefined>(names.length);
    let present = 0;
    for (let i = 0; i < names.length; i += 1) {
      const name = names[i]!;
      // `hasOwn` and not a plain read: `constructor` and its like are no attributes.
      const value = Object.hasOwn(record, name) ? record[name] : undefined;
      if (value === undefined) {
        if (required[i]) throw new Fault(`${place}: attribute ${name} is missing`);
        continue;
      }
      values[i] = readers[i]!(value);
      present += 1;
    }
    refuseExtra(record, present, shape, place);
    return new RecordValue(shape, values);
  };
}

function refuseExtra(record: object, present: number, shape: Shape, place: string): void {
  const given = Object.keys(record);
  if (given.length === present) return;
  const extra = given.find(
    (name) => !shape.slots.has(name) || (record as Record<string, unknown>)[name] === undefined,
  );
  throw new Fault(`${place}: attribute ${nameForMessage(extra ?? '')} is not in the schema`);
}

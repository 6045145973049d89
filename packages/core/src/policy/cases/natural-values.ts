import { didYouMean } from '../../program/suggest.ts';
import type { RecordModel, SchemaModel, TypeModel } from '../schema-model.ts';
import type { CedarJson, EntityRef } from '../types.ts';
import { CaseProblem } from './problem.ts';
import type { Natural } from './schema.ts';

const uidPattern = /^([A-Za-z_][A-Za-z0-9_]*(?:::[A-Za-z_][A-Za-z0-9_]*)*)::("(?:[^"\\]|\\.)*")$/;

/** Reads `Type::"id"`. */
export function parseUid(text: string): EntityRef {
  const match = uidPattern.exec(text);
  const id = match && textIn(match[2]!);
  if (match && id !== null) return { type: match[1]!, id };
  throw new CaseProblem(`"${text}" is not an entity; write Type::"id".`);
}

/** The text between quotation marks, with JSON's escapes; null when there are others in it. */
function textIn(quoted: string): string | null {
  try {
    return JSON.parse(quoted) as string;
  } catch {
    return null;
  }
}

function isMapping(value: Natural): value is { [key: string]: Natural } {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}

/** Turns a plainly written value into Cedar's JSON form by its type: texts become entities, datetimes and so on. */
export function cedarValue(value: Natural, type: TypeModel, name: string): CedarJson {
  switch (type.kind) {
    case 'entity': {
      if (typeof value !== 'string') throw new CaseProblem(`${name} must be an entity of type ${type.name}.`);
      const uid = value.includes('::') ? parseUid(value) : { type: type.name, id: value };
      return { __entity: { ...uid } };
    }
    case 'extension':
      if (typeof value !== 'string') throw new CaseProblem(`${name} must be the text of a ${type.name}.`);
      return { __extn: { fn: type.name === 'ipaddr' ? 'ip' : type.name, arg: value } };
    case 'set':
      if (!Array.isArray(value)) throw new CaseProblem(`${name} must be a list.`);
      return value.map((item) => cedarValue(item, type.element, `an element of ${name}`));
    case 'record':
      return cedarRecord(value, type, name);
    default:
      if (value === null || typeof value === 'object')
        throw new CaseProblem(`${name} must be a ${type.kind}.`);
      return value;
  }
}

/** The same for the attributes of a record; unknown names are refused, missing ones left to the engine. */
export function cedarRecord(value: Natural, type: RecordModel, name: string): { [key: string]: CedarJson } {
  if (!isMapping(value)) throw new CaseProblem(`${name} must be a mapping.`);
  const known = new Map(type.attributes.map((attribute) => [attribute.name, attribute.type]));
  return Object.fromEntries(
    Object.entries(value).map(([key, inner]) => {
      const innerType = known.get(key);
      if (innerType === undefined) {
        throw new CaseProblem(`${name} has no attribute "${key}".${didYouMean(key, known.keys())}`);
      }
      return [key, cedarValue(inner, innerType, `${name}.${key}`)];
    }),
  );
}

/** The attributes of an entity type, for reading values by. */
export function attributesOf(schema: SchemaModel, type: string): RecordModel {
  const found = schema.entityTypes.get(type);
  if (found) return found.attributes;
  throw new CaseProblem(`There is no entity type ${type}.${didYouMean(type, schema.entityTypes.keys())}`);
}

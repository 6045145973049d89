export {
  asArray,
  asBoolean,
  asInteger,
  asObject,
  asString,
  elements,
  member,
  rawSpan,
  toValue,
} from './access.ts';
export { canonicalJson } from './canonical.ts';
export { type NameTable, nameTable } from './names.ts';
export { readStrictJson } from './read.ts';
export type {
  ArrayNode,
  BooleanNode,
  JsonNode,
  Member,
  NullNode,
  NumberNode,
  ObjectNode,
  ReadLimits,
  StrictDocument,
  StringNode,
} from './types.ts';

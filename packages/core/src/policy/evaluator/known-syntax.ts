/** Thrown when a syntax tree holds something this evaluator does not know: the policy set must not load. */
export class UnknownSyntax extends Error {}

export type Operands = { readonly [key: string]: unknown };

const leftAndRight = ['left', 'right'];
/** What each operator is made of; the names that follow `?` may be missing. */
const operandNames: { readonly [operator: string]: readonly string[] } = {
  '!': ['arg'],
  neg: ['arg'],
  isEmpty: ['arg'],
  has: ['left', 'attr'],
  '.': ['left', 'attr'],
  like: ['left', 'pattern'],
  is: ['left', 'entity_type', '?in'],
  'if-then-else': ['if', 'then', 'else'],
};

export function isObject(json: unknown): json is Operands {
  return typeof json === 'object' && json !== null && !Array.isArray(json);
}

/**
 * The object, when it has these fields and no others. A field that is passed over could be the one that a later
 * version of Cedar narrows the policy with.
 * @param names those that begin with `?` may be missing
 * @throws UnknownSyntax
 */
export function fieldsOf(json: unknown, names: readonly string[], what: string): Operands {
  if (!isObject(json)) throw new UnknownSyntax(`${what} is not an object`);
  const allowed = names.map((name) => name.replace(/^\?/, ''));
  const more = Object.keys(json).find((key) => !allowed.includes(key));
  if (more !== undefined) throw new UnknownSyntax(`${what} has an unknown field`);
  const missing = names.find((name) => !name.startsWith('?') && json[name] === undefined);
  if (missing !== undefined) throw new UnknownSyntax(`${what} has no "${missing}"`);
  return json;
}

/**
 * The operands of an operator that is not a call.
 * @throws UnknownSyntax when one is missing or unknown
 */
export function operandsOf(operator: string, json: unknown): Operands {
  const names = Object.hasOwn(operandNames, operator) ? operandNames[operator]! : leftAndRight;
  return fieldsOf(json, names, `"${operator}"`);
}

/**
 * An entity named in a policy's head.
 * @throws UnknownSyntax
 */
export function headEntity(json: unknown): { readonly type: string; readonly id: string } {
  const wrapped = isObject(json) && Object.hasOwn(json, '__entity');
  const written = wrapped ? fieldsOf(json, ['__entity'], 'an entity').__entity : json;
  const { type, id } = fieldsOf(written, ['type', 'id'], 'an entity');
  if (typeof type === 'string' && typeof id === 'string') return { type, id };
  throw new UnknownSyntax('an entity without type and id');
}

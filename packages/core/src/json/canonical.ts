import canonicalizeModule from 'canonicalize';

// The package's type declarations describe its CommonJS default, which nodenext resolves to the namespace.
const canonicalize = canonicalizeModule as unknown as (value: unknown) => string | undefined;

/**
 * The RFC 8785 canonical JSON of `value` (keys sorted by UTF-16 code unit, shortest numbers, no white space).
 * @throws TypeError when `value` has no JSON form (undefined, NaN, a function, a cycle).
 */
export function canonicalJson(value: unknown): string {
  const text = canonicalize(value);
  if (text === undefined) throw new TypeError('value has no JSON form');
  return text;
}

/* Values that a JSON Schema of OpenAPI 3.1 allows: as few fields as it lets be, or all of them. */

export type JsonSchema = {
  readonly $ref?: string;
  readonly type?: string | readonly string[];
  readonly format?: string;
  readonly enum?: readonly unknown[];
  readonly const?: unknown;
  readonly properties?: { readonly [name: string]: JsonSchema };
  readonly required?: readonly string[];
  readonly items?: JsonSchema;
  readonly oneOf?: readonly JsonSchema[];
  readonly anyOf?: readonly JsonSchema[];
  readonly allOf?: readonly JsonSchema[];
};

/** `least`: without what may be left out, and null wherever null may stand. `most`: everything, nothing null. */
export type Extent = 'least' | 'most';

const deepest = 12;

export function sampleOf(
  schema: JsonSchema,
  resolve: (ref: string) => JsonSchema,
  extent: Extent,
  name = '',
  depth = 0,
): unknown {
  if (schema.$ref !== undefined) return sampleOf(resolve(schema.$ref), resolve, extent, name, depth);
  if (schema.const !== undefined) return schema.const;
  const types = [schema.type ?? []].flat();
  const again = (one: JsonSchema, key = name) => sampleOf(one, resolve, extent, key, depth + 1);
  const choices = schema.oneOf ?? schema.anyOf;
  if (extent === 'least' && types.includes('null')) return null;
  if (schema.enum !== undefined) return schema.enum.find((value) => value !== null) ?? null;
  if (schema.allOf !== undefined) return Object.assign({}, ...schema.allOf.map((one) => again(one)));
  if (choices !== undefined && schema.properties === undefined) {
    const isNull = (one: JsonSchema) => one.type === 'null';
    const chosen = extent === 'least' ? choices.find(isNull) : choices.find((one) => !isNull(one));
    return again(chosen ?? choices[0]!);
  }
  if (types.includes('object') || schema.properties !== undefined) {
    const wanted =
      extent === 'most' && depth < deepest ? Object.keys(schema.properties ?? {}) : (schema.required ?? []);
    return Object.fromEntries(wanted.map((key) => [key, again(schema.properties?.[key] ?? {}, key)]));
  }
  if (types.includes('array')) return extent === 'most' && depth < deepest ? [again(schema.items ?? {})] : [];
  if (types.includes('integer') || types.includes('number')) return 1;
  if (types.includes('boolean')) return false;
  if (types.includes('string')) return textOf(schema, name);
  return null;
}

function textOf({ format }: JsonSchema, name: string): string {
  // Some documents say of times only that they are strings.
  if (format === 'date-time' || name.endsWith('_at')) return '2026-03-02T09:00:00Z';
  // And of the state of a review; of others they list what there is.
  if (name === 'state') return 'approved';
  return format === 'uri' ? 'https://github.com/acme/web/pull/1' : 'text';
}

import { describe, expect, it } from 'vitest';
import { z } from 'zod';
import { keysAt } from './issues.ts';
import { examplesOf, jsonSchemaOf, publishedSchemas } from './json-schema.ts';
import { fairleadFile } from './schemas/fairlead.ts';
import { editDistance, nearest } from './suggest.ts';
import { starterFiles } from './testing/example.ts';

interface Variant {
  readonly properties: { readonly type: { readonly const: string } };
}

describe('published schemas', () => {
  it.each(publishedSchemas.map((published) => [published.name, published] as const))(
    '%s: its worked example fits both forms of it',
    (name, published) => {
      const examples = examplesOf(published, starterFiles);
      const json = jsonSchemaOf(published, examples) as { examples: unknown[]; $schema: string };
      expect(examples.length).toBeGreaterThan(0);
      expect(json.examples).toEqual(examples);
      expect(json.$schema).toContain('draft-07');
      const again = z.fromJSONSchema(JSON.parse(JSON.stringify(json)));
      // What people write may hold no unknown key; what commands write may grow.
      const closed =
        ['validate', 'delivery-import', 'task-import'].includes(name) ||
        !published.place.startsWith('fairlead ');
      const more = (value: unknown) => ({ ...(value as object), surely: 'not' });
      for (const example of examples) {
        expect(published.schema.safeParse(example).error).toBeUndefined();
        expect(again.safeParse(example).error, name).toBeUndefined();
        const changed = Array.isArray(example) ? example.map(more) : more(example);
        expect(again.safeParse(changed).success, name).toBe(!closed);
      }
      expect(again.safeParse({}).success, name).toBe(false);
    },
  );

  it('show every type of line of an import', () => {
    const published = publishedSchemas.find(({ name }) => name === 'delivery-import')!;
    const { anyOf, oneOf } = jsonSchemaOf(published) as { anyOf?: Variant[]; oneOf?: Variant[] };
    const known = (oneOf ?? anyOf ?? []).map(({ properties }) => properties.type.const);
    const examples = examplesOf(published, starterFiles) as { readonly type: string }[];
    expect(known).toHaveLength(5);
    expect(examples.map(({ type }) => type)).toEqual(expect.arrayContaining(known));
  });

  it('have names that are used once', () => {
    expect(new Set(publishedSchemas.map(({ name }) => name)).size).toBe(publishedSchemas.length);
  });
});

describe('suggestions', () => {
  it('finds the keys at any depth', () => {
    expect(keysAt(fairleadFile, [])).toContain('vendors');
    expect(keysAt(fairleadFile, ['vendors', 'openai'])).toContain('baseUrl');
    expect(keysAt(fairleadFile, ['network'])).toEqual(['allowPrivate', 'hosts']);
    expect(keysAt(fairleadFile, ['nothing', 'here'])).toEqual([]);
  });

  it('counts swaps once and gives up above its limit', () => {
    expect(editDistance('engnie', 'engine', 3)).toBe(1);
    expect(editDistance('kitten', 'sitting', 3)).toBe(3);
    expect(editDistance('a', 'abcdefgh', 3)).toBe(4);
    expect(nearest('serach', ['search', 'pricing'])).toBe('search');
    expect(nearest('zzzzzz', ['search', 'pricing'])).toBeNull();
  });
});

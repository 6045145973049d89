import { describe, expect, it } from 'vitest';
import { expressionText } from '../../packages/core/src/policy/compile/render.ts';
import { changeText } from '../../packages/core/src/policy/explain/change-text.ts';
import { readSchema } from '../../packages/core/src/policy/schema-model.ts';
import { fuzzSchema } from '../../packages/core/src/policy/testing/fuzz-schema.ts';
import { policyMaker } from '../../packages/core/src/policy/testing/generate-policies.ts';
import { seededRandom } from '../../packages/core/src/policy/testing/random.ts';
import { cedarWasm } from '../../packages/server/src/features/policy/cedar-wasm.ts';

/** The expression as the oracle reads it from text. */
function read(text: string): object {
  const parsed = cedarWasm.policyToJson(`permit(principal, action, resource) when { ${text} };`);
  if (!parsed.ok) throw new Error(`${text}: ${parsed.problems[0]?.message}`);
  return parsed.value.conditions[0]!.body;
}

/** Cedar's text form knows patterns by the character only. */
function byCharacter(tree: unknown): unknown {
  if (Array.isArray(tree)) {
    return tree.flatMap((part: unknown) => {
      const literal = (part as { readonly Literal?: string } | null)?.Literal;
      return literal === undefined ? [byCharacter(part)] : [...literal].map((Literal) => ({ Literal }));
    });
  }
  if (typeof tree !== 'object' || tree === null) return tree;
  return Object.fromEntries(Object.entries(tree).map(([key, value]) => [key, byCharacter(value)]));
}

describe('expressions as text', () => {
  it('are read back by Cedar as what they were', () => {
    const schema = cedarWasm.schemaToJson(fuzzSchema);
    if (!schema.ok) throw new Error('the schema does not parse');
    const { policy } = policyMaker(readSchema(schema.value), seededRandom(11), 0.05);
    let compared = 0;
    while (compared < 400) {
      for (const { body } of policy().conditions) {
        const given = cedarWasm.policyToJson({
          effect: 'permit',
          principal: { op: 'All' },
          action: { op: 'All' },
          resource: { op: 'All' },
          conditions: [{ kind: 'when', body }],
        });
        if (!given.ok) throw new Error('a generated policy is not one');
        const canonical = given.value.conditions[0]!.body;
        expect(read(expressionText(canonical))).toEqual(byCharacter(canonical));
        compared += 1;
      }
    }
  });

  it.each([
    'context has "odd name"',
    'context["odd name"] == 1',
    'context.a.b.contains("x") && !(principal in resource.owner)',
    '(if context.a then 1 else 2) < 3',
    '1 - (2 - 3) == -4 || 2 * (3 + 4) > 1',
    'context.x like "a\\*b*"',
    'ip("10.0.0.1").isInRange(ip("10.0.0.0/8"))',
    '{"a": 1}.a == 1',
    'principal is User in Team::"a \\"quoted\\" one"',
    '(context.a == 1) == true',
  ])('are as they were written: %s', (text) => {
    const tree = read(text);
    expect(read(expressionText(tree as never))).toEqual(tree);
  });
});

describe('what would have to change', () => {
  it.each([
    ['context.a == 1', true, 'context.a must be 1'],
    ['context.a != 1', true, 'context.a must not be 1'],
    ['context.a <= 1', false, 'context.a must be above 1'],
    ['!(context.a > 1)', false, 'context.a must be above 1'],
    ['context.a && context.b', false, 'context.a must be false or context.b must be false'],
    ['context.a || context.b', false, 'context.a must be false and context.b must be false'],
    ['context.a || context.b', true, 'context.a must be true or context.b must be true'],
    ['context.a.isEmpty()', true, 'context.a must be empty'],
    ['context.a.containsAny(["x"])', false, 'context.a must contain none of ["x"]'],
    ['context has a.b', false, 'context must not have a.b'],
    ['principal in Team::"t"', false, 'principal must not be in Team::"t"'],
    ['context.a like "x*"', true, 'context.a like "x*" must be true'],
  ])('%s to be %s', (text, wanted, words) => {
    expect(changeText(read(text) as never, wanted)).toBe(words);
  });
});

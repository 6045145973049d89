import { describe, expect, it } from 'vitest';
import type { PolicyEst } from '../est.ts';
import type { CedarOracle, OracleProblem, OracleResult } from '../oracle.ts';
import { policy, sampleRequest, sampleSchema, when } from '../testing/sample.ts';
import { excessOf } from './effective.ts';
import { compilePolicySet, type PolicySetInput } from './policy-set.ts';

const problem: OracleProblem = { message: 'it is wrong', help: null, span: null, policyId: null };
const failed = { ok: false, problems: [problem] } as const;
const sound: OracleResult<never> = { ok: true, value: { errors: [], warnings: [] } as never };

/** An oracle that likes everything; what the real one says is tested with the real one. */
const agreeable: CedarOracle = {
  version: '0',
  split: (text) => ({ ok: true, value: { policies: text === '' ? [] : [text], templates: [] } }),
  policyToJson: (est) => ({ ok: true, value: est as PolicyEst }),
  templateToJson: () => failed,
  schemaToJson: () => ({ ok: true, value: sampleSchema }),
  validate: () => sound,
  authorizer: () => ({ ok: true, value: () => failed }),
};

const annotations = { id: 'p', title: 'T', severity: 'high', advice: 'A', owner: 'o', control: 'c' };
const generated = (changes: Partial<PolicyEst> = {}, id = 'p') => ({
  id,
  file: 'data-handling.yaml',
  json: { ...policy('forbid'), annotations: { ...annotations, id }, ...changes },
});

function compile(oracle: Partial<CedarOracle>, input: Partial<PolicySetInput> = {}) {
  return compilePolicySet({
    sources: [],
    generated: [generated()],
    schema: 'any',
    engine: 'compiled',
    oracle: { ...agreeable, ...oracle },
    ...input,
  });
}
const codes = (result: ReturnType<typeof compile>) => {
  expect(result.engine).toBeNull();
  return result.findings.map(({ code, file, line }) => `${file}:${line} ${code}`);
};

describe('a policy set', () => {
  it('becomes the engine that was asked for', () => {
    expect(compile({}).engine?.evaluate(sampleRequest).reasons).toEqual(['p']);
    expect(compile({}, { engine: 'cedar-wasm' }).engine?.kind).toBe('cedar-wasm');
  });

  it('does not load when the oracle cannot read the schema, or reads what is not known here', () => {
    expect(codes(compile({ schemaToJson: () => failed }))).toEqual(['(schema):1 policy.schema-invalid']);
    const unknown = { '': { entityTypes: { X: { tags: { type: 'Uint256' } } }, actions: {} } };
    const result = compile({ schemaToJson: () => ({ ok: true, value: unknown }) });
    expect(codes(result)).toEqual(['(schema):1 policy.schema-invalid']);
    expect(result.findings[0]?.message).toContain('Uint256');
    const thrown = () => {
      throw 'not an error';
    };
    const trap = Object.defineProperty({}, '', { enumerable: true, get: thrown });
    expect(codes(compile({ schemaToJson: () => ({ ok: true, value: trap }) }))).toHaveLength(1);
  });

  it('does not load when the validator cannot be asked, wherever its problem stands', () => {
    expect(codes(compile({ validate: () => failed }))).toEqual(['data-handling.yaml:1 policy.invalid']);
    expect(codes(compile({ validate: () => failed }, { generated: [] }))).toEqual([
      '(policies):1 policy.invalid',
    ]);
  });

  it('says once what the validator says for every kind of request', () => {
    const errors = ['b', 'a'].map((action) => ({
      ...problem,
      policyId: 'p',
      message: `for policy \`p\`, no \`x\` for Action::"${action}"`,
      help: 'did you mean `y`?',
    }));
    const result = compile({ validate: () => ({ ok: true, value: { errors, warnings: [problem] } }) });
    expect(result.findings).toMatchObject([
      {
        code: 'policy.invalid',
        message: 'No `x` for Action::"a" (and for 1 more).',
        fix: 'Did you mean `y`?',
      },
      { code: 'policy.warning', message: 'It is wrong.' },
    ]);
  });

  it('does not load when an exception makes a policy unsound', () => {
    const exceptionable = generated({ annotations: { ...annotations, exceptionable: null } });
    let asked = 0;
    const validate = () => {
      asked += 1;
      return asked === 1 ? sound : failed;
    };
    expect(codes(compile({ validate }, { generated: [exceptionable] }))).toEqual([
      'data-handling.yaml:1 policy.exceptionable',
    ]);
  });

  it('does not load when the evaluator does not know a part of it, though Cedar does', () => {
    const later = generated({ conditions: [when({ sorted: { left: {}, right: {} } })] });
    const result = compile({}, { generated: [generated({}, 'q'), later] });
    expect(codes(result)).toEqual(['data-handling.yaml:1 policy.unsupported']);
    expect(result.findings[0]?.message).toBe('The evaluator cannot compile p: unknown operator "sorted".');
  });

  it('does not load when Cedar cannot prepare it', () => {
    const result = compile({ authorizer: () => failed }, { engine: 'cedar-wasm' });
    expect(codes(result)).toEqual(['(schema):1 policy.schema-invalid']);
  });

  it('does not load when the files cannot be taken apart as Cedar does', () => {
    const sources = [{ file: 'policies/a.cedar', text: 'permit(principal, action, resource);' }];
    const span = { start: 7, end: 8 };
    expect(
      compile({ split: () => ({ ok: false, problems: [{ ...problem, span }] }) }, { sources }).findings,
    ).toMatchObject([{ code: 'policy.syntax', file: 'policies/a.cedar', line: 1, column: 8 }]);
    const other = { policies: ['permit(principal, action);'], templates: [] };
    expect(codes(compile({ split: () => ({ ok: true, value: other }) }, { sources }))).toEqual([
      'policies/a.cedar:1 policy.syntax',
    ]);
  });

  it('does not load with a generated policy that is not what it says', () => {
    expect(codes(compile({ policyToJson: () => failed }))).toEqual(['data-handling.yaml:1 policy.syntax']);
    const renamed = { ...generated(), id: 'q' };
    expect(codes(compile({}, { generated: [renamed] }))).toEqual(['data-handling.yaml:1 policy.id-invalid']);
  });

  it.each<[string, unknown, string]>([
    ['a number that JSON does not hold', { Value: 2 ** 53 }, 'policy.literal-out-of-range'],
    ['a fraction', { Value: 0.1 }, 'policy.literal-out-of-range'],
    ['not a number', { Value: Number.NaN }, 'policy.literal-out-of-range'],
  ])('does not load with %s', (_, body, code) => {
    expect(codes(compile({}, { generated: [generated({ conditions: [when(body as never)] })] }))).toEqual([
      `data-handling.yaml:1 ${code}`,
    ]);
  });
});

describe('the depth of a syntax tree', () => {
  const deep = (levels: number) => {
    let tree: unknown = true;
    for (let n = 1; n < levels; n += 1) tree = { '!': tree };
    return tree;
  };

  it('is limited, and measured without running out of stack', () => {
    expect(excessOf(deep(120))).toBeNull();
    expect(excessOf(deep(121))).toBe('depth');
    expect(excessOf(deep(100_000))).toBe('depth');
  });

  it('does not count what stands side by side', () => {
    expect(excessOf(Array.from({ length: 100_000 }, (_, n) => ({ Value: n })))).toBeNull();
  });
});

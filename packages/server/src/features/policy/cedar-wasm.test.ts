import { policySchema } from '@fairlead/core/policy';
import { describe, expect, it } from 'vitest';
import { cedarWasm } from './cedar-wasm.ts';
import { annotated, compileText, engineKinds, engineOf, head, sampleRequest } from './testing/sample.ts';

const permit = `${annotated('call.permit')} permit(${head});`;
const forbid = (condition: string) => `${annotated('bomb')} forbid(${head}) when { ${condition} };`;
const nested = (open: string, close: string, depth: number) =>
  `${open.repeat(depth)}context.stageIncluded${close.repeat(depth)}`;
const chain = (operator: string, length: number) =>
  Array(length).fill('context.stageIncluded').join(` ${operator} `);

describe('a policy nested so deeply that Cedar runs out of stack', () => {
  it.each([
    ['parentheses', nested('(', ')', 200)],
    ['many more parentheses', nested('!(', ')', 10_000)],
    ['conditionals', nested('if context.stageIncluded then ', ' else true', 1000)],
    ['a chain of conditionals', nested('if context.stageIncluded then true else ', '', 1000)],
    ['sets', `${nested('[', ']', 200)} == []`],
    ['a long conjunction', chain('&&', 4000)],
    ['a longer disjunction', chain('||', 20_000)],
    ['a long way through attributes', `context${'.model.vendor'.repeat(1000)}.evaluated`],
    ['many conditions', `true } ${'when { context.stageIncluded } '.repeat(1000)} when { true`],
  ])('is refused, and the next set compiles and decides as before: %s', (_, condition) => {
    const before = engineKinds.map((kind) => engineOf(permit, kind));
    const { engine, findings } = compileText(`${permit}\n${forbid(condition)}`);
    expect(engine).toBeNull();
    expect(findings.length).toBeGreaterThan(0);
    for (const { file, line, message, fix } of findings) {
      expect([file, line > 0]).toEqual(['policies/sample.cedar', true]);
      expect([message, fix].join()).not.toContain('emory access');
    }
    for (const set of [...before, ...engineKinds.map((kind) => engineOf(permit, kind))]) {
      expect(set.evaluate(sampleRequest).reasons).toEqual(['call.permit']);
    }
  });

  it('is told apart from one that both engines take', () => {
    const both = (length: number) => compileText(`${permit}\n${forbid(chain('||', length))}`);
    expect(both(58).findings).toMatchObject([
      { code: 'policy.unsupported', line: 2, message: 'This policy is nested too deeply.' },
    ]);
    for (const kind of engineKinds) {
      const engine = engineOf(`${permit}\n${forbid(chain('||', 57))}`, kind);
      expect(engine.evaluate(sampleRequest).reasons).toEqual(['bomb']);
    }
    // Parentheses leave no trace in the tree.
    expect(engineOf(forbid(nested('(', ')', 80))).evaluate(sampleRequest).reasons).toEqual(['bomb']);
  });
});

describe('the oracle', () => {
  it('turns malformed calls into problems instead of throwing', () => {
    const malformed = [undefined, null, 7, [], { effect: 'permit' }] as never[];
    for (const value of malformed) {
      expect(cedarWasm.policyToJson(value).ok).toBe(false);
      expect(cedarWasm.templateToJson(value).ok).toBe(false);
    }
    expect(cedarWasm.split('permit(').ok).toBe(false);
    expect(cedarWasm.schemaToJson('entity').ok).toBe(false);
    expect(cedarWasm.schemaToJson(7 as never).ok).toBe(false);
    expect(cedarWasm.validate('entity', {}).ok).toBe(false);
    expect(cedarWasm.authorizer({ x: 'permit(' }, null).ok).toBe(false);
    expect(cedarWasm.authorizer({}, 'entity').ok).toBe(false);
  });

  it('reads a template, with its slots, only as a template', () => {
    const template = 'permit(principal == ?principal, action, resource);';
    expect(cedarWasm.policyToJson(template).ok).toBe(false);
    expect(cedarWasm.templateToJson(template)).toMatchObject({
      ok: true,
      value: { principal: { op: '==', slot: '?principal' } },
    });
  });

  it('answers without a schema, and refuses with one what does not conform', () => {
    const policies = { p: 'permit(principal, action, resource);' };
    const request = { ...sampleRequest, context: { anything: true } };
    const [loose, strict] = [null, policySchema].map((schema) => cedarWasm.authorizer(policies, schema));
    expect(loose?.ok && loose.value(request)).toMatchObject({ ok: true, value: { decision: 'allow' } });
    expect(strict?.ok && strict.value(request)).toMatchObject({ ok: false });
  });
});

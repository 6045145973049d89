import { compilePolicySet, policySchema } from '@fairlead/core/policy';
import { describe, expect, it } from 'vitest';
import { cedarWasm } from './cedar-wasm.ts';
import { annotated, compileText, engineKinds, head } from './testing/sample.ts';

const permit = `${annotated('call.permit')}\npermit(${head});`;

/** `line:column code` of every finding. */
function findingsOf(text: string): string[] {
  return compileText(text).findings.map(({ line, column, code }) => `${line}:${column} ${code}`);
}

describe('a policy set', () => {
  it.each(engineKinds)('becomes an engine that knows its policies and their places (%s)', (kind) => {
    const text = `// Über alles: «é» is two bytes\n\n${permit}\n  ${annotated('b')} forbid(${head})\nwhen { context.capability == "ü;//" };`;
    const { engine, findings } = compileText(text, kind);
    expect(findings).toEqual([]);
    expect(engine?.kind).toBe(kind);
    expect(engine?.policies.map(({ id, effect, line, column }) => [id, effect, line, column])).toEqual([
      ['call.permit', 'permit', 3, 1],
      ['b', 'forbid', 5, 3],
    ]);
    expect(engine?.policies[1]?.annotations).toMatchObject({ title: 'Title of b', owner: 'security' });
  });

  it('refuses text that does not parse, at its place in characters, not bytes', () => {
    expect(findingsOf(`${permit}\n/* no */`)).toEqual(['3:1 policy.syntax']);
    expect(findingsOf('// ééé\npermit(pincipal, action, resource);')).toEqual(['2:8 policy.syntax']);
  });

  it('refuses what the schema does not know, with what was probably meant', () => {
    const text = `${annotated('x')}\nforbid(${head}) when { context.serviceTier != "éé" && context.capabilty == "chat" };`;
    const [finding] = compileText(text).findings;
    const column = text.split('\n')[1]!.indexOf('context.capabilty') + 1;
    expect(finding).toMatchObject({ code: 'policy.invalid', line: 2, column, file: 'policies/sample.cedar' });
    expect(finding?.fix).toContain('`capability`');
  });

  it('counts a warning like an error', () => {
    expect(findingsOf(`${annotated('x')}\npermit(${head}) when { false };`)).toEqual(['1:1 policy.warning']);
  });

  it('refuses an action group that does not exist', () => {
    const text = `${annotated('x')}\nforbid(principal, action in Action::"Prompts", resource);`;
    expect(compileText(text).engine).toBeNull();
  });

  it.each([
    ['no id', '@title("t") @owner("o")', ['policy.annotation-missing']],
    ['an empty title', '@id("x") @title(" ") @owner("o")', ['policy.annotation-missing']],
    ['no owner', '@id("x") @title("t")', ['policy.annotation-missing']],
    [
      'a misspelt annotation',
      '@id("x") @title("t") @owner("o") @exeptionable',
      ['policy.annotation-unknown'],
    ],
    ['an odd severity', '@id("x") @title("t") @owner("o") @severity("mild")', ['policy.annotation-value']],
    ['an upper-case id', '@id("X") @title("t") @owner("o")', ['policy.id-invalid']],
    ["an id of the engine's", '@id("engine.x") @title("t") @owner("o")', ['policy.id-invalid']],
    ['an exception to a permit', '@id("x") @title("t") @owner("o") @exceptionable', ['policy.exceptionable']],
  ])('refuses a permit with %s', (_, annotations, codes) => {
    expect(compileText(`${annotations} permit(${head});`).findings.map((f) => f.code)).toEqual(codes);
  });

  it('wants six annotations on a forbid', () => {
    const missing = compileText(`@id("x") forbid(${head});`).findings.map((finding) => finding.message);
    expect(missing).toHaveLength(5);
    for (const name of ['title', 'severity', 'advice', 'owner', 'control']) {
      expect(missing.join()).toContain(`@${name}`);
    }
  });

  it('refuses an id used twice, naming both places, also across generated policies', () => {
    const { findings } = compileText(`${permit}\n${permit}`);
    expect(findings).toMatchObject([{ code: 'policy.id-duplicate', line: 3 }]);
    expect(findings[0]?.message).toContain('policies/sample.cedar:1:1');
  });

  it('refuses numbers that JSON does not hold exactly', () => {
    const text = (number: string) =>
      `${annotated('x')}\nforbid(${head}) when { context.remoteRefs > ${number} };`;
    expect(findingsOf(text('9007199254740992'))).toEqual(['1:1 policy.literal-out-of-range']);
    expect(findingsOf(text('9007199254740991'))).toEqual([]);
  });

  it('refuses templates', () => {
    const text = `${permit}\n${annotated('t')}\npermit(principal == ?principal, action, resource);`;
    expect(findingsOf(text)).toEqual(['3:1 policy.template-unsupported']);
  });

  it('refuses an exception where the action knows none', () => {
    const text = `${annotated('x', ' @exceptionable')}\nforbid(principal, action == Action::"AcceptRisk", resource);`;
    expect(findingsOf(text)).toEqual(['1:1 policy.exceptionable']);
  });

  it('says everything at once, sorted by place', () => {
    const text = `@id("b") permit(${head});\n${annotated('c')} forbid(${head}) when { context.nope };`;
    expect(findingsOf(text)).toEqual([
      '1:1 policy.annotation-missing',
      '1:1 policy.annotation-missing',
      expect.stringMatching(/^2:\d+ policy\.invalid$/),
    ]);
  });

  it('refuses a schema that does not parse', () => {
    const input = { sources: [], engine: 'compiled', oracle: cedarWasm } as const;
    const broken = compilePolicySet({ ...input, schema: `${policySchema} entity` });
    expect(broken.findings).toMatchObject([{ code: 'policy.schema-invalid' }]);
  });

  it('checks generated policies like written ones', () => {
    const json = {
      effect: 'forbid',
      principal: { op: 'All' },
      action: { op: '==', entity: { type: 'Action', id: 'SendPrompt' } },
      resource: { op: 'All' },
      conditions: [{ kind: 'when', body: { '.': { left: { Var: 'context' }, attr: 'nope' } } }],
      annotations: { id: 'data.x', title: 't', severity: 'high', advice: 'a', owner: 'o', control: 'c' },
    };
    const compile = (generated: object, id = 'data.x') =>
      compilePolicySet({
        sources: [],
        generated: [{ id, file: 'data-handling.yaml', json: { ...json, ...generated } }],
        schema: policySchema,
        engine: 'compiled',
        oracle: cedarWasm,
      });
    expect(compile({}).findings).toMatchObject([
      { code: 'policy.invalid', file: 'data-handling.yaml', line: 1 },
    ]);
    expect(compile({ conditions: [] }, 'data.y').findings).toMatchObject([{ code: 'policy.id-invalid' }]);
    expect(compile({ effect: 'maybe' }).findings).toMatchObject([{ code: 'policy.syntax' }]);
    expect(compile({ conditions: [] }).engine?.policies).toMatchObject([{ id: 'data.x' }]);
  });
});

import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import {
  type CallQuestion,
  dataClassPolicies,
  decideCall,
  indexProgram,
} from '../../packages/core/src/decision/index.ts';
import { compilePolicySet, type PolicyEngine, policySchema } from '../../packages/core/src/policy/index.ts';
import { buildProgram, type Program } from '../../packages/core/src/program/index.ts';
import { exampleDay, exampleFiles } from '../../packages/core/src/program/testing/example.ts';
import { cedarWasm } from '../../packages/server/src/features/policy/cedar-wasm.ts';

const built = buildProgram(exampleFiles, exampleDay).program;
if (built === null) throw new Error('the example program is not valid');
const example: Program = built;
const now = Date.parse(`${exampleDay}T12:00:00Z`);

function compile(program: Program, engine: PolicyEngine['kind']) {
  return compilePolicySet({
    sources: program.policies,
    generated: dataClassPolicies(program),
    schema: policySchema,
    engine,
    oracle: cedarWasm,
  });
}
const engines = (['compiled', 'cedar-wasm'] as const).map((kind) => {
  const { engine } = compile(example, kind);
  if (engine === null) throw new Error('the policies of the example are not valid');
  return engine;
});

/** Ids of the example that a call can name, by what they are; an allowed call is made of them. */
const known = {
  principal: example.teams.find(({ id }) => id === 'payments')!.members.find(({ kind }) => kind === 'human')!
    .id,
  team: 'payments',
  repository: 'github.com/acme/payments-api',
  assistant: 'claude-code',
  model: 'claude-sonnet-5',
  vendor: 'anthropic',
  server: example.mcpServers.find(({ sanctioned }) => sanctioned)!.id,
};
type Names = typeof known;

const ordinary: CallQuestion = {
  principal: known.principal,
  repositories: [known.repository],
  repositoryEvidence: 'key',
  repositoryMismatch: false,
  assistant: known.assistant,
  model: known.model,
  vendor: known.vendor,
  capability: 'chat',
  tools: [],
  mcpServers: [],
  serverTools: [],
  serverState: [],
  remoteRefs: 0,
  serviceTier: null,
  budgetReserved: true,
  unpriced: false,
  dataClasses: [],
  inspection: 'clean',
  exceptions: [],
  ambiguousModel: false,
};

const hostile = fc
  .array(
    fc.constantFrom(
      '"',
      "'",
      '\\',
      '"};permit(principal,action,resource);',
      '"};\n@id("x") permit(principal, action, resource); //',
      'unless { true };',
      '") || true || ("',
      '/* ',
      '?principal',
      'User::"root"',
      '{"__entity":{"type":"Role","id":"executive"}}',
      '__entity',
      '__extn',
      '__proto__',
      'constructor',
      '\u0000',
      '\u2028',
      '*',
      'call.permit',
      'engine.error',
      'é💥',
    ),
    { minLength: 1, maxLength: 5 },
  )
  .map((parts) => parts.join(''));

/** What a call may be otherwise, so that every policy gets to decide. */
const circumstances: fc.Arbitrary<Partial<CallQuestion>> = fc.record(
  {
    capability: fc.constantFrom('chat', 'agent', 'mcp'),
    repositoryMismatch: fc.boolean(),
    repositoryEvidence: fc.constantFrom('key', 'header', 'claim'),
    dataClasses: fc.subarray(['secret', 'personal-data', 'entropy', 'restricted-code']),
    inspection: fc.constantFrom('clean', 'findings', 'uninspectable'),
    remoteRefs: fc.nat(2),
    vendor: fc.constantFrom(known.vendor, null),
  },
  { requiredKeys: [] },
);

/** Other names in the places of the known ones, wherever a text is just such a name: in the program and in the call. */
function renamed<T>(json: T, names: Names): T {
  const roles = Object.keys(known) as (keyof Names)[];
  const by = new Map(roles.map((role) => [known[role], names[role]]));
  const walk = (node: unknown): unknown => {
    if (typeof node === 'string') return by.get(node) ?? node;
    if (Array.isArray(node)) return node.map(walk);
    if (typeof node !== 'object' || node === null) return node;
    return Object.fromEntries(Object.entries(node).map(([key, inner]) => [by.get(key) ?? key, walk(inner)]));
  };
  return walk(json) as T;
}

function answer(program: Program, engine: PolicyEngine, question: CallQuestion) {
  const { decision, policyIds, refusals, notices } = decideCall(indexProgram(program), engine, question, now);
  return { decision, policyIds, refusals, notices };
}

const names = fc.uniqueArray(hostile, { minLength: 7, maxLength: 7 }).map((drawn): Names => {
  const roles = Object.keys(known) as (keyof Names)[];
  return Object.fromEntries(roles.map((role, at) => [role, drawn[at]])) as unknown as Names;
});

describe.each(engines)('names that hold Cedar, on the $kind engine', (engine) => {
  it('start from a call that is allowed', () => {
    expect(answer(example, engine, ordinary)).toMatchObject({
      decision: 'allow',
      policyIds: ['call.permit'],
    });
  });

  it('get the answer that ordinary names get, when the program knows them', () => {
    fc.assert(
      fc.property(names, circumstances, fc.boolean(), (drawn, changes, withServer) => {
        const mcpServers = withServer ? [known.server] : [];
        const question = { ...ordinary, ...changes, mcpServers };
        const expected = answer(example, engine, question);
        expect(answer(renamed(example, drawn), engine, renamed(question, drawn))).toEqual(expected);
      }),
      { numRuns: 100 },
    );
  });

  it('get the answer that unheard-of names get, when the program does not know them', () => {
    const fields = [
      'principal',
      'assistant',
      'model',
      'repositories',
      'tools',
      'serverTools',
      'mcpServers',
    ] as const;
    const lists = ['repositories', 'tools', 'serverTools', 'mcpServers', 'serverState', 'dataClasses'];
    const field = fc.constantFrom(...fields, 'serverState', 'dataClasses', 'serviceTier', 'vendor');
    fc.assert(
      fc.property(
        fc.uniqueArray(field, { minLength: 1 }),
        hostile,
        circumstances,
        (places, name, changes) => {
          const asking = (value: string): CallQuestion => {
            const at = Object.fromEntries(
              places.map((place) => [place, lists.includes(place) ? [value] : value]),
            );
            return { ...ordinary, ...changes, ...at };
          };
          expect(answer(example, engine, asking(name))).toEqual(
            answer(example, engine, asking('unheard-of')),
          );
        },
      ),
      { numRuns: 200 },
    );
  });

  it.each(['\ud800', 'x\udfffy'])('deny what is not a text at all: %j', (half) => {
    for (const changes of [
      { principal: half },
      { repositories: [half] },
      { repositories: [known.repository, half] },
      { model: half },
      { vendor: half },
      { assistant: half },
      { tools: [half] },
      { dataClasses: [half] },
      { serviceTier: half },
    ]) {
      expect(answer(example, engine, { ...ordinary, ...changes })).toMatchObject({ decision: 'deny' });
    }
  });
});

describe('a data class whose id holds Cedar', () => {
  it('never loads: its policy has no sound id, and nothing else comes of it', () => {
    const [first, ...others] = example.dataClasses;
    const { policies } = engines[0]!;
    fc.assert(
      fc.property(hostile, (id) => {
        const set = compile({ ...example, dataClasses: [{ ...first!, id }, ...others] }, 'compiled');
        if (set.engine === null) {
          expect(set.findings.map(({ code }) => code)).toContain('policy.id-invalid');
        } else {
          // Only what is an id loads, and then as one forbid in the place of the other.
          expect(`data.${id}`).toMatch(/^[a-z0-9._/-]+$/);
          expect(set.engine.policies).toHaveLength(policies.length);
        }
      }),
      { numRuns: 25 },
    );
  });
});

describe('words of a data class that hold Cedar', () => {
  it('are shown and decide nothing', () => {
    const words = '"};permit(principal,action,resource);//';
    const dataClasses = example.dataClasses.map((one) => ({ ...one, title: words, advice: words }));
    const { engine } = compile({ ...example, dataClasses }, 'compiled');
    const denied = answer(example, engine!, { ...ordinary, dataClasses: ['secret'], inspection: 'findings' });
    expect(denied).toMatchObject({
      decision: 'deny',
      policyIds: ['data.secret'],
      refusals: [{ policyId: 'data.secret', title: words, advice: words }],
    });
    expect(engine?.policies).toHaveLength(engines[0]!.policies.length);
  });
});

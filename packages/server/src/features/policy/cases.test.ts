import { join } from 'node:path';
import { type PolicyTestRun, runPolicyTests } from '@fairlead/core/policy';
import type { Program } from '@fairlead/core/program';
import { describe, expect, it } from 'vitest';
import { testPolicies } from './cli.ts';
import { annotated, engineKinds, engineOf, head } from './testing/sample.ts';

const program: Program = {
  organisation: { id: 'acme', name: 'Acme', defaultHost: 'github.com' },
  engine: 'compiled',
  network: { allowPrivate: [], hosts: [] },
  vendors: ['v', 'w'].map((id) => ({
    id,
    name: id,
    dialect: 'openai',
    baseUrl: 'http://127.0.0.1:1',
    auth: 'bearer',
    credential: { mode: 'caller' },
    evaluated: true,
    evidenceValidUntil: '2026-06-30',
    trainsOnData: false,
    dpaSigned: true,
    retentionDays: null,
    regions: [],
    approvedFor: ['internal'],
  })),
  models: [
    { id: 'm', vendor: 'v', capabilities: ['chat'] },
    { id: 'both', vendor: 'v', capabilities: ['chat'] },
    { id: 'both', vendor: 'w', capabilities: ['chat'] },
  ],
  teams: [
    {
      id: 'payments',
      name: 'Payments',
      members: [{ id: 'dana', name: 'Dana', kind: 'human', roles: ['engineer'] }],
      repositories: [],
    },
    { id: 'search', name: 'Search', members: [], repositories: [] },
  ],
  roles: ['engineer'],
  repositories: [
    {
      id: 'github.com/acme/api',
      classification: 'internal',
      allowlisted: true,
      team: 'payments',
      service: null,
      aliases: [],
    },
  ],
  assistants: [{ id: 'a', name: 'A', versions: '*', capabilities: ['chat'] }],
  mcpServers: [],
  stages: [
    { id: 'pilot', rank: 1, teams: ['payments'], repositories: [], capabilities: ['chat'], models: ['m'] },
    { id: 'wide', rank: 2, teams: ['search'], repositories: [], capabilities: ['chat'], models: ['m'] },
  ],
  currentStage: 'pilot',
  dataClasses: [],
  sharing: { secret: { '*': 'deny' } },
  policies: [],
};

const policies = `
${annotated('call.permit')} permit(principal, action in [Action::"SendPrompt", Action::"RequestCompletion"], resource);
${annotated('repository.allowlist')} forbid(${head}) unless { resource.allowlisted };
${annotated('classified')} forbid(${head}) when { resource.classification == "restricted" };
${annotated('stage.not-included')} forbid(${head}) unless { context.stageIncluded };
${annotated('agents', ' @exceptionable')} forbid(${head}) when { context.capability != "chat" };
${annotated('training')} forbid(principal, action, resource) when { !principal.trainingLapsed.isEmpty() };
${annotated('expired')} forbid(${head}) when { context.vendor has evidenceValidUntil && context.vendor.evidenceValidUntil < context.now };
${annotated('unlisted')} forbid(${head}) unless { context.model.listed };
${annotated('denied')} forbid(${head}) unless { context.sharing.denied.isEmpty() };
${annotated('accept')} permit(principal in Role::"executive", action == Action::"AcceptRisk", resource) unless { context.ownRequest };
`;

const fixtures = `
principals:
  engineer: { id: dana }
  lapsed: { id: dana, trainingLapsed: [safe-use] }
  stranger: { id: temp, kind: human, teams: [search], roles: [engineer] }
repositories:
  api: { id: github.com/acme/api }
  vault: { id: github.com/acme/vault, classification: restricted }
calls:
  chat: { principal: engineer, repository: api, assistant: a, model: m }
  agent: { from: chat, tools: [Bash] }
`;

function run(
  cases: string,
  more: { readonly fixtures?: string; readonly kind?: 'compiled' | 'cedar-wasm' } = {},
) {
  const text = `suite: Calls\nnow: 2026-03-02T10:00:00Z\ndefaults: chat\ncases:\n${cases}`;
  return runPolicyTests({
    tests: [{ file: 'tests/calls.test.yaml', text }],
    fixtures: [{ file: 'fixtures/all.yaml', text: more.fixtures ?? fixtures }],
    program,
    engine: engineOf(policies, more.kind ?? 'compiled'),
  });
}

function problemsOf({ findings, results }: PolicyTestRun): string[] {
  return [
    ...findings.map((finding) => `${finding.file}:${finding.line}:${finding.column} ${finding.message}`),
    ...results.flatMap(({ line, column, problems }) => problems.map((text) => `${line}:${column} ${text}`)),
  ];
}

describe.each(engineKinds)('policy tests on the %s engine', (kind) => {
  it('pass for calls, rows, cells and raw requests that are decided as expected', () => {
    const result = run(
      `
  - { name: plain, call: {}, expect: { decision: allow, deciding: [call.permit] } }
  - { name: by fixture, call: agent, expect: { decision: deny, deciding: [agents], advice: Advice of } }
  - { name: exception, call: { from: agent, exceptions: [agents] }, expect: { decision: allow } }
  - { name: completion, call: { from: agent, action: RequestCompletion }, expect: { decision: allow } }
  - { name: later, now: 2026-07-01T00:00:00Z, call: {}, expect: { decision: deny, deciding: [expired] } }
  - { name: set, call: { set: { vendor: { evidenceValidUntil: 2026-01-01 } } }, expect: { decision: deny, deciding: [expired] } }
  - { name: set nothing, now: 2026-07-01T00:00:00Z, call: { set: { vendor: { evidenceValidUntil: null } } }, expect: { decision: allow } }
  - { name: set context, call: { set: { context: { stageIncluded: false } } }, expect: { decision: deny, deciding: [stage.not-included] } }
  - { name: unlisted model, call: { model: nope }, expect: { decision: deny, deciding: [unlisted] } }
  - { name: two vendors, call: { model: both, vendor: w }, expect: { decision: allow } }
  - { name: data, call: { dataClasses: [secret] }, expect: { decision: deny, deciding: [denied] } }
  - { name: unlisted, call: { repository: github.com/acme/none }, expect: { decision: deny, deciding: [classified, repository.allowlist] } }
  - name: rows
    table:
      columns: [principal, repository, stage, decision, deciding]
      rows:
        - [engineer, api, pilot, allow, [call.permit]]
        - [lapsed, api, pilot, deny, [training]]
        - [stranger, api, pilot, deny, [stage.not-included]]
        - [stranger, api, wide, allow, [call.permit]]
        - [engineer, vault, pilot, deny, [classified]]
  - name: cells
    matrix: { repository: [vault], capability: [agent, mcp], tools: [[], [Bash]] }
    expect: { decision: deny, deciding: [classified, agents] }
  - name: raw
    request:
      principal: User::"dana"
      action: AcceptRisk
      resource: Risk::"r-1"
      context: { personal: true, ownRequest: false }
      entities:
        - { uid: 'User::"dana"', attrs: { trainingLapsed: [] }, parents: ['Role::"engineer"'] }
    expect: { decision: deny, deciding: [default.no-permit], nearest: [accept] }
`,
      { kind },
    );
    expect(problemsOf(result)).toEqual([]);
    expect(result.results).toHaveLength(12 + 5 + 4 + 1);
    expect(result.results.map((one) => one.name)).toContain('rows: lapsed, api, pilot');
  });
});

describe('a policy test fails', () => {
  it.each([
    ['on another decision', 'call: {}, expect: { decision: deny }', 'expected deny, got allow (call.permit)'],
    [
      'on other deciding policies',
      'call: agent, expect: { decision: deny, deciding: [classified] }',
      'expected to be decided by classified, got agents',
    ],
    [
      'on other advice',
      'call: agent, expect: { decision: deny, advice: dance }',
      'expected the advice to say "dance"',
    ],
    [
      'when the engine fails, though a deny was expected',
      'call: { set: { context: { model: gone } } }, expect: { decision: deny }',
      'the engine failed: unlisted: ',
    ],
    [
      'on a policy that does not exist',
      'call: {}, expect: { decision: deny, deciding: [agent] }',
      'There is no policy agent. Did you mean "agents"?',
    ],
    [
      'on a person who does not exist',
      'call: { principal: enginer }, expect: { decision: deny }',
      'neither a principal of the fixtures nor a member of a team. Did you mean "engineer"?',
    ],
    [
      'on a repository without its full name',
      'call: { repository: apy }, expect: { decision: deny }',
      'Did you mean "api"',
    ],
    [
      'on a stage that does not exist',
      'call: { stage: pilt }, expect: { decision: deny }',
      'Did you mean "pilot"?',
    ],
    [
      'on a model of several vendors',
      'call: { model: both }, expect: { decision: allow }',
      'Several vendors list both',
    ],
    [
      'on an attribute that does not exist',
      'call: { set: { vendor: { trainsOn: true } } }, expect: { decision: allow }',
      'vendor has no attribute "trainsOn"',
    ],
    [
      'on a raw request with an unknown action',
      'request: { principal: \'User::"d"\', action: AcceptRisks, resource: \'Risk::"r"\' }, expect: { decision: deny }',
      'Did you mean "AcceptRisk"?',
    ],
    [
      'on a raw request whose principal is not an entity',
      'request: { principal: dana, action: AcceptRisk, resource: \'Risk::"r"\' }, expect: { decision: deny }',
      'write Type::"id"',
    ],
  ])('%s', (_, body, problem) => {
    const { results, findings } = run(`  - { name: x, ${body} }`);
    expect(findings).toEqual([]);
    expect(results).toMatchObject([{ ok: false, line: 5, column: 5 }]);
    expect(results[0]?.problems.join('\n')).toContain(problem);
  });
});

describe('what cannot be understood', () => {
  it.each([
    ['no decision expected', 'call: {}', '5:5', 'which decision it expects'],
    [
      'an unknown field of a call',
      'call: { modle: x }, expect: { decision: deny }',
      '5:24',
      'Did you mean "model"?',
    ],
    [
      'an unknown column',
      'table: { columns: [repo], rows: [[x]] }, expect: { decision: deny }',
      '5:',
      'is not a field of a call',
    ],
    [
      'a row that is too short',
      'table: { columns: [model, stage], rows: [[m]] }, expect: { decision: deny }',
      '5:',
      '1 values for 2 columns',
    ],
    ['an unknown call', 'call: chats, expect: { decision: deny }', '5:5', 'Did you mean "chat"?'],
    ['a case about nothing', 'expect: { decision: deny }', '5:5', 'needs call, table, matrix or request'],
    [
      'a table and a matrix',
      'table: { columns: [model], rows: [[m]] }, matrix: { model: [m] }, expect: { decision: deny }',
      '5:5',
      'not both',
    ],
    [
      'deciding ids that are no list',
      'table: { columns: [deciding], rows: [[x]] }, expect: { decision: deny }',
      '5:',
      'list of policy ids',
    ],
    [
      'an endless matrix',
      `matrix: { model: [${'m,'.repeat(101)}m], stage: [${'s,'.repeat(101)}s] }, expect: { decision: deny }`,
      '5:5',
      'more than 10000',
    ],
  ])('is a finding with its place: %s', (_, body, place, message) => {
    const { findings, results } = run(`  - { name: x, ${body} }`);
    expect(results).toEqual([]);
    expect(findings).toHaveLength(1);
    expect(problemsOf({ findings, results })[0]).toContain(`tests/calls.test.yaml:${place}`);
    expect(findings[0]?.message).toContain(message);
  });

  it.each([
    ['a fixture of an unknown kind', 'people: {}', '1:1'],
    ['a call that starts from itself', 'calls: { a: { from: b }, b: { from: a }, chat: { from: a } }', ''],
    ['a tab', 'calls:\n\t- x', '2:1'],
  ])('in fixtures: %s', (_, text, place) => {
    const { findings } = run('  - { name: x, call: {}, expect: { decision: allow } }', { fixtures: text });
    expect(findings.length).toBeGreaterThan(0);
    expect(problemsOf({ findings, results: [] }).join('\n')).toContain(place);
  });

  it('says when a fixture is defined twice', () => {
    const files = [fixtures, fixtures].map((text, n) => ({ file: `fixtures/${n}.yaml`, text }));
    const { findings } = runPolicyTests({ tests: [], fixtures: files, program, engine: engineOf(policies) });
    expect(findings).toHaveLength(7);
    expect(findings[0]?.message).toContain('is defined twice');
  });
});

describe("the example's policy tests", () => {
  it('all pass', async () => {
    const directory = join(import.meta.dirname, '../../../../../program');
    const { findings, results, policies: count } = await testPolicies(directory, { today: '2026-01-15' });
    expect(problemsOf({ findings, results })).toEqual([]);
    expect(results.length).toBeGreaterThanOrEqual(60);
    expect(count).toBeGreaterThanOrEqual(20);
  });
});

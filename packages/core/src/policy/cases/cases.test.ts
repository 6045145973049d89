import { describe, expect, it } from 'vitest';
import { readSchema, type TypeModel } from '../schema-model.ts';
import { binary, context, literal, policy, sampleEngine, sampleSchema, when } from '../testing/sample.ts';
import { expandTestFile } from './expand.ts';
import { callFixture, readFixtures } from './fixtures.ts';
import { attributesOf, cedarRecord, cedarValue, parseUid } from './natural-values.ts';
import { CaseProblem } from './problem.ts';
import { rawRequestOf } from './raw-request.ts';
import { runPolicyTests } from './run.ts';
import type { RawRequest } from './schema.ts';

const schema = readSchema(sampleSchema);
const now = '2026-03-02T10:00:00Z';

describe('an entity in a test', () => {
  it.each([
    ['User::"dana"', 'User', 'dana'],
    ['App::Team::"a b"', 'App::Team', 'a b'],
    ['User::"say \\"hi\\" \\u00e9"', 'User', 'say "hi" é'],
    ['User::""', 'User', ''],
  ])('%s is read', (text, type, id) => {
    expect(parseUid(text)).toEqual({ type, id });
  });

  it.each([
    'dana',
    'User::dana',
    'User:"dana"',
    '1User::"x"',
    'User::"x" || true',
    'User::"a"b"',
    // Escapes that JSON does not have, and a line end inside a text.
    'User::"\\u{e9}"',
    'User::"it\\\'s"',
    'User::"a\nb"',
    '',
  ])('%j is refused in words', (text) => {
    expect(() => parseUid(text)).toThrow(CaseProblem);
  });
});

describe('a plainly written value', () => {
  const set: TypeModel = { kind: 'set', element: { kind: 'string' } };
  const user: TypeModel = { kind: 'entity', name: 'User' };
  const record: TypeModel = {
    kind: 'record',
    attributes: [{ name: 'count', type: { kind: 'long' }, required: true }],
  };

  it.each<[unknown, TypeModel, unknown]>([
    ['dana', user, { __entity: { type: 'User', id: 'dana' } }],
    ['Team::"x"', user, { __entity: { type: 'Team', id: 'x' } }],
    ['1d', { kind: 'extension', name: 'duration' }, { __extn: { fn: 'duration', arg: '1d' } }],
    ['10.0.0.1', { kind: 'extension', name: 'ipaddr' }, { __extn: { fn: 'ip', arg: '10.0.0.1' } }],
    [['a'], set, ['a']],
    [{ count: 1 }, record, { count: 1 }],
    [true, { kind: 'bool' }, true],
  ])('%j becomes what its type says', (value, type, json) => {
    expect(cedarValue(value as never, type, 'x')).toEqual(json);
  });

  it.each<[unknown, TypeModel, string]>([
    [7, user, 'x must be an entity of type User.'],
    [7, { kind: 'extension', name: 'datetime' }, 'x must be the text of a datetime.'],
    ['a', set, 'x must be a list.'],
    [[null], set, 'an element of x must be a string.'],
    [{}, { kind: 'long' }, 'x must be a long.'],
    [[], record, 'x must be a mapping.'],
    [{ cuont: 1 }, record, 'x has no attribute "cuont". Did you mean "count"?'],
    [{ __proto__: null, constructor: 1 }, record, 'x has no attribute "constructor".'],
  ])('%j is refused where it does not fit', (value, type, message) => {
    expect(() => cedarValue(value as never, type, 'x')).toThrow(message);
  });

  it('leaves a missing attribute to the engine, and knows the attributes of a type', () => {
    expect(cedarRecord({}, record, 'x')).toEqual({});
    expect(attributesOf(schema, 'User').attributes.map(({ name }) => name)).toEqual(['level', 'nick']);
    expect(() => attributesOf(schema, 'Usr')).toThrow('Did you mean "User"?');
  });
});

describe('a raw request', () => {
  const raw: RawRequest = {
    principal: 'User::"dana"',
    action: 'view',
    resource: 'Doc::"d"',
    context: { kind: 'chat', tools: [] },
  };
  const request = (changes: Partial<RawRequest> = {}) => rawRequestOf({ ...raw, ...changes }, schema, now);

  it('is read by the types of the schema', () => {
    const entities = [
      { uid: 'User::"dana"', attrs: { level: 1 }, parents: ['Team::"t"'], tags: { floor: 'two' } },
      { uid: 'Team::"t"' },
    ];
    expect(request({ entities })).toMatchObject({
      action: { type: 'Action', id: 'view' },
      context: { kind: 'chat' },
      entities: [
        { uid: { id: 'dana' }, parents: [{ type: 'Team', id: 't' }], tags: { floor: 'two' } },
        { uid: { id: 't' }, attrs: {}, parents: [] },
      ],
    });
    // This action has no `now` to fill in.
    expect(request().context).not.toHaveProperty('now');
    expect(request({ action: 'Action::"view"' })).toEqual(request());
  });

  it.each<[Partial<RawRequest>, string]>([
    [{ action: 'veiw' }, 'There is no action veiw. Did you mean "view"?'],
    [{ action: 'Other::Action::"view"' }, 'There is no action'],
    // The separator inside the engine's own keys is no way to another action.
    [{ action: 'Action::"Action\\u0000view"' }, 'There is no action'],
    [{ context: { kidn: 'chat' } }, 'context has no attribute "kidn". Did you mean "kind"?'],
    [{ entities: [{ uid: 'Team::"t"', tags: { a: 'b' } }] }, 'Entities of type Team have no tags.'],
    [{ entities: [{ uid: 'Ghost::"t"' }] }, 'There is no entity type Ghost.'],
    [{ resource: 'd' }, 'is not an entity'],
  ])('is refused: %j', (changes, message) => {
    expect(() => request(changes)).toThrow(message);
  });
});

describe('fixtures', () => {
  const read = (...texts: string[]) =>
    readFixtures(texts.map((text, at) => ({ file: `fixtures/${at}.yaml`, text })));

  it('are the names of all files together; an empty file has none', () => {
    const { fixtures, findings } = read(
      'calls: { a: { model: m } }',
      '',
      'calls: { b: { from: a, model: n } }',
    );
    expect(findings).toEqual([]);
    expect(callFixture('b', fixtures)).toEqual({ model: 'n' });
  });

  it('may each stand once only', () => {
    const { findings } = read('calls: { a: {} }', 'principals: { a: { id: x } }', 'calls:\n  a: {}');
    expect(findings).toMatchObject([
      {
        code: 'policy-test.invalid',
        file: 'fixtures/2.yaml',
        line: 2,
        message: 'The fixture a is defined twice.',
      },
    ]);
  });

  it('are reported where they are not fixtures', () => {
    expect(read('calls: [').findings.length).toBeGreaterThan(0);
    expect(read('call: {}').findings).toMatchObject([{ file: 'fixtures/0.yaml', line: 1, column: 1 }]);
    expect(read('principals: { a: {} }').findings[0]?.message).toContain('id');
  });

  it('merge what they set part by part, and cannot start from themselves', () => {
    const { fixtures } = read(
      `calls:
  a: { set: { context: { x: 1, y: 1 }, vendor: { z: 1 } } }
  b: { from: a, set: { context: { y: 2 } } }
  c: { from: d }
  d: { from: c }`,
    );
    expect(callFixture('b', fixtures).set).toEqual({ context: { x: 1, y: 2 }, vendor: { z: 1 } });
    expect(() => callFixture('c', fixtures)).toThrow('starts from itself');
    expect(() => callFixture('e', fixtures)).toThrow('There is no call "e"');
  });
});

const raw = `request: { principal: 'User::"dana"', action: view, resource: 'Doc::"d"', context: { kind: chat, tools: [] } }`;

describe('a test file', () => {
  const { fixtures } = readFixtures([]);
  const expand = (cases: string, head = '') =>
    expandTestFile(
      { file: 'tests/a.test.yaml', text: `suite: S\nnow: ${now}\n${head}cases:\n${cases}` },
      fixtures,
    );
  const messages = (cases: string, head = '') =>
    expand(cases, head).findings.map(({ line, message }) => `${line} ${message}`);

  it('names rows by their values, or by their own name', () => {
    const { cases, findings } = expand(`
  - name: t
    table:
      columns: [model, tools, name, now, decision, advice]
      rows:
        - [m, [a], by name, 2026-03-03T00:00:00Z, allow, X]
  - name: u
    table: { columns: [model, tools], rows: [[m, [a]], [n, []]] }
    expect: { decision: deny }
  - name: v
    table: { columns: [decision], rows: [[deny]] }`);
    expect(findings).toEqual([]);
    expect(cases.map((one) => one.name)).toEqual(['t: by name', 'u: m, ["a"]', 'u: n, []', 'v: row 1']);
    expect(cases[0]).toMatchObject({
      now: '2026-03-03T00:00:00Z',
      expected: { decision: 'allow', advice: 'X' },
      question: { call: { model: 'm', tools: ['a'] } },
    });
    expect(cases[1]).toMatchObject({ now, expected: { decision: 'deny' } });
  });

  it.each([
    ['a moment that is none', 'columns: [now], rows: [[yesterday]]', '4 now must be a moment in UTC.'],
    ['a moment that is a number', 'columns: [now], rows: [[5]]', '4 now must be a moment in UTC.'],
    ['a decision that is none', 'columns: [decision], rows: [[maybe]]', '4 decision must be allow or deny.'],
    [
      'deciding policies that are no list',
      'columns: [deciding], rows: [[x]]',
      '4 deciding must be a list of policy ids.',
    ],
    ['advice that is no text', 'columns: [advice], rows: [[5]]', '4 advice must be a text.'],
    [
      'a value that a call cannot have',
      'columns: [remoteRefs], rows: [[-1]]',
      '4 The value of remoteRefs is not one that a call can have.',
    ],
  ])('refuses %s in a row', (_, table, message) => {
    expect(messages(`  - { name: t, table: { ${table} }, expect: { decision: deny } }`)).toEqual([message]);
  });

  it('refuses a matrix that would never end', () => {
    const values = `[${Array.from({ length: 101 }, (_, n) => `m${n}`).join(', ')}]`;
    const cells = `model: ${values}, assistant: ${values}`;
    expect(messages(`  - { name: t, matrix: { ${cells} }, expect: { decision: deny } }`)).toEqual([
      '4 The matrix has more than 10000 cells.',
    ]);
  });

  it('refuses a raw request beside a call, and defaults that do not exist', () => {
    expect(messages(`  - { name: t, call: {}, ${raw}, expect: { decision: deny } }`)[0]).toContain(
      'stands alone',
    );
    expect(messages('  - { name: t, call: {}, expect: { decision: deny } }', 'defaults: chat\n')).toEqual([
      '3 There is no call "chat" in the fixtures.',
    ]);
  });

  it('starts calls from defaults that are written out', () => {
    const { cases } = expand(
      '  - { name: t, call: {}, expect: { decision: deny } }',
      'defaults: { model: m }\n',
    );
    expect(cases[0]?.question).toEqual({ call: { model: 'm' } });
  });

  it('is reported where it is not one', () => {
    expect(messages('  - { name: t, cal: {}, expect: { decision: deny } }')[0]).toContain('"call"');
    expect(expandTestFile({ file: 'x', text: '[' }, fixtures).findings.length).toBeGreaterThan(0);
    expect(expandTestFile({ file: 'x', text: '7' }, fixtures).cases).toEqual([]);
  });
});

describe('a run of tests', () => {
  const engine = sampleEngine({
    permit: policy('permit', { conditions: [when(binary('==', context('kind'), literal('chat')))] }),
  });
  const run = (expected: string, request = raw) =>
    runPolicyTests({
      tests: [
        {
          file: 'tests/a.test.yaml',
          text: `suite: S\nnow: ${now}\ncases:\n  - { name: t, ${request}, expect: ${expected} }`,
        },
      ],
      fixtures: [],
      program: {} as never,
      engine,
    });
  const problems = (...args: Parameters<typeof run>) => run(...args).results.flatMap((one) => one.problems);
  const agent = raw.replace('kind: chat', 'kind: agent');

  it('passes what is decided as expected', () => {
    expect(run('{ decision: allow, deciding: [permit], advice: Advice }').results).toMatchObject([
      { ok: true },
    ]);
    expect(problems('{ decision: deny, deciding: [default.no-permit], nearest: [permit] }', agent)).toEqual(
      [],
    );
  });

  it.each([
    ['{ decision: deny }', raw, 'expected deny, got allow (permit)'],
    ['{ decision: allow, deciding: [] }', raw, 'expected to be decided by nothing, got permit'],
    ['{ decision: allow, nearest: [permit] }', raw, 'expected permit among the nearest permits'],
    ['{ decision: deny, deciding: [pemit] }', agent, 'There is no policy pemit. Did you mean "permit"?'],
    ['{ decision: deny }', raw.replace('tools: []', 'tools: 7'), 'context.tools must be a list.'],
    [
      '{ decision: deny }',
      raw.replace(', tools: []', ''),
      'the engine failed: engine.error: context.tools: the attribute is missing',
    ],
    ['{ decision: deny }', raw.replace('"dana"', '"\\u{e9}"'), 'is not an entity'],
  ])('%s on %s fails with the reason', (expected, request, message) => {
    expect(problems(expected, request).join('\n')).toContain(message);
  });

  it('needs an engine of its own making', () => {
    const foreign = { kind: 'compiled', policies: [], evaluate: () => expect.unreachable() } as const;
    const input = { tests: [], fixtures: [], program: {} as never, engine: foreign };
    expect(() => runPolicyTests(input)).toThrow(/compilePolicySet/);
  });
});

import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { buildPolicyRequest } from '../decision/policy-request.ts';
import { indexProgram } from '../decision/program-index.ts';
import { now, program, question } from '../decision/testing/fixtures.ts';
import type { CallFacts } from '../decision/types.ts';
import type { PolicyEst } from './est.ts';
import { compilePolicy } from './evaluator/compile-policy.ts';
import { UnknownSyntax } from './evaluator/known-syntax.ts';
import {
  attr,
  binary,
  context,
  literal,
  policy,
  sampleEngine,
  sampleRequest,
  unless,
  variable,
  when,
} from './testing/sample.ts';

/** Pieces of Cedar, of JSON and of JavaScript that somebody might hope to be read as such. */
const pieces = [
  '"',
  '\\"',
  '`',
  '\\',
  '};permit(principal,action,resource);',
  '" || true || "',
  'unless { true }',
  '@id("x")',
  '// ',
  '/*',
  '*',
  'Action::"view"',
  '?principal',
  '{"__entity":{"type":"User","id":"dana"}}',
  '__proto__',
  'constructor',
  'toString',
  '\u0000',
  '\n',
  '\u202e',
  '💥',
  // What the policies below name: close to these is what would be confused first.
  'chat',
  'Bash',
  'mallory',
  'search',
  'dana',
  'd',
];
const hostile = fc.oneof(
  fc.constantFrom(...pieces),
  fc.array(fc.constantFrom(...pieces), { maxLength: 4 }).map((parts) => parts.join('')),
  fc.string({ unit: 'grapheme', maxLength: 12 }),
);

describe('values of a request that hold Cedar', () => {
  const entity = (type: string, id: string) => ({ op: '==' as const, entity: { type, id } });
  const engine = sampleEngine({
    permit: policy('permit', { conditions: [when(binary('==', context('kind'), literal('chat')))] }),
    tools: policy('forbid', { conditions: [when(binary('contains', context('tools'), literal('Bash')))] }),
    team: policy('forbid', { principal: { op: 'in', entity: { type: 'Team', id: 'search' } } }),
    mallory: policy('forbid', { principal: entity('User', 'mallory') }),
    doc: policy('forbid', {
      resource: entity('Doc', '*'),
      conditions: [unless({ like: { left: context('kind'), pattern: ['Wildcard', { Literal: '"' }] } })],
    }),
    nick: policy('forbid', {
      conditions: [
        when({ has: { left: variable('principal'), attr: 'nick' } }),
        when(binary('==', attr(variable('principal'), 'nick'), variable('principal'))),
      ],
    }),
  });

  it('are compared as the texts they are, and change nothing else', () => {
    const values = fc.record({
      user: hostile,
      team: hostile,
      doc: hostile,
      kind: hostile,
      nick: hostile,
      tools: fc.array(hostile, { maxLength: 20 }),
    });
    fc.assert(
      fc.property(values, ({ user, team, doc, kind, nick, tools }) => {
        const verdict = engine.evaluate({
          principal: { type: 'User', id: user },
          action: sampleRequest.action,
          resource: { type: 'Doc', id: doc },
          context: { kind, tools },
          entities: [
            {
              uid: { type: 'User', id: user },
              attrs: { level: 1, nick },
              parents: [{ type: 'Team', id: team }],
              tags: { [nick]: kind },
            },
          ],
        });
        const forbids = [
          ...(doc === '*' && !kind.endsWith('"') ? ['doc'] : []),
          ...(user === 'mallory' ? ['mallory'] : []),
          ...(team === 'search' ? ['team'] : []),
          ...(tools.includes('Bash') ? ['tools'] : []),
        ];
        const otherwise = kind === 'chat' ? ['permit'] : ['default.no-permit'];
        expect(verdict.reasons).toEqual(forbids.length > 0 ? forbids : otherwise);
        expect(verdict.errors).toEqual([]);
      }),
      { numRuns: 2000 },
    );
  });

  it('in a policy itself match the same text and no other', () => {
    fc.assert(
      fc.property(hostile, hostile, fc.boolean(), (named, given, same) => {
        const user = same ? named : given;
        const request = {
          ...sampleRequest,
          principal: { type: 'User', id: user },
          context: { kind: user, tools: [user] },
          entities: [],
        };
        const wanted = user === named ? 'deny' : 'allow';
        for (const forbid of [
          policy('forbid', { principal: entity('User', named) }),
          policy('forbid', { conditions: [when(binary('==', context('kind'), literal(named)))] }),
          policy('forbid', { conditions: [when(binary('contains', context('tools'), literal(named)))] }),
          policy('forbid', {
            conditions: [when({ like: { left: context('kind'), pattern: [{ Literal: named }] } })],
          }),
        ]) {
          const set = sampleEngine({ permit: policy('permit'), forbid });
          expect(set.evaluate(request).decision).toBe(wanted);
        }
      }),
      { numRuns: 500 },
    );
  });
});

describe('the facts of a call that hold Cedar', () => {
  const roles = [
    'principal',
    'repository',
    'assistant',
    'model',
    'vendor',
    'tool',
    'server',
    'dataClass',
  ] as const;
  type Names = Record<(typeof roles)[number], string>;

  function requestFor(names: Names) {
    const { repositories: _, ambiguousModel: __, ...rest } = question;
    const facts: CallFacts = {
      ...rest,
      principal: names.principal,
      repository: names.repository,
      assistant: names.assistant,
      model: names.model,
      vendor: names.vendor,
      tools: [names.tool],
      mcpServers: [names.server],
      dataClasses: [names.dataClass],
    };
    return buildPolicyRequest(indexProgram(program), facts, now);
  }

  /** Replaces plain names by others wherever they stand as a whole text, and nowhere else. */
  function renamed(json: unknown, from: Names, to: Names): unknown {
    if (typeof json === 'string') {
      const role = roles.find((candidate) => from[candidate] === json);
      return role === undefined ? json : to[role];
    }
    if (Array.isArray(json)) return json.map((item) => renamed(item, from, to));
    if (typeof json !== 'object' || json === null) return json;
    return Object.fromEntries(Object.entries(json).map(([key, value]) => [key, renamed(value, from, to)]));
  }

  it('make the request that plain names make, with the names in their places', () => {
    const plain = Object.fromEntries(roles.map((role) => [role, `plain-${role}`])) as Names;
    // Names that the program knows have facts of their own; "m" and the like are left to the other tests.
    const known = ['dana', 'search'];
    const name = hostile.filter((text) => !known.includes(text));
    fc.assert(
      fc.property(fc.record(Object.fromEntries(roles.map((role) => [role, name]))), (drawn) => {
        const names = drawn as Names;
        expect(requestFor(names)).toEqual(renamed(requestFor(plain), plain, names));
      }),
      { numRuns: 1000 },
    );
  });
});

/** A policy with every kind of node. */
const whole: PolicyEst = policy('forbid', {
  principal: { op: 'is', entity_type: 'User', in: { entity: { type: 'Team', id: 'payments' } } },
  action: {
    op: 'in',
    entities: [{ type: 'Action', id: 'view' }, { __entity: { type: 'Action', id: 'any' } }],
  },
  resource: { op: '==', entity: { type: 'Doc', id: 'd' } },
  annotations: { id: 'whole', exceptionable: null },
  conditions: [
    when(
      binary(
        '&&',
        { '!': { arg: { isEmpty: { arg: context('tools') } } } },
        binary(
          '||',
          { has: { left: variable('context'), attr: ['a', 'b'] } },
          {
            is: { left: variable('principal'), entity_type: 'User', in: variable('resource') },
          },
        ),
      ),
    ),
    unless(binary('containsAny', context('tools'), { Set: [literal('x'), literal('y')] })),
    when({
      'if-then-else': {
        if: { like: { left: context('kind'), pattern: [{ Literal: 'a' }, 'Wildcard'] } },
        // biome-ignore lint/suspicious/noThenProperty: this is what the syntax tree calls it
        then: binary('==', { Record: { a: literal(1), b: { neg: { arg: literal(2) } } } }, literal({ a: 1 })),
        else: { isIpv4: [{ ip: [literal('10.0.0.1')] }] },
      },
    }),
    when(binary('hasTag', variable('principal'), literal('floor'))),
    when(
      binary(
        '<',
        attr({ getTag: { left: variable('principal'), right: literal('floor') } }, 'x'),
        literal(3),
      ),
    ),
    when(binary('==', variable('principal'), literal({ __entity: { type: 'User', id: 'dana' } }))),
  ],
});

/** Paths to every node inside a tree. */
function pathsOf(tree: unknown, path: readonly string[] = []): (readonly string[])[] {
  if (typeof tree !== 'object' || tree === null) return [path];
  return [path, ...Object.entries(tree).flatMap(([key, inner]) => pathsOf(inner, [...path, key]))];
}

function changedAt(tree: unknown, path: readonly string[], change: (node: unknown) => unknown): unknown {
  const [key, ...rest] = path;
  if (key === undefined) return change(tree);
  const copy = Array.isArray(tree) ? [...tree] : { ...(tree as object) };
  (copy as { [key: string]: unknown })[key] = changedAt((copy as never)[key], rest, change);
  return copy;
}

const paths = pathsOf(whole);
const isNode = (path: readonly string[]) => {
  const node = path.reduce<unknown>((tree, key) => (tree as never)[key], whole);
  return typeof node === 'object' && node !== null && !Array.isArray(node);
};
/** Inside these, anything may stand: annotations are texts for people, a record and a literal have fields of their own. */
const free = (path: readonly string[]) => /annotations|Record|Value/.test(path.slice(0, -1).join('/'));
const freeItself = (path: readonly string[]) =>
  free(path) || /annotations|Record|Value/.test(path.at(-1) ?? '');

describe('a syntax tree that the evaluator does not know', () => {
  const compile = (tree: unknown) => compilePolicy('p', tree as PolicyEst);

  it('is a change of one that it does know', () => {
    expect(compile(whole).clauses.length).toBeGreaterThan(6);
    expect(paths.length).toBeGreaterThan(100);
  });

  it('does not load when any node has one field or operator more', () => {
    const nodes = paths.filter((path) => isNode(path) && !freeItself(path));
    expect(nodes.length).toBeGreaterThan(30);
    for (const path of nodes) {
      const tree = changedAt(whole, path, (node) => ({ ...(node as object), narrowed: literal(true) }));
      expect(() => compile(tree), path.join('/')).toThrow(UnknownSyntax);
    }
  });

  it('does not load when any field is missing', () => {
    const optional = /annotations$|in$/;
    for (const path of paths.filter((p) => p.length > 0 && !free(p) && !optional.test(p.join('/')))) {
      const owner = path.slice(0, -1);
      if (!isNode(owner)) continue;
      const tree = changedAt(whole, owner, (node) => {
        const { [path.at(-1)!]: _, ...others } = node as { [key: string]: unknown };
        return others;
      });
      expect(() => compile(tree), path.join('/')).toThrow(UnknownSyntax);
    }
  });

  it('does not load when a node is replaced by something absurd', () => {
    const absurd = fc.constantFrom<unknown>(
      null,
      undefined,
      Number.NaN,
      Number.POSITIVE_INFINITY,
      2 ** 53,
      -(2 ** 60),
      1.5,
      '\ud800',
      { later: { left: literal(1), right: literal(2) } },
      { constructor: [literal(1)] },
      { __proto__: null, toString: { arg: literal(1) } },
      { Value: { __extn: { fn: 'eval', arg: 'x' } } },
      { Value: { __extn: { fn: 'decimal', arg: 1 } } },
      { Value: { __entity: 'User' } },
      { Value: null },
      { Value: 2 ** 63 },
      { Value: { __entity: { type: 'User', id: 'dana' }, more: true } },
      { Var: 'system' },
      { Slot: '?resource' },
      { ip: [] },
      { lessThan: [literal(1), literal(2), literal(3)] },
      [[]],
      () => true,
    );
    const place = fc.constantFrom(...paths.filter((path) => !path.includes('annotations') && !free(path)));
    fc.assert(
      fc.property(place, absurd, (path, value) => {
        // A text is at home where a text is expected.
        fc.pre(typeof value !== 'string' || isNode(path));
        // A literal may be a record, whatever its fields are called.
        fc.pre(path.at(-1) !== 'Value' || typeof value !== 'object' || value === null);
        // Fields that may be missing may be undefined.
        fc.pre(value !== undefined || path.at(-1) !== 'in');
        expect(() => compile(changedAt(whole, path, () => value))).toThrow(UnknownSyntax);
      }),
      { numRuns: 3000 },
    );
  });
});

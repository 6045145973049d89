import { describe, expect, it } from 'vitest';
import { engineAround, errorVerdict, internalsOf } from './engine.ts';
import type { OracleAnswer } from './oracle.ts';
import {
  askingEngine,
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
  withContext,
} from './testing/sample.ts';
import type { PolicyRequest } from './types.ts';
import { unchangingRequest } from './unchanging.ts';

const chat = when(binary('==', context('kind'), literal('chat')));
/** Reads an attribute of a user that the request does not have. */
const missing = when(binary('>', attr(attr(variable('resource'), 'owner'), 'level'), literal(1)));
const inTeam = (id: string) => ({ principal: { op: 'in' as const, entity: { type: 'Team', id } } });

describe('a verdict', () => {
  it('on a request that never changes is remembered, of each engine its own', () => {
    const [allows, denies] = [sampleEngine({ permit: policy('permit') }), sampleEngine({})];
    const request = unchangingRequest(structuredClone(sampleRequest));
    const verdict = allows.evaluate(request);
    expect(allows.evaluate(request)).toBe(verdict);
    expect(Object.isFrozen(verdict.reasons)).toBe(true);
    expect(verdict).toEqual(allows.evaluate(sampleRequest));
    expect(denies.evaluate(request)).toEqual(denies.evaluate(sampleRequest));
  });

  it('on a request that may change is found each time', () => {
    const engine = sampleEngine({ permit: policy('permit', { conditions: [chat] }) });
    const request = structuredClone(sampleRequest);
    expect(engine.evaluate(request).decision).toBe('allow');
    (request.context as { kind: string }).kind = 'agent';
    expect(engine.evaluate(request).decision).toBe('deny');
  });

  it('allows by every permit that applies, sorted whatever their order', () => {
    const engine = sampleEngine({ z: policy('permit'), a: policy('permit', { conditions: [chat] }) });
    expect(engine.evaluate(sampleRequest)).toEqual({
      decision: 'allow',
      reasons: ['a', 'z'],
      errors: [],
      nearest: [],
    });
  });

  it('denies by every forbid that applies, sorted, whatever is permitted', () => {
    const engine = sampleEngine({
      permit: policy('permit'),
      z: policy('forbid', inTeam('all')),
      b: policy('forbid'),
      elsewhere: policy('forbid', inTeam('search')),
    });
    expect(engine.evaluate(sampleRequest)).toMatchObject({ decision: 'deny', reasons: ['b', 'z'] });
  });

  it('denies by default, also where there is no policy at all', () => {
    const empty = sampleEngine({}).evaluate(sampleRequest);
    expect(empty).toEqual({ decision: 'deny', reasons: ['default.no-permit'], errors: [], nearest: [] });
  });

  it('of a default deny names at most three permits, the closest first, with what each lacks', () => {
    const agent = when(binary('==', context('kind'), literal('agent')));
    const never = unless(binary('contains', context('tools'), literal('Bash')));
    const engine = sampleEngine({
      three: policy('permit', { ...inTeam('search'), conditions: [agent, never] }),
      two: policy('permit', { conditions: [never, agent] }),
      b: policy('permit', { resource: { op: '==', entity: { type: 'Doc', id: 'other' } } }),
      a: policy('permit', { conditions: [chat, agent] }),
      forbids: policy('forbid', { conditions: [agent] }),
    });
    expect(engine.evaluate(sampleRequest).nearest).toEqual([
      { policyId: 'a', failing: 'context.kind == "agent"' },
      { policyId: 'b', failing: 'resource == Doc::"other"' },
      { policyId: 'two', failing: '!(context.tools.contains("Bash"))' },
    ]);
  });

  it('counts a condition of a permit that rests on a failed one as failed, not as an error', () => {
    const engine = sampleEngine({
      p: policy('permit', {
        conditions: [
          when({ has: { left: variable('context'), attr: 'count' } }),
          when(binary('>', context('count'), literal(2))),
        ],
      }),
    });
    expect(engine.evaluate(sampleRequest)).toMatchObject({
      reasons: ['default.no-permit'],
      errors: [],
      nearest: [{ policyId: 'p', failing: 'context has count' }],
    });
    expect(engine.evaluate(withContext({ count: 3 })).decision).toBe('allow');
  });
});

describe('an error while evaluating', () => {
  it('denies where Cedar would skip the forbid and allow', () => {
    const engine = sampleEngine({
      permit: policy('permit'),
      broken: policy('forbid', { conditions: [missing] }),
    });
    expect(engine.evaluate(sampleRequest)).toEqual({
      decision: 'deny',
      reasons: ['engine.error'],
      errors: [{ policyId: 'broken', message: expect.stringContaining('does not exist') }],
      nearest: [],
    });
  });

  it('denies when it stands in a permit beside another one that applies', () => {
    const engine = sampleEngine({ good: policy('permit'), bad: policy('permit', { conditions: [missing] }) });
    expect(engine.evaluate(sampleRequest)).toMatchObject({ decision: 'deny', reasons: ['engine.error'] });
  });

  it('stands beside the forbids that decided, and all errors are named, sorted', () => {
    const engine = sampleEngine({
      z: policy('forbid', { conditions: [missing] }),
      c: policy('permit', { conditions: [missing] }),
      f: policy('forbid'),
    });
    const verdict = engine.evaluate(sampleRequest);
    expect(verdict.reasons).toEqual(['engine.error', 'f']);
    expect(verdict.errors.map(({ policyId }) => policyId)).toEqual(['c', 'z']);
  });

  it('is not met where the policy does not apply or stops before it', () => {
    const engine = sampleEngine({
      permit: policy('permit'),
      other: policy('forbid', { ...inTeam('search'), conditions: [missing] }),
      stops: policy('forbid', { conditions: [when(literal(false)), missing] }),
    });
    expect(engine.evaluate(sampleRequest).decision).toBe('allow');
  });

  it('denies a computation that leaves 64 bits', () => {
    const huge = binary('*', context('count'), binary('*', context('count'), context('count')));
    const engine = sampleEngine({
      permit: policy('permit'),
      f: policy('forbid', { conditions: [when(binary('>', huge, literal(0)))] }),
    });
    expect(engine.evaluate(withContext({ count: 2 ** 40 })).errors).toEqual([
      { policyId: 'f', message: 'integer overflow' },
    ]);
  });
});

describe('a request that is not one', () => {
  const allows = sampleEngine({ permit: policy('permit') });
  const changed = (changes: object): PolicyRequest => ({ ...sampleRequest, ...changes });

  it.each<[string, unknown]>([
    ['nothing', undefined],
    ['null', null],
    ['a text', 'permit'],
    ['an empty one', {}],
    ['an unknown action', changed({ action: { type: 'Action', id: 'delete' } })],
    ['an action that applies to nothing', changed({ action: { type: 'Action', id: 'any' } })],
    ['a principal of another type', changed({ principal: { type: 'Doc', id: 'd' } })],
    ['a resource of another type', changed({ resource: { type: 'User', id: 'dana' } })],
    ['a principal without an id', changed({ principal: { type: 'User' } })],
    ['an id that is half a character', changed({ principal: { type: 'User', id: '\udc00' } })],
    ['a context that is a list', changed({ context: [] })],
    ['a context without a required attribute', changed({ context: { kind: 'chat' } })],
    ['a context with one that nobody knows', withContext({ more: true })],
    ['a text for a set', withContext({ tools: 'Bash' })],
    ['a set of anything', withContext({ tools: [1] })],
    ['a text for entities', withContext({ groups: 'payments' })],
    [
      'an entity of another type in a set',
      withContext({ groups: [{ __entity: { type: 'User', id: 'x' } }] }),
    ],
    [
      'an entity that an enumeration does not list',
      withContext({ plan: { __entity: { type: 'Plan', id: 'gold' } } }),
    ],
    ['an extension value that is none', withContext({ when: { __extn: { fn: 'datetime' } } })],
    ['another extension', withContext({ when: { __extn: { fn: 'duration', arg: '1d' } } })],
    ['a number beyond 2^53', withContext({ count: 2 ** 53 })],
    ['no entities', changed({ entities: null })],
    ['an entity that is nothing', changed({ entities: [null] })],
    ['an entity without parents', changed({ entities: [{ ...sampleRequest.entities[0], parents: 1 }] })],
    ['tags that are a list', changed({ entities: [{ ...sampleRequest.entities[0], tags: [] }] })],
    ['tags of another type', changed({ entities: [{ ...sampleRequest.entities[0], tags: { a: 1 } }] })],
    [
      'tags where there are none',
      changed({ entities: [{ uid: { type: 'Team', id: 't' }, attrs: {}, parents: [], tags: { a: 'b' } }] }),
    ],
    [
      'a hierarchy that bites its tail',
      changed({
        entities: ['a', 'b'].map((id, at, ids) => ({
          uid: { type: 'Team', id },
          attrs: {},
          parents: [{ type: 'Team', id: ids[1 - at] }],
        })),
      }),
    ],
  ])('is denied: %s', (_, request) => {
    const verdict = allows.evaluate(request as PolicyRequest);
    expect(verdict).toMatchObject({ decision: 'deny', reasons: ['engine.error'], nearest: [] });
    expect(verdict.errors).toMatchObject([{ policyId: 'engine.error' }]);
  });

  it('is denied when reading it throws something foreign, and the words of that are not repeated', () => {
    const trap = { ...sampleRequest, context: { ...sampleRequest.context } };
    Object.defineProperty(trap.context, 'kind', {
      enumerable: true,
      get() {
        throw new Error('a secret');
      },
    });
    expect(allows.evaluate(trap)).toEqual(errorVerdict('internal evaluator error'));
    const deep = { ...sampleRequest, context: { ...sampleRequest.context } };
    Object.defineProperty(deep.context, 'kind', {
      enumerable: true,
      get() {
        throw new RangeError('Maximum call stack size exceeded');
      },
    });
    expect(allows.evaluate(deep)).toEqual(errorVerdict('the evaluation is too deep'));
  });

  it('takes empty tags for none, and an enumerated entity that is listed', () => {
    const team = { uid: { type: 'Team', id: 't' }, attrs: {}, parents: [], tags: {} };
    const plan = { plan: { __entity: { type: 'Plan', id: 'paid' } } };
    const request = { ...withContext(plan), entities: [...sampleRequest.entities, team] };
    expect(allows.evaluate(request).decision).toBe('allow');
  });
});

describe('the engine that asks Cedar', () => {
  const policies = { permit: policy('permit'), f: policy('forbid') };
  const answering = (value: OracleAnswer) => askingEngine(policies, () => ({ ok: true, value }));

  it('closes what Cedar leaves open: an allow with errors is a deny, and its words are not repeated', () => {
    const engine = answering({
      decision: 'allow',
      reasons: ['permit'],
      errors: [{ policyId: 'f', message: 'User::"secret" does not exist' }],
    });
    expect(engine.evaluate(sampleRequest)).toEqual({
      decision: 'deny',
      reasons: ['engine.error'],
      errors: [{ policyId: 'f', message: 'error while evaluating' }],
      nearest: [],
    });
  });

  it('goes by the policies named, not by the word "allow"', () => {
    const forbidden = answering({ decision: 'allow', reasons: ['permit', 'f'], errors: [] });
    expect(forbidden.evaluate(sampleRequest)).toMatchObject({ decision: 'deny', reasons: ['f'] });
    const unknown = answering({ decision: 'allow', reasons: ['unheard-of'], errors: [] });
    expect(unknown.evaluate(sampleRequest)).toMatchObject({ reasons: ['default.no-permit'] });
  });

  it('denies when Cedar does not take the request, or throws', () => {
    const refusing = askingEngine(policies, () => ({ ok: false, problems: [] }));
    expect(refusing.evaluate(sampleRequest)).toEqual(
      errorVerdict('the request does not conform to the schema'),
    );
    const throwing = askingEngine(policies, () => {
      throw new Error('unreachable executed');
    });
    expect(throwing.evaluate(sampleRequest)).toEqual(errorVerdict('internal evaluator error'));
  });

  it('does not even ask about a request that does not conform', () => {
    const engine = askingEngine(policies, () => expect.unreachable());
    expect(engine.evaluate(withContext({ tools: 1 })).reasons).toEqual(['engine.error']);
  });

  it('names the nearest permits of a default deny', () => {
    const engine = askingEngine({ p: policy('permit', inTeam('search')) }, () => ({
      ok: true,
      value: { decision: 'deny', reasons: [], errors: [] },
    }));
    expect(engine.evaluate(sampleRequest).nearest).toEqual([
      { policyId: 'p', failing: 'principal in Team::"search"' },
    ]);
  });
});

describe('an engine around another', () => {
  it('answers in its own way and keeps the parts that explanations need', () => {
    const engine = sampleEngine({ permit: policy('permit') });
    const around = engineAround(engine, () => errorVerdict('stopped'));
    expect(around.evaluate(sampleRequest).reasons).toEqual(['engine.error']);
    expect(around.policies).toBe(engine.policies);
    expect(internalsOf(around)).toBe(internalsOf(engine));
  });

  it('has no parts where the other has none', () => {
    const foreign = { kind: 'compiled', policies: [], evaluate: () => errorVerdict('x') } as const;
    expect(internalsOf(engineAround(foreign, foreign.evaluate))).toBeUndefined();
  });
});

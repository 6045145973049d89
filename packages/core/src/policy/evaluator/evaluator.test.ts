import { describe, expect, it } from 'vitest';
import { compileExpression } from './compile-expression.ts';
import { compilePolicy } from './compile-policy.ts';
import { EntityStore } from './entities.ts';
import { Fault } from './fault.ts';
import { add, longFrom, multiply, negate, subtract } from './integers.ts';
import { UnknownSyntax } from './known-syntax.ts';
import { readPlainRecord, readPlainValue } from './plain-values.ts';
import { sharedTests } from './shared-tests.ts';
import type { Situation } from './situation.ts';
import { EntityUid, equal, SetValue } from './values.ts';

const uid = (id: string, type = 'User') => new EntityUid(type, id);
const empty = readPlainRecord({});
const node = (id: string, parents: string[] = []) => ({
  uid: uid(id),
  attrs: empty,
  parents: parents.map((parent) => uid(parent)),
  tags: null,
});
const storeOf = (...nodes: ReturnType<typeof node>[]) =>
  new EntityStore(nodes, { base: null, acyclic: false });

function situation(context: object = {}, entities = storeOf()): Situation {
  return {
    principal: uid('p'),
    action: uid('a', 'Action'),
    resource: uid('r'),
    context: readPlainRecord(context),
    entities,
  };
}

const value = (json: unknown) => ({ Value: json });

describe('64-bit integers', () => {
  const top = 2n ** 63n - 1n;
  it('are exact beyond 2^53 and have one form each', () => {
    const big = add(Number.MAX_SAFE_INTEGER, 1);
    expect(big).toBe(2n ** 53n);
    expect(subtract(big, 1)).toBe(Number.MAX_SAFE_INTEGER);
    expect(multiply(2 ** 31, 2 ** 31)).toBe(2n ** 62n);
    expect(Object.is(multiply(0, -5), 0)).toBe(true);
    expect(Object.is(negate(0), 0)).toBe(true);
  });

  it.each([
    ['addition', () => add(top, 1)],
    ['subtraction', () => subtract(-top, 2)],
    ['multiplication', () => multiply(2 ** 32, 2 ** 31)],
    ['negation', () => negate(longFrom(-top - 1n))],
  ])('overflow is an error: %s', (_, compute) => {
    expect(compute).toThrow(Fault);
  });
});

describe('what the evaluator does not know', () => {
  it.each<[string, unknown]>([
    ['an operator', { xor: { left: value(true), right: value(true) } }],
    ['an inherited name', { constructor: { left: value(true), right: value(true) } }],
    ['an extension function', { unknown: [value('x')] }],
    ['a variable', { Var: 'system' }],
    ['a slot', { Slot: '?principal' }],
    ['two operators', { '!': { arg: value(true) }, neg: { arg: value(1) } }],
    ['no operator', {}],
    ['a text', 'true'],
    ['a null literal', value(null)],
    ['a number that is not exact', value(2 ** 53)],
    ['a fraction', value(1.5)],
    ['a call with too many arguments', { isIpv4: [value('1'), value('2')] }],
    ['a pattern element', { like: { left: value('x'), pattern: ['Star'] } }],
    ['an attribute without a name', { '.': { left: { Var: 'context' } } }],
    ['a "has" without names', { has: { left: { Var: 'context' }, attr: [] } }],
    ['something unknown inside', { '&&': { left: value(true), right: { Set: [{ maybe: {} }] } } }],
  ])('is refused when compiled: %s', (_, expression) => {
    expect(() => compileExpression(expression)).toThrow(UnknownSyntax);
  });

  it.each<[string, object]>([
    ['an effect', { effect: 'allow' }],
    ['a scope', { principal: { op: 'near' } }],
    ['an unlinked slot', { principal: { op: '==', slot: '?principal' } }],
    ['an unlinked slot inside', { resource: { op: 'is', entity_type: 'X', in: { slot: '?resource' } } }],
    ['an action scope', { action: { op: 'is', entity_type: 'Action' } }],
    ['a condition', { conditions: [{ kind: 'while', body: value(true) }] }],
  ])('is refused in a policy: %s', (_, change) => {
    const all = { op: 'All' };
    const est = { effect: 'permit', principal: all, action: all, resource: all, conditions: [], ...change };
    expect(() => compilePolicy('p', est as never)).toThrow(UnknownSyntax);
  });
});

describe('the entity store', () => {
  it('knows what lies above an entity, also beyond the size where it builds tables', () => {
    for (const extra of [0, 30]) {
      const more = Array.from({ length: extra }, (_, n) => node(`x${n}`));
      const store = storeOf(
        node('a', ['b', 'c']),
        node('b', ['d']),
        node('c', ['d']),
        node('d', ['e']),
        ...more,
      );
      const above = ['a', 'b', 'c', 'd', 'e', 'f'].filter((group) => store.isIn(uid('a'), uid(group)));
      expect(above).toEqual(['a', 'b', 'c', 'd', 'e']);
      expect(store.isIn(uid('a'), uid('d', 'Team'))).toBe(false);
      expect([store.isIn(uid('zz'), uid('zz')), store.isIn(uid('zz'), uid('a'))]).toEqual([true, false]);
    }
  });

  it.each([
    ['a loop of one', [node('a', ['a'])]],
    ['a loop of three', [node('a', ['b']), node('b', ['x', 'c']), node('c', ['a'])]],
    ['an entity given twice', [node('a'), node('a')]],
    ['an entity given twice among many', [...Array.from({ length: 20 }, (_, n) => node(`${n}`)), node('7')]],
  ])('refuses %s', (_, nodes) => {
    expect(() => storeOf(...nodes)).toThrow(Fault);
  });

  it('answers for its own request only, though references are shared', () => {
    const shared = uid('a');
    const [first, second] = [storeOf(node('a', ['b'])), storeOf(node('a', ['c']))];
    const groups = (store: EntityStore) => ['b', 'c'].filter((group) => store.isIn(shared, uid(group)));
    expect([groups(first), groups(second), groups(first)]).toEqual([['b'], ['c'], ['b']]);
  });
});

describe('values', () => {
  it('are equal by Cedar, whatever their order and repeats', () => {
    const same = (a: unknown, b: unknown) => equal(readPlainValue(a), readPlainValue(b));
    expect(same([1, 2, 2], [2, 1])).toBe(true);
    expect(same([1], ['1'])).toBe(false);
    expect(same({ a: 1, b: [] }, { b: [], a: 1 })).toBe(true);
    expect(same({ a: 1 }, { a: 1, b: 1 })).toBe(false);
    expect(same({}, [])).toBe(false);
    expect(same({ __extn: { fn: 'decimal', arg: '1.0' } }, { __extn: { fn: 'decimal', arg: '1.00' } })).toBe(
      true,
    );
    expect(
      same({ __extn: { fn: 'datetime', arg: '1970-01-01' } }, { __extn: { fn: 'duration', arg: '0ms' } }),
    ).toBe(false);
  });

  it('keep large sets of texts apart from other values', () => {
    const set = new SetValue([...Array.from({ length: 40 }, (_, n) => `t${n}`), 7]);
    expect([set.includes('t39'), set.includes('7'), set.includes(7)]).toEqual([true, false, true]);
  });

  it.each([
    ['an implicit entity', { __entity: { type: 'User' } }],
    ['an unknown extension', { __extn: { fn: 'eval', arg: 'x' } }],
    ['a method as a constructor', { __extn: { fn: 'toDate', arg: 'x' } }],
    ['half a character', '\udc00'],
    ['a very long extension text', { __extn: { fn: 'decimal', arg: `${'0'.repeat(600)}.1` } }],
  ])('are refused: %s', (_, json) => {
    expect(() => readPlainValue(json)).toThrow(Fault);
  });
});

describe('clauses that policies share', () => {
  const test = (attr: string) => ({
    kind: 'when' as const,
    body: { '.': { left: { Var: 'context' }, attr } },
  });
  const policy = (attr: string) => ({
    effect: 'permit' as const,
    principal: { op: 'All' as const },
    action: { op: 'All' as const },
    resource: { op: 'All' as const },
    conditions: [test(attr)],
  });

  it('are computed once a request and never kept for the next', () => {
    const ests = [policy('x'), policy('x')];
    const share = sharedTests(ests);
    const [first, second] = ests.map((est, n) => compilePolicy(`p${n}`, est, share));
    const [yes, no, missing] = [situation({ x: true }), situation({ x: false }), situation({})];
    expect([first!.holds(yes), second!.holds(yes), first!.holds(no), second!.holds(no)]).toEqual([
      true,
      true,
      false,
      false,
    ]);
    expect(second!.holds(yes)).toBe(true);
    expect(() => first!.holds(missing)).toThrow(Fault);
    expect(() => second!.holds(missing)).toThrow(Fault);
  });
});

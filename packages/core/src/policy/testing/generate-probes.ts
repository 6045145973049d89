import type { ExprEst, PolicyEst } from '../est.ts';
import { compileExpression } from '../evaluator/compile-expression.ts';
import { EntityStore } from '../evaluator/entities.ts';
import { Fault } from '../evaluator/fault.ts';
import type { Long } from '../evaluator/integers.ts';
import type { Situation } from '../evaluator/situation.ts';
import {
  DatetimeValue,
  DecimalValue,
  DurationValue,
  EntityUid,
  RecordValue,
  Shape,
  type Value,
} from '../evaluator/values.ts';
import { extensionText, extensionTexts, randomLong, randomUid } from './generate-values.ts';
import type { RandomSource } from './random.ts';

const nobody = new EntityUid('Group', 'nobody');
const emptySituation: Situation = {
  principal: nobody,
  action: nobody,
  resource: nobody,
  context: new RecordValue(new Shape([]), []),
  entities: new EntityStore([], { base: null, acyclic: true }),
};

const number = (value: number): ExprEst => ({ Value: value });

/** A whole number of up to 64 bits as an expression: literals beyond 2^53 are not exact in JSON. */
function longExpression(value: Long): ExprEst {
  if (typeof value === 'number') return number(value);
  const [high, low] = [value / 2n ** 32n, value % 2n ** 32n];
  return {
    '+': {
      left: { '*': { left: number(Number(high)), right: number(2 ** 32) } },
      right: number(Number(low)),
    },
  };
}

function decimalText(scaled: bigint): string {
  const digits = (scaled < 0n ? -scaled : scaled).toString().padStart(5, '0');
  return `${scaled < 0n ? '-' : ''}${digits.slice(0, -4)}.${digits.slice(-4)}`;
}

/** An expression with the value, or null for kinds that cannot be written back. */
function expressionFor(value: Value): ExprEst | null {
  if (typeof value === 'boolean' || typeof value === 'string') return { Value: value };
  if (typeof value === 'number' || typeof value === 'bigint') return longExpression(value);
  if (value instanceof DurationValue) return { duration: [{ Value: `${value.millis}ms` }] };
  if (value instanceof DecimalValue) return { decimal: [{ Value: decimalText(BigInt(value.scaled)) }] };
  if (!(value instanceof DatetimeValue)) return null;
  return {
    offset: [{ datetime: [{ Value: '1970-01-01' }] }, { duration: [{ Value: `${value.millis}ms` }] }],
  };
}

/** A condition that holds exactly when Cedar computes what this evaluator computes. */
function claim(expression: ExprEst): ExprEst {
  try {
    const computed = expressionFor(compileExpression(expression)(emptySituation));
    if (computed !== null) return { '==': { left: expression, right: computed } };
  } catch (thrown) {
    if (!(thrown instanceof Fault)) throw thrown;
  }
  // Where this evaluator faults, so must Cedar.
  return { '==': { left: expression, right: expression } };
}

type ExtensionKind = 'decimal' | 'datetime' | 'duration' | 'ipaddr';

/**
 * Policies that ask one narrow question with constants only: whole families of boundary cases that a random tree
 * would meet once in a million.
 */
export function probeMaker(random: RandomSource): () => PolicyEst {
  const extension = (kind: ExtensionKind): ExprEst => ({
    [kind === 'ipaddr' ? 'ip' : kind]: [{ Value: extensionText(kind, random, 0.1) }],
  });

  const edge = 2 ** 53 - 1;
  /** Within a few of ±2^63. */
  const nearLimit = (): ExprEst => {
    const top: ExprEst = { '*': { left: number(random.pick([edge, -edge])), right: number(1024) } };
    return { [random.pick(['+', '-'])]: { left: top, right: number(1020 + random.below(8)) } };
  };
  const long = () => (random.chance(0.4) ? nearLimit() : number(randomLong(random)));
  const span = (): ExprEst =>
    random.chance(0.5) ? extension('duration') : { durationSince: [moment(), moment()] };
  const moment = (): ExprEst =>
    random.chance(0.6) ? extension('datetime') : { offset: [extension('datetime'), extension('duration')] };
  const letters = (limit: number) => random.some(limit, () => random.pick(['a', 'b', '😀', '*'])).join('');

  const probes: readonly (() => ExprEst)[] = [
    () => ({ [random.pick(['isIpv4', 'isIpv6', 'isLoopback', 'isMulticast'])]: [extension('ipaddr')] }),
    () => ({ isInRange: [extension('ipaddr'), extension('ipaddr')] }),
    () => {
      const kind = random.pick<ExtensionKind>(['ipaddr', 'decimal', 'datetime', 'duration']);
      return { '==': { left: extension(kind), right: extension(kind) } };
    },
    () => ({
      [random.pick(['lessThan', 'lessThanOrEqual', 'greaterThan', 'greaterThanOrEqual'])]: [
        extension('decimal'),
        extension('decimal'),
      ],
    }),
    () => extension(random.pick<ExtensionKind>(['decimal', 'datetime', 'duration'])),
    () => ({ [random.pick(['toDate', 'toTime'])]: [moment()] }),
    () => ({ [random.pick(['toMilliseconds', 'toSeconds', 'toMinutes', 'toHours', 'toDays'])]: [span()] }),
    moment,
    span,
    () => ({ [random.pick(['+', '-', '*'])]: { left: long(), right: long() } }),
    () => ({ neg: { arg: long() } }),
    () => ({ [random.pick(['<', '<=', '>', '>='])]: { left: long(), right: long() } }),
    () => ({ [random.pick(['<', '<=', '>', '>='])]: { left: moment(), right: moment() } }),
    () => ({
      like: {
        left: { Value: letters(8) },
        pattern: random.some(5, () => (random.chance(0.5) ? 'Wildcard' : { Literal: letters(2) })),
      },
    }),
    () => {
      const set = (): ExprEst => ({ Set: random.some(16, () => ({ Value: letters(2) })) });
      return { [random.pick(['containsAll', 'containsAny', '=='])]: { left: set(), right: set() } };
    },
  ];

  const action = () => ({
    type: 'Action',
    id: random.pick(['any', 'reading', 'writing', 'view', 'edit', 'login']),
  });
  const entity = (): ExprEst => {
    if (random.chance(0.3)) return { Var: random.pick(['principal', 'action', 'resource']) };
    return { Value: { __entity: random.chance(0.3) ? action() : randomUid(random) } };
  };
  const record = (): ExprEst => ({
    Record: Object.fromEntries(random.some(2, () => [random.pick(['a', 'b']), number(random.below(2))])),
  });
  /** Questions about the request's entities, whose answers depend on it. */
  const questions: readonly (() => ExprEst)[] = [
    () => ({ in: { left: entity(), right: entity() } }),
    () => ({
      in: {
        left: entity(),
        right: { Set: random.some(3, () => (random.chance(0.9) ? entity() : record())) },
      },
    }),
    () => ({ [random.pick(['==', '!='])]: { left: random.pick([entity, record])(), right: record() } }),
    () => ({
      has: { left: entity(), attr: random.pick(['age', 'nick', ['limits', 'min'], ['boss', 'nick']]) },
    }),
    () => ({ hasTag: { left: entity(), right: { Value: random.pick(['a', 'b', '__proto__']) } } }),
    () => ({
      isEmpty: { arg: { '.': { left: entity(), attr: random.pick(['langs', 'labels', 'friends']) } } },
    }),
    () => ({
      like: {
        left: { getTag: { left: entity(), right: { Value: random.pick(['a', 'b']) } } },
        pattern: ['Wildcard', { Literal: letters(1) }, 'Wildcard'],
      },
    }),
  ];

  return () =>
    whole(random.chance(0.3) ? random.pick(questions)() : claim(random.pick(probes)()), random.chance(0.2));
}

/** A policy that is one condition and nothing else. */
function whole(body: ExprEst, negated: boolean): PolicyEst {
  return {
    effect: 'permit',
    principal: { op: 'All' },
    action: { op: 'All' },
    resource: { op: 'All' },
    conditions: [{ kind: negated ? 'unless' : 'when', body }],
  };
}

/** Every known text of every extension type with every function that takes one or two of its type. */
export function extensionCases(): PolicyEst[] {
  const unary = {
    ipaddr: ['isIpv4', 'isIpv6', 'isLoopback', 'isMulticast'],
    decimal: [],
    datetime: ['toDate', 'toTime'],
    duration: ['toMilliseconds', 'toSeconds', 'toMinutes', 'toHours', 'toDays'],
  };
  const binary = {
    ipaddr: ['isInRange'],
    decimal: ['lessThan', 'lessThanOrEqual', 'greaterThan', 'greaterThanOrEqual'],
    datetime: ['durationSince'],
    duration: [],
  };
  const cases: PolicyEst[] = [];
  for (const kind of ['ipaddr', 'decimal', 'datetime', 'duration'] as const) {
    const read = (text: string): ExprEst => ({ [kind === 'ipaddr' ? 'ip' : kind]: [{ Value: text }] });
    const [good, bad] = extensionTexts[kind];
    for (const text of [...good, ...bad]) {
      cases.push(whole(claim(read(text)), false));
      for (const name of unary[kind]) cases.push(whole(claim({ [name]: [read(text)] }), false));
    }
    for (const left of good) {
      for (const right of good) {
        cases.push(whole(claim({ '==': { left: read(left), right: read(right) } }), false));
        for (const name of binary[kind])
          cases.push(whole(claim({ [name]: [read(left), read(right)] }), false));
      }
    }
  }
  return cases;
}

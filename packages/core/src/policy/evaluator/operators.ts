import { Fault } from './fault.ts';
import type { Long } from './integers.ts';
import type { Evaluate, Situation, Test } from './situation.ts';
import { DatetimeValue, DurationValue, EntityUid, SetValue, typeName, type Value } from './values.ts';

function typeError(expected: string, value: Value): Fault {
  return new Fault(`type error: expected ${expected}, got ${typeName(value)}`);
}

/** The value as a boolean; anything else is Cedar's type error. */
export function asTest(evaluate: Evaluate): Test {
  return (situation) => {
    const value = evaluate(situation);
    if (value === true) return true;
    if (value === false) return false;
    throw typeError('bool', value);
  };
}

function isLong(value: Value): value is Long {
  return typeof value === 'number' || typeof value === 'bigint';
}

function expectLong(value: Value): Long {
  if (isLong(value)) return value;
  throw typeError('long', value);
}

export function expectSet(value: Value): SetValue {
  if (value instanceof SetValue) return value;
  throw typeError('set', value);
}

export function expectEntity(value: Value): EntityUid {
  if (value instanceof EntityUid) return value;
  throw typeError('entity', value);
}

export function expectText(value: Value): string {
  if (typeof value === 'string') return value;
  throw typeError('string', value);
}

export function arithmetic(left: Evaluate, right: Evaluate, apply: (a: Long, b: Long) => Long): Evaluate {
  return (situation) => {
    const a = left(situation);
    const b = right(situation);
    return apply(expectLong(a), expectLong(b));
  };
}

export function negation(arg: Evaluate, apply: (a: Long) => Long): Evaluate {
  return (situation) => apply(expectLong(arg(situation)));
}

/** Order of two longs, datetimes or durations; both of one type. */
export function comparison(left: Evaluate, right: Evaluate, holds: (a: Long, b: Long) => boolean): Test {
  return (situation) => {
    const a = left(situation);
    const b = right(situation);
    if (typeof a === 'number' && typeof b === 'number') return holds(a, b);
    if (isLong(a)) return holds(a, expectLong(b));
    if (a instanceof DatetimeValue && b instanceof DatetimeValue) return holds(a.millis, b.millis);
    if (a instanceof DurationValue && b instanceof DurationValue) return holds(a.millis, b.millis);
    throw typeError('two longs, datetimes or durations', a);
  };
}

export function setTest(left: Evaluate, right: Evaluate, holds: (a: SetValue, b: SetValue) => boolean): Test {
  return (situation) => {
    const a = left(situation);
    const b = right(situation);
    return holds(expectSet(a), expectSet(b));
  };
}

/** `value in group`, group an entity or a set of entities. */
export function isMember(value: Value, group: Value, situation: Situation): boolean {
  const uid = expectEntity(value);
  if (group instanceof EntityUid) return situation.entities.isIn(uid, group);
  if (!(group instanceof SetValue)) throw typeError('set or entity', group);
  // Every element is looked at before any is tested: a set with something else in it is an error.
  const groups = group.items.map(expectEntity);
  return groups.some((candidate) => situation.entities.isIn(uid, candidate));
}

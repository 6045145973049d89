import { Fault } from '../evaluator/fault.ts';
import type { Long } from '../evaluator/integers.ts';
import {
  DatetimeValue,
  DecimalValue,
  DurationValue,
  IpValue,
  typeName,
  type Value,
} from '../evaluator/values.ts';
import {
  durationSince,
  offset,
  parseDatetime,
  parseDuration,
  toDate,
  toTime,
  wholeUnits,
} from './datetime.ts';
import { parseDecimal } from './decimal.ts';
import { isInRange, isLoopback, isMulticast, parseIp } from './ip.ts';

/** An extension function or method of Cedar; a method's receiver is its first argument. */
export interface ExtensionFunction {
  readonly arity: 1 | 2;
  /** True for the functions that read a text, as `__extn` in JSON does. */
  readonly constructs: boolean;
  readonly call: (first: Value, second: Value) => Value;
}

/** Far above any sensible value; keeps hostile texts from costing quadratic time. */
const longestText = 512;

type ValueClass<T> = abstract new (...args: never[]) => T;

function expectInstance<T extends Value>(value: Value, type: ValueClass<T>, name: string): T {
  if (value instanceof type) return value as T;
  throw new Fault(`type error: expected ${name}, got ${typeName(value)}`);
}

const decimal = (value: Value) => expectInstance<DecimalValue>(value, DecimalValue, 'decimal');
const datetime = (value: Value) => expectInstance<DatetimeValue>(value, DatetimeValue, 'datetime');
const duration = (value: Value) => expectInstance<DurationValue>(value, DurationValue, 'duration');
const ip = (value: Value) => expectInstance<IpValue>(value, IpValue, 'ipaddr');

function textReader(parse: (text: string) => Value): ExtensionFunction {
  const call = (text: Value) => {
    if (typeof text !== 'string') throw new Fault(`type error: expected string, got ${typeName(text)}`);
    if (text.length > longestText) throw new Fault('the text is too long to be read as a value');
    return parse(text);
  };
  return { arity: 1, constructs: true, call };
}

function unary(call: (value: Value) => Value): ExtensionFunction {
  return { arity: 1, constructs: false, call };
}

function binary(call: (first: Value, second: Value) => Value): ExtensionFunction {
  return { arity: 2, constructs: false, call };
}

function compareDecimals(holds: (a: Long, b: Long) => boolean): ExtensionFunction {
  return binary((a, b) => holds(decimal(a).scaled, decimal(b).scaled));
}

function units(unitMillis: number): ExtensionFunction {
  return unary((value) => wholeUnits(duration(value), unitMillis));
}

/** Every extension function of Cedar 4.13 by name, but `unknown`, which belongs to partial evaluation. */
export const extensionFunctions: ReadonlyMap<string, ExtensionFunction> = new Map([
  ['decimal', textReader(parseDecimal)],
  ['datetime', textReader(parseDatetime)],
  ['duration', textReader(parseDuration)],
  ['ip', textReader(parseIp)],
  ['lessThan', compareDecimals((a, b) => a < b)],
  ['lessThanOrEqual', compareDecimals((a, b) => a <= b)],
  ['greaterThan', compareDecimals((a, b) => a > b)],
  ['greaterThanOrEqual', compareDecimals((a, b) => a >= b)],
  ['isIpv4', unary((value) => ip(value).version === 4)],
  ['isIpv6', unary((value) => ip(value).version === 6)],
  ['isLoopback', unary((value) => isLoopback(ip(value)))],
  ['isMulticast', unary((value) => isMulticast(ip(value)))],
  ['isInRange', binary((a, b) => isInRange(ip(a), ip(b)))],
  ['offset', binary((a, b) => offset(datetime(a), duration(b)))],
  ['durationSince', binary((a, b) => durationSince(datetime(a), datetime(b)))],
  ['toDate', unary((value) => toDate(datetime(value)))],
  ['toTime', unary((value) => toTime(datetime(value)))],
  ['toMilliseconds', units(1)],
  ['toSeconds', units(1000)],
  ['toMinutes', units(60_000)],
  ['toHours', units(3_600_000)],
  ['toDays', units(86_400_000)],
]);

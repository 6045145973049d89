import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { longFrom } from '../evaluator/integers.ts';
import { readPlainValue } from '../evaluator/plain-values.ts';
import {
  DatetimeValue,
  DecimalValue,
  DurationValue,
  equal,
  IpValue,
  type Value,
} from '../evaluator/values.ts';
import { valueText } from './value-text.ts';

const extension = (fn: string, arg: string) => ({ __extn: { fn, arg } });

/** Reads `fn("text")` back. */
function readBack(text: string): Value {
  const [, fn, arg] = /^(\w+)\((".*")\)$/.exec(text) ?? [];
  return readPlainValue(extension(fn ?? '', JSON.parse(arg ?? '""')));
}

describe('the text of a value', () => {
  it.each<[unknown, string]>([
    [true, 'true'],
    [-7, '-7'],
    ['say "hi"\n', '"say \\"hi\\"\\n"'],
    [{ __entity: { type: 'User', id: 'a"b' } }, 'User::"a\\"b"'],
    [['b', 'a', 'b'], '["a", "b"]'],
    [[[2, 1], []], '[[1, 2], []]'],
    [{ a: 1, b: { c: ['x'] } }, '{a: 1, b: {c: ["x"]}}'],
    [extension('decimal', '-0.5000'), 'decimal("-0.5")'],
    [extension('decimal', '12.3456'), 'decimal("12.3456")'],
    [extension('decimal', '7.0'), 'decimal("7.0")'],
    [extension('datetime', '2026-02-28'), 'datetime("2026-02-28T00:00:00.000Z")'],
    [extension('duration', '1h30m'), 'duration("5400000ms")'],
    [extension('duration', '-2s'), 'duration("-2000ms")'],
    [extension('ip', '10.0.0.1'), 'ip("10.0.0.1")'],
    [extension('ip', '10.0.0.0/8'), 'ip("10.0.0.0/8")'],
    [extension('ip', '::1'), 'ip("0:0:0:0:0:0:0:1")'],
    [extension('ip', 'ff00::/8'), 'ip("ff00:0:0:0:0:0:0:0/8")'],
  ])('%j is %s', (json, text) => {
    expect(valueText(readPlainValue(json))).toBe(text);
  });

  it('leaves out attributes that are not there', () => {
    expect(valueText(readPlainValue({}))).toBe('{}');
  });

  it('says how much of a long set is not shown', () => {
    const many = readPlainValue(Array.from({ length: 25 }, (_, n) => n + 100));
    expect(valueText(many)).toMatch(/^\[100, 101, .*, 119, … 5 more\]$/);
  });

  it('writes a moment that no calendar has in milliseconds', () => {
    expect(valueText(new DatetimeValue(longFrom(2n ** 62n)))).toBe('datetime of 4611686018427387904 ms');
    expect(valueText(longFrom(2n ** 62n))).toBe('4611686018427387904');
  });

  it('reads back as the same value', () => {
    const long = fc.bigInt({ min: -(2n ** 63n), max: 2n ** 63n - 1n }).map(longFrom);
    const value = fc.oneof(
      long.map((scaled) => new DecimalValue(scaled)),
      long.map((millis) => new DurationValue(millis)),
      fc
        .date({ min: new Date('0000-01-01'), max: new Date('9999-12-31'), noInvalidDate: true })
        .map((date) => new DatetimeValue(date.getTime())),
      fc
        .tuple(fc.bigInt({ min: 0n, max: 2n ** 32n - 1n }), fc.nat(32))
        .map(([address, prefix]) => new IpValue(4, address, prefix)),
      fc
        .tuple(fc.bigInt({ min: 0n, max: 2n ** 128n - 1n }), fc.nat(128))
        .map(([address, prefix]) => new IpValue(6, address, prefix)),
    );
    fc.assert(
      fc.property(value, (one) => equal(readBack(valueText(one)), one)),
      { numRuns: 500 },
    );
  });
});

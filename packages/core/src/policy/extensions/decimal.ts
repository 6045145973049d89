import { Fault } from '../evaluator/fault.ts';
import { longFrom } from '../evaluator/integers.ts';
import { DecimalValue } from '../evaluator/values.ts';

const pattern = /^(-?)([0-9]+)\.([0-9]+)$/;

/** Reads Cedar's decimal text: digits, a point, one to four digits; refuses what 64 bits do not hold. */
export function parseDecimal(text: string): DecimalValue {
  const match = pattern.exec(text);
  if (!match) throw new Fault('not a well-formed decimal');
  const [, sign, whole = '', fraction = ''] = match;
  if (fraction.length > 4) throw new Fault('a decimal has at most four digits after the point');
  const scaled = BigInt(whole) * 10_000n + BigInt(fraction.padEnd(4, '0'));
  return new DecimalValue(longFrom(sign === '-' ? -scaled : scaled));
}

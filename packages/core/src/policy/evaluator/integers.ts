import { Fault } from './fault.ts';

/** A 64-bit integer: a number where that is exact, else a bigint. One value has one form only. */
export type Long = number | bigint;

const minLong = -(2n ** 63n);
const maxLong = 2n ** 63n - 1n;

/** The one form of an integer; a value outside of 64 bits is an overflow. */
export function longFrom(value: bigint): Long {
  if (value < minLong || value > maxLong) throw new Fault('integer overflow');
  return value >= Number.MIN_SAFE_INTEGER && value <= Number.MAX_SAFE_INTEGER ? Number(value) : value;
}

export function add(a: Long, b: Long): Long {
  if (typeof a === 'number' && typeof b === 'number') {
    const sum = a + b;
    if (Number.isSafeInteger(sum)) return sum;
  }
  return longFrom(BigInt(a) + BigInt(b));
}

export function subtract(a: Long, b: Long): Long {
  if (typeof a === 'number' && typeof b === 'number') {
    const difference = a - b;
    if (Number.isSafeInteger(difference)) return difference;
  }
  return longFrom(BigInt(a) - BigInt(b));
}

export function multiply(a: Long, b: Long): Long {
  if (typeof a === 'number' && typeof b === 'number') {
    const product = a * b;
    if (Number.isSafeInteger(product)) return product + 0;
  }
  return longFrom(BigInt(a) * BigInt(b));
}

export function negate(a: Long): Long {
  return typeof a === 'number' ? 0 - a : longFrom(-a);
}

/** Quotient rounded towards zero, as 64-bit division does. */
export function divide(a: Long, divisor: number): Long {
  return typeof a === 'number' ? Math.trunc(a / divisor) + 0 : longFrom(a / BigInt(divisor));
}

/** The non-negative remainder, for a positive divisor. */
export function modulo(a: Long, divisor: number): number {
  const remainder = typeof a === 'number' ? a % divisor : Number(a % BigInt(divisor));
  return remainder < 0 ? remainder + divisor : remainder + 0;
}

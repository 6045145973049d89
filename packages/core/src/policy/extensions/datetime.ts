import { Fault } from '../evaluator/fault.ts';
import { add, divide, longFrom, modulo, subtract } from '../evaluator/integers.ts';
import { DatetimeValue, DurationValue } from '../evaluator/values.ts';

const day = 86_400_000;
const durationPattern = /^(-?)(?:([0-9]+)d)?(?:([0-9]+)h)?(?:([0-9]+)m)?(?:([0-9]+)s)?(?:([0-9]+)ms)?$/;
const monthDays = [31, 28, 31, 30, 31, 30, 31, 31, 30, 31, 30, 31];

function isLeap(year: number): boolean {
  return year % 4 === 0 && (year % 100 !== 0 || year % 400 === 0);
}

/** Days since 1970-01-01 in the proleptic Gregorian calendar; the year counted from March makes leap days last. */
function daysSinceEpoch(year: number, month: number, dayOfMonth: number): number {
  const shifted = month <= 2 ? year - 1 : year;
  const era = Math.floor(shifted / 400);
  const yearOfEra = shifted - era * 400;
  const dayOfYear = Math.floor((153 * (month > 2 ? month - 3 : month + 9) + 2) / 5) + dayOfMonth - 1;
  const dayOfEra = yearOfEra * 365 + Math.floor(yearOfEra / 4) - Math.floor(yearOfEra / 100) + dayOfYear;
  return era * 146_097 + dayOfEra - 719_468;
}

function dateMillis(year: number, month: number, dayOfMonth: number): number {
  const longest = month === 2 && isLeap(year) ? 29 : (monthDays[month - 1] ?? 0);
  if (dayOfMonth < 1 || dayOfMonth > longest) throw new Fault('no such date');
  return daysSinceEpoch(year, month, dayOfMonth) * day;
}

/** The number that the digits from `from` up to `to` make; anything but digits is refused. */
function digits(text: string, from: number, to: number): number {
  let value = 0;
  for (let at = from; at < to; at += 1) {
    const digit = text.charCodeAt(at) - 48;
    // Also catches NaN, which stands for the end of the text.
    if (!(digit >= 0 && digit <= 9)) throw malformed();
    value = value * 10 + digit;
  }
  return value;
}

function malformed(): Fault {
  return new Fault('not a well-formed datetime');
}

/** `Z` or `±hhmm` at the end of a datetime, in milliseconds. */
function offsetMillis(text: string, at: number): number {
  if (text[at] === 'Z' && text.length === at + 1) return 0;
  if ((text[at] !== '+' && text[at] !== '-') || text.length !== at + 5) throw malformed();
  const hours = digits(text, at + 1, at + 3);
  const minutes = digits(text, at + 3, at + 5);
  if (hours > 23 || minutes > 59) throw new Fault('no such offset');
  const offset = (hours * 60 + minutes) * 60_000;
  return text[at] === '-' ? -offset : offset;
}

/** `Thh:mm:ss`, then milliseconds or not, then the offset. */
function timeMillis(text: string): number {
  if (text[10] !== 'T' || text[13] !== ':' || text[16] !== ':') throw malformed();
  const [hour, minute, second] = [digits(text, 11, 13), digits(text, 14, 16), digits(text, 17, 19)];
  const exact = text[19] === '.';
  const millis = exact ? digits(text, 20, 23) : 0;
  const offset = offsetMillis(text, exact ? 23 : 19);
  if (hour > 23 || minute > 59 || second > 59) throw new Fault('no such time of day');
  return ((hour * 60 + minute) * 60 + second) * 1000 + millis - offset;
}

/** Reads Cedar's datetime text: a date, or a date and time with `Z` or `±hhmm`, seconds or milliseconds. */
export function parseDatetime(text: string): DatetimeValue {
  const [year, month, dayOfMonth] = [digits(text, 0, 4), digits(text, 5, 7), digits(text, 8, 10)];
  if (text[4] !== '-' || text[7] !== '-') throw malformed();
  const date = dateMillis(year, month, dayOfMonth);
  return new DatetimeValue(text.length === 10 ? date : date + timeMillis(text));
}

/** Reads Cedar's duration text: `-`? then days, hours, minutes, seconds and milliseconds in that order. */
export function parseDuration(text: string): DurationValue {
  const match = durationPattern.exec(text);
  if (!match || text === '' || text === '-') throw new Fault('not a well-formed duration');
  const part = (index: number) => BigInt(match[index] ?? 0);
  const minutes = (part(2) * 24n + part(3)) * 60n + part(4);
  const millis = (minutes * 60n + part(5)) * 1000n + part(6);
  return new DurationValue(longFrom(match[1] === '-' ? -millis : millis));
}

export function offset(from: DatetimeValue, by: DurationValue): DatetimeValue {
  return new DatetimeValue(add(from.millis, by.millis));
}

export function durationSince(end: DatetimeValue, start: DatetimeValue): DurationValue {
  return new DurationValue(subtract(end.millis, start.millis));
}

/** Midnight (UTC) at or before the moment. */
export function toDate(moment: DatetimeValue): DatetimeValue {
  return new DatetimeValue(subtract(moment.millis, modulo(moment.millis, day)));
}

/** Time since midnight (UTC). */
export function toTime(moment: DatetimeValue): DurationValue {
  return new DurationValue(modulo(moment.millis, day));
}

/** Whole units in a duration, rounded towards zero. */
export function wholeUnits(duration: DurationValue, unitMillis: number) {
  return divide(duration.millis, unitMillis);
}

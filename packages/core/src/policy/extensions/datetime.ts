import { Fault } from '../evaluator/fault.ts';
import { add, divide, longFrom, modulo, subtract } from '../evaluator/integers.ts';
import { DatetimeValue, DurationValue } from '../evaluator/values.ts';

const day = 86_400_000;
const datetimePattern =
  /^([0-9]{4})-([0-9]{2})-([0-9]{2})(?:T([0-9]{2}):([0-9]{2}):([0-9]{2})(?:\.([0-9]{3}))?(?:Z|([+-])([0-9]{2})([0-9]{2})))?$/;
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

/** Reads Cedar's datetime text: a date, or a date and time with `Z` or `±hhmm`, seconds or milliseconds. */
export function parseDatetime(text: string): DatetimeValue {
  const match = datetimePattern.exec(text);
  if (!match) throw new Fault('not a well-formed datetime');
  const part = (index: number) => Number(match[index] ?? 0);
  const date = dateMillis(part(1), part(2), part(3));
  const [hour, minute, second, offsetHours, offsetMinutes] = [part(4), part(5), part(6), part(9), part(10)];
  if (hour > 23 || minute > 59 || second > 59) throw new Fault('no such time of day');
  if (offsetHours > 23 || offsetMinutes > 59) throw new Fault('no such offset');
  const time = ((hour * 60 + minute) * 60 + second) * 1000 + part(7);
  const offset = (offsetHours * 60 + offsetMinutes) * 60_000;
  return new DatetimeValue(date + time + (match[8] === '-' ? offset : -offset));
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

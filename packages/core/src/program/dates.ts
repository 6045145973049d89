import { dayNumber } from './schemas/common.ts';
import type { Day } from './types.ts';

/**
 * Moves every calendar day that stands in the texts of a program by the distance from one day to another, so that
 * an example written once stays current. Texts without days are returned as they are.
 */
export function shiftProgramDates(
  files: ReadonlyMap<string, string>,
  from: Day,
  to: Day,
): Map<string, string> {
  const distance = (dayNumber(to) ?? 0) - (dayNumber(from) ?? 0);
  const shifted = new Map<string, string>();
  for (const [file, text] of files) shifted.set(file, shiftDays(text, distance));
  return shifted;
}

function shiftDays(text: string, distance: number): string {
  return text.replace(/(?<![\d-])\d{4}-\d{2}-\d{2}(?!\d|-\d)/g, (day) => {
    const number = dayNumber(day);
    return number === null ? day : dayText(number + distance);
  });
}

/** Days since 1970-01-01 as `YYYY-MM-DD`. */
export function dayText(number: number): Day {
  return new Date(number * 86_400_000).toISOString().slice(0, 10);
}

/* ISO weeks in UTC: they begin on Monday, and week 1 holds the year's first Thursday. */

const day = 86_400;
const week = 7 * day;
/** The Monday before the epoch, which was a Thursday. */
const firstMonday = -3 * day;

/** Weeks since the one that held the epoch. */
export type WeekNumber = number;

export function weekOf(seconds: number): WeekNumber {
  return Math.floor((seconds - firstMonday) / week);
}

/** Start of a week, seconds. */
export function weekStart(number: WeekNumber): number {
  return firstMonday + number * week;
}

/** `2026-W09`. */
export function weekName(number: WeekNumber): string {
  const thursday = new Date((weekStart(number) + 3 * day) * 1000);
  const year = thursday.getUTCFullYear();
  const ordinal = Math.floor((thursday.getTime() - Date.UTC(year, 0, 1)) / (week * 1000)) + 1;
  return `${year}-W${String(ordinal).padStart(2, '0')}`;
}

/** `YYYY-MM-DD` of an instant. */
export function dayOf(seconds: number): string {
  return new Date(seconds * 1000).toISOString().slice(0, 10);
}

/** Start of the month (UTC) that holds an instant, or of one so many months later; seconds. */
export function monthStart(seconds: number, later = 0): number {
  const at = new Date(seconds * 1000);
  return Date.UTC(at.getUTCFullYear(), at.getUTCMonth() + later, 1) / 1000;
}

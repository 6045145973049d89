/* Times as people read them: in the reader's own time zone, with the day written so that nobody mistakes it. */
const day: Intl.DateTimeFormatOptions = { day: 'numeric', month: 'short', year: 'numeric' };
const clock: Intl.DateTimeFormatOptions = { hour: '2-digit', minute: '2-digit' };
const language = 'en-GB';

const minuteFormat = new Intl.DateTimeFormat(language, { ...day, ...clock });
const secondFormat = new Intl.DateTimeFormat(language, { ...day, ...clock, second: '2-digit' });
const hourFormat = new Intl.DateTimeFormat(language, clock);
/* Days that figures are of begin and end in UTC: in a reader's own zone half the world would see the day before. */
const dayFormat = new Intl.DateTimeFormat(language, { ...day, timeZone: 'UTC' });
const shortDayFormat = new Intl.DateTimeFormat(language, { day: 'numeric', month: 'short', timeZone: 'UTC' });
const relativeFormat = new Intl.RelativeTimeFormat('en', { numeric: 'auto' });

const of = (format: Intl.DateTimeFormat, iso: string) => {
  const at = Date.parse(iso);
  return Number.isNaN(at) ? iso : format.format(at);
};

export const formatMinute = (iso: string) => of(minuteFormat, iso);
export const formatSecond = (iso: string) => of(secondFormat, iso);
export const formatHour = (iso: string) => of(hourFormat, iso);
/** A day, UTC. */
export const formatDay = (iso: string) => of(dayFormat, iso);
/** The same without its year. */
export const formatShortDay = (iso: string) => of(shortDayFormat, iso);

const aDay = 86_400_000;

/** The days of a window, UTC, the last of which is the one before `to`: "8 Jun – 22 Nov 2026". */
export const formatDays = (from: string, to: string) => rangeOf(from, to, () => dayFormat);

/** The same without the year, where there is but one. */
export const formatShortDays = (from: string, to: string) =>
  rangeOf(from, to, () => (isInOneYear(from, to) ? shortDayFormat : dayFormat));

/** Whether all days before `to` are of one year. */
export function isInOneYear(from: string, to: string): boolean {
  const last = new Date(Date.parse(to) - aDay);
  return new Date(from).getUTCFullYear() === last.getUTCFullYear();
}

function rangeOf(from: string, to: string, formatOf: () => Intl.DateTimeFormat): string {
  const first = Date.parse(from);
  const last = Math.max(first, Date.parse(to) - aDay);
  if (Number.isNaN(last)) return `${from} – ${to}`;
  return formatOf().formatRange(first, last).replaceAll('\u2009', ' ');
}

const units: readonly (readonly [Intl.RelativeTimeFormatUnit, number])[] = [
  ['day', 86_400_000],
  ['hour', 3_600_000],
  ['minute', 60_000],
];

/** "3 minutes ago", "in 2 days"; `now` in milliseconds. */
export function formatRelative(iso: string, now: number): string {
  const distance = Date.parse(iso) - now;
  if (Number.isNaN(distance)) return iso;
  for (const [unit, length] of units) {
    if (Math.abs(distance) >= length) return relativeFormat.format(Math.trunc(distance / length), unit);
  }
  return distance > 0 ? 'in less than a minute' : 'just now';
}

/** "850 ms", "12.3 s", "4 min 05 s". */
export function formatDuration(milliseconds: number): string {
  if (milliseconds < 1_000) return `${Math.round(milliseconds)} ms`;
  if (milliseconds < 60_000) return `${(milliseconds / 1_000).toFixed(1)} s`;
  const seconds = Math.round(milliseconds / 1_000);
  if (seconds < 3_600) return `${Math.floor(seconds / 60)} min ${String(seconds % 60).padStart(2, '0')} s`;
  const minutes = Math.round(seconds / 60);
  return `${Math.floor(minutes / 60)} h ${String(minutes % 60).padStart(2, '0')} min`;
}

/** Spans of work, in their two largest units: "2 d 3 h", "5 h 40 min", "12 min", "30 s". */
export function formatSpan(seconds: number): string {
  const whole = Math.round(seconds);
  if (whole < 60) return `${whole} s`;
  const minutes = Math.round(whole / 60);
  if (minutes < 60) return `${minutes} min`;
  if (minutes < 1440) {
    const rest = minutes % 60;
    return `${Math.floor(minutes / 60)} h${rest > 0 ? ` ${rest} min` : ''}`;
  }
  const hours = Math.round(whole / 3600);
  const [days, rest] = [Math.floor(hours / 24).toLocaleString(language), hours % 24];
  return rest > 0 ? `${days} d ${rest} h` : `${days} d`;
}

/** A measure of time between two instants, whole seconds; it adds up over adjoining spans. */
export interface DeliveryClock {
  /** `elapsed`, or the calendar's name. */
  readonly name: string;
  between(from: number, to: number): number;
}

export const elapsedClock: DeliveryClock = { name: 'elapsed', between: (from, to) => to - from };

export interface WorkingCalendar {
  readonly name: string;
  /** IANA time zone. */
  readonly zone: string;
  /** Working hours of each weekday from Monday, as local `HH:MM` pairs in order; an empty list is a day off. */
  readonly week: readonly (readonly (readonly [string, string])[])[];
  /** Local dates, `YYYY-MM-DD`, on which nobody works. */
  readonly holidays: readonly string[];
}

const daySeconds = 86_400;

/**
 * Counts only working time. Local hours are turned into instants day by day, so a day on which clocks change has as
 * many working seconds as its hours truly lasted.
 * @throws RangeError for a time zone that isn't one, or hours that don't read `HH:MM`.
 */
export function workingClock(calendar: WorkingCalendar): DeliveryClock {
  const offsets = zoneOffsets(calendar.zone);
  const holidays = new Set(calendar.holidays);
  const week = calendar.week.map((day) =>
    day.map(([start, end]) => [clockTime(start), clockTime(end)] as const),
  );
  const days = new Map<number, readonly (readonly [number, number])[]>();
  /** Working spans of a local day, counted from 1970-01-01, as instants. */
  const spansOf = (day: number) => {
    let spans = days.get(day);
    if (spans === undefined) {
      const date = new Date(day * daySeconds * 1000).toISOString().slice(0, 10);
      // The first of January 1970 was a Thursday, the fourth day from Monday.
      const hours = holidays.has(date) ? [] : (week[(((day + 3) % 7) + 7) % 7] ?? []);
      spans = hours.map(([start, end]) => [
        offsets.instant(day * daySeconds + start),
        offsets.instant(day * daySeconds + end),
      ]);
      days.set(day, spans);
    }
    return spans;
  };
  const between = (from: number, to: number): number => {
    if (to < from) return -between(to, from);
    let total = 0;
    // A zone's local day begins at most 14 hours before UTC's and ends at most 12 hours after.
    const last = Math.floor(to / daySeconds) + 1;
    for (let day = Math.floor(from / daySeconds) - 1; day <= last; day++) {
      for (const [start, end] of spansOf(day))
        total += Math.max(0, Math.min(end, to) - Math.max(start, from));
    }
    return total;
  };
  return { name: calendar.name, between };
}

function clockTime(text: string): number {
  const match = /^(\d\d):(\d\d)$/.exec(text);
  const seconds = match === null ? Number.NaN : Number(match[1]) * 3600 + Number(match[2]) * 60;
  if (!(seconds <= daySeconds)) throw new RangeError(`${text} is no time of day (HH:MM, up to 24:00)`);
  return seconds;
}

/** Offsets of a zone from UTC, by instant, in seconds. */
function zoneOffsets(zone: string): { instant(local: number): number } {
  const format = new Intl.DateTimeFormat('en-US', {
    timeZone: zone,
    hourCycle: 'h23',
    year: 'numeric',
    month: 'numeric',
    day: 'numeric',
    hour: 'numeric',
    minute: 'numeric',
    second: 'numeric',
  });
  const offsetAt = (instant: number): number => {
    const parts: { [type: string]: number } = {};
    for (const { type, value } of format.formatToParts(instant * 1000)) parts[type] = Number(value);
    const local = Date.UTC(
      parts.year!,
      parts.month! - 1,
      parts.day!,
      parts.hour!,
      parts.minute!,
      parts.second!,
    );
    return local / 1000 - instant;
  };
  return {
    // A local time that the clocks skip counts as the instant at which they skip it; one that comes twice as its
    // first coming.
    instant: (local) => {
      const before = offsetAt(local - daySeconds);
      const after = offsetAt(local + daySeconds);
      const early = local - before;
      if (before === after || offsetAt(early) === before) return early;
      const late = local - after;
      return offsetAt(late) === after
        ? late
        : transition(offsetAt, before, early - daySeconds, late + daySeconds);
    },
  };
}

/** The instant at which an offset stops being `before`, between two instants. */
function transition(offsetAt: (instant: number) => number, before: number, from: number, to: number): number {
  let low = from;
  let high = to;
  while (high - low > 1) {
    const middle = Math.floor((low + high) / 2);
    if (offsetAt(middle) === before) low = middle;
    else high = middle;
  }
  return high;
}

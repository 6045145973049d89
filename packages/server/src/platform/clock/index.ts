import type { Clock } from '@fairlead/core/ports';

/** The machine's wall clock. */
export const systemClock: Clock = { now: () => Date.now() };

/** The instant that was last written or read, and its text: what is recorded together has one time. */
let lastText = '1970-01-01T00:00:00.000Z';
let lastMs = 0;

/** RFC 3339 in UTC, with milliseconds. */
export function isoTime(ms: number): string {
  if (ms === lastMs) return lastText;
  const text = new Date(ms).toISOString();
  // A year of more than four digits is no timestamp of ours.
  if (text.length !== lastText.length) return text;
  lastText = text;
  lastMs = ms;
  return text;
}

/** Milliseconds since the epoch of such a text; NaN when it is none. */
export function fromIsoTime(text: string): number {
  if (text === lastText) return lastMs;
  return timestamp.test(text) ? Date.parse(text) : Number.NaN;
}

const timestamp = /^\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d\.\d{3}Z$/;

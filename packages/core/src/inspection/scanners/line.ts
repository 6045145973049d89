/** Offsets of one line of a text. */
export interface Line {
  readonly start: number;
  readonly end: number;
}

/** How a file reader may number lines: `     3→`, `12: `, `7|`, or a tab. */
export const LINE_NUMBER = String.raw`(?:[ \t]{0,8}\d{1,6}(?:\u2192|\t|[:|] ?))?`;

function breaksAt(text: string, at: number): boolean {
  const unit = text.charCodeAt(at);
  if (unit === 10 || unit === 13) return true;
  // A line feed that is still written as `\n`, as in code or JSON inside a string.
  return unit === 92 && text.charCodeAt(at + 1) === 110;
}

/** The line round `at`, looking at most `before` and `after` characters away; null when it is longer. */
export function lineAround(text: string, at: number, before: number, after: number): Line | null {
  let start = at;
  const first = Math.max(0, at - before);
  while (start > first && !breaksAt(text, start - 1) && !(start > 1 && breaksAt(text, start - 2))) start -= 1;
  const startsLine = start === 0 || breaksAt(text, start - 1) || (start > 1 && breaksAt(text, start - 2));
  if (!startsLine) return null;
  const last = Math.min(text.length, at + after);
  let end = at;
  while (end < last && !breaksAt(text, end)) end += 1;
  return end < text.length && !breaksAt(text, end) ? null : { start, end };
}

/** Where the line after one that ends at `end` begins. */
export function nextLineStart(text: string, end: number): number {
  if (text.charCodeAt(end) === 92) return end + 2;
  return text.charCodeAt(end) === 13 && text.charCodeAt(end + 1) === 10 ? end + 2 : end + 1;
}

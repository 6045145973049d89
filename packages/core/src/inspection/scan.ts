import { findAnchors, type OnAnchor } from './anchors.ts';
import { stateAfter } from './automaton.ts';
import type { Anchored, CompiledDetector, Ruleset } from './ruleset.ts';
import { type Source, sourceOf, unitsBefore } from './source.ts';
import { isHexUnit, isWordUnit } from './validators/alphabet.ts';
import type { Candidate } from './validators/index.ts';

/** One accepted match. It holds the value, so it never leaves this area. */
export interface Match {
  /** Number of the detector in the ruleset. */
  readonly detector: number;
  readonly start: number;
  readonly end: number;
  readonly value: string;
  readonly weight: number;
}

/** What a scan of one text came to. */
export interface ScanOutcome {
  readonly matches: readonly Match[];
  /** Ids of detectors that met more candidates than they may try; the text then counts as not inspected. */
  readonly exceeded: readonly string[];
  /** State of the automaton after the last character. */
  readonly state: number;
  /** Offset after the first characters of the last anchor that stands in the text, or goes on at its end; or -1. */
  readonly lastAnchor: number;
  /** How many times a matcher or scanner was called: what the bound on adversarial text is asserted on. */
  readonly tries: number;
}

/** Windows that overlap are merged up to this many characters. */
export const LONGEST_WINDOW = 2_048;

/** How many candidates one detector may try in a text of that length. Text written by people stays far below it. */
export function triesAllowed(length: number): number {
  return 2_048 + (length >> 6);
}

/** Where one detector stands in one text. */
interface Progress {
  consumed: number;
  tries: number;
  exceeded: boolean;
  windowStart: number;
  windowEnd: number;
}

interface Scan {
  readonly ruleset: Ruleset;
  readonly text: string;
  readonly matches: Match[];
  readonly progress: Map<number, Progress>;
}

/** True when the character before `start` belongs to an escape (`\n`, `%3D`, `\x41`, `\u0041`), not to a word. */
function followsEscape(text: string, start: number): boolean {
  if (text.charCodeAt(start - 2) === 92 && 'nrtbf0'.includes(text.charAt(start - 1))) return true;
  if (!isHexUnit(text.charCodeAt(start - 1)) || !isHexUnit(text.charCodeAt(start - 2))) return false;
  const third = text.charCodeAt(start - 3);
  if (third === 37) return true;
  if (third === 120 && text.charCodeAt(start - 4) === 92) return true;
  return text.charCodeAt(start - 5) === 117 && text.charCodeAt(start - 6) === 92;
}

function leftIsFree(text: string, start: number, apart: boolean): boolean {
  if (start === 0) return true;
  const before = text.charCodeAt(start - 1);
  // `-`, `.`, `/` and `_`.
  if (apart && ((before >= 45 && before <= 47) || before === 95)) return false;
  return !isWordUnit(before) || followsEscape(text, start);
}

function accepts(detector: CompiledDetector, candidate: Candidate): boolean {
  for (const validator of detector.validators) if (!validator(candidate)) return false;
  return true;
}

/** Offers one match of a regular expression, found in `within` that begins at `offset` of the text. */
function offer(scan: Scan, number: number, found: RegExpExecArray, offset: number): number {
  const detector = scan.ruleset.detectors[number] as CompiledDetector;
  const start = offset + found.index;
  const end = start + found[0].length;
  const value = found.groups?.value ?? found[0];
  const body = found.groups?.body ?? value;
  const user = found.groups?.user ?? '';
  if (!accepts(detector, { value, body, user, text: scan.text, start, end })) return start + 1;
  const at = value === found[0] ? start : start + Math.max(0, found[0].lastIndexOf(value));
  const weight = detector.data.weight ?? 1;
  scan.matches.push({ detector: number, start: at, end: at + value.length, value, weight });
  return end;
}

function runWindow(scan: Scan, number: number, progress: Progress): void {
  const { windowStart, windowEnd } = progress;
  progress.windowStart = -1;
  if (windowStart < 0 || !spend(scan, progress)) return;
  const detector = scan.ruleset.detectors[number] as CompiledDetector;
  const matcher = detector.matcher as RegExp;
  const from = Math.max(windowStart, progress.consumed);
  const within = scan.text.slice(from, windowEnd);
  matcher.lastIndex = 0;
  for (let found = matcher.exec(within); found !== null; found = matcher.exec(within)) {
    if (found[0].length === 0) break;
    const next = offer(scan, number, found, from);
    if (next > from + found.index + 1) progress.consumed = next;
  }
}

function spend(scan: Scan, progress: Progress): boolean {
  progress.tries += 1;
  if (progress.tries > triesAllowed(scan.text.length)) progress.exceeded = true;
  return !progress.exceeded;
}

function extendWindow(scan: Scan, number: number, progress: Progress, start: number, end: number): void {
  const { window } = (scan.ruleset.detectors[number] as CompiledDetector).data;
  const from = Math.max(0, start - (window?.before ?? 0));
  const to = Math.min(scan.text.length, end + (window?.after ?? 0));
  if (
    progress.windowStart >= 0 &&
    from <= progress.windowEnd &&
    to - progress.windowStart <= LONGEST_WINDOW
  ) {
    progress.windowEnd = Math.max(progress.windowEnd, to);
    return;
  }
  runWindow(scan, number, progress);
  progress.windowStart = from;
  progress.windowEnd = to;
}

function progressOf(scan: Scan, number: number): Progress {
  let progress = scan.progress.get(number);
  if (progress === undefined) {
    progress = { consumed: 0, tries: 0, exceeded: false, windowStart: -1, windowEnd: 0 };
    scan.progress.set(number, progress);
  }
  return progress;
}

function tryAt(scan: Scan, number: number, start: number, end: number): void {
  const detector = scan.ruleset.detectors[number] as CompiledDetector;
  const { text } = scan;
  if (detector.probeUnit >= 0 && text.charCodeAt(start + detector.probeAt) !== detector.probeUnit) return;
  if (!detector.leftFree && !leftIsFree(text, start, detector.leftApart)) return;
  const progress = progressOf(scan, number);
  if (start < progress.consumed || progress.exceeded) return;
  if (detector.scanner !== null) {
    if (!spend(scan, progress)) return;
    const { found, resume } = detector.scanner(text, start, end, progress.consumed);
    progress.consumed = Math.max(progress.consumed, resume);
    if (found !== null) scan.matches.push({ detector: number, weight: 1, ...found });
    return;
  }
  const matcher = detector.matcher as RegExp;
  if (!matcher.sticky) {
    extendWindow(scan, number, progress, start, end);
    return;
  }
  if (!spend(scan, progress)) return;
  matcher.lastIndex = start;
  const found = matcher.exec(text);
  if (found !== null) progress.consumed = Math.max(progress.consumed, offer(scan, number, found, 0));
}

function sweep(scan: Scan, source: Source): void {
  for (const number of scan.ruleset.sweeping) {
    const detector = scan.ruleset.detectors[number] as CompiledDetector;
    for (const found of detector.sweep?.(source) ?? []) {
      scan.matches.push({ detector: number, weight: detector.data.weight ?? 1, ...found });
    }
  }
}

const NO_EFFORT = { tries: 0, exceeded: [] };

function effortOf({ ruleset, progress }: Scan): Pick<ScanOutcome, 'tries' | 'exceeded'> {
  if (progress.size === 0) return NO_EFFORT;
  let tries = 0;
  const exceeded: string[] = [];
  for (const [number, one] of progress) {
    tries += one.tries;
    if (one.exceeded) exceeded.push((ruleset.detectors[number] as CompiledDetector).data.id);
  }
  return { tries, exceeded: exceeded.sort() };
}

/**
 * Finds all matches in one text: one pass for the anchors of all detectors, matchers only at or round their anchors,
 * then the sweeps.
 */
export function scanText(ruleset: Ruleset, text: string): ScanOutcome {
  const scan: Scan = { ruleset, text, matches: [], progress: new Map() };
  const source = sourceOf(text);
  const offsetOf = unitsBefore(source);
  let lastAnchor = -1;
  const onAnchor: OnAnchor<Anchored> = ({ anchor, detectors }, at, firstUnits, isWhole) => {
    const start = offsetOf(at);
    lastAnchor = Math.max(lastAnchor, start + firstUnits);
    if (!isWhole) return;
    for (let i = 0; i < detectors.length; i += 1) {
      tryAt(scan, detectors[i] as number, start, start + anchor.length);
    }
  };
  findAnchors(ruleset.anchors, source, onAnchor);
  for (const [number, progress] of scan.progress) runWindow(scan, number, progress);
  sweep(scan, source);
  const state = stateAfter(ruleset.automaton, text);
  return { matches: scan.matches, ...effortOf(scan), state, lastAnchor };
}

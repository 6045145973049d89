import type { TextUnit, UnitKind } from '../wire/types.ts';
import { START, scanAnchors } from './automaton.ts';
import type { UnitFacts } from './facts.ts';
import type { Ruleset } from './ruleset.ts';
import { type Match, type ScanOutcome, scanText } from './scan.ts';

/** How much of one unit's end, and of the next one's beginning, is scanned as one text. */
export const JOIN = 256;

/** So much of a member's value is scanned together with its key. */
const LONGEST_MEMBER = 1_024;

/** A unit before the one in hand. */
export interface Before {
  readonly tail: string;
  readonly facts: Pick<UnitFacts, 'state' | 'anchorNearEnd'>;
  /** Of all the above; made when it's first asked for. */
  digest?: string;
}

/** What stands beside a unit. */
export interface Surroundings {
  /** The key of the object member that the unit is the value of. */
  readonly key: Before | null;
  /** The text before it of the same kind: the message before a message. */
  readonly text: Before | null;
}

/** Members that hold strings of the wire format itself. */
const LABELS = new Set(
  'role type id name status phase detail model call_id tool_call_id tool_use_id'.split(' '),
);

const KEY = '#key';

/**
 * True for keys and strings of the wire format itself. They stand between the texts of two messages, and are no part
 * of either.
 */
export function isLabel(path: string): boolean {
  if (path.endsWith(KEY)) return true;
  const cut = path.lastIndexOf('/');
  return cut >= 0 && LABELS.has(path.slice(cut + 1));
}

/** True when `path` is that of the key whose member's value stands at `valuePath`. */
function isKeyOf(path: string, valuePath: string): boolean {
  return path.length === valuePath.length + KEY.length && path.endsWith(KEY) && path.startsWith(valuePath);
}

/** Follows the units of one request and says what stands beside each. */
export interface Following {
  of(unit: TextUnit): Surroundings;
  passed(unit: TextUnit, facts: UnitFacts): void;
  /** Whether that unit is a key or a string of the wire format. */
  isLabel(unit: TextUnit): boolean;
  /** The last text of a kind. */
  lastText(kind: UnitKind): Before | null;
  /** Takes note of texts that were not looked at themselves, because they are known. */
  passedKnown(texts: readonly (readonly [UnitKind, Before])[]): void;
}

export function createSurroundings(): Following {
  // Asked for several times a unit, and a body has hundreds of them.
  let labelOf: TextUnit | null = null;
  let label = false;
  const isLabelUnit = (unit: TextUnit): boolean => {
    if (labelOf !== unit) {
      labelOf = unit;
      label = isLabel(unit.path);
    }
    return label;
  };
  const texts = new Map<string, Before>();
  let last: { readonly path: string; readonly before: Before } | null = null;
  return {
    of: (unit) => ({
      key: last !== null && isKeyOf(last.path, unit.path) ? last.before : null,
      text: isLabelUnit(unit) ? null : (texts.get(unit.kind) ?? null),
    }),
    passed(unit, facts) {
      const before = { tail: unit.text.slice(-JOIN), facts };
      last = { path: unit.path, before };
      if (!isLabelUnit(unit)) texts.set(unit.kind, before);
    },
    isLabel: isLabelUnit,
    lastText: (kind) => texts.get(kind) ?? null,
    passedKnown(known) {
      last = null;
      for (const [kind, before] of known) texts.set(kind, before);
    },
  };
}

/** True when an anchor may begin in the unit before and go on in this one. */
function anchorSpans({ automaton }: Ruleset, before: Before, text: string): boolean {
  if (before.facts.state === START) return false;
  let spans = false;
  const onHit = (anchor: number, end: number): void => {
    spans ||= end < (automaton.lengths[anchor] as number);
  };
  scanAnchors(automaton, text, onHit, before.facts.state, 0, Math.min(text.length, automaton.longest));
  return spans;
}

/**
 * Matches that lie in neither of two adjacent texts alone, as when a token is split over two messages. One that the
 * first text has by itself, and that merely goes on matching into the second, is not among them.
 */
export function joinMatches(ruleset: Ruleset, before: Before | null, text: string): ScanOutcome | null {
  if (before === null || before.tail === '' || text === '') return null;
  if (!before.facts.anchorNearEnd && !anchorSpans(ruleset, before, text)) return null;
  const cut = before.tail.length;
  const outcome = scanText(ruleset, before.tail + text.slice(0, JOIN));
  const spanning = outcome.matches.filter((match) => match.start < cut && match.end > cut);
  if (spanning.length === 0) return { ...outcome, matches: [] };
  const alone = new Set(
    scanText(ruleset, before.tail).matches.map(({ detector, start }) => `${detector}:${start}`),
  );
  return {
    ...outcome,
    matches: spanning.filter(({ detector, start }) => !alone.has(`${detector}:${start}`)),
  };
}

/**
 * What the key of an object member says of its value (`"password": "…"`): the two are units of their own, and only
 * together have the shape that some detectors look for. Matches that the value has by itself are left out.
 */
export function memberMatches(
  ruleset: Ruleset,
  key: Before | null,
  text: string,
  own: readonly Match[],
): Match[] {
  if (key === null || !key.facts.anchorNearEnd) return [];
  const known = new Set(own.map(({ detector, value }) => `${detector}\0${value}`));
  const opening = `"${key.tail}": "`;
  const { matches } = scanText(ruleset, `${opening}${text.slice(0, LONGEST_MEMBER)}"`);
  const cut = opening.length;
  return matches
    .filter(({ detector, value, end }) => end > cut && !known.has(`${detector}\0${value}`))
    .map((match) => ({ ...match, start: Math.max(0, match.start - cut), end: match.end - cut }));
}

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
  /** The element that it ends, where that is going to be remembered: its array and its digest. */
  readonly element?: string | null;
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

/**
 * True for keys and strings of the wire format itself. They stand between the texts of two messages, and are no part
 * of either.
 */
export function isLabel({ part }: TextUnit): boolean {
  return part === 'key' || part === 'label';
}

/** Follows the units of one request and says what stands beside each. */
export interface Following {
  of(unit: TextUnit): Surroundings;
  passed(unit: TextUnit, facts: UnitFacts, element: string | null): void;
  /** The last text of a kind. */
  lastText(kind: UnitKind): Before | null;
  /** Takes note of texts that were not looked at themselves, because they are known. */
  passedKnown(texts: readonly (readonly [UnitKind, Before])[]): void;
}

export function createSurroundings(): Following {
  const texts = new Map<string, Before>();
  let key: Before | null = null;
  return {
    of: (unit) => ({
      key: unit.part === 'value' || unit.part === 'label' ? key : null,
      text: isLabel(unit) ? null : (texts.get(unit.kind) ?? null),
    }),
    passed(unit, facts, element) {
      key = null;
      if (unit.part === 'label') return;
      const before = { tail: unit.text.slice(-JOIN), facts, element };
      // A member's value stands right behind its key.
      if (unit.part === 'key') key = before;
      else texts.set(unit.kind, before);
    },
    lastText: (kind) => texts.get(kind) ?? null,
    passedKnown(known) {
      key = null;
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

import type { Hash } from '../ports/index.ts';
import { encodeUtf8 } from '../text/index.ts';
import type { Skipped, TextUnit } from '../wire/types.ts';
import { assertRuleset } from './assert-ruleset.ts';
import { START, scanAnchors } from './automaton.ts';
import { createCache } from './cache.ts';
import { type Derive, deriveNothing } from './derive.ts';
import type { DetectorGroup } from './detector.ts';
import { detectorGroups } from './detectors/index.ts';
import { factsOf, type UnitFacts } from './facts.ts';
import { buildReport, type KindFacts, uninspectable } from './report.ts';
import { resolveOverlaps } from './resolve.ts';
import type { Ruleset } from './ruleset.ts';
import { type Match, type ScanOutcome, scanText } from './scan.ts';
import type { InspectionReport, Inspector } from './types.ts';

/** How much of one unit's end, and of the next one's beginning, is scanned as one text. */
export const JOIN = 256;

/** Below this length hashing costs more than scanning, so nothing is cached. */
const SHORTEST_CACHED = 512;

const DEFAULT_CACHE_UNITS = 4_096;
const DEFAULT_BUDGET = 64 * 1024 * 1024;

export interface InspectorOptions {
  readonly hash: Hash;
  /** Key of the digests in findings; 32 random bytes that stand outside the data directory. */
  readonly findingsKey: Uint8Array;
  /** Facts of so many units are kept; 4,096 by default, 0 for none. */
  readonly cacheUnits?: number;
  /** Characters of one request that are scanned; more is `uninspectable`. 64 Mi by default. */
  readonly budget?: number;
  /** Detectors other than those that Fairlead ships. */
  readonly groups?: readonly DetectorGroup[];
  /** Where decoded forms of a text come from. */
  readonly derive?: Derive;
}

interface Context {
  readonly ruleset: Ruleset;
  readonly hash: Hash;
  readonly findingsKey: Uint8Array;
  readonly derive: Derive;
}

/** The text before a unit, as far as joins need it. */
interface Previous {
  readonly tail: string;
  readonly facts: UnitFacts;
}

/** True when an anchor may begin in the unit before and go on in this one. */
function anchorSpans({ ruleset: { automaton } }: Context, previous: Previous, text: string): boolean {
  if (previous.facts.state === START) return false;
  let spans = false;
  const reach = Math.min(text.length, automaton.longest);
  const onHit = (anchor: number, end: number): void => {
    spans ||= end < (automaton.lengths[anchor] as number);
  };
  scanAnchors(automaton, text, onHit, previous.facts.state, 0, reach);
  return spans;
}

/** Matches in the join of two units that lie in neither of them alone. */
function joinMatches(context: Context, previous: Previous | undefined, text: string): ScanOutcome | null {
  if (previous === undefined || previous.tail === '' || text === '') return null;
  if (!previous.facts.anchorNearEnd && !anchorSpans(context, previous, text)) return null;
  const cut = previous.tail.length;
  const outcome = scanText(context.ruleset, previous.tail + text.slice(0, JOIN));
  const matches = outcome.matches.filter((match) => match.start < cut && match.end > cut);
  return { ...outcome, matches };
}

/** Scans one unit, its derived texts and its join with the unit before. */
function examine(
  context: Context,
  text: string,
  bytes: Uint8Array | undefined,
  previous: Previous | undefined,
): UnitFacts {
  const { ruleset } = context;
  const derived = context.derive(text);
  const matches: Match[] = [];
  const exceeded = new Set<string>(derived.exceeded === null ? [] : [derived.exceeded]);
  const add = (outcome: ScanOutcome): void => {
    matches.push(...resolveOverlaps(ruleset, outcome.matches));
    for (const id of outcome.exceeded) exceeded.add(`too many candidates for detector ${id}`);
  };
  const own = scanText(ruleset, text, bytes);
  add(own);
  for (const other of derived.texts) if (other !== text) add(scanText(ruleset, other));
  const join = joinMatches(context, previous, text);
  if (join !== null) add(join);
  return {
    items: factsOf(ruleset, matches, context.hash, context.findingsKey),
    exceeded: [...exceeded].sort(),
    state: own.state,
    anchorNearEnd: own.lastAnchor >= 0 && own.lastAnchor > text.length - JOIN,
  };
}

function cacheKey(
  context: Context,
  unit: TextUnit,
  session: string,
  tail: string,
  bytes: Uint8Array,
): string {
  const head = `${context.ruleset.id}\n${unit.kind}\n${session.length}:${session}\n${tail.length}:${tail}\n`;
  return String.fromCharCode(...context.hash.sha256(encodeUtf8(head), bytes));
}

/**
 * The inspector that every enforcement point uses. It checks the ruleset first, so that Fairlead does not start with
 * part of its detectors.
 * @throws FairleadError `inspection.ruleset-invalid`.
 */
export function createInspector(options: InspectorOptions): Inspector {
  const ruleset = assertRuleset(options.groups ?? detectorGroups, options.hash);
  const { hash, findingsKey, derive = deriveNothing, budget = DEFAULT_BUDGET } = options;
  const context: Context = { ruleset, hash, findingsKey, derive };
  const cache = createCache<UnitFacts>(options.cacheUnits ?? DEFAULT_CACHE_UNITS);

  function factsFor(unit: TextUnit, session: string, previous: Previous | undefined): UnitFacts {
    const { text } = unit;
    if (text.length < SHORTEST_CACHED) return examine(context, text, undefined, previous);
    const bytes = encodeUtf8(text);
    const key = cacheKey(context, unit, session, previous?.tail ?? '', bytes);
    const known = cache.get(key);
    if (known !== undefined) return known;
    const facts = examine(context, text, bytes, previous);
    // What was not inspected in full must not pass for inspected next time.
    if (facts.exceeded.length === 0) cache.set(key, facts);
    return facts;
  }

  function inspect(
    units: readonly TextUnit[],
    skipped: readonly Skipped[],
    session: string,
  ): InspectionReport {
    let size = 0;
    for (const unit of units) size += unit.text.length;
    if (size > budget) {
      return uninspectable(ruleset.id, skipped, 'body', `more than ${budget} characters of text`);
    }
    const all: KindFacts[] = [];
    // Texts of one kind follow one another (messages after messages); role names and the like lie between them.
    const previous = new Map<string, Previous>();
    for (const unit of units) {
      const facts = factsFor(unit, session, previous.get(unit.kind));
      previous.set(unit.kind, { tail: unit.text.slice(-JOIN), facts });
      if (facts.items.length > 0 || facts.exceeded.length > 0) all.push({ kind: unit.kind, facts });
    }
    return buildReport(ruleset, all, skipped);
  }

  return { ruleset: ruleset.id, inspect };
}

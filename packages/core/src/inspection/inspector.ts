import type { Hash } from '../ports/index.ts';
import { encodeUtf8 } from '../text/index.ts';
import { knownWords } from '../wire/path.ts';
import type { Skipped, TextUnit } from '../wire/types.ts';
import { JOIN, joinMatches, memberMatches, type Surroundings } from './adjacent.ts';
import { assertRuleset } from './assert-ruleset.ts';
import { latin1 } from './bytes-text.ts';
import { createCache } from './cache.ts';
import { type Derive, deriveNothing } from './derive.ts';
import type { DetectorGroup } from './detector.ts';
import { detectorGroups } from './detectors/index.ts';
import { factsOf, type UnitFacts } from './facts.ts';
import { followParts, type Parts, type PartsOutcome, sizeOf } from './parts.ts';
import { buildReport, uninspectable } from './report.ts';
import { resolveOverlaps } from './resolve.ts';
import type { Ruleset } from './ruleset.ts';
import { type Match, type ScanOutcome, scanText } from './scan.ts';
import type { InspectionReport } from './types.ts';

/** Below this length hashing costs more than scanning, so nothing is cached. */
const SHORTEST_CACHED = 512;

const DEFAULT_CACHE_UNITS = 4_096;
const DEFAULT_BUDGET = 64 * 1024 * 1024;

/** The seam every enforcement point uses. `session` partitions the cache. */
export interface Inspector {
  readonly ruleset: string;
  inspect(units: readonly TextUnit[], skipped: readonly Skipped[], session: string): InspectionReport;
  /** The same for a body of which some elements are known already. */
  inspectParts(parts: Parts, skipped: readonly Skipped[], session: string): PartsOutcome;
}

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

const NOTHING_EXCEEDED: readonly string[] = [];

/** Scans one unit, its derived texts, its key and its join with the unit before. */
function examine(context: Context, unit: TextUnit, beside: Surroundings): UnitFacts {
  const { ruleset } = context;
  const { text } = unit;
  const derived = context.derive(text);
  const exceeded: string[] = derived.exceeded === null ? [] : [derived.exceeded];
  const note = (outcome: ScanOutcome): readonly Match[] => {
    for (const id of outcome.exceeded) exceeded.push(`too many candidates for detector ${id}`);
    return outcome.matches;
  };
  const own = scanText(ruleset, text);
  const found = note(own).concat(memberMatches(ruleset, beside.key, text, own.matches));
  let matches: readonly Match[] = resolveOverlaps(ruleset, found);
  for (const other of derived.texts) {
    if (other !== text) matches = matches.concat(resolveOverlaps(ruleset, note(scanText(ruleset, other))));
  }
  const join = joinMatches(ruleset, beside.text, text);
  if (join !== null) matches = matches.concat(resolveOverlaps(ruleset, note(join)));
  return {
    items: factsOf(ruleset, matches, context.hash, context.findingsKey),
    exceeded: exceeded.length === 0 ? NOTHING_EXCEEDED : [...new Set(exceeded)].sort(),
    state: own.state,
    anchorNearEnd: own.lastAnchor >= 0 && own.lastAnchor > text.length - JOIN,
  };
}

/** A digest only: the cache holds nothing of what was sent. Parts are told apart by their lengths, or stand last. */
function cacheKey({ hash }: Context, unit: TextUnit, session: string, beside: Surroundings): string {
  const key = beside.key?.tail ?? '';
  const before = beside.text?.tail ?? '';
  const read = `${key.length}:${before.length}:${key}${before}${unit.text}`;
  return `${latin1(hash.sha256(encodeUtf8(read)))}${unit.kind}:${session}`;
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
  const cacheUnits = options.cacheUnits ?? DEFAULT_CACHE_UNITS;
  const cache = createCache<UnitFacts>(cacheUnits);

  const words = factsOfWords(context);

  function factsFor(unit: TextUnit, session: string, beside: Surroundings, isKept: boolean): UnitFacts {
    const { text } = unit;
    if (text.length <= LONGEST_WORD && beside.text === null && beside.key?.facts.anchorNearEnd !== true) {
      const facts = words.get(text);
      if (facts !== undefined) return facts;
    }
    if (cacheUnits === 0 || isKept || text.length < SHORTEST_CACHED) return examine(context, unit, beside);
    const key = cacheKey(context, unit, session, beside);
    const known = cache.get(key);
    if (known !== undefined) return known;
    const facts = examine(context, unit, beside);
    // What was not inspected in full must not pass for inspected next time.
    if (facts.exceeded.length === 0) cache.set(key, facts);
    return facts;
  }

  function inspectParts(parts: Parts, skipped: readonly Skipped[], session: string): PartsOutcome {
    if (sizeOf(parts) > budget) {
      const why = `more than ${budget} characters of text`;
      return { report: uninspectable(ruleset.id, skipped, 'body', why), read: [], passed: [] };
    }
    const followed = followParts(parts, hash, (unit, beside, isKept) =>
      factsFor(unit, session, beside, isKept),
    );
    return { ...followed, report: buildReport(ruleset, followed.all, skipped) };
  }

  return {
    ruleset: ruleset.id,
    inspectParts,
    inspect: (units, skipped, session) =>
      inspectParts({ units, passed: [], read: [] }, skipped, session).report,
  };
}

/** Names of the wire formats are most of the short texts of any body; theirs are the only facts kept by text. */
const LONGEST_WORD = 32;

function factsOfWords(context: Context): ReadonlyMap<string, UnitFacts> {
  const facts = new Map<string, UnitFacts>();
  for (const text of knownWords) {
    const unit: TextUnit = { text, path: '', role: null, kind: 'other', span: null };
    facts.set(text, examine(context, unit, { key: null, text: null }));
  }
  return facts;
}

import type { Hash } from '../ports/index.ts';
import { encodeUtf8 } from '../text/index.ts';
import type { Skipped, TextUnit } from '../wire/types.ts';
import { createSurroundings, JOIN, joinMatches, memberMatches, type Surroundings } from './adjacent.ts';
import { assertRuleset } from './assert-ruleset.ts';
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

/** Scans one unit, its derived texts, its key and its join with the unit before. */
function examine(
  context: Context,
  unit: TextUnit,
  bytes: Uint8Array | undefined,
  beside: Surroundings,
): UnitFacts {
  const { ruleset } = context;
  const { text } = unit;
  const derived = context.derive(text);
  const exceeded = new Set<string>(derived.exceeded === null ? [] : [derived.exceeded]);
  const note = (outcome: ScanOutcome): readonly Match[] => {
    for (const id of outcome.exceeded) exceeded.add(`too many candidates for detector ${id}`);
    return outcome.matches;
  };
  const own = scanText(ruleset, text, bytes);
  const found = [...note(own), ...memberMatches(ruleset, beside.key, text, own.matches)];
  let matches = resolveOverlaps(ruleset, found);
  for (const other of derived.texts) {
    if (other !== text) matches = matches.concat(resolveOverlaps(ruleset, note(scanText(ruleset, other))));
  }
  const join = joinMatches(ruleset, beside.text, text);
  if (join !== null) matches = matches.concat(resolveOverlaps(ruleset, note(join)));
  return {
    items: factsOf(ruleset, matches, context.hash, context.findingsKey),
    exceeded: [...exceeded].sort(),
    state: own.state,
    anchorNearEnd: own.lastAnchor >= 0 && own.lastAnchor > text.length - JOIN,
  };
}

const latin1 = (bytes: Uint8Array): string => String.fromCharCode(...bytes);

/** Digests only: the cache holds nothing of what was sent. Parts have a fixed length or stand last. */
function cacheKey(
  { hash }: Context,
  unit: TextUnit,
  session: string,
  beside: Surroundings,
  bytes: Uint8Array,
): string {
  const key = beside.key?.tail ?? '';
  const around = hash.sha256(encodeUtf8(`${key.length}:${key}${beside.text?.tail ?? ''}`));
  return `${latin1(hash.sha256(bytes))}${latin1(around)}${unit.kind}:${session}`;
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

  function factsFor(unit: TextUnit, session: string, beside: Surroundings): UnitFacts {
    const { text } = unit;
    if (cacheUnits === 0 || text.length < SHORTEST_CACHED) return examine(context, unit, undefined, beside);
    const bytes = encodeUtf8(text);
    const key = cacheKey(context, unit, session, beside, bytes);
    const known = cache.get(key);
    if (known !== undefined) return known;
    const facts = examine(context, unit, bytes, beside);
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
    const surroundings = createSurroundings();
    for (const unit of units) {
      const facts = factsFor(unit, session, surroundings.of(unit));
      surroundings.passed(unit, facts);
      if (facts.items.length > 0 || facts.exceeded.length > 0) all.push({ kind: unit.kind, facts });
    }
    return buildReport(ruleset, all, skipped);
  }

  return { ruleset: ruleset.id, inspect };
}

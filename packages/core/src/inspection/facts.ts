import type { Hash } from '../ports/index.ts';
import { encodeUtf8, toHex } from '../text/index.ts';
import type { CompiledDetector, Ruleset } from './ruleset.ts';
import type { Match } from './scan.ts';

/** One distinct value of one detector in one unit. It holds a keyed digest, never the value. */
export interface FactItem {
  /** Number of the detector in the ruleset. */
  readonly detector: number;
  /** HMAC-SHA-256 of the value under the findings key, lower-case hex. Kept in memory only for low-entropy kinds. */
  readonly digest: string;
  readonly count: number;
  readonly weight: number;
}

/** What a scan of one unit found: facts, never decisions, so that they may be cached. */
export interface UnitFacts {
  readonly items: readonly FactItem[];
  /** Why the unit could not be inspected in full, sorted; empty when it was. */
  readonly exceeded: readonly string[];
  /** The automaton's state after the unit and whether an anchor ends in its last characters: both serve joins. */
  readonly state: number;
  readonly anchorNearEnd: boolean;
}

/** Distinct values of one detector that are told apart in a unit; further ones are counted with the last. */
const MOST_DISTINCT = 512;

const NO_ITEMS: readonly FactItem[] = [];

/** Groups matches by detector and value, and replaces values by keyed digests. */
export function factsOf(
  ruleset: Ruleset,
  matches: readonly Match[],
  hash: Hash,
  findingsKey: Uint8Array,
): readonly FactItem[] {
  if (matches.length === 0) return NO_ITEMS;
  const counts = new Map<number, Map<string, { count: number; weight: number }>>();
  for (const { detector, value, weight } of matches) {
    let values = counts.get(detector);
    if (values === undefined) {
      values = new Map();
      counts.set(detector, values);
    }
    const known = values.get(value);
    if (known !== undefined) {
      known.count += 1;
      known.weight = Math.max(known.weight, weight);
    } else if (values.size < MOST_DISTINCT) values.set(value, { count: 1, weight });
  }
  const items: FactItem[] = [];
  for (const [detector, values] of counts) {
    // The detector's id keeps equal values of different kinds apart.
    const id = (ruleset.detectors[detector] as CompiledDetector).data.digest === false ? `${detector}\0` : '';
    for (const [value, { count, weight }] of values) {
      items.push({
        detector,
        digest: toHex(hash.hmacSha256(findingsKey, encodeUtf8(id + value))),
        count,
        weight,
      });
    }
  }
  return items;
}

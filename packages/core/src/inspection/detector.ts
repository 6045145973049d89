import type { ScannerId } from './scanners/index.ts';
import type { SweepId } from './sweeps/index.ts';
import type { Grade } from './types.ts';
import type { ValidatorId } from './validators/index.ts';

/**
 * A detector is data. Exactly one of `matcher`, `scanner` and `sweep` is set: a matcher is a bounded regular
 * expression tried at an anchor or in a window round it; a scanner is a hand-written reader, called at an anchor, for
 * shapes that no bounded expression fits; a sweep reads the whole text, for values that have no literal part at all.
 */
export interface Detector {
  /** `[a-z0-9-]+`, unique over all groups. It stands in findings, so it never changes its meaning. */
  readonly id: string;
  readonly grade: Grade | null;
  /** The data class of its findings, a key of data-handling.yaml. */
  readonly dataClass: string;
  /** Literal text, at least 3 characters, matched without regard to ASCII case. Empty for a sweep only. */
  readonly anchors: readonly string[];
  /**
   * Sticky (`y`): tried where an anchor begins. Global (`g`): tried in `window` round the anchor. The group `value`,
   * when there is one, is what the digest is of; otherwise it is the whole match.
   */
  readonly matcher?: RegExp;
  /** Characters before and after the anchor that a global matcher sees; overlapping windows merge up to 2,048. */
  readonly window?: { readonly before: number; readonly after: number };
  readonly scanner?: ScannerId;
  readonly sweep?: SweepId;
  /**
   * `word` (the default for a sticky matcher): no letter or digit may stand before the anchor. `apart`: nor a mark
   * that joins names and paths (`. / - _`), for prefixes that also begin parts of those.
   */
  readonly left?: 'word' | 'apart' | 'free';
  /** A character that must stand at this offset from the anchor: a cheap refusal for frequent anchors. */
  readonly probe?: { readonly at: number; readonly char: string };
  /** All must accept. */
  readonly validators?: readonly ValidatorId[];
  /** Share of one distinct value in a request's density of personal data (0 to 1); 1 when absent. */
  readonly weight?: number;
  /** False for values so few that a keyed digest would single them out (cards, ids): findings carry a count only. */
  readonly digest?: boolean;
  /** The page that documents the format. */
  readonly docs: string;
  /** At least two texts that must be found. Built by code, so that no live-looking token stands in the source. */
  readonly positives: readonly string[];
  /** At least two texts that must not be found. */
  readonly negatives: readonly string[];
}

/** Detectors of one kind of issuer or shape; coverage names the groups that ran. */
export interface DetectorGroup {
  readonly id: string;
  readonly title: string;
  readonly detectors: readonly Detector[];
}

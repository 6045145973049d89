import { canonicalJson } from '../json/index.ts';
import type { Hash } from '../ports/index.ts';
import { encodeUtf8, toHex } from '../text/index.ts';
import { type AnchorIndex, indexAnchors } from './anchors.ts';
import { type Automaton, buildAutomaton } from './automaton.ts';
import type { Detector, DetectorGroup } from './detector.ts';
import { findScanner, type Scanner } from './scanners/index.ts';
import { findSweep, type Sweep } from './sweeps/index.ts';
import { findValidator, type Validator } from './validators/index.ts';

/** Raised by hand when code that detectors rely on (validators, scanners, sweeps) changes what is found. */
export const RULESET_VERSION = '1.0.0';

/** A detector with its parts looked up. */
export interface CompiledDetector {
  readonly data: Detector;
  readonly group: string;
  readonly matcher: RegExp | null;
  readonly scanner: Scanner | null;
  readonly sweep: Sweep | null;
  readonly validators: readonly Validator[];
  /** Whether a letter or digit may stand before the anchor. */
  readonly leftFree: boolean;
  /** Whether a mark that joins names and paths may. */
  readonly leftApart: boolean;
  readonly probeAt: number;
  readonly probeUnit: number;
}

/** One whole anchor, in lower case, and the detectors that it calls. */
export interface Anchored {
  readonly anchor: string;
  readonly detectors: readonly number[];
}

/** So many characters of an anchor must stand at the end of a text for it to count as one that may go on. */
const ANCHOR_PREFIX = 4;

/** Everything a scan needs, built once. */
export interface Ruleset {
  /** `version@sha256-hex` of the detectors' data. */
  readonly id: string;
  /** Group ids, sorted. */
  readonly groups: readonly string[];
  readonly detectors: readonly CompiledDetector[];
  readonly anchors: AnchorIndex<Anchored>;
  /** Of the first characters of each anchor: tells what a text that ends within them may go on to. */
  readonly automaton: Automaton;
  /** Numbers of the detectors that sweep. */
  readonly sweeping: readonly number[];
}

function compile(data: Detector, group: string): CompiledDetector {
  return {
    data,
    group,
    matcher: data.matcher ?? null,
    scanner: data.scanner === undefined ? null : (findScanner(data.scanner) ?? null),
    sweep: data.sweep === undefined ? null : (findSweep(data.sweep) ?? null),
    validators: (data.validators ?? []).map((id) => findValidator(id) ?? (() => false)),
    leftFree: data.left === 'free' || (data.left === undefined && data.matcher?.sticky !== true),
    leftApart: data.left === 'apart',
    probeAt: data.probe?.at ?? 0,
    probeUnit: data.probe?.char.charCodeAt(0) ?? -1,
  };
}

/** What of a detector the ruleset's digest covers: everything but its functions. */
function describe(data: Detector): Record<string, unknown> {
  const { matcher, ...rest } = data;
  return { ...rest, matcher: matcher === undefined ? null : `/${matcher.source}/${matcher.flags}` };
}

/** Version and digest of the detectors' data: two rulesets with one id find the same. */
export function rulesetId(groups: readonly DetectorGroup[], hash: Hash): string {
  const data = groups.map(({ id, detectors }) => ({ id, detectors: detectors.map(describe) }));
  const json = canonicalJson(JSON.parse(JSON.stringify(data)));
  return `${RULESET_VERSION}@${toHex(hash.sha256(encodeUtf8(json)))}`;
}

/** Compiles detector groups. Use `assertRuleset` once at start to be told of invalid ones. */
export function compileRuleset(groups: readonly DetectorGroup[], hash: Hash): Ruleset {
  const detectors = groups.flatMap((group) => group.detectors.map((data) => compile(data, group.id)));
  const byAnchor = new Map<string, number[]>();
  detectors.forEach(({ data }, number) => {
    for (const anchor of new Set(data.anchors.map((text) => text.toLowerCase()))) {
      byAnchor.set(anchor, [...(byAnchor.get(anchor) ?? []), number]);
    }
  });
  const anchored = [...byAnchor].map(([anchor, numbers]) => ({ anchor, detectors: numbers }));
  const beginnings = new Set(anchored.map(({ anchor }) => anchor.slice(0, ANCHOR_PREFIX)));
  return {
    id: rulesetId(groups, hash),
    groups: groups.map((group) => group.id).sort(),
    detectors,
    anchors: indexAnchors(
      anchored.map((value) => ({ text: value.anchor, value })),
      ANCHOR_PREFIX,
    ),
    automaton: buildAutomaton([...beginnings]),
    sweeping: detectors.flatMap((detector, number) => (detector.sweep === null ? [] : [number])),
  };
}

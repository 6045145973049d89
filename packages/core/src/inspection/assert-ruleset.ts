import { FairleadError } from '../errors/index.ts';
import type { Hash } from '../ports/index.ts';
import type { Detector, DetectorGroup } from './detector.ts';
import { compileRuleset, type Ruleset } from './ruleset.ts';
import { scanText } from './scan.ts';
import { findScanner } from './scanners/index.ts';
import { findSweep } from './sweeps/index.ts';
import { findValidator } from './validators/index.ts';

const SHORTEST_ANCHOR = 3;
const UNBOUNDED = /[*+]|\{\d+,\}/;

/** Quantifiers outside character classes, where `*`, `+` and `{n,}` have no bound. */
function withoutClasses(source: string): string {
  return source.replace(/\\[\s\S]/g, '_').replace(/\[[^\]]*\]/g, '_');
}

function faultsOfMatcher(detector: Detector): string[] {
  const { matcher, window } = detector;
  if (matcher === undefined) return [];
  const faults: string[] = [];
  const bare = withoutClasses(matcher.source);
  if (UNBOUNDED.test(bare)) faults.push('its matcher has an unbounded quantifier');
  if (matcher.source.includes('(?<=') || matcher.source.includes('(?<!'))
    faults.push('its matcher looks behind');
  if (matcher.sticky === matcher.global) faults.push('its matcher must be either sticky or global');
  if (matcher.global && window === undefined) faults.push('its global matcher has no window');
  if (window !== undefined && window.before + window.after > 1_024)
    faults.push('its window is wider than 1,024');
  return faults;
}

function faultsOf(detector: Detector): string[] {
  const faults: string[] = faultsOfMatcher(detector);
  const ways = [detector.matcher, detector.scanner, detector.sweep].filter((way) => way !== undefined);
  if (!/^[a-z0-9]+(?:-[a-z0-9]+)*$/.test(detector.id)) faults.push('its id is not kebab-case');
  if (ways.length !== 1) faults.push('it needs exactly one of matcher, scanner and sweep');
  if (detector.sweep === undefined && detector.anchors.length === 0) faults.push('it has no anchor');
  if (detector.anchors.some((anchor) => anchor.length < SHORTEST_ANCHOR))
    faults.push('an anchor is too short');
  if (detector.scanner !== undefined && findScanner(detector.scanner) === undefined)
    faults.push('its scanner is unknown');
  if (detector.sweep !== undefined && findSweep(detector.sweep) === undefined)
    faults.push('its sweep is unknown');
  for (const id of detector.validators ?? []) {
    if (findValidator(id) === undefined) faults.push(`its validator ${id} is unknown`);
  }
  if (detector.positives.length < 2) faults.push('it has fewer than two positive cases');
  if (detector.negatives.length < 2) faults.push('it has fewer than two negative cases');
  if (!/^(?:https:\/\/|docs\/)/.test(detector.docs))
    faults.push('it names no page that documents the format');
  return faults;
}

function failedCases(ruleset: Ruleset, number: number): string[] {
  const { data } = ruleset.detectors[number] as Ruleset['detectors'][number];
  const finds = (text: string): boolean =>
    scanText(ruleset, text).matches.some((match) => match.detector === number);
  const faults: string[] = [];
  data.positives.forEach((text, i) => {
    if (!finds(text)) faults.push(`it misses its positive case ${i + 1}`);
  });
  data.negatives.forEach((text, i) => {
    if (finds(text)) faults.push(`it finds its negative case ${i + 1}`);
  });
  return faults;
}

/**
 * Compiles the detector groups after checking each detector's form and running its own cases. Call it once at start.
 * @throws FairleadError `inspection.ruleset-invalid`, naming the first faulty detector and how many more there are.
 */
export function assertRuleset(groups: readonly DetectorGroup[], hash: Hash): Ruleset {
  const faults: string[] = [];
  const seen = new Set<string>();
  for (const detector of groups.flatMap((group) => group.detectors)) {
    const own = faultsOf(detector);
    if (seen.has(detector.id)) own.push('its id is taken');
    seen.add(detector.id);
    faults.push(...own.map((fault) => `${detector.id}: ${fault}`));
  }
  if (faults.length > 0) throw invalid(faults);
  const ruleset = compileRuleset(groups, hash);
  ruleset.detectors.forEach(({ data }, number) => {
    faults.push(...failedCases(ruleset, number).map((fault) => `${data.id}: ${fault}`));
  });
  if (faults.length > 0) throw invalid(faults);
  return ruleset;
}

function invalid(faults: readonly string[]): FairleadError {
  const shown = faults.slice(0, 8).join('; ');
  const more = faults.length > 8 ? `; and ${faults.length - 8} more` : '';
  return new FairleadError('inspection.ruleset-invalid', { message: `Invalid detectors. ${shown}${more}` });
}

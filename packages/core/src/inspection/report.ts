import type { Skipped, UnitKind } from '../wire/types.ts';
import type { FactItem, UnitFacts } from './facts.ts';
import type { CompiledDetector, Ruleset } from './ruleset.ts';
import type { Finding, InspectionReport } from './types.ts';

/** At most so many groups stand in a report, so that a ledger entry stays within its size. */
export const MOST_FINDINGS = 64;

/** Distinct validated personal items in one request from which they count as personal data, not as a mention. */
export const DENSITY = 10;

/** A table of personal columns is personal data by its shape, whatever else the request holds. */
const TABLE = 'personal-table';

/** The facts of one unit and the kind of unit they were found in. */
export interface KindFacts {
  readonly kind: UnitKind;
  readonly facts: UnitFacts;
}

interface Group {
  readonly detector: CompiledDetector;
  readonly kind: UnitKind;
  readonly digest: string | null;
  count: number;
}

function isPersonal(detector: CompiledDetector): boolean {
  return detector.data.dataClass === 'personal-mention';
}

/** Whether the request's personal items are dense: the sum of the weights of distinct items, or a table. */
function isDense(ruleset: Ruleset, units: readonly KindFacts[]): boolean {
  const weights = new Map<string, number>();
  for (const { facts } of units) {
    for (const { detector, digest, weight } of facts.items) {
      const compiled = ruleset.detectors[detector] as CompiledDetector;
      if (!isPersonal(compiled)) continue;
      if (compiled.data.id === TABLE) return true;
      weights.set(digest, Math.max(weights.get(digest) ?? 0, weight));
    }
  }
  let sum = 0;
  for (const weight of weights.values()) sum += weight;
  // Thirds and quarters add up inexactly.
  return sum >= DENSITY - 1e-9;
}

function addItem(
  groups: Map<string, Group>,
  seen: Set<string>,
  ruleset: Ruleset,
  kind: UnitKind,
  item: FactItem,
): void {
  const detector = ruleset.detectors[item.detector] as CompiledDetector;
  const digest = detector.data.digest === false ? null : item.digest;
  const key = `${item.detector}\0${kind}\0${digest ?? ''}`;
  let group = groups.get(key);
  if (group === undefined) {
    group = { detector, kind, digest, count: 0 };
    groups.set(key, group);
  }
  if (digest !== null) {
    group.count += item.count;
    return;
  }
  // Without a digest a group is all values of its kind: it counts distinct ones, however often each is resent.
  const value = `${kind}\0${item.digest}`;
  if (!seen.has(value)) group.count += 1;
  seen.add(value);
}

const GRADES = 'ABCD';
const gradeOrder = (finding: Finding): number => (finding.grade === null ? 4 : GRADES.indexOf(finding.grade));

function byWeight(a: Finding, b: Finding): number {
  return (
    gradeOrder(a) - gradeOrder(b) ||
    (a.detector < b.detector ? -1 : a.detector > b.detector ? 1 : 0) ||
    (a.kind < b.kind ? -1 : a.kind > b.kind ? 1 : 0) ||
    ((a.digest ?? '') < (b.digest ?? '') ? -1 : 1)
  );
}

/** Why parts were not inspected, one line a reason. */
function skippedOf(units: readonly KindFacts[]): Skipped[] {
  const reasons = new Set(units.flatMap(({ facts }) => facts.exceeded));
  return [...reasons].sort().map((why) => ({ what: 'text', why }));
}

/**
 * Brings the facts of all units of one request together. Worst grades come first, so that what `truncated` leaves out
 * is what matters least; the data classes are of all findings, also of those left out.
 */
export function buildReport(
  ruleset: Ruleset,
  units: readonly KindFacts[],
  skipped: readonly Skipped[],
): InspectionReport {
  const personalClass = isDense(ruleset, units) ? 'personal-data' : 'personal-mention';
  const groups = new Map<string, Group>();
  const seen = new Set<string>();
  for (const { kind, facts } of units) {
    for (const item of facts.items) addItem(groups, seen, ruleset, kind, item);
  }
  const findings: Finding[] = [...groups.values()].map(({ detector, kind, digest, count }) => ({
    detector: detector.data.id,
    class: isPersonal(detector) ? personalClass : detector.data.dataClass,
    grade: detector.data.grade,
    kind,
    count,
    digest,
  }));
  findings.sort(byWeight);
  const exceeded = skippedOf(units);
  const classes = new Set(findings.map((finding) => finding.class));
  return {
    result: exceeded.length > 0 ? 'uninspectable' : findings.length > 0 ? 'findings' : 'clean',
    findings: findings.slice(0, MOST_FINDINGS),
    truncated: findings.length > MOST_FINDINGS,
    dataClasses: [...classes].sort(),
    coverage: { inspected: ruleset.groups, skipped: [...skipped, ...exceeded], ruleset: ruleset.id },
  };
}

/** The report of a request that was not scanned at all. */
export function uninspectable(
  ruleset: string,
  skipped: readonly Skipped[],
  what: string,
  why: string,
): InspectionReport {
  return {
    result: 'uninspectable',
    findings: [],
    truncated: false,
    dataClasses: [],
    coverage: { inspected: [], skipped: [...skipped, { what, why }], ruleset },
  };
}

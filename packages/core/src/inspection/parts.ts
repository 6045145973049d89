import type { Hash } from '../ports/index.ts';
import type { TextUnit } from '../wire/types.ts';
import { createSurroundings, type Following, type Surroundings } from './adjacent.ts';
import {
  type ElementFindings,
  type ElementRecorder,
  fitsHere,
  passKnown,
  recordElement,
} from './element-findings.ts';
import type { UnitFacts } from './facts.ts';
import type { KindFacts } from './report.ts';
import type { InspectionReport } from './types.ts';

/** An element whose units were not read, because its findings are known. */
export interface KnownPart {
  /** Its units would stand before the unit of this number. */
  readonly at: number;
  /** Its array and its digest. */
  readonly element: string;
  readonly findings: ElementFindings;
  /** Reads its units after all. */
  readonly units: () => readonly TextUnit[];
}

/** The texts of one call, some of them known. */
export interface Parts {
  readonly units: readonly TextUnit[];
  /** In order. */
  readonly passed: readonly KnownPart[];
  /** Ranges of the units that make up one element each, in order, apart from each other. */
  readonly read: readonly {
    readonly unitsFrom: number;
    readonly unitsTo: number;
    /** Its array and its digest when it's going to be remembered as a whole, else null. */
    readonly element: string | null;
  }[];
}

export interface PartsOutcome {
  readonly report: InspectionReport;
  /** Findings of `read` and of `passed`, in their order; null where they can't stand for the element later. */
  readonly read: readonly (ElementFindings | null)[];
  readonly passed: readonly (ElementFindings | null)[];
}

/** Characters of text of a call, those of known elements included. */
export function sizeOf({ units, passed }: Parts): number {
  let size = 0;
  for (const unit of units) size += unit.text.length;
  for (const { findings } of passed) size += findings.textLength;
  return size;
}

/** Facts of a unit; `isKept` when they are going to be remembered with its element anyway. */
type Examine = (unit: TextUnit, beside: Surroundings, isKept: boolean) => UnitFacts;

interface Progress {
  readonly hash: Hash;
  readonly examine: Examine;
  readonly surroundings: Following;
  readonly all: KindFacts[];
}

function take(
  progress: Progress,
  unit: TextUnit,
  recorder: ElementRecorder | null,
  element: string | null,
): void {
  const { surroundings, all } = progress;
  const facts = progress.examine(unit, surroundings.of(unit), element !== null);
  recorder?.add(unit, facts);
  surroundings.passed(unit, facts, element);
  if (facts.items.length > 0 || facts.exceeded.length > 0) all.push({ kind: unit.kind, facts });
}

/** Takes the findings of a known element, or inspects it again when what stands before it is not what it was. */
function takeKnown(progress: Progress, { element, findings, units }: KnownPart): ElementFindings | null {
  const { surroundings, hash, all } = progress;
  if (fitsHere(hash, surroundings, findings)) {
    all.push(...findings.found);
    passKnown(surroundings, findings, units);
    return findings;
  }
  const recorder = recordElement(hash, surroundings);
  for (const unit of units()) take(progress, unit, recorder, element);
  return recorder.finish();
}

/** Follows the units of a call in order, and gathers the findings of each element. */
export function followParts(
  { units, passed, read }: Parts,
  hash: Hash,
  examine: Examine,
): Omit<PartsOutcome, 'report'> & { readonly all: readonly KindFacts[] } {
  const progress: Progress = { hash, examine, surroundings: createSurroundings(), all: [] };
  const ofPassed: (ElementFindings | null)[] = [];
  const takePassed = (before: number): void => {
    while (ofPassed.length < passed.length && (passed[ofPassed.length] as KnownPart).at <= before) {
      ofPassed.push(takeKnown(progress, passed[ofPassed.length] as KnownPart));
    }
  };
  let at = 0;
  const takeUnits = (to: number, recorder: ElementRecorder | null, element: string | null = null): void => {
    for (; at < to; at += 1) {
      if (recorder === null) takePassed(at);
      take(progress, units[at] as TextUnit, recorder, element);
    }
  };
  const ofRead = read.map(({ unitsFrom, unitsTo, element }) => {
    takeUnits(unitsFrom, null);
    takePassed(unitsFrom);
    const recorder = recordElement(hash, progress.surroundings);
    takeUnits(unitsTo, recorder, element);
    return recorder.finish();
  });
  takeUnits(units.length, null);
  takePassed(units.length);
  return { all: progress.all, read: ofRead, passed: ofPassed };
}

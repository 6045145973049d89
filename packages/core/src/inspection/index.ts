export { assertRuleset } from './assert-ruleset.ts';
export {
  type BodyElement,
  type BodyLayout,
  type BodyMatch,
  type BodyMemory,
  createBodyMemory,
} from './body-memory.ts';
export { type BodyReading, inspectReading, readBody, readReduced } from './body-reading.ts';
export { type Derive, type Derived, deriveNothing } from './derive.ts';
export type { Detector, DetectorGroup } from './detector.ts';
export { detectorGroups } from './detectors/index.ts';
export { createInspector, type Inspector, type InspectorOptions } from './inspector.ts';
export { renderDetectors } from './reference.ts';
export { DENSITY, MOST_FINDINGS, uninspectable } from './report.ts';
export { compileRuleset, RULESET_VERSION, type Ruleset } from './ruleset.ts';
export { type ScanOutcome, scanText } from './scan.ts';
export type { Coverage, Finding, Grade, InspectionReport } from './types.ts';

export { assertRuleset } from './assert-ruleset.ts';
export { type Derive, type Derived, deriveNothing } from './derive.ts';
export type { Detector, DetectorGroup } from './detector.ts';
export { detectorGroups } from './detectors/index.ts';
export { createInspector, type InspectorOptions } from './inspector.ts';
export { DENSITY, MOST_FINDINGS, uninspectable } from './report.ts';
export { compileRuleset, RULESET_VERSION, type Ruleset } from './ruleset.ts';
export { type ScanOutcome, scanText } from './scan.ts';
export type { Coverage, Finding, Grade, InspectionReport, Inspector } from './types.ts';

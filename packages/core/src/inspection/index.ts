export type { Coverage, Finding, Grade, InspectionReport, Inspector } from './types.ts';

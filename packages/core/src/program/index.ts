export { type BuiltProgram, buildProgram } from './build.ts';
export { dayText, shiftProgramDates } from './dates.ts';
export {
  type FindingCode,
  fileStart,
  finding,
  findingCatalogue,
  type Position,
  sortFindings,
} from './findings.ts';
export { examplesOf, jsonSchemaOf, type PublishedSchema, publishedSchemas } from './json-schema.ts';
export { isProgramFile } from './kinds.ts';
export { renderProgramReference } from './reference.ts';
export { renderValidation, type ValidationFormat, validationFormats } from './report/index.ts';
export { countFindings, isClean, type Validation } from './report/json.ts';
export { type ContentQuestion, contentDays, isNeeded, type LedgerCut, ledgerCut } from './retention.ts';
export { dayNumber } from './schemas/common.ts';
export type {
  BudgetScope,
  Classification,
  Day,
  LoadedProgram,
  Program,
  ProgramAssistant,
  ProgramBudget,
  ProgramCallLimit,
  ProgramContent,
  ProgramControl,
  ProgramDataClass,
  ProgramFinding,
  ProgramMember,
  ProgramModel,
  ProgramPrice,
  ProgramRepository,
  ProgramRetention,
  ProgramStage,
  ProgramStream,
  ProgramTeam,
  ProgramVendor,
  SharingRule,
  VendorCredential,
} from './types.ts';

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
export { dayNumber } from './schemas/common.ts';
export type {
  Classification,
  Day,
  LoadedProgram,
  Program,
  ProgramAssistant,
  ProgramDataClass,
  ProgramFinding,
  ProgramMember,
  ProgramModel,
  ProgramRepository,
  ProgramStage,
  ProgramTeam,
  ProgramVendor,
  SharingRule,
  VendorCredential,
} from './types.ts';

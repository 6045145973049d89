/* What the command line needs of the program feature. */

export { dayOf, loadProgram, type ReadProgram, type ReadProgramOptions, readProgram } from './service.ts';
export { type CheckPolicies, type ValidateOptions, validateDirectory } from './validate.ts';

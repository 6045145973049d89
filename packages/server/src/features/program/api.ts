export { dayOf, loadProgram, type ReadProgram, type ReadProgramOptions, readProgram } from './service.ts';

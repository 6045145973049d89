export { createLog, type Log, type LogLevel, type LogOptions } from './log.ts';
export { scrub } from './scrub.ts';

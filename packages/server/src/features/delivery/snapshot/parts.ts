/* Pieces of the snapshot of changes for another one that follows the same facts. */
export { markedDeployments } from '../store-production.ts';
export { bringersOfCommits, broughtIn } from './deployed.ts';
export { historiesIn } from './facts.ts';
export { changesAfter, followLinks } from './links.ts';
export { namesAfter, numbersOf } from './names.ts';
export { measuringLock } from './schema.ts';
export { newestSeq, readState, writeState } from './state.ts';
export {
  alone,
  bySlices,
  changesOfDigits,
  type Dialect,
  inSlices,
  mergedAs,
  type SnapshotDb,
  type SnapshotTables,
} from './tables.ts';

export {
  callFlag,
  callLayout,
  callValues,
  deploymentLayout,
  flagsOf,
  mostTokens,
  type OwnClass,
  type RowChunk,
  rowFlag,
  rowLayout,
  taskLayoutVersion,
} from './chunks.ts';
export { chunkAt, eachSlot, type Reading, slotAt, type TaskColumns } from './columns.ts';
export type { ColumnFacts } from './facts.ts';
export type { Resolver } from './failures.ts';
export { type Layout, sharedRoom, slots } from './layout.ts';
export { type BranchInput, type MeasuredRow, measureBranches } from './measure.ts';
export type { NumberedEnrolment } from './person-weeks.ts';
export {
  type ColumnFigures,
  type ColumnFollower,
  columnFigures,
  followColumns,
} from './rows.ts';

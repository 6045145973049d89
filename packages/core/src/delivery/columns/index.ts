export type { ColumnAtom } from './atoms.ts';
export type { Cohort } from './cells.ts';
export {
  type ColumnChunk,
  chunkRows,
  decodeChunk,
  emptyChunk,
  encodeChunk,
  layoutVersion,
  type SlotUpdate,
  withSlots,
} from './chunk.ts';
export { type ChangeColumns, measuredAt } from './columns.ts';
export { createPublishedColumns, type PublishedColumns } from './rows.ts';

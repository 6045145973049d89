export { type CellAtom, type CellTree, type ColumnAtom, createCellTree } from './atoms.ts';
export { type Cell, type CellSource, type Cells, type Cohort, createCellsOf, isShownAlike } from './cells.ts';
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
export { type HeldRow, type Restated, type RestateOptions, restate } from './restate.ts';
export { type AtomOptions, createPublishedColumns, type PublishedColumns } from './rows.ts';
export { createShelf, type Shelf } from './shelf.ts';
export type { RowVersion } from './shown.ts';
export { waitingIn } from './waiting.ts';

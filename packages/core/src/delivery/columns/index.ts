export { type CellAtom, type CellTree, type ColumnAtom, createCellTree } from './atoms.ts';
export { type Cell, type CellSource, type Cells, type Cohort, createCellsOf } from './cells.ts';
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
export { createShelf, type Shelf } from './shelf.ts';

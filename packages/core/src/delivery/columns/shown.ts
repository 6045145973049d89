import { type ColumnChunk, emptyChunk, type SlotUpdate, withSlots } from './chunk.ts';
import { type ChangeColumns, chunkShift, slotMask } from './columns.ts';

/** A change as it stands in a row; null: no change does. */
export type RowVersion = Omit<SlotUpdate, 'slot'>;

/** Columns as figures show them: those of the facts, but for rows of which something else is shown. */
export interface ShownColumns {
  readonly columns: ChangeColumns;
  /** Says that the facts have another chunk. */
  replaced(number: number): void;
  /** Shows these rows so, and all others as the facts say. */
  withhold(rows: ReadonlyMap<number, RowVersion>): void;
}

/** @param onReplaced told when another chunk is shown, with the one before */
export function createShownColumns(
  facts: ChangeColumns,
  onReplaced: (number: number, before: ColumnChunk | undefined) => void,
): ShownColumns {
  const chunks: (ColumnChunk | undefined)[] = [];
  let withheld: ReadonlyMap<number, readonly SlotUpdate[]> = new Map();
  const show = (number: number) => {
    const before = chunks[number];
    const own = withheld.get(number);
    const fact = facts.chunks[number];
    const shown = own === undefined ? fact : withSlots(fact ?? emptyChunk(), own);
    if (shown === before) return;
    chunks[number] = shown;
    onReplaced(number, before);
  };
  return {
    columns: { ...facts, chunks },
    replaced: show,
    withhold(rows) {
      const former = withheld;
      const updates = Array.from(rows, ([row, version]) => ({ ...version, row }));
      withheld = new Map(
        [...Map.groupBy(updates, ({ row }) => row >>> chunkShift)].map(([number, own]) => [
          number,
          own.map(({ row, ...version }): SlotUpdate => ({ ...version, slot: row & slotMask })),
        ]),
      );
      for (const number of new Set([...former.keys(), ...withheld.keys()])) show(number);
    },
  };
}

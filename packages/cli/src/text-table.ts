/** How a column of a table is set; widths are in characters. */
export interface TextColumn {
  readonly width: number;
  readonly right?: boolean;
}

/** One line: cells padded to their columns, two spaces between, none at its end. */
export function tableLine(cells: readonly string[], columns: readonly TextColumn[]): string {
  const padded = cells.map((cell, at) => {
    const { width = 0, right = false } = columns[at] ?? {};
    return right ? cell.padStart(width) : cell.padEnd(width);
  });
  return padded.join('  ').trimEnd();
}

/**
 * Rows as lines, each column as wide as its widest cell.
 * @param from this column and those after it are set to the right
 */
export function textTable(
  rows: readonly (readonly string[])[],
  from = Number.POSITIVE_INFINITY,
): readonly string[] {
  const count = Math.max(0, ...rows.map((row) => row.length));
  const columns = Array.from({ length: count }, (_, at) => ({
    width: rows.reduce((width, row) => Math.max(width, (row[at] ?? '').length), 0),
    right: at >= from,
  }));
  return rows.map((row) => tableLine(row, columns));
}

/** The same below a heading. */
export function indented(lines: readonly string[]): readonly string[] {
  return lines.map((line) => `  ${line}`);
}

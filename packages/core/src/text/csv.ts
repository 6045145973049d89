export type CsvValue = string | number | boolean | null | readonly string[];

/** What spreadsheet programs take for the beginning of a formula, in the widths that they know. */
const formula = /^[\s]*[=+\-@\uff1d\uff0b\uff0d\uff20]|^[\t\r\n]/;

/**
 * One row of RFC 4180, with its line end. A text that a spreadsheet would run as a formula gets an apostrophe before it;
 * lists are joined by blanks.
 */
export function csvRow(values: readonly CsvValue[]): string {
  return `${values.map(csvCell).join(',')}\r\n`;
}

function csvCell(value: CsvValue): string {
  if (value === null) return '';
  // Numbers stay numbers, negative ones too.
  if (typeof value === 'number' || typeof value === 'boolean') return String(value);
  const text = typeof value === 'string' ? value : value.join(' ');
  const safe = formula.test(text) ? `'${text}` : text;
  return /[",\r\n\t]/.test(safe) || safe !== safe.trim() ? `"${safe.replaceAll('"', '""')}"` : safe;
}

import { lineAround, nextLineStart } from './line.ts';
import type { Scanner } from './scanner.ts';

const LONGEST_HEADER = 1_000;
const LONGEST_ROW = 2_000;
const FEWEST_ROWS = 5;

const PERSONAL_COLUMN =
  /^(?:first[_ ]?name|given[_ ]?name|last[_ ]?name|sur[_ ]?name|family[_ ]?name|full[_ ]?name|customer[_ ]?name|patient(?:[_ ]?name)?|date[_ ]?of[_ ]?birth|birth[_ ]?(?:date|day)|dob|ssn|social[_ ]?security(?:[_ ]?number)?|national[_ ]?id|passport(?:[_ ]?(?:no|number))?|tax[_ ]?id|iban|card[_ ]?number|credit[_ ]?card|e?[-_ ]?mail(?:[_ ]?address)?|phone(?:[_ ]?number)?|mobile|street(?:[_ ]?address)?|address|post(?:al)?[_ ]?code|zip(?:[_ ]?code)?|gender|salary|diagnosis|blood[_ ]?type)$/i;

const split = (line: string, delimiter: string): string[] =>
  line.split(delimiter, 64).map((cell) => cell.trim().replace(/^["']|["']$/g, ''));

function rowsAfter(
  text: string,
  from: number,
  delimiter: string,
  columns: number,
): { rows: number; end: number } {
  let rows = 0;
  let at = from;
  while (rows < FEWEST_ROWS && at < text.length) {
    const line = lineAround(text, at, 2, LONGEST_ROW);
    if (line === null || line.end === line.start) break;
    const cells = split(text.slice(line.start, line.end), delimiter);
    at = nextLineStart(text, line.end);
    if (/^[-:|+\s]+$/.test(cells.join(''))) continue;
    if (Math.abs(cells.length - columns) > 1 || !cells.some((cell) => /\d|@/.test(cell))) break;
    rows += 1;
  }
  return { rows, end: at };
}

function endOfLongLine(text: string, from: number): number {
  const next = text.slice(from, from + 8 * LONGEST_HEADER).search(/\n|\r|\\n/);
  return next < 0 ? from + 7 * LONGEST_HEADER : from + next;
}

/**
 * Delimited text whose header names personal columns: at least three columns, two of them personal, and at least
 * five rows. The value is the header, never a row.
 */
export const scanPersonalTable: Scanner = (text, start, end) => {
  const line = lineAround(text, start, LONGEST_HEADER, LONGEST_HEADER);
  // Too long for a header: nothing more of it is looked at.
  if (line === null) return { found: null, resume: endOfLongLine(text, end) };
  const resume = Math.max(end, line.end);
  const header = text.slice(line.start, line.end);
  const delimiter = ['\t', '|', ';', ','].find((mark) => header.split(mark, 4).length >= 3);
  if (delimiter === undefined) return { found: null, resume };
  const columns = split(header, delimiter);
  if (columns.filter((column) => PERSONAL_COLUMN.test(column)).length < 2) return { found: null, resume };
  const { rows, end: last } = rowsAfter(text, nextLineStart(text, line.end), delimiter, columns.length);
  if (rows < FEWEST_ROWS) return { found: null, resume };
  return { found: { start: line.start, end: last, value: header }, resume: last };
};

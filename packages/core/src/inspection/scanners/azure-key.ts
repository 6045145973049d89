import type { Scanner } from './scanner.ts';

/** How many characters stand before the mark, and what from the mark on. */
interface KeyShape {
  readonly before: number;
  readonly rest: RegExp;
}

const long = (mark: string): KeyShape => ({
  before: 76,
  rest: new RegExp(`${mark}[A-Za-z0-9+/]{5}[AQgw]==`, 'y'),
});
const short = (mark: string): KeyShape => ({ before: 33, rest: new RegExp(`${mark}[A-Za-z0-9+/]{6}=`, 'y') });
const plain = (mark: string): KeyShape => ({
  before: 42,
  rest: new RegExp(`${mark}[A-D][A-Za-z0-9+/]{5}`, 'y'),
});

/** Marks that Microsoft sets into its keys, each at a fixed place. */
const SHAPES: Readonly<Record<string, KeyShape>> = {
  '+ASt': long('\\+ASt'),
  '+ABa': long('\\+ABa'),
  '+AMC': long('\\+AMC'),
  ACDb: long('ACDb'),
  APIM: long('APIM'),
  '+ASb': short('\\+ASb'),
  '+AEh': short('\\+AEh'),
  AIoT: short('AIoT'),
  AzCa: short('AzCa'),
  AzSe: plain('AzSe'),
  '+ACR': plain('\\+ACR'),
  AzFu: { before: 44, rest: /AzFu[A-Za-z0-9_-]{5}[AQgw]==/y },
};

function isKeyUnit(unit: number): boolean {
  // Letters, digits, and `+ - / _`.
  if ((unit >= 97 && unit <= 122) || (unit >= 65 && unit <= 90) || (unit >= 47 && unit <= 57)) return true;
  return unit === 43 || unit === 45 || unit === 95;
}

/** Keys of Azure services that carry a mark: read from the mark on, then back. */
export const scanAzureKey: Scanner = (text, start, end) => {
  const shape = SHAPES[text.slice(start, end)];
  if (shape === undefined) return { found: null, resume: end };
  shape.rest.lastIndex = start;
  if (!shape.rest.test(text)) return { found: null, resume: end };
  const first = start - shape.before;
  if (first < 0) return { found: null, resume: end };
  for (let at = start - 1; at >= first; at -= 1) {
    if (!isKeyUnit(text.charCodeAt(at))) return { found: null, resume: end };
  }
  const last = shape.rest.lastIndex;
  const value = text.slice(first, last);
  if (new Set(value).size < 16) return { found: null, resume: end };
  return { found: { start: first, end: last, value }, resume: last };
};

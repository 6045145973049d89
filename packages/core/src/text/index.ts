export { fromBase64, toBase64 } from './base64.ts';
export { concatBytes, toHex } from './bytes.ts';
export { type CsvValue, csvRow } from './csv.ts';
export { patternMatcher, textMatcher } from './pattern.ts';
export { decodeUtf8, decodeUtf8Lossy, encodeUtf8, encodeUtf8Into } from './utf8.ts';

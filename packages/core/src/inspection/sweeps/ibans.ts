import { kindOf } from '../validators/alphabet.ts';
import { ibanLength, isIban } from '../validators/iban.ts';
import { DIGIT, findRuns, type Run, SPACE, type Sweep, UPPER } from './sweep.ts';

const SHORTEST = 15;

/** The IBAN that begins at `start`, read over spaces; null when the country's length doesn't end at a word's end. */
function readIban(text: string, start: number, run: Run): { end: number; value: string } | null {
  const length = ibanLength(text.slice(start, start + 2));
  if (length === 0) return null;
  let value = '';
  let at = start;
  for (; at < run.end && value.length < length; at += 1) {
    const character = text.charAt(at);
    if (character !== ' ') value += character;
    else if (value.length % 4 !== 0) return null;
  }
  if (kindOf(text.charCodeAt(at)) !== 0 || !isIban(value)) return null;
  return { end: at, value };
}

/** IBANs with the right length for their country and a right checksum, compact or in groups of four. */
export const sweepIbans: Sweep = (source) => {
  const { text } = source;
  const found: { start: number; end: number; value: string }[] = [];
  for (const run of findRuns(source, { shortest: SHORTEST, kinds: UPPER + DIGIT, gaps: SPACE })) {
    for (let at = run.start; at < run.end - SHORTEST + 1; at += 1) {
      if (at > run.start && text.charCodeAt(at - 1) !== 32) continue;
      if (kindOf(text.charCodeAt(at - 1)) === 1) continue;
      if (kindOf(text.charCodeAt(at)) !== 2 || kindOf(text.charCodeAt(at + 2)) !== 3) continue;
      const iban = readIban(text, at, run);
      if (iban === null) continue;
      found.push({ start: at, ...iban });
      at = iban.end - 1;
    }
  }
  return found;
};

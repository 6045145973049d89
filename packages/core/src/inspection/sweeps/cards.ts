import { isDigitUnit, isWordUnit } from '../validators/alphabet.ts';
import { hasIssuer, isCard } from '../validators/card.ts';
import { DIGIT, findRuns, HYPHEN, type Run, SPACE, type Sweep } from './sweep.ts';

const SHORTEST = 14;

/** Group lengths that cards are printed in. */
const LAYOUTS: readonly (readonly number[])[] = [
  [4, 4, 4, 4, 3],
  [4, 4, 4, 4],
  [4, 6, 5],
  [4, 6, 4],
];
const CARD_WORDS = /card|visa|master|amex|cvv|cvc|\bpan\b|kredit|carte|tarjeta|carta/i;

function groupsOf(text: string, run: Run): Run[] {
  const groups: Run[] = [];
  let start = run.start;
  for (let at = run.start; at <= run.end; at += 1) {
    if (at < run.end && isDigitUnit(text.charCodeAt(at))) continue;
    groups.push({ start, end: at });
    start = at + 1;
  }
  return groups;
}

/** True when the digits are a number of their own: not part of a word, and not of a decimal fraction. */
function standsAlone(text: string, start: number, end: number): boolean {
  const before = text.charCodeAt(start - 1);
  const after = text.charCodeAt(end);
  if (
    (isWordUnit(before) && !followsEscape(text, start)) ||
    before === 95 ||
    isWordUnit(after) ||
    after === 95
  )
    return false;
  if (before === 46 && isDigitUnit(text.charCodeAt(start - 2))) return false;
  return !(after === 46 && isDigitUnit(text.charCodeAt(end + 1)));
}

function followsEscape(text: string, start: number): boolean {
  return text.charCodeAt(start - 2) === 92 && 'nrt'.includes(text.charAt(start - 1));
}

function candidatesOf(text: string, run: Run): Run[] {
  const groups = groupsOf(text, run);
  const found: Run[] = [];
  for (let i = 0; i < groups.length; ) {
    const first = groups[i] as Run;
    const length = first.end - first.start;
    if (length >= SHORTEST && length <= 19) found.push(first);
    const layout = LAYOUTS.find((lengths) =>
      lengths.every((wanted, k) => {
        const group = groups[i + k];
        return group !== undefined && group.end - group.start === wanted;
      }),
    );
    const fits = layout ?? [];
    if (fits.length > 0) found.push({ start: first.start, end: (groups[i + fits.length - 1] as Run).end });
    i += Math.max(1, fits.length);
  }
  return found;
}

/**
 * Payment cards: issuer range, length and Luhn. Where most numbers with an issuer's prefix fail Luhn and nothing in
 * the text speaks of cards, the ones that pass are chance, and count little.
 */
export const sweepCards: Sweep = (source) => {
  const { text } = source;
  const found: { start: number; end: number; value: string }[] = [];
  let failed = 0;
  for (const run of findRuns(source, { shortest: SHORTEST, kinds: DIGIT, gaps: SPACE + HYPHEN })) {
    for (const { start, end } of candidatesOf(text, run)) {
      if (!standsAlone(text, start, end)) continue;
      const digits = text.slice(start, end).replace(/[ -]/g, '');
      if (isCard(digits)) found.push({ start, end, value: digits });
      else if (hasIssuer(digits)) failed += 1;
    }
  }
  const chance = failed > 2 * found.length && !CARD_WORDS.test(text);
  return found.map((item) => ({ ...item, weight: chance ? 0.1 : 1 }));
};

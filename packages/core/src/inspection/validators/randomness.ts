import { kindOf } from './alphabet.ts';

/** Shannon entropy of the characters of `text`, in bits a character. */
export function entropy(text: string): number {
  const counts = new Map<string, number>();
  for (const character of text) counts.set(character, (counts.get(character) ?? 0) + 1);
  let bits = 0;
  for (const count of counts.values()) bits -= (count / text.length) * Math.log2(count / text.length);
  return bits;
}

/** Share of neighbours that differ in kind (lower, upper, digit, other). Random base 62 lies near 0.6, names near 0.2. */
export function mixing(text: string): number {
  let changes = 0;
  for (let i = 1; i < text.length; i += 1) {
    if (kindOf(text.charCodeAt(i)) !== kindOf(text.charCodeAt(i - 1))) changes += 1;
  }
  return text.length < 2 ? 0 : changes / (text.length - 1);
}

/** Share of characters that follow their predecessor by one code point (`abcd`, `1234`), in either letter case. */
export function sequential(text: string): number {
  const lower = text.toLowerCase();
  let steps = 0;
  for (let i = 1; i < lower.length; i += 1) {
    if (lower.charCodeAt(i) === lower.charCodeAt(i - 1) + 1) steps += 1;
  }
  return lower.length < 2 ? 0 : steps / (lower.length - 1);
}

/**
 * True when `text` looks drawn at random rather than written: enough different characters for its length, no long
 * alphabet or counting run, and no word-like case pattern when it is letters only.
 */
export function looksRandom(text: string): boolean {
  if (text.length < 8) return false;
  const distinct = new Set(text).size;
  if (distinct < Math.min(10, Math.ceil(text.length * 0.45))) return false;
  if (sequential(text) > 0.4) return false;
  const bits = entropy(text);
  if (/^[0-9a-f]+$/i.test(text)) return bits >= (text.length >= 24 ? 2.8 : 2.5) && !/^[0-9]+$/.test(text);
  if (bits < Math.min(3.5, Math.log2(text.length) * 0.8)) return false;
  if (/^[A-Za-z]+$/.test(text) && /[a-z]/.test(text)) return mixing(text) >= 0.25;
  return true;
}

/** Country calling codes of one and two digits, and the first two digits of those of three (ITU-T E.164). */
const ONE = new Set(['1', '7']);
const TWO = new Set(
  '20 27 30 31 32 33 34 36 39 40 41 43 44 45 46 47 48 49 51 52 53 54 55 56 57 58 60 61 62 63 64 65 66 81 82 84 86 90 91 92 93 94 95 98'.split(
    ' ',
  ),
);
const THREE = new Set('21 22 23 24 25 26 29 35 37 38 42 50 59 67 68 69 80 85 87 88 96 97 99'.split(' '));

/** True for an international number: a known calling code, 9 to 15 digits, and not a made-up 555 or counting number. */
export function isPhone(text: string): boolean {
  const digits = text.replace(/\D/g, '');
  if (digits.length < 9 || digits.length > 15 || new Set(digits).size < 4) return false;
  if (/12345678|^1\d{3}555|5550\d{3}$|55501\d{2}$/.test(digits)) return false;
  return ONE.has(digits.charAt(0)) || TWO.has(digits.slice(0, 2)) || THREE.has(digits.slice(0, 2));
}

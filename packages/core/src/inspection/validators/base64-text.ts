/** Base64 or base64url `text` (padding optional) as Latin-1 characters; stops at the first character that is neither. */
export function decodeLatin1(text: string): string {
  let out = '';
  let group = 0;
  let bits = 0;
  for (let i = 0; i < text.length; i += 1) {
    const value = sextet(text.charCodeAt(i));
    if (value < 0) break;
    group = ((group << 6) | value) & 0xffff;
    bits += 6;
    if (bits >= 8) {
      bits -= 8;
      out += String.fromCharCode((group >> bits) & 255);
    }
  }
  return out;
}

function sextet(unit: number): number {
  if (unit >= 65 && unit <= 90) return unit - 65;
  if (unit >= 97 && unit <= 122) return unit - 71;
  if (unit >= 48 && unit <= 57) return unit + 4;
  if (unit === 43 || unit === 45) return 62;
  return unit === 47 || unit === 95 ? 63 : -1;
}

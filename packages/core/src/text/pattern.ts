/**
 * A matcher for literals in order, `null` for any text. Linear in text × literals: the leftmost place of each literal
 * between wildcards is always the right one.
 */
export function textMatcher(pattern: readonly (string | null)[]): (text: string) => boolean {
  const pieces: string[] = [''];
  for (const element of pattern) {
    if (element === null) pieces.push('');
    else pieces[pieces.length - 1] += element;
  }
  const first = pieces[0]!;
  if (pieces.length === 1) return (text) => text === first;
  const last = pieces[pieces.length - 1]!;
  const middle = pieces.slice(1, -1).filter((piece) => piece !== '');
  return (text) => {
    if (text.length < first.length + last.length) return false;
    if (!text.startsWith(first) || !text.endsWith(last)) return false;
    const end = text.length - last.length;
    let at = first.length;
    for (const piece of middle) {
      const found = text.indexOf(piece, at);
      if (found === -1 || found + piece.length > end) return false;
      at = found + piece.length;
    }
    return at <= end;
  };
}

/** A pattern as people write it: `*` is any text, none included, and `\\*` an asterisk, as in `like` of a policy. */
export function patternMatcher(written: string): (text: string) => boolean {
  const elements = written
    .split(/(\\\*|\*)/)
    .map((part) => (part === '*' ? null : part === '\\*' ? '*' : part));
  return textMatcher(elements);
}

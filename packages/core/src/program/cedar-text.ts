import type { Position } from './findings.ts';

/** One policy statement as it stands in a text, before Cedar itself reads it. */
export interface PolicyHead {
  readonly annotations: { readonly [name: string]: string };
  readonly at: Position;
}

export interface PolicyHeads {
  readonly heads: readonly PolicyHead[];
  /** Where the text stops being a list of annotated statements, or null. */
  readonly broken: (Position & { readonly message: string }) | null;
}

type Token = { readonly kind: 'word' | 'string' | 'mark'; readonly text: string; readonly offset: number };

/**
 * Reads the annotations of each statement and where it begins. It knows strings and comments and nothing else of
 * Cedar: whether a policy is valid is for the policy engine to say. Never throws.
 */
export function readPolicyHeads(text: string): PolicyHeads {
  const tokens = [...tokenise(text)];
  const heads: PolicyHead[] = [];
  let index = 0;
  while (index < tokens.length) {
    const start = tokens[index];
    if (start === undefined) break;
    const annotations: { [name: string]: string } = Object.create(null) as { [name: string]: string };
    while (tokens[index]?.text === '@' && tokens[index]?.kind === 'mark') {
      const name = tokens[index + 1];
      if (name?.kind !== 'word')
        return { heads, broken: broken(text, start.offset, 'An annotation has no name.') };
      index += 2;
      let value = '';
      if (
        tokens[index]?.text === '(' &&
        tokens[index + 1]?.kind === 'string' &&
        tokens[index + 2]?.text === ')'
      ) {
        value = tokens[index + 1]?.text ?? '';
        index += 3;
      }
      annotations[name.text] = value;
    }
    const effect = tokens[index];
    if (effect?.kind !== 'word' || (effect.text !== 'permit' && effect.text !== 'forbid')) {
      const at = effect?.offset ?? start.offset;
      return { heads, broken: broken(text, at, 'A statement must begin with permit or forbid.') };
    }
    while (index < tokens.length && !(tokens[index]?.kind === 'mark' && tokens[index]?.text === ';'))
      index += 1;
    if (index >= tokens.length)
      return { heads, broken: broken(text, start.offset, 'A statement does not end with ";".') };
    index += 1;
    heads.push({ annotations, at: positionAt(text, start.offset) });
  }
  return { heads, broken: null };
}

function* tokenise(text: string): Generator<Token> {
  const pattern = /\/\/[^\n]*|"((?:[^"\\\n]|\\.)*)"|[A-Za-z_][A-Za-z0-9_]*|[^\s]/gy;
  let index = 0;
  while (index < text.length) {
    const blank = /\s*/y;
    blank.lastIndex = index;
    blank.exec(text);
    index = blank.lastIndex;
    pattern.lastIndex = index;
    const match = pattern.exec(text);
    if (match === null) return;
    index = pattern.lastIndex;
    if (match[0].startsWith('//')) continue;
    const kind = match[1] !== undefined ? 'string' : /^[A-Za-z_]/.test(match[0]) ? 'word' : 'mark';
    yield { kind, text: kind === 'string' ? unescapeText(match[1] ?? '') : match[0], offset: match.index };
  }
}

function unescapeText(raw: string): string {
  return raw.replace(/\\(["'\\])/g, '$1').replace(/\\n/g, '\n');
}

function positionAt(text: string, offset: number): Position {
  const before = text.slice(0, offset);
  const line = before.split('\n').length;
  return { line, column: offset - before.lastIndexOf('\n') };
}

function broken(text: string, offset: number, message: string): Position & { message: string } {
  return { ...positionAt(text, offset), message };
}

import { encodeUtf8 } from '../../text/index.ts';

/** A place in a file: 1-based line and column, columns counted in UTF-16 units as editors do. */
export interface TextPosition {
  readonly line: number;
  readonly column: number;
}

/** One statement of a policy file: from its first annotation or keyword to its semicolon. */
export interface Statement {
  readonly text: string;
  /** Index of its first character in the file. */
  readonly start: number;
}

/** Position of the character at `index`. */
export function positionAt(text: string, index: number): TextPosition {
  const before = text.slice(0, index);
  const lineStart = before.lastIndexOf('\n') + 1;
  return { line: before.split('\n').length, column: index - lineStart + 1 };
}

/** Index of the character that begins at or after the UTF-8 offset. */
export function indexOfByte(text: string, byteOffset: number): number {
  let bytes = 0;
  let index = 0;
  for (const character of text) {
    if (bytes >= byteOffset) break;
    bytes += encodeUtf8(character).length;
    index += character.length;
  }
  return index;
}

function skipTrivia(text: string, from: number): number {
  let at = from;
  while (at < text.length) {
    if (/\s/.test(text[at]!)) at += 1;
    else if (text.startsWith('//', at)) at = endOfLine(text, at);
    else break;
  }
  return at;
}

function endOfLine(text: string, from: number): number {
  const end = text.indexOf('\n', from);
  return end === -1 ? text.length : end + 1;
}

function endOfString(text: string, from: number): number {
  let at = from + 1;
  while (at < text.length && text[at] !== '"') at += text[at] === '\\' ? 2 : 1;
  return at + 1;
}

/**
 * Finds the statements of a policy file. A semicolon outside of texts and comments ends a policy and stands nowhere
 * else in Cedar. The caller compares the result with the oracle's own split.
 */
export function statementsOf(text: string): Statement[] {
  const statements: Statement[] = [];
  let start = skipTrivia(text, 0);
  let at = start;
  while (at < text.length) {
    if (text[at] === '"') at = endOfString(text, at);
    else if (text.startsWith('//', at)) at = endOfLine(text, at);
    else if (text[at] === ';') {
      statements.push({ text: text.slice(start, at + 1), start });
      start = skipTrivia(text, at + 1);
      at = start;
    } else at += 1;
  }
  return statements;
}

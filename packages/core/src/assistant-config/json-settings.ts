import { type JsonNode, readStrictJson, toValue } from '../json/index.ts';
import { encodeUtf8 } from '../text/index.ts';
import type { Setting } from './types.ts';

const NEWLINE = 0x0a;

/**
 * JSON with comments and trailing commas, as assistants and editors read it, with those blanked out: every other
 * character keeps its place, so that lines stay what they are. One pass, whatever the text.
 */
export function withoutComments(text: string): string {
  const kept: string[] = [];
  let comma = -1;
  for (let at = 0; at < text.length; ) {
    const end = endOfPart(text, at);
    const part = text.slice(at, end);
    const comment = part.length > 1 && part.startsWith('/');
    kept.push(comment ? part.replaceAll(/[^\n]/g, ' ') : part);
    if (/^[}\]]/.test(part) && comma !== -1) kept[comma] = ' ';
    if (part === ',') comma = kept.length - 1;
    else if (!comment && part.trim() !== '') comma = -1;
    at = end;
  }
  return kept.join('');
}

/** Where the string, the comment or the single character at `at` ends. */
function endOfPart(text: string, at: number): number {
  const upTo = (found: number) => (found === -1 ? text.length : found);
  if (text.startsWith('//', at)) return upTo(text.indexOf('\n', at));
  if (text.startsWith('/*', at)) return Math.min(text.length, upTo(text.indexOf('*/', at + 2)) + 2);
  if (text[at] !== '"') return at + 1;
  for (let end = at + 1; end < text.length; end += 1) {
    if (text[end] === '\\') end += 1;
    else if (text[end] === '"') return end + 1;
  }
  return text.length;
}

/**
 * Every setting of a JSON config, objects and lists themselves included. Read strictly: a key that stands twice is an
 * error, because two readers could take two different ones.
 * @throws FairleadError of the strict reader.
 */
export function jsonSettings(file: string, text: string): readonly Setting[] {
  const bytes = encodeUtf8(withoutComments(text.startsWith('\ufeff') ? text.slice(1) : text));
  if (bytes.every((byte) => byte <= 0x20)) return [];
  const { root } = readStrictJson(bytes, { maxValues: 50_000 });
  const settings: Setting[] = [];
  const visit = (node: JsonNode, keys: readonly string[], at: number): void => {
    settings.push({ file, line: lineAt(bytes, at), keys, value: toValue(node) });
    if (node.kind === 'object') {
      for (const { key, keyStart, value } of node.members) visit(value, [...keys, key], keyStart);
    }
    if (node.kind === 'array') {
      node.elements.forEach((element, index) => {
        visit(element, [...keys, String(index)], element.start);
      });
    }
  };
  visit(root, [], root.start);
  return settings;
}

function lineAt(bytes: Uint8Array, offset: number): number {
  let line = 1;
  for (let at = 0; at < offset; at += 1) if (bytes[at] === NEWLINE) line += 1;
  return line;
}

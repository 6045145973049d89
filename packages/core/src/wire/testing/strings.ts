import type { JsonNode } from '../../json/index.ts';
import { readStrictJson } from '../../json/index.ts';
import { encodeUtf8 } from '../../text/index.ts';
import { type CallView, type Endpoint, viewRequest } from '../index.ts';

/** One key or string of a body, found by a walk of its own that knows nothing of requests. */
export interface FoundString {
  readonly span: string;
  readonly key: string;
  readonly text: string;
}

/** Every non-empty key and string below `node`; `key` is the member under which it stands. */
export function allStrings(node: JsonNode, key = ''): FoundString[] {
  if (node.kind === 'string') {
    return node.value === '' ? [] : [{ span: `${node.start + 1}-${node.end - 1}`, key, text: node.value }];
  }
  if (node.kind === 'array') return node.elements.flatMap((element) => allStrings(element, key));
  if (node.kind !== 'object') return [];
  return node.members.flatMap((entry) => [
    ...(entry.key === ''
      ? []
      : [{ span: `${entry.keyStart}-${entry.keyEnd}`, key: '#key', text: entry.key }]),
    ...allStrings(entry.value, entry.key),
  ]);
}

/** The strings of a body that no unit covers, and spans that more than one unit covers. */
export function coverage(view: CallView, root: JsonNode): { missing: FoundString[]; twice: string[] } {
  const spans = view.units.flatMap(({ span }) => (span === null ? [] : [`${span.start}-${span.end}`]));
  const covered = new Set(spans);
  const twice = spans.filter((span, index) => spans.indexOf(span) !== index);
  return { missing: allStrings(root).filter(({ span }) => !covered.has(span)), twice };
}

/** The view of a body given as a value or as JSON text. */
export function view(
  endpoint: Endpoint,
  body: unknown,
  headers?: readonly { readonly name: string; readonly value: string }[],
): CallView {
  const text = typeof body === 'string' ? body : JSON.stringify(body);
  return viewRequest(endpoint, readStrictJson(encodeUtf8(text)), headers);
}

import type { JsonNode, StrictDocument } from '@fairlead/core/json';
import { decodeUtf8 } from '@fairlead/core/text';
import type { TextUnit } from '@fairlead/core/wire';

/** No card, account or identity number has fewer digits. */
const SHORTEST = 9;

function collect(node: JsonNode, bytes: Uint8Array, found: string[]): void {
  if (node.kind === 'number') {
    if (node.end - node.start >= SHORTEST) found.push(decodeUtf8(bytes.subarray(node.start, node.end)));
  } else if (node.kind === 'array') for (const element of node.elements) collect(element, bytes, found);
  else if (node.kind === 'object') for (const { value } of node.members) collect(value, bytes, found);
}

/**
 * Numbers of the body that are long enough to stand for a card or an account, as they are written: personal data
 * need not stand in a string. One text, or none.
 */
export function longNumbers({ root, bytes }: StrictDocument): readonly TextUnit[] {
  const found: string[] = [];
  collect(root, bytes, found);
  if (found.length === 0) return [];
  return [{ text: found.join('\n'), path: '#numbers', role: null, kind: 'other', span: null }];
}

import type { ArrayNode, JsonNode, ObjectNode, StringNode } from './types.ts';

/** The value of `key` in an object, or undefined when the node is no object or has no such key. */
export function member(node: JsonNode | undefined, key: string): JsonNode | undefined {
  if (node?.kind !== 'object') return undefined;
  for (const entry of node.members) {
    if (entry.key === key) return entry.value;
  }
  return undefined;
}

/** The text of a string node, else null. */
export function asString(node: JsonNode | undefined): string | null {
  return node?.kind === 'string' ? node.value : null;
}

/** The value of a number node that is a safe integer, else null. */
export function asInteger(node: JsonNode | undefined): number | null {
  return node?.kind === 'number' && Number.isSafeInteger(node.value) ? node.value : null;
}

/** The value of a boolean node, else null. */
export function asBoolean(node: JsonNode | undefined): boolean | null {
  return node?.kind === 'boolean' ? node.value : null;
}

export function asObject(node: JsonNode | undefined): ObjectNode | null {
  return node?.kind === 'object' ? node : null;
}

export function asArray(node: JsonNode | undefined): ArrayNode | null {
  return node?.kind === 'array' ? node : null;
}

/** The elements of an array node; empty for anything else. */
export function elements(node: JsonNode | undefined): readonly JsonNode[] {
  return node?.kind === 'array' ? node.elements : [];
}

/** Byte range of a string's raw content, without its quotes. */
export function rawSpan(node: StringNode): { readonly start: number; readonly end: number } {
  return { start: node.start + 1, end: node.end - 1 };
}

/** The plain value of a node. Objects have no prototype, so that a key such as `__proto__` is only a key. */
export function toValue(node: JsonNode): unknown {
  switch (node.kind) {
    case 'null':
      return null;
    case 'array':
      return node.elements.map(toValue);
    case 'object': {
      const value: Record<string, unknown> = Object.create(null);
      for (const entry of node.members) value[entry.key] = toValue(entry.value);
      return value;
    }
    default:
      return node.value;
  }
}

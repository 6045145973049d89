import type { NameTable } from './names.ts';

/**
 * The tree of a strictly read document. `start` and `end` are byte offsets into the document, end exclusive; for
 * strings they include the quotes.
 */
export type JsonNode = ObjectNode | ArrayNode | StringNode | NumberNode | BooleanNode | NullNode;

export interface ObjectNode {
  readonly kind: 'object';
  readonly start: number;
  readonly end: number;
  /** In the order of the document; keys are unique unless the document was read leniently. */
  readonly members: readonly Member[];
}

export interface Member {
  /** The unescaped key. */
  readonly key: string;
  /** Byte range of the key's raw content, without its quotes. */
  readonly keyStart: number;
  readonly keyEnd: number;
  readonly value: JsonNode;
}

export interface ArrayNode {
  readonly kind: 'array';
  readonly start: number;
  readonly end: number;
  readonly elements: readonly JsonNode[];
}

/** The raw content without quotes is the byte range `start + 1` to `end - 1`. */
export interface StringNode {
  readonly kind: 'string';
  readonly start: number;
  readonly end: number;
  /** The unescaped text. */
  readonly value: string;
  /** True when the raw content holds at least one escape, so that it differs from the UTF-8 of `value`. */
  readonly escaped: boolean;
}

export interface NumberNode {
  readonly kind: 'number';
  readonly start: number;
  readonly end: number;
  /** Finite; integers beyond 2^53 lose precision here as in every reader of doubles. */
  readonly value: number;
}

export interface BooleanNode {
  readonly kind: 'boolean';
  readonly start: number;
  readonly end: number;
  readonly value: boolean;
}

export interface NullNode {
  readonly kind: 'null';
  readonly start: number;
  readonly end: number;
}

export interface StrictDocument {
  readonly root: JsonNode;
  /** The bytes that were read; node offsets point into them. */
  readonly bytes: Uint8Array;
  /** How many values the document holds. */
  readonly values: number;
}

export interface ReadLimits {
  /** Levels of arrays and objects; 128 by default. */
  readonly maxDepth?: number;
  /** Values of any kind; 1,000,000 by default, which bounds the memory of the tree. */
  readonly maxValues?: number;
  /**
   * Keeps duplicate keys (all of them) and lone surrogates. Only for JSON found inside a string, which is walked for
   * inspection and never decided on: there, seeing every value is what counts. False by default.
   */
  readonly lenient?: boolean;
  /** Frequent texts, which are not made anew. */
  readonly names?: NameTable;
}

import { asString, type JsonNode, member } from '../json/index.ts';
import { emptyFacts, type Facts, isEmpty, mergeFacts } from './facts.ts';
import type { Place } from './region.ts';
import { textOf } from './requests/text-of.ts';
import type { Skipped } from './types.ts';

/*
 * A conversation is sent again in full at every turn. What its messages and tools come to is remembered element by
 * element, so that the next turn need only read what is new. Here: what the reading of one element came to.
 */

/** The arrays at the top of a body whose elements are remembered. */
const arrays: ReadonlySet<string> = new Set(['/messages', '/input', '/system', '/tools']);

/** Numbers of so many characters may be inspected as texts of the whole body, so their elements are read each time. */
const SHORTEST_NUMBER = 6;

/** What one element of such an array says besides its texts. Holds names, but no content. */
export interface ElementFacts {
  /** Path of its array. */
  readonly array: string;
  /** What its objects told; null when nothing. */
  readonly facts: Facts | null;
  /** What it declares as a tool of the request; null in arrays of anything else. */
  readonly declared: Facts | null;
  readonly skipped: readonly Skipped[];
  /** JSON values it holds, and those in its strings. */
  readonly values: number;
  readonly nestedValues: number;
  /** True for a message of the user that holds text: the first one names sessions, so it's read each time. */
  readonly hasUserText: boolean;
}

/** An element that was read, and where its units stand among those of the reading. */
export interface ReadElement extends ElementFacts {
  /** Bytes of the document, end exclusive. */
  readonly start: number;
  readonly end: number;
  readonly unitsFrom: number;
  readonly unitsTo: number;
  /** False when what it came to depends on more than its bytes. */
  readonly isRepeatable: boolean;
}

/** An element that was not read because it's known, and where its units would stand. */
export interface PassedElement {
  /** Start of its placeholder in the document. */
  readonly start: number;
  /** Its units would stand before the unit of this number. */
  readonly at: number;
  readonly path: string;
  readonly place: Place;
}

/** The elements of one reading. */
export interface Elements {
  /** By the start of the placeholder (a lone `0`) that stands for it in the document. */
  readonly known: ReadonlyMap<number, ElementFacts>;
  readonly read: ReadElement[];
  readonly passed: PassedElement[];
  /** Facts of tools that were declared, by the start of their element. */
  readonly declared: Map<number, Facts>;
  hasUserText: boolean;
  /** False when something known could not be taken as it is: the whole body must be read. */
  fits: boolean;
}

export function startElements(known: ReadonlyMap<number, ElementFacts> = new Map()): Elements {
  return { known, read: [], passed: [], declared: new Map(), hasUserText: false, fits: true };
}

/** True when every known element was met in its place. */
export function allMet({ known, passed, fits }: Elements): boolean {
  return fits && passed.length === known.size;
}

export function isRemembered(path: string): boolean {
  return arrays.has(path);
}

interface Survey {
  values: number;
  hasLongNumber: boolean;
}

function survey(node: JsonNode, into: Survey): void {
  into.values += 1;
  if (node.kind === 'number') into.hasLongNumber ||= node.end - node.start >= SHORTEST_NUMBER;
  else if (node.kind === 'array') for (const element of node.elements) survey(element, into);
  else if (node.kind === 'object') for (const { value } of node.members) survey(value, into);
}

/** What of a walk an element changes. */
export interface ElementWalk {
  readonly units: readonly unknown[];
  readonly skipped: Map<string, Skipped>;
  readonly facts: Facts;
  nestedValues: number;
}

/** Takes a known element as it is. False when the node is none. */
export function passElement(
  elements: Elements,
  walk: ElementWalk,
  node: JsonNode,
  path: string,
  place: Place,
  array: string,
): boolean {
  if (node.kind !== 'number') return false;
  const known = elements.known.get(node.start);
  if (known === undefined) return false;
  walk.nestedValues -= known.nestedValues;
  elements.fits &&=
    node.end === node.start + 1 &&
    known.array === array &&
    walk.nestedValues >= 0 &&
    (elements.hasUserText || !known.hasUserText);
  if (known.facts !== null) mergeFacts(walk.facts, known.facts);
  for (const one of known.skipped) walk.skipped.set(one.what, one);
  elements.passed.push({ start: node.start, at: walk.units.length, path, place });
  return true;
}

/** Walks an element with facts of its own, remembers them, and adds them to the walk's. */
export function readElement<W extends ElementWalk>(
  elements: Elements,
  walk: W,
  node: JsonNode,
  array: string,
  visit: (own: W) => void,
): void {
  const own: W = { ...walk, facts: emptyFacts(), skipped: new Map() };
  const unitsFrom = walk.units.length;
  visit(own);
  const nestedValues = walk.nestedValues - own.nestedValues;
  walk.nestedValues = own.nestedValues;
  mergeFacts(walk.facts, own.facts);
  const skipped = [...own.skipped.values()];
  for (const one of skipped) walk.skipped.set(one.what, one);
  const isUser = asString(member(node, 'role')) === 'user';
  const hasUserText = isUser && textOf(member(node, 'content')) !== null;
  // The first text of the user is needed itself.
  const isFirst = hasUserText && !elements.hasUserText;
  elements.hasUserText ||= hasUserText;
  const found: Survey = { values: 0, hasLongNumber: false };
  survey(node, found);
  elements.read.push({
    array,
    facts: isEmpty(own.facts) ? null : own.facts,
    declared: elements.declared.get(node.start) ?? null,
    skipped,
    values: found.values,
    nestedValues,
    hasUserText,
    start: node.start,
    end: node.end,
    unitsFrom,
    unitsTo: walk.units.length,
    isRepeatable:
      node.kind === 'object' && !isFirst && !found.hasLongNumber && !own.skipped.has('json-in-string'),
  });
}

import {
  type ArrayNode,
  type JsonNode,
  type Member,
  type ObjectNode,
  readStrictJson,
  type StringNode,
} from '../json/index.ts';
import { encodeUtf8 } from '../text/index.ts';
import { type Elements, isRemembered, passElement, readElement } from './elements.ts';
import { emptyFacts, type Facts } from './facts.ts';
import { readOpaque } from './opaque.ts';
import { memberPath, partOf, wordTable } from './path.ts';
import { type Place, plain, type Region } from './region.ts';
import type { MemberPart, Skipped, Span, TextUnit } from './types.ts';

/** How many levels of JSON inside strings are opened. */
const NESTED_LEVELS = 2;
/** Values that all JSON inside strings of one call may hold together. */
const NESTED_VALUES = 500_000;

export interface Walk {
  readonly units: TextUnit[];
  readonly skipped: Map<string, Skipped>;
  readonly facts: Facts;
  /** Where elements that are sent again are kept apart; null where nobody remembers them. */
  readonly elements: Elements | null;
  nestedValues: number;
}

export function startWalk(facts: Facts, elements: Elements | null = null): Walk {
  return { units: [], skipped: new Map(), facts, elements, nestedValues: NESTED_VALUES };
}

export function skip(walk: Walk, what: string, why: string): void {
  walk.skipped.set(what, { what, why });
}

/** Where a text stands that is to be added. */
interface Found {
  readonly path: string;
  readonly span: Span | null;
  readonly part?: MemberPart | undefined;
  /** Levels of JSON inside strings round it; 0 when absent. */
  readonly level?: number;
}

function unitOf(
  text: string,
  { kind, role }: Place,
  path: string,
  span: Span | null,
  part?: MemberPart,
): TextUnit {
  return part === undefined ? { text, path, role, kind, span } : { text, path, role, kind, span, part };
}

/** Adds a text, and what JSON it may hold. Empty texts are left out: there is nothing in them. */
export function addText(
  walk: Walk,
  text: string,
  place: Place,
  { path, span, part, level = 0 }: Found,
): void {
  if (text === '') return;
  walk.units.push(unitOf(text, place, path, span, part));
  if (mayBeJson(text)) addNested(walk, text, `${path}!json`, place, level);
}

/** Cheap test for text that could be a JSON object, array or doubly encoded string. */
function mayBeJson(text: string): boolean {
  const unit = text.charCodeAt(0);
  // Most texts begin with a letter.
  if (unit > 0x22 && unit < 0x7f && unit !== 0x5b && unit !== 0x7b) return false;
  const first = /^\s{0,64}[{["]/.exec(text)?.[0];
  if (first === undefined || text.length < 3) return false;
  return first.endsWith('"') ? text.includes('\\') : true;
}

/** Adds every text of JSON that stands in a string. A string that is no JSON stays the one text it is. */
function addNested(walk: Walk, text: string, path: string, place: Place, level: number): void {
  if (level >= NESTED_LEVELS) return;
  let root: JsonNode;
  try {
    // Lenient: the structure decides nothing here, and every one of two duplicate keys' values is to be seen.
    const document = readStrictJson(encodeUtf8(text), {
      lenient: true,
      maxValues: walk.nestedValues,
      names: wordTable,
    });
    walk.nestedValues -= document.values;
    root = document.root;
  } catch (error) {
    const { code } = error as { code?: string };
    if (code === 'json.too-deep' || code === 'json.too-many-values') {
      skip(
        walk,
        'json-in-string',
        'JSON inside a string is larger or deeper than Fairlead opens; read as text only',
      );
    }
    return;
  }
  walkNested(walk, root, path, place, level + 1);
}

function walkNested(
  walk: Walk,
  node: JsonNode,
  path: string,
  place: Place,
  level: number,
  part?: MemberPart,
): void {
  if (node.kind === 'string') addText(walk, node.value, place, { path, span: null, part, level });
  else if (node.kind === 'array') {
    node.elements.forEach((element, index) => {
      walkNested(walk, element, `${path}/${index}`, place, level);
    });
  } else if (node.kind === 'object') {
    node.members.forEach(({ key, value }, index) => {
      const child = memberPath(path, key, index);
      if (key !== '') walk.units.push(unitOf(key, place, `${child}#key`, null, 'key'));
      walkNested(walk, value, child, place, level, partOf(key));
    });
  }
}

/** The place of everything in `region`, reached from `from`. */
function moveTo(region: Region, from: Place): Place {
  if (region === from.region) return from;
  return { region, kind: region.kind ?? from.kind, role: region.role ?? from.role };
}

/** Visits every key and string below `node`, each once. */
export function walkNode(walk: Walk, node: JsonNode, path: string, place: Place, part?: MemberPart): void {
  if (node.kind === 'string') {
    addText(walk, node.value, place, { path, span: { start: node.start + 1, end: node.end - 1 }, part });
  } else if (node.kind === 'array') {
    if (walk.elements !== null && isRemembered(path)) walkElements(walk, walk.elements, node, path, place);
    else walkArray(walk, node, path, place);
  } else if (node.kind === 'object') walkObject(walk, node, path, place);
}

function walkArray(walk: Walk, { elements }: ArrayNode, path: string, place: Place): void {
  for (let i = 0; i < elements.length; i += 1) walkNode(walk, elements[i] as JsonNode, `${path}/${i}`, place);
}

function walkElements(walk: Walk, elements: Elements, array: ArrayNode, path: string, place: Place): void {
  array.elements.forEach((element, index) => {
    const at = `${path}/${index}`;
    if (passElement(elements, walk, element, at, place, path)) return;
    readElement(elements, walk, element, path, (own) => walkNode(own, element, at, place));
  });
}

/** The units of one element by itself: its bytes, and where it stands. */
export function unitsOfElement(bytes: Uint8Array, path: string, place: Place): readonly TextUnit[] {
  const walk = startWalk(emptyFacts());
  walkNode(walk, readStrictJson(bytes, { names: wordTable }).root, path, place);
  return walk.units;
}

function walkObject(walk: Walk, object: ObjectNode, path: string, outer: Place): void {
  const { region } = outer;
  const place = region.enter === undefined ? outer : { region, ...region.enter(object, outer) };
  region.note?.(object, walk.facts);
  const { members } = object;
  for (let i = 0; i < members.length; i += 1) {
    const { key, keyStart, keyEnd, value } = members[i] as Member;
    const child = memberPath(path, key, i);
    if (key !== '') {
      walk.units.push(unitOf(key, place, `${child}#key`, { start: keyStart, end: keyEnd }, 'key'));
    }
    if (value.kind === 'string' && walkOpaque(walk, key, value, object, child, place)) continue;
    walkNode(walk, value, child, moveTo(region.fields?.get(key) ?? plain, place), partOf(key));
  }
}

/** Deals with an opaque field; false when the string is ordinary text after all. */
function walkOpaque(
  walk: Walk,
  key: string,
  text: StringNode,
  object: ObjectNode,
  path: string,
  place: Place,
): boolean {
  const opaque = place.region.opaque?.(key, text, object, place) ?? null;
  if (opaque === null) return false;
  const reading = readOpaque(opaque, text.value);
  if (reading.kind === 'decoded') {
    addText(walk, reading.text, place, { path: `${path}!base64`, span: null });
  }
  if (reading.kind !== 'skip') return false;
  skip(walk, reading.opaque.what, reading.opaque.why);
  if (reading.opaque.what === 'image') {
    walk.facts.images += 1;
    walk.facts.imageBytes += text.end - text.start;
  }
  return true;
}

/** Starts the walk of a body at its root region. */
export function walkBody(walk: Walk, root: JsonNode, region: Region): void {
  walkNode(walk, root, '', { region, kind: region.kind ?? 'other', role: region.role ?? null });
}

import { readStrictJson, type StrictDocument } from '../json/index.ts';
import type { Hash } from '../ports/index.ts';
import {
  allMet,
  type CallView,
  type ElementFacts,
  type Elements,
  type Endpoint,
  type ReadElement,
  startElements,
  type TextUnit,
  unitsOfElement,
  viewRequest,
  wordTable,
} from '../wire/index.ts';
import { type BodyElement, type BodyLayout, type BodyMatch, digestOf, signatureOf } from './body-memory.ts';
import type { Inspector } from './inspector.ts';
import type { KnownPart } from './parts.ts';
import type { InspectionReport } from './types.ts';

/** Looking a shorter element up costs as much as reading it. */
const SHORTEST_REMEMBERED = 64;
const MOST_VALUES = 1_000_000;
/** A lone `0`. */
const PLACEHOLDER = 0x30;

type Headers = readonly { readonly name: string; readonly value: string }[];

/** A body that was read, all of it or all but what is known. */
export interface BodyReading {
  readonly view: CallView;
  readonly elements: Elements;
  readonly document: StrictDocument;
  readonly body: Uint8Array;
  /** Known elements at their offsets in the body, by the start of their placeholder in the document. */
  readonly known: ReadonlyMap<number, BodyElement>;
}

/**
 * The one strict reading of a body. Its elements are told apart only if they are to be remembered.
 * @throws FairleadError `json.*`
 */
export function readBody(
  endpoint: Endpoint,
  body: Uint8Array,
  headers: Headers,
  isRemembered = true,
): BodyReading {
  const document = readStrictJson(body, { maxValues: MOST_VALUES, names: wordTable });
  const elements = startElements();
  const view = viewRequest(endpoint, document, headers, isRemembered ? elements : null);
  return { view, elements, document, body, known: new Map() };
}

/** The body with a `0` in place of each known element, and where they stand. */
function reduce(body: Uint8Array, { known, newBytes }: BodyMatch) {
  const bytes = new Uint8Array(newBytes + known.length);
  const byStart = new Map<number, BodyElement>();
  let from = 0;
  let to = 0;
  for (const element of known) {
    bytes.set(body.subarray(from, element.start), to);
    to += element.start - from;
    bytes[to] = PLACEHOLDER;
    byStart.set(to, element);
    to += 1;
    from = element.end;
  }
  bytes.set(body.subarray(from), to);
  return { bytes, byStart };
}

/**
 * Reads what is new of a body. A known element is a whole JSON value that was read strictly before, so the body has
 * exactly one reading when it has one with a `0` in its place, and that `0` is read as an element of the same array.
 * Null when that isn't so, or anything is wrong: then the whole body must be read, and says what.
 */
export function readReduced(
  endpoint: Endpoint,
  body: Uint8Array,
  headers: Headers,
  match: BodyMatch,
): BodyReading | null {
  const { bytes, byStart } = reduce(body, match);
  const facts = new Map<number, ElementFacts>();
  let values = 0;
  for (const [start, element] of byStart) {
    facts.set(start, element.facts);
    values += element.facts.values - 1;
  }
  const elements = startElements(facts);
  try {
    const document = readStrictJson(bytes, { maxValues: MOST_VALUES - values, names: wordTable });
    const view = viewRequest(endpoint, document, headers, elements);
    return allMet(elements) ? { view, elements, document, body, known: byStart } : null;
  } catch {
    return null;
  }
}

/** Two elements of one name hold the same texts. */
const elementName = (array: string, digest: string): string => `${array}:${digest}`;

/** Where an element stands in the body, and its digest if it's going to be remembered. */
interface Placed {
  readonly element: ReadElement;
  readonly start: number;
  readonly end: number;
  readonly digest: string | null;
}

function placeElements(hash: Hash, reading: BodyReading): readonly Placed[] {
  const { elements, body } = reading;
  const offsets = offsetsOf(reading);
  return elements.read.map((element) => {
    const shift = offsets(element.start);
    const start = element.start + shift;
    const end = element.end + shift;
    const isRemembered = element.isRepeatable && end - start >= SHORTEST_REMEMBERED;
    return { element, start, end, digest: isRemembered ? digestOf(hash, body, start, end) : null };
  });
}

function knownPart(reading: BodyReading, passed: Elements['passed'][number]): KnownPart {
  const { start, end, digest, facts, findings } = reading.known.get(passed.start) as BodyElement;
  const { at, path, place } = passed;
  const element = elementName(facts.array, digest);
  return {
    at,
    element,
    findings,
    units: () => unitsOfElement(reading.body.subarray(start, end), path, place),
  };
}

/** Inspects a reading, with `more` units of the whole body at its end, and says what is to be remembered of it. */
export function inspectReading(
  inspector: Inspector,
  hash: Hash,
  reading: BodyReading,
  more: readonly TextUnit[],
  session: string,
): { readonly report: InspectionReport; readonly layout: BodyLayout } {
  const { view, elements, body } = reading;
  const placed = placeElements(hash, reading);
  const parts = {
    units: more.length === 0 ? view.units : [...view.units, ...more],
    passed: elements.passed.map((passed) => knownPart(reading, passed)),
    read: placed.map(({ element: { array, unitsFrom, unitsTo }, digest }) => ({
      unitsFrom,
      unitsTo,
      element: digest === null ? null : elementName(array, digest),
    })),
  };
  const { report, read, passed } = inspector.inspectParts(parts, view.skipped, session);
  const found: BodyElement[] = [];
  placed.forEach(({ element, start, end, digest }, index) => {
    const findings = read[index];
    if (!findings || digest === null) return;
    const signature = signatureOf(body, start, end);
    found.push({ start, end, digest, signature, facts: factsOnly(element), findings });
  });
  elements.passed.forEach(({ start }, index) => {
    const findings = passed[index];
    if (findings) found.push({ ...(reading.known.get(start) as BodyElement), findings });
  });
  found.sort((a, b) => a.start - b.start);
  return { report, layout: { length: body.length, elements: found } };
}

function factsOnly({
  array,
  facts,
  declared,
  skipped,
  values,
  nestedValues,
  hasUserText,
}: ReadElement): ElementFacts {
  return { array, facts, declared, skipped, values, nestedValues, hasUserText };
}

/** How much further an offset of the document lies in the body. Asked for in rising order. */
function offsetsOf({ known }: BodyReading): (offset: number) => number {
  const placeholders = [...known];
  let next = 0;
  let shift = 0;
  return (offset) => {
    for (; next < placeholders.length; next += 1) {
      const [at, { start, end }] = placeholders[next] as [number, BodyElement];
      if (at >= offset) break;
      shift += end - start - 1;
    }
    return shift;
  };
}

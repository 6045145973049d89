import type { Hash } from '../ports/index.ts';
import type { ElementFacts } from '../wire/index.ts';
import { latin1 } from './bytes-text.ts';
import type { ElementFindings } from './element-findings.ts';

/*
 * What is remembered of bodies, so that a conversation that is sent again with a little new is not read and inspected
 * anew: where its elements stood, their digests, and what they came to. Never their content.
 */

/** One element of a body, and what it came to. Offsets are bytes of the body, end exclusive. */
export interface BodyElement {
  readonly start: number;
  readonly end: number;
  /** SHA-256 of its bytes, as 32 characters. */
  readonly digest: string;
  /** Of a few of its bytes: tells most others apart without reading all of it. */
  readonly signature: number;
  readonly facts: ElementFacts;
  readonly findings: ElementFindings;
}

/** The elements of one body, in order, apart from each other. */
export interface BodyLayout {
  readonly length: number;
  readonly elements: readonly BodyElement[];
}

/** Elements of a body that are those of an earlier one, byte for byte. */
export interface BodyMatch {
  readonly layout: BodyLayout;
  /** At their offsets in the new body. */
  readonly known: readonly BodyElement[];
  /** Bytes that belong to none of them. */
  readonly newBytes: number;
}

/** Remembers bodies apart by key (a session and what else divides them). */
export interface BodyMemory {
  match(key: string, body: Uint8Array): BodyMatch | null;
  /** Remembers a body in place of `replaced`, the one it goes on from. */
  remember(key: string, layout: BodyLayout, replaced: BodyLayout | null): void;
}

/** Bodies remembered under one key. */
const MOST_LAYOUTS = 64;
const DEFAULT_ELEMENTS = 50_000;

/** A turn that changes so few elements of a body is taken for the next one of the same conversation. */
const MOST_CHANGED = 2;

const SAMPLES = 16;

/** FNV-1a of some bytes spread over an element. */
export function signatureOf(body: Uint8Array, start: number, end: number): number {
  const length = end - start;
  let value = 0x811c9dc5 ^ length;
  for (let i = 0; i < SAMPLES; i += 1) {
    value = Math.imul(value ^ (body[start + Math.floor((i * length) / SAMPLES)] as number), 0x01000193);
  }
  return value >>> 0;
}

export function digestOf(hash: Hash, body: Uint8Array, start: number, end: number): string {
  return latin1(hash.sha256(body.subarray(start, end)));
}

type IsSame = (element: BodyElement, shift: number) => boolean;

/** How many elements at the beginning and at the end of a layout stand in the body too. */
function commonEnds(
  { length, elements }: BodyLayout,
  body: Uint8Array,
  isSame: IsSame,
): { readonly first: number; readonly last: number } {
  const shift = body.length - length;
  let first = 0;
  while (first < elements.length && isSame(elements[first] as BodyElement, 0)) first += 1;
  const free = first === 0 ? 0 : (elements[first - 1] as BodyElement).end;
  let last = 0;
  for (let i = elements.length - 1; i >= first; i -= 1) {
    const element = elements[i] as BodyElement;
    if (element.start + shift < free || !isSame(element, shift)) break;
    last += 1;
  }
  return { first, last };
}

function sameSignature(body: Uint8Array): IsSame {
  return ({ start, end, signature }, shift) =>
    start + shift >= 0 &&
    end + shift <= body.length &&
    signatureOf(body, start + shift, end + shift) === signature;
}

/** The layout that has most in common with a body, by signatures. */
function nearest(layouts: readonly BodyLayout[], body: Uint8Array): BodyLayout | null {
  const isSame = sameSignature(body);
  let best: BodyLayout | null = null;
  let most = 0;
  // The newest stand last.
  for (let i = layouts.length - 1; i >= 0; i -= 1) {
    const layout = layouts[i] as BodyLayout;
    const { first, last } = commonEnds(layout, body, isSame);
    if (first + last > most) {
      most = first + last;
      best = layout;
      // The next turn of this very conversation: no other one has more in common.
      if (most >= layout.elements.length - MOST_CHANGED) break;
    }
  }
  return best;
}

function matchLayout(hash: Hash, layout: BodyLayout, body: Uint8Array): BodyMatch | null {
  const hasSameSignature = sameSignature(body);
  const { first, last } = commonEnds(
    layout,
    body,
    (element, shift) =>
      hasSameSignature(element, shift) &&
      digestOf(hash, body, element.start + shift, element.end + shift) === element.digest,
  );
  if (first + last === 0) return null;
  const { elements } = layout;
  const shift = body.length - layout.length;
  const known = [
    ...elements.slice(0, first),
    ...elements
      .slice(elements.length - last)
      .map((element) => ({ ...element, start: element.start + shift, end: element.end + shift })),
  ];
  let knownBytes = 0;
  for (const { start, end } of known) knownBytes += end - start;
  return { layout, known, newBytes: body.length - knownBytes };
}

/** A memory of at most so many elements; what was used longest ago is forgotten first. */
export function createBodyMemory(hash: Hash, mostElements = DEFAULT_ELEMENTS): BodyMemory {
  const byKey = new Map<string, BodyLayout[]>();
  let count = 0;

  function forget(layouts: BodyLayout[], index: number): void {
    const [gone] = layouts.splice(index, 1);
    count -= gone?.elements.length ?? 0;
  }

  function forgetOldest(): void {
    const oldest = byKey.entries().next();
    if (oldest.done === true) return;
    const [key, layouts] = oldest.value;
    forget(layouts, 0);
    if (layouts.length === 0) byKey.delete(key);
  }

  return {
    match(key, body) {
      const layout = nearest(byKey.get(key) ?? [], body);
      return layout === null ? null : matchLayout(hash, layout, body);
    },
    remember(key, layout, replaced) {
      const layouts = byKey.get(key) ?? [];
      // Keys used last stand last.
      byKey.delete(key);
      byKey.set(key, layouts);
      const index = replaced === null ? -1 : layouts.indexOf(replaced);
      if (index >= 0) forget(layouts, index);
      if (layout.elements.length > 0 && layout.elements.length <= mostElements) {
        layouts.push(layout);
        count += layout.elements.length;
      }
      if (layouts.length > MOST_LAYOUTS) forget(layouts, 0);
      if (layouts.length === 0) byKey.delete(key);
      while (count > mostElements) forgetOldest();
    },
  };
}

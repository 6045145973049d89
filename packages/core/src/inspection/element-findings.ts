import type { Hash } from '../ports/index.ts';
import { encodeUtf8 } from '../text/index.ts';
import type { TextUnit, UnitKind } from '../wire/types.ts';
import { type Before, type Following, isLabel, JOIN } from './adjacent.ts';
import { latin1 } from './bytes-text.ts';
import type { UnitFacts } from './facts.ts';
import type { KindFacts } from './report.ts';

/** How a text ended, without the text: enough to know whether what follows was seen after just this before. */
export interface TextEnd {
  readonly digest: string;
  readonly state: number;
  readonly anchorNearEnd: boolean;
}

/**
 * What inspection found in one element of a conversation. It holds keyed digests and digests of ends of texts, never
 * what was sent; it stands for the same bytes again as long as the texts before it ended the same way.
 */
export interface ElementFindings {
  /** Characters of text. */
  readonly textLength: number;
  readonly found: readonly KindFacts[];
  /** Digest of the end of the text before it, by kind of text; empty when there was none. */
  readonly before: readonly (readonly [UnitKind, string])[];
  readonly after: readonly (readonly [UnitKind, TextEnd])[];
}

/** How the last text of a kind ended. That follows from the bytes of the element it stands in, whose digest is known. */
function digestOf(hash: Hash, kind: UnitKind, before: Before | null): string {
  if (before === null) return '';
  before.digest ??= before.element ? `${kind}:${before.element}` : digestOfEnd(hash, before);
  return before.digest;
}

function digestOfEnd(hash: Hash, { tail, facts: { state, anchorNearEnd } }: Before): string {
  return latin1(hash.sha256(encodeUtf8(`${state}:${anchorNearEnd}:${tail}`)));
}

/** Gathers what one element comes to while its units are inspected. */
export interface ElementRecorder {
  /** Before the unit passes into the surroundings. */
  add(unit: TextUnit, facts: UnitFacts): void;
  /** After the last unit; null when the element was not inspected in full. */
  finish(): ElementFindings | null;
}

export function recordElement(hash: Hash, surroundings: Following): ElementRecorder {
  const before = new Map<UnitKind, string>();
  const found: KindFacts[] = [];
  let textLength = 0;
  let isWhole = true;
  return {
    add(unit, facts) {
      const { text, kind } = unit;
      textLength += text.length;
      if (facts.items.length > 0) found.push({ kind, facts });
      isWhole &&= facts.exceeded.length === 0;
      if (isLabel(unit) || before.has(kind)) return;
      before.set(kind, digestOf(hash, kind, surroundings.lastText(kind)));
    },
    finish() {
      if (!isWhole) return null;
      const after = [...before.keys()].map((kind): [UnitKind, TextEnd] => {
        const last = surroundings.lastText(kind);
        const { state, anchorNearEnd } = last?.facts ?? { state: 0, anchorNearEnd: false };
        return [kind, { digest: digestOf(hash, kind, last), state, anchorNearEnd }];
      });
      return { textLength, found, before: [...before], after };
    },
  };
}

/** True when the texts before an element end as they did when its findings were made. */
export function fitsHere(hash: Hash, surroundings: Following, { before }: ElementFindings): boolean {
  return before.every(([kind, digest]) => digestOf(hash, kind, surroundings.lastText(kind)) === digest);
}

/** Moves the surroundings behind a known element. Its texts are read again only if something asks for their ends. */
export function passKnown(
  surroundings: Following,
  { after }: ElementFindings,
  units: () => readonly TextUnit[],
): void {
  const texts = after.map(([kind, { digest, state, anchorNearEnd }]): [UnitKind, Before] => {
    let tail: string | null = null;
    const before: Before = {
      digest,
      facts: { state, anchorNearEnd },
      get tail() {
        tail ??= lastTail(units(), kind);
        return tail;
      },
    };
    return [kind, before];
  });
  surroundings.passedKnown(texts);
}

function lastTail(units: readonly TextUnit[], kind: UnitKind): string {
  const last = units.findLast((unit) => unit.kind === kind && !isLabel(unit));
  return last?.text.slice(-JOIN) ?? '';
}

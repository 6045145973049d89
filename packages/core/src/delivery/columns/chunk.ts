import { type DefectEvidence, defectEvidences } from '../defects.ts';
import type { MeasuredChange } from '../measures.ts';
import { parts as allParts, type Part } from '../timeline.ts';

/*
 * Measured changes as columns of numbers, 1,024 changes at a time. A chunk is what is stored and read back at once; its
 * bytes are those of the typed arrays, little-endian, 8-byte ones first.
 */

export const chunkRows = 1024;
/** Definition of this layout; another one is another snapshot. */
export const layoutVersion = 2;
/** A span that isn't there. Spans of more than 136 years count as that many. */
export const none = 0xffffffff;
const longestSpan = none - 1;

/** Slots that no change fills have no flags. Names are numbered from 1 on; 0 is nobody. */
export interface ColumnChunk {
  /** Merged or closed for good, seconds since the epoch; NaN while open. */
  readonly ended: Float64Array;
  readonly opened: Float64Array;
  readonly weight: Float64Array;
  readonly repository: Uint32Array;
  readonly contributor: Uint32Array;
  readonly cycle: Uint32Array;
  readonly lead: Uint32Array;
  readonly pickup: Uint32Array;
  readonly botReview: Uint32Array;
  readonly defectAge: Uint32Array;
  readonly flags: Uint32Array;
  /** Where the answers of a slot begin; the next slot's beginning is their end. */
  readonly answersFrom: Uint32Array;
  /** The same of its parts: those that aren't 0, as its flags tell. */
  readonly partsFrom: Uint32Array;
  readonly answers: Uint32Array;
  readonly parts: Uint32Array;
}

const doubles = ['ended', 'opened', 'weight'] as const;
const words = [
  'repository',
  'contributor',
  'cycle',
  'lead',
  'pickup',
  'botReview',
  'defectAge',
  'flags',
] as const;

export const flag = {
  present: 1,
  merged: 1 << 1,
  closed: 1 << 2,
  deployed: 1 << 3,
  pending: 1 << 4,
  byBot: 1 << 5,
  unreviewed: 1 << 6,
  reviewsKnown: 1 << 7,
  reversed: 1 << 8,
  openedKnown: 1 << 9,
} as const;
const evidenceShift = 10;
const evidenceMask = 7;
/** One bit for each part that isn't 0. */
const partsShift = 13;
/** All parts of the change are known. */
const partsKnown = 1 << (partsShift + allParts.length);

export function emptyChunk(): ColumnChunk {
  return decodeChunk(new Uint8Array(fixedBytes));
}

const fixedBytes = chunkRows * (doubles.length * 8 + words.length * 4) + 2 * (chunkRows + 1) * 4;

/** The chunk in some bytes, which are copied. @throws RangeError for bytes of another length than a chunk can have. */
export function decodeChunk(bytes: Uint8Array): ColumnChunk {
  if (bytes.length < fixedBytes || bytes.length % 4 !== 0) throw new RangeError('these are no chunk');
  const { buffer } = new Uint8Array(bytes);
  let at = 0;
  const take = (size: number) => {
    at += size;
    return at - size;
  };
  const columns = [
    ...doubles.map((name) => [name, new Float64Array(buffer, take(chunkRows * 8), chunkRows)] as const),
    ...words.map((name) => [name, new Uint32Array(buffer, take(chunkRows * 4), chunkRows)] as const),
  ];
  const answersFrom = new Uint32Array(buffer, take((chunkRows + 1) * 4), chunkRows + 1);
  const partsFrom = new Uint32Array(buffer, take((chunkRows + 1) * 4), chunkRows + 1);
  const [answers, parts] = [answersFrom[chunkRows]!, partsFrom[chunkRows]!];
  if (bytes.length !== fixedBytes + (answers + parts) * 4) throw new RangeError('these are no chunk');
  return {
    ...Object.fromEntries(columns),
    ...{ answersFrom, partsFrom },
    answers: new Uint32Array(buffer, take(answers * 4), answers),
    parts: new Uint32Array(buffer, at, parts),
  } as unknown as ColumnChunk;
}

export function encodeChunk(chunk: ColumnChunk): Uint8Array {
  const columns = [...doubles, ...words, 'answersFrom', 'partsFrom', 'answers', 'parts'] as const;
  const bytes = new Uint8Array(fixedBytes + chunk.answers.byteLength + chunk.parts.byteLength);
  let at = 0;
  for (const name of columns) {
    const { buffer, byteOffset, byteLength } = chunk[name];
    bytes.set(new Uint8Array(buffer, byteOffset, byteLength), at);
    at += byteLength;
  }
  return bytes;
}

/** A change for a slot, its names as numbers; null empties the slot. */
export interface SlotUpdate {
  readonly slot: number;
  readonly measured: MeasuredChange | null;
  readonly repository: number;
  readonly contributor: number;
}

/** A chunk with other changes in some of its slots; what it was made from stays as it is. */
export function withSlots(chunk: ColumnChunk, updates: readonly SlotUpdate[]): ColumnChunk {
  const answers = listsAfter(chunk.answersFrom, chunk.answers, updates, ({ answers: own }) => own);
  const parts = listsAfter(chunk.partsFrom, chunk.parts, updates, ({ parts: own }) =>
    own === null ? [] : allParts.map((part) => own[part]).filter((seconds) => seconds > 0),
  );
  const lists = {
    ...{ answersFrom: answers.from, answers: answers.values },
    ...{ partsFrom: parts.from, parts: parts.values },
  };
  const next = decodeChunk(encodeChunk({ ...chunk, ...lists }));
  for (const update of updates) fillSlot(next, update);
  return next;
}

/** The lists of all slots, one after the other, with others in some of them. */
function listsAfter(
  from: Uint32Array,
  values: Uint32Array,
  updates: readonly SlotUpdate[],
  listOf: (measured: MeasuredChange) => readonly number[],
) {
  const lists = Array.from(
    { length: chunkRows },
    (_, slot): ArrayLike<number> => values.subarray(from[slot], from[slot + 1]),
  );
  for (const { slot, measured } of updates) lists[slot] = measured === null ? [] : listOf(measured);
  const next = {
    from: new Uint32Array(chunkRows + 1),
    values: new Uint32Array(lists.reduce((sum, { length }) => sum + length, 0)),
  };
  let at = 0;
  lists.forEach((own, slot) => {
    next.from[slot] = at;
    for (let i = 0; i < own.length; i++) next.values[at++] = Math.min(own[i]!, longestSpan);
  });
  next.from[chunkRows] = at;
  return next;
}

function fillSlot(chunk: ColumnChunk, { slot, measured, repository, contributor }: SlotUpdate): void {
  const span = (seconds: number | null | undefined) =>
    seconds === null || seconds === undefined ? none : Math.min(seconds, longestSpan);
  chunk.flags[slot] = measured === null ? 0 : flagsOf(measured);
  chunk.ended[slot] = measured?.ended ?? Number.NaN;
  chunk.opened[slot] = measured?.opened ?? Number.NaN;
  chunk.weight[slot] = measured?.defect?.weight ?? 0;
  chunk.repository[slot] = repository;
  chunk.contributor[slot] = contributor;
  chunk.cycle[slot] = span(measured?.cycle);
  chunk.lead[slot] = span(measured?.lead);
  chunk.pickup[slot] = span(measured?.pickup);
  chunk.botReview[slot] = span(measured?.botReview);
  chunk.defectAge[slot] = span(measured?.defect?.age);
}

function flagsOf(measured: MeasuredChange): number {
  const { status, state, byBot, unreviewed, reviewsKnown, reversed, openedKnown, defect, parts } = measured;
  const evidence = defect === null ? 0 : defectEvidences.indexOf(defect.evidence) + 1;
  return (
    flag.present |
    (status === 'merged' ? flag.merged : status === 'closed' ? flag.closed : 0) |
    (state === 'deployed' ? flag.deployed : state === 'pending' ? flag.pending : 0) |
    (byBot ? flag.byBot : 0) |
    (unreviewed ? flag.unreviewed : 0) |
    (reviewsKnown ? flag.reviewsKnown : 0) |
    (reversed ? flag.reversed : 0) |
    (openedKnown ? flag.openedKnown : 0) |
    (evidence << evidenceShift) |
    (parts === null ? 0 : partsKnown | partBits(parts))
  );
}

function partBits(parts: { readonly [P in Part]: number }): number {
  let bits = 0;
  allParts.forEach((part, i) => {
    if (parts[part] > 0) bits |= 1 << (partsShift + i);
  });
  return bits;
}

/** Calls for each part of a slot that isn't 0, with its place in `parts` and its seconds. False: they aren't known. */
export function forEachPart(
  chunk: ColumnChunk,
  slot: number,
  onPart: (part: number, seconds: number) => void,
): boolean {
  const flags = chunk.flags[slot]!;
  if ((flags & partsKnown) === 0) return false;
  let at = chunk.partsFrom[slot]!;
  for (let i = 0; i < allParts.length; i++) {
    if (flags & (1 << (partsShift + i))) onPart(i, chunk.parts[at++]!);
  }
  return true;
}

/** Null: no defect. */
export function evidenceOf(flags: number): DefectEvidence | null {
  return defectEvidences[((flags >>> evidenceShift) & evidenceMask) - 1] ?? null;
}

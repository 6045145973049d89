import type { DefectEvidence } from '../defects.ts';
import type { MeasuredChange } from '../measures.ts';

/*
 * Measured changes as columns of numbers, 1,024 changes at a time. A chunk is what is stored and read back at once; its
 * bytes are those of the typed arrays, little-endian, 8-byte ones first.
 */

export const chunkRows = 1024;
/** Definition of this layout; another one is another snapshot. */
export const layoutVersion = 1;
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
  readonly answers: Uint32Array;
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
const evidences: readonly DefectEvidence[] = ['explicit_link', 'revert', 'deployment_range', 'szz_estimate'];

export function emptyChunk(): ColumnChunk {
  return decodeChunk(new Uint8Array(fixedBytes));
}

const fixedBytes = chunkRows * (doubles.length * 8 + words.length * 4) + (chunkRows + 1) * 4;

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
  return {
    ...Object.fromEntries(columns),
    answersFrom: new Uint32Array(buffer, take((chunkRows + 1) * 4), chunkRows + 1),
    answers: new Uint32Array(buffer, at),
  } as unknown as ColumnChunk;
}

export function encodeChunk(chunk: ColumnChunk): Uint8Array {
  const columns = [...doubles, ...words, 'answersFrom', 'answers'] as const;
  const bytes = new Uint8Array(fixedBytes + chunk.answers.byteLength);
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
  const answers = Array.from(
    { length: chunkRows },
    (_, slot): ArrayLike<number> =>
      chunk.answers.subarray(chunk.answersFrom[slot], chunk.answersFrom[slot + 1]),
  );
  for (const { slot, measured } of updates) answers[slot] = measured?.answers ?? [];
  const count = answers.reduce((sum, { length }) => sum + length, 0);
  const bytes = new Uint8Array(fixedBytes + count * 4);
  bytes.set(encodeChunk(chunk).subarray(0, fixedBytes));
  const next = decodeChunk(bytes);
  let at = 0;
  answers.forEach((own, slot) => {
    next.answersFrom[slot] = at;
    for (let i = 0; i < own.length; i++) next.answers[at++] = Math.min(own[i]!, longestSpan);
  });
  next.answersFrom[chunkRows] = at;
  for (const update of updates) fillSlot(next, update);
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
  const { status, state, byBot, unreviewed, reviewsKnown, reversed, openedKnown, defect } = measured;
  const evidence = defect === null ? 0 : evidences.indexOf(defect.evidence) + 1;
  return (
    flag.present |
    (status === 'merged' ? flag.merged : status === 'closed' ? flag.closed : 0) |
    (state === 'deployed' ? flag.deployed : state === 'pending' ? flag.pending : 0) |
    (byBot ? flag.byBot : 0) |
    (unreviewed ? flag.unreviewed : 0) |
    (reviewsKnown ? flag.reviewsKnown : 0) |
    (reversed ? flag.reversed : 0) |
    (openedKnown ? flag.openedKnown : 0) |
    (evidence << evidenceShift)
  );
}

/** Null: no defect. */
export function evidenceOf(flags: number): DefectEvidence | null {
  return evidences[(flags >>> evidenceShift) - 1] ?? null;
}

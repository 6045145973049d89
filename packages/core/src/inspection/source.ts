import { encodeUtf8Into } from '../text/index.ts';
import { PADDING, type Utf8 } from './anchors.ts';

/** A text and its UTF-8, which is read several times as fast as a string. */
export interface Source extends Utf8 {
  readonly text: string;
}

/** A larger text gets a buffer of its own. */
const MOST_KEPT = 1024 * 1024;

type Room = Pick<Utf8, 'bytes' | 'pairs'>;

function roomOf(size: number): Room {
  const bytes = new Uint8Array(size + (size & 1));
  return { bytes, pairs: new Uint16Array(bytes.buffer) };
}

let kept = roomOf(64 * 1024);

function roomFor(size: number): Room {
  if (size > MOST_KEPT) return roomOf(size);
  if (size > kept.bytes.length) kept = roomOf(Math.min(MOST_KEPT, 2 * size));
  return kept;
}

/** The text with its UTF-8, which stands until the next call. */
export function sourceOf(text: string): Source {
  const { bytes, pairs } = roomFor(3 * text.length + PADDING);
  const length = encodeUtf8Into(text, bytes);
  for (let i = 0; i < PADDING; i += 1) bytes[length + i] = 0;
  return { text, bytes, pairs, length };
}

/** Turns offsets of bytes into offsets of the text. They are asked for in rising order. */
export function unitsBefore({ text, bytes, length }: Source): (offset: number) => number {
  if (length === text.length) return (offset) => offset;
  let at = 0;
  let units = 0;
  return (offset) => {
    for (; at < offset; at += 1) {
      const byte = bytes[at] as number;
      if ((byte & 0xc0) !== 0x80) units += byte >= 0xf0 ? 2 : 1;
    }
    return units;
  };
}

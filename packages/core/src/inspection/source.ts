import { encodeUtf8Into } from '../text/index.ts';
import { PADDING, type Utf8 } from './anchors.ts';

/** A text and its UTF-8, which is read several times as fast as a string. */
export interface Source extends Utf8 {
  readonly text: string;
  /** Made when it's first asked for. */
  wide?: WideCharacters;
}

/** Characters beyond ASCII: where each ends, and by how much more bytes than units the text has had by then. */
interface WideCharacters {
  readonly ends: readonly number[];
  readonly excess: readonly number[];
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

function wideCharacters({ bytes, pairs, length }: Source): WideCharacters {
  const ends: number[] = [];
  const excess: number[] = [];
  let sum = 0;
  for (let at = 0; at < length; ) {
    if ((at & 1) === 0 && ((pairs[at >> 1] as number) & 0x8080) === 0) at += 2;
    else if ((bytes[at] as number) < 0x80) at += 1;
    else {
      const lead = bytes[at] as number;
      const size = lead >= 0xf0 ? 4 : lead >= 0xe0 ? 3 : 2;
      at += size;
      // Four bytes are two units, fewer are one.
      sum += size === 4 ? 2 : size - 1;
      ends.push(at);
      excess.push(sum);
    }
  }
  return { ends, excess };
}

/** Turns offsets of bytes into offsets of the text. They are asked for in rising order. */
export function unitsBefore(source: Source): (offset: number) => number {
  if (source.length === source.text.length) return (offset) => offset;
  let next = 0;
  return (offset) => {
    source.wide ??= wideCharacters(source);
    const { ends, excess } = source.wide;
    while (next < ends.length && (ends[next] as number) <= offset) next += 1;
    return next === 0 ? offset : offset - (excess[next - 1] as number);
  };
}

import { decodeUtf8Lossy, encodeUtf8 } from '../text/index.ts';
import { ByteBuffer } from './byte-buffer.ts';

/** One dispatched server-sent event. */
export interface SseEvent {
  /** The `event:` field; `message` when there is none. */
  readonly type: string;
  /** The `data:` lines, joined by newlines. */
  readonly data: string;
}

export interface SseLimits {
  /** Bytes that one event may hold, field names and comments included; 8 MiB by default. */
  readonly maxEventBytes?: number;
  /** Whether an event with these `data:` values is wanted; the others are dropped, and never decoded. */
  readonly isWanted?: (values: readonly Uint8Array[]) => boolean;
}

const CR = 0x0d;
const LF = 0x0a;
const COLON = 0x3a;
const SPACE = 0x20;
const DATA = encodeUtf8('data');
const EVENT = encodeUtf8('event');

/** Whether the first `length` bytes of a line are this name. */
function isNamed(line: Uint8Array, length: number, name: Uint8Array): boolean {
  if (length !== name.length) return false;
  for (let i = 0; i < length; i += 1) if (line[i] !== name[i]) return false;
  return true;
}

/**
 * An incremental reader of `text/event-stream` by the WHATWG grammar: lines end in CR, LF or CRLF, chunks may be
 * split anywhere, a byte order mark may stand first, an event ends at an empty line, and one that the stream breaks
 * off is dropped.
 */
export class SseParser {
  readonly #maxEventBytes: number;
  readonly #isWanted: (values: readonly Uint8Array[]) => boolean;
  /** The start of a line that an earlier chunk broke off. */
  readonly #line = new ByteBuffer();
  #eventBytes = 0;
  #afterCr = false;
  #firstLine = true;
  #type = '';
  /** Values of `data:` fields. Those of this chunk are views of it, earlier ones are copies. */
  #data: Uint8Array[] = [];
  #copied = 0;
  #problem: string | null = null;

  constructor(limits: SseLimits = {}) {
    this.#maxEventBytes = limits.maxEventBytes ?? 8 * 1024 * 1024;
    this.#isWanted = limits.isWanted ?? (() => true);
  }

  /** Why reading stopped, or null. After an event over the limit nothing more is read. */
  get problem(): string | null {
    return this.#problem;
  }

  /** Takes the next bytes and returns the events that they complete. The bytes are not kept. */
  push(chunk: Uint8Array): SseEvent[] {
    const events: SseEvent[] = [];
    let from = 0;
    for (let at = 0; at < chunk.length && this.#problem === null; at += 1) {
      const byte = chunk[at] as number;
      if (byte !== LF && byte !== CR) {
        this.#afterCr = false;
        continue;
      }
      // The LF of a CRLF ended its line at the CR already, possibly in an earlier chunk.
      if (!(byte === LF && this.#afterCr)) this.#endLine(chunk.subarray(from, at), events);
      this.#afterCr = byte === CR;
      from = at + 1;
    }
    if (from < chunk.length) {
      const rest = chunk.subarray(from);
      if (this.#count(rest)) this.#line.append(rest);
    }
    this.#keepData();
    return events;
  }

  /**
   * Passes a chunk by when it consists of whole events, which costs a fraction of reading it. False when it must be read:
   * an earlier chunk left something unfinished, or this one does.
   */
  passBy(chunk: Uint8Array): boolean {
    const { length } = chunk;
    const isWhole =
      length >= 2 && length <= this.#maxEventBytes && chunk[length - 1] === LF && chunk[length - 2] === LF;
    // With the bytes of an event its type and its data are gone.
    const isBetween = this.#eventBytes === 0 && !this.#afterCr && this.#problem === null;
    if (!isWhole || !isBetween) return false;
    this.#firstLine = false;
    return true;
  }

  /** Copies what an unfinished event has of memory that isn't ours. */
  #keepData(): void {
    for (; this.#copied < this.#data.length; this.#copied += 1) {
      // Not `slice`, which only looks at the same memory when the chunk is a Node buffer.
      this.#data[this.#copied] = new Uint8Array(this.#data[this.#copied] as Uint8Array);
    }
  }

  /** Counts bytes towards the event's limit; false when reading has stopped. */
  #count(part: Uint8Array): boolean {
    this.#eventBytes += part.length;
    if (this.#eventBytes > this.#maxEventBytes && this.#problem === null) {
      this.#problem = `an event is larger than ${this.#maxEventBytes} bytes`;
      this.#line.clear();
      this.#data = [];
      this.#copied = 0;
    }
    return this.#problem === null;
  }

  #endLine(end: Uint8Array, events: SseEvent[]): void {
    if (!this.#count(end)) return;
    let line = end;
    if (this.#line.length > 0) {
      this.#line.append(end);
      line = this.#line.view();
    }
    if (this.#firstLine) {
      this.#firstLine = false;
      if (line[0] === 0xef && line[1] === 0xbb && line[2] === 0xbf) line = line.subarray(3);
    }
    if (line.length === 0) this.#dispatch(events);
    else this.#takeField(line);
    if (this.#line.length > 0) {
      this.#keepData();
      this.#line.clear();
    }
  }

  #takeField(line: Uint8Array): void {
    const colon = line.indexOf(COLON);
    const length = colon < 0 ? line.length : colon;
    const isEvent = isNamed(line, length, EVENT);
    if (!isEvent && !isNamed(line, length, DATA)) return;
    let from = colon < 0 ? line.length : colon + 1;
    if (line[from] === SPACE) from += 1;
    const value = line.subarray(from);
    if (isEvent) this.#type = decodeUtf8Lossy(value);
    else this.#data.push(value);
  }

  #dispatch(events: SseEvent[]): void {
    if (this.#data.length > 0 && this.#isWanted(this.#data)) {
      events.push({
        type: this.#type === '' ? 'message' : this.#type,
        data: this.#data.map((value) => decodeUtf8Lossy(value)).join('\n'),
      });
    }
    this.#type = '';
    this.#data.length = 0;
    this.#copied = 0;
    this.#eventBytes = 0;
  }
}

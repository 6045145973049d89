import type { ServerResponse } from 'node:http';
import type { Socket } from 'node:net';

/** Up to so many bytes it costs less to copy an answer's bytes into one buffer than to hand over several. */
const mostCopied = 16 * 1024;
const carriageReturn = 0x0d;
const lineFeed = 0x0a;

/** Passes an answer's bytes on to the client, once its head is written. */
export interface AnswerWriter {
  /** Sends it after the current turn of the loop, together with what else comes in it. The bytes must not change. */
  add(chunk: Buffer): void;
  /** Sends at once what was added. */
  flush(): void;
  /** Sends what was added and ends the answer. */
  finish(): void;
  /** Nothing more comes; the client's connection may serve another call. */
  end(): void;
}

/**
 * Streams are many small pieces, and `response.write` hands each to its connection as four writes (length, line end,
 * piece, line end) of which the system then gets one: a third of what a piece costs. From the second on pieces are
 * framed here, in one buffer, when the answer is chunked and the connection is its own by then.
 * @param full called when the client reads more slowly; `drained` when it has caught up
 */
export function createAnswerWriter(
  response: ServerResponse,
  full: () => void,
  drained: () => void,
): AnswerWriter {
  let pieces: Buffer[] = [];
  let size = 0;
  let begun = false;
  let waiting: Socket | null = null;
  const onDrain = (): void => {
    waiting = null;
    drained();
  };
  const flush = (): void => {
    if (size === 0) return;
    const sent = pieces;
    const bytes = size;
    pieces = [];
    size = 0;
    if (response.destroyed || response.writableEnded) return;
    const { socket } = response;
    if (begun && socket !== null && response.chunkedEncoding && bytes <= mostCopied) {
      if (socket.write(chunkOf(sent, bytes)) || waiting !== null) return;
      waiting = socket.once('drain', onDrain);
      full();
      return;
    }
    begun = true;
    if (!response.write(joined(sent, bytes))) full();
  };
  response.on('drain', drained);
  return {
    add(chunk) {
      if (chunk.length === 0) return;
      if (size === 0) process.nextTick(flush);
      pieces.push(chunk);
      size += chunk.length;
    },
    flush,
    finish() {
      if (begun || size === 0 || response.destroyed || response.writableEnded) {
        flush();
        response.end();
        return;
      }
      // All of it came at once, as most answers do that are no streams: one write, with the head.
      const whole = joined(pieces, size);
      pieces = [];
      size = 0;
      response.end(whole);
    },
    end() {
      response.off('drain', drained);
      waiting?.off('drain', onDrain);
      waiting = null;
    },
  };
}

function joined(pieces: readonly Buffer[], bytes: number): Buffer {
  return pieces.length === 1 ? (pieces[0] as Buffer) : Buffer.concat(pieces, bytes);
}

/** One chunk of the chunked transfer coding: RFC 9112, section 7.1. */
function chunkOf(pieces: readonly Buffer[], bytes: number): Buffer {
  const head = `${bytes.toString(16)}\r\n`;
  const chunk = Buffer.allocUnsafe(head.length + bytes + 2);
  let at = chunk.write(head, 'latin1');
  for (const piece of pieces) at += piece.copy(chunk, at);
  chunk[at] = carriageReturn;
  chunk[at + 1] = lineFeed;
  return chunk;
}

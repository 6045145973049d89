import type { Duplex } from 'node:stream';

/** How long a client may go on sending what nobody reads. */
const lingerMs = 1_000;

const phrases: Readonly<Record<number, string>> = {
  400: 'Bad Request',
  405: 'Method Not Allowed',
  408: 'Request Timeout',
  426: 'Upgrade Required',
  431: 'Request Header Fields Too Large',
};

/** The status for what Node could not read as a request: 400, 408 or 431. */
export function clientErrorStatus({ code = '' }: NodeJS.ErrnoException): number {
  if (code === 'HPE_HEADER_OVERFLOW') return 431;
  return code === 'ERR_HTTP_REQUEST_TIMEOUT' ? 408 : 400;
}

/**
 * Answers with JSON on a socket that has no response, since there was no whole request, and closes it.
 * @param headers more lines of the head, each with its CRLF
 */
export function answerRaw(socket: Duplex, status: number, body: string, headers = ''): void {
  // Answered already: more bytes that make no sense are no reason to cut the answer off.
  if (socket.writableEnded) return;
  // The server lets go of an upgraded or tunnelled socket: an error on it would end the process, and a client that
  // never closes its side would keep it, and with it a drain, open for ever.
  socket.on('error', () => socket.destroy());
  if (!socket.writable) {
    socket.destroy();
    return;
  }
  const timer = setTimeout(() => socket.destroy(), lingerMs);
  socket.once('close', () => clearTimeout(timer));
  socket.resume();
  socket.end(
    `HTTP/1.1 ${status} ${phrases[status]}\r\n${headers}Connection: close\r\nContent-Type: application/json\r\n` +
      `Content-Length: ${Buffer.byteLength(body)}\r\n\r\n${body}`,
  );
}

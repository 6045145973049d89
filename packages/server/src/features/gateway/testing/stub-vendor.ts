import { once } from 'node:events';
import { createServer, type IncomingMessage, type ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';

/** One request as it arrived at the stub. */
export interface SeenCall {
  readonly method: string;
  readonly url: string;
  readonly rawHeaders: readonly string[];
  readonly headers: IncomingMessage['headers'];
  readonly body: Buffer;
  /** Resolves when the exchange is over; true when it ended before the answer was complete. */
  readonly aborted: Promise<boolean>;
}

export type Behaviour = (response: ServerResponse, call: SeenCall) => void;

/** A stand-in for a vendor that keeps what it was sent. */
export interface StubVendor {
  readonly url: string;
  readonly calls: SeenCall[];
  behave(behaviour: Behaviour): void;
  /** The next call, as soon as it has arrived. */
  next(): Promise<SeenCall>;
  close(): Promise<void>;
}

export async function startStubVendor(): Promise<StubVendor> {
  const calls: SeenCall[] = [];
  const waiting: ((call: SeenCall) => void)[] = [];
  let behaviour = json('{}');
  const server = createServer(async (request, response) => {
    response.on('error', () => {});
    const chunks: Buffer[] = [];
    try {
      for await (const chunk of request as AsyncIterable<Buffer>) chunks.push(chunk);
    } catch {
      return;
    }
    const closed = once(response, 'close');
    const call: SeenCall = {
      method: request.method ?? '',
      url: request.url ?? '',
      rawHeaders: request.rawHeaders,
      headers: request.headers,
      body: Buffer.concat(chunks),
      aborted: closed.then(() => !response.writableFinished),
    };
    calls.push(call);
    for (const tell of waiting.splice(0)) tell(call);
    behaviour(response, call);
  });
  server.listen(0, '127.0.0.1');
  await once(server, 'listening');
  return {
    url: `http://127.0.0.1:${(server.address() as AddressInfo).port}`,
    calls,
    behave(next) {
      behaviour = next;
    },
    next: () => new Promise((resolve) => waiting.push(resolve)),
    async close() {
      const closed = once(server, 'close');
      server.close();
      server.closeAllConnections();
      await closed;
    },
  };
}

/** Answers JSON. */
export function json(body: string, status = 200, headers: Record<string, string | string[]> = {}): Behaviour {
  return (response) => {
    response.writeHead(status, { 'content-type': 'application/json', ...headers });
    response.end(body);
  };
}

/** Writes bytes to the connection as they are and ends it. */
export function bytes(text: string): Behaviour {
  return (response) => {
    response.socket?.end(text, 'latin1');
  };
}

import { once } from 'node:events';
import { createServer, type RequestListener, type Server } from 'node:http';
import { type AddressInfo, createServer as createTcpServer, type Socket } from 'node:net';
import { Agent } from 'undici';
import { afterEach, describe, expect, it } from 'vitest';
import { createSpentBodies, type SpentBodies } from './spent-bodies.ts';

const open: { close(): unknown }[] = [];
afterEach(async () => {
  for (const one of open.splice(0)) await one.close();
});

async function listening(server: Server | ReturnType<typeof createTcpServer>): Promise<string> {
  open.push(server);
  server.listen(0, '127.0.0.1');
  await once(server, 'listening');
  return `http://127.0.0.1:${(server.address() as AddressInfo).port}`;
}

function spentBodies(): SpentBodies {
  const spent = createSpentBodies();
  open.push(spent);
  return spent;
}

const agent = () => {
  const own = new Agent();
  open.unshift({ close: () => own.destroy() });
  return own;
};

/** Sends a body, and gives it back when the answer has ended. */
function send(spent: SpentBodies, url: string, body: Buffer, by = agent()): Promise<void> {
  return new Promise((resolve, reject) => {
    by.dispatch(
      { origin: url, path: '/', method: 'POST', body },
      {
        onRequestStart() {},
        onResponseStart() {},
        onResponseData() {},
        onResponseEnd() {
          spent.giveBack(body);
          resolve();
        },
        onResponseError: (_controller, error) => reject(error),
      },
    );
  });
}

const reading =
  (received: Buffer[]): RequestListener =>
  async (request, response) => {
    for await (const chunk of request) received.push(chunk as Buffer);
    response.end('{}');
  };

describe('the memory of a request body', () => {
  it('is given back once the vendor has all of it', async () => {
    const received: Buffer[] = [];
    const url = await listening(createServer(reading(received)));
    const spent = spentBodies();
    const by = agent();
    for (const fill of ['a', 'b', 'c']) {
      const body = Buffer.alloc(200_000, fill);
      await send(spent, url, body, by);
      expect(body.length).toBe(0);
      expect(Buffer.concat(received.splice(0)).equals(Buffer.alloc(200_000, fill))).toBe(true);
    }
  });

  it('stays while the vendor may still read, though it has answered', async () => {
    const sockets: Socket[] = [];
    const server = createTcpServer((socket) => {
      sockets.push(socket);
      // The head is read, the rest of the body stays in the system's buffers and in the sender's memory.
      socket.once('data', () => {
        socket.pause();
        socket.write('HTTP/1.1 200 OK\r\ncontent-length: 2\r\n\r\n{}');
      });
      socket.on('error', () => {});
    });
    const url = await listening(server);
    const body = Buffer.alloc(64 * 1024 * 1024, 'x');
    await send(spentBodies(), url, body);
    expect(body.length).toBe(64 * 1024 * 1024);
    for (const socket of sockets) socket.destroy();
  });

  it('stays where it is not the body’s own, or too little to matter', async () => {
    const url = await listening(createServer(reading([])));
    const spent = spentBodies();
    const part = Buffer.alloc(100_000, 'x').subarray(0, 99_999);
    const small = Buffer.alloc(1_000, 'x');
    await send(spent, url, part);
    await send(spent, url, small);
    expect([part.length, small.length]).toEqual([99_999, 1_000]);
  });

  it('stays when nothing is known of how it was sent', async () => {
    const spent = spentBodies();
    const body = Buffer.alloc(100_000, 'x');
    spent.giveBack(body);
    expect(body.length).toBe(100_000);
    const url = await listening(createServer(reading([])));
    spent.close();
    await send(spent, url, body);
    expect(body.length).toBe(100_000);
  });
});

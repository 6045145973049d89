import { connect } from 'node:net';
import { gzipSync } from 'node:zlib';
import { afterAll, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import { bombs } from '../support/bombs.ts';
import { call, headersFor, routes } from '../support/calls.ts';
import { open } from '../support/client.ts';
import { type Governed, startGoverned } from '../support/governed.ts';
import { memoryRise } from '../support/memory.ts';
import { hugeEvents, pause, respond, stream } from '../support/stub-upstream.ts';

/** Megabytes of the long stream: 200 unless told (FAIRLEAD_STREAM_MB=1024 for the whole gigabyte). */
const streamMB = Number(process.env.FAIRLEAD_STREAM_MB ?? '200');
const limit = 32 * 1024 * 1024;
let governed: Governed;
beforeAll(async () => {
  governed = await startGoverned();
  await call(governed.gateway, routes.chat, governed.keys.allowed, routes.chat.body('Warm up'));
});
afterAll(() => governed.close());
beforeEach(() => {
  governed.stub.reset();
  governed.stub.behave(respond(200, { 'content-type': 'application/json' }, '{}'));
});

/** A body of exactly this many bytes, with little to inspect. */
function bodyOf(size: number): Buffer {
  const start = '{"model":"gpt-5.5","messages":[{"role":"user","content":"Hi"}]';
  return Buffer.from(`${start}${' '.repeat(size - start.length - 1)}}`);
}

describe('a large body', () => {
  it('is refused with 413 one byte over 32 MiB, declared or not', async () => {
    const over = bodyOf(limit + 1);
    const declared = await governed.untouched(() =>
      call(governed.gateway, routes.chat, governed.keys.allowed, over).catch((error) => error.code),
    );
    // A client that still writes when the refusal comes may see the closed connection first.
    if (typeof declared === 'object') expect(declared.status).toBe(413);
    else expect(['EPIPE', 'ECONNRESET']).toContain(declared);
    const status = await governed.untouched(() => chunkedStatus(over));
    expect([413, 'EPIPE', 'ECONNRESET']).toContain(status);
    const claimed = await governed.untouched(() => headerOnlyStatus(limit + 1));
    expect(claimed).toBe(413);
  });

  it('of 32 MiB exactly goes through', async () => {
    const answer = await call(governed.gateway, routes.chat, governed.keys.allowed, bodyOf(limit));
    expect(answer.status, answer.text).toBe(200);
    expect(governed.stub.calls[0]!.body.length).toBe(limit);
  });

  it('that is coded may not grow beyond 64 MiB', async () => {
    const coded = gzipSync(bodyOf(64 * 1024 * 1024 + 1));
    const answer = await governed.untouched(() =>
      call(governed.gateway, routes.chat, governed.keys.allowed, coded, {
        headers: ['content-encoding', 'gzip'],
      }),
    );
    expect(answer.status).toBe(413);
  });
});

/** The status of a chunked upload without a declared length. */
function chunkedStatus(body: Buffer): Promise<number | string> {
  const headers = [...headersFor(routes.chat, governed.keys.allowed), 'transfer-encoding', 'chunked'];
  return new Promise((resolve) => {
    const request = open(governed.gateway, {
      path: routes.chat.path,
      headers: [...headers, 'host', new URL(governed.gateway).host],
      exactHeaders: true,
      body,
    });
    request.on('response', (response) => {
      response.resume();
      resolve(response.statusCode ?? 0);
    });
    request.on('error', (error: NodeJS.ErrnoException) => resolve(error.code ?? ''));
  });
}

/** The status for a declared length of which not one byte is sent. */
function headerOnlyStatus(length: number): Promise<number> {
  const { hostname, port, host } = new URL(governed.gateway);
  return new Promise((resolve, reject) => {
    const socket = connect(Number(port), hostname);
    socket.on('error', reject);
    socket.once('data', (chunk) => {
      socket.destroy();
      resolve(Number(String(chunk).split(' ')[1]));
    });
    socket.write(
      `POST ${routes.chat.path} HTTP/1.1\r\nHost: ${host}\r\nAuthorization: Bearer ${governed.keys.allowed}\r\n` +
        `Content-Type: application/json\r\nContent-Length: ${length}\r\n\r\n`,
    );
  });
}

describe('a bomb of 10 GB', () => {
  const made = bombs(10 * 1024 ** 3);

  it.each(Object.keys(made))('as %s is refused in steady memory', async (coding) => {
    const rise = await memoryRise(governed.app, async () => {
      for (let round = 0; round < 3; round += 1) {
        const answer = await governed.untouched(() =>
          call(governed.gateway, routes.chat, governed.keys.allowed, made[coding]!, {
            headers: ['content-encoding', coding],
          }),
        );
        expect([400, 413]).toContain(answer.status);
      }
    });
    // One decoded body of 64 MiB may be there, with its pieces, until the collector has run.
    expect(rise).toBeLessThan(300);
  });
});

describe('a long stream', () => {
  it(`of ${streamMB} MB with a slow reader keeps memory steady and the vendor waiting`, {
    timeout: 60_000 + streamMB * 200,
  }, async () => {
    governed.stub.behave(stream(hugeEvents(streamMB * 1_000_000)));
    let received = 0;
    let aheadAtPause = 0;
    const rise = await memoryRise(governed.app, async () => {
      const request = open(governed.gateway, {
        path: routes.chat.path,
        headers: headersFor(routes.chat, governed.keys.allowed),
        body: JSON.stringify(routes.chat.body('Stream', { stream: true })),
        timeoutMs: 60_000,
      });
      await new Promise<void>((resolve, reject) => {
        request.on('error', reject);
        request.on('response', async (response) => {
          response.on('error', reject);
          response.once('readable', () => {});
          await pause(1500);
          aheadAtPause = governed.stub.calls[0]!.sent;
          response.on('data', (chunk: Buffer) => {
            received += chunk.length;
          });
          response.on('end', resolve);
        });
      });
    });
    expect(received).toBe(governed.stub.calls[0]!.sent);
    expect(received).toBeGreaterThanOrEqual(streamMB * 1_000_000);
    expect(aheadAtPause, 'bytes taken from the vendor while the client reads nothing').toBeLessThan(
      Math.min(64_000_000, streamMB * 500_000),
    );
    expect(rise).toBeLessThan(160);
  });
});

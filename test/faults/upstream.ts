import { createHash } from 'node:crypto';
import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';

/** A counting stand-in for a vendor: remembers the digest of every body it was sent. */
export interface CountingUpstream {
  readonly url: string;
  /** Lower-case hex sha256 of each body, in the order of arrival. */
  readonly digests: readonly string[];
  /** Requests whose head arrived, whether or not the body did. */
  arrived(): number;
  close(): Promise<void>;
}

const answer = JSON.stringify({
  id: 'chatcmpl-fault',
  object: 'chat.completion',
  created: 0,
  model: 'gpt-5.5',
  choices: [{ index: 0, message: { role: 'assistant', content: 'ok' }, finish_reason: 'stop' }],
  usage: { prompt_tokens: 3, completion_tokens: 1, total_tokens: 4 },
});

/** Starts it on a free port. Each answer takes up to 8 ms, so that kills fall into every part of a call. */
export async function startUpstream(): Promise<CountingUpstream> {
  const digests: string[] = [];
  let heads = 0;
  const server = createServer((request, response) => {
    heads++;
    const hash = createHash('sha256');
    request.on('data', (chunk: Buffer) => hash.update(chunk));
    request.on('error', () => {});
    response.on('error', () => {});
    request.on('end', () => {
      digests.push(hash.digest('hex'));
      setTimeout(() => {
        response.writeHead(200, { 'content-type': 'application/json' });
        response.write(answer.slice(0, 40));
        setTimeout(() => response.end(answer.slice(40)), 2);
      }, Math.random() * 6);
    });
  });
  await new Promise<void>((done) => server.listen(0, '127.0.0.1', done));
  return {
    url: `http://127.0.0.1:${(server.address() as AddressInfo).port}`,
    digests,
    arrived: () => heads,
    close: () =>
      new Promise((done) => {
        server.close(() => done());
        server.closeAllConnections();
      }),
  };
}

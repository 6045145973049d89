// The stub vendor: takes any body, answers at once. A process of its own, so that its work is not counted as a gateway's.
import { createServer, type IncomingMessage, type ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';
import type { Answering, Ask, Told } from './protocol.ts';

const head = { id: 'chatcmpl-stub', created: 1_772_445_600, model: 'gpt-5.5' };
const usage = { prompt_tokens: 1_000, completion_tokens: 40, total_tokens: 1_040 };

const whole = Buffer.from(
  JSON.stringify({
    ...head,
    object: 'chat.completion',
    choices: [
      {
        index: 0,
        message: { role: 'assistant', content: 'The tests pass now. '.repeat(20), refusal: null },
        finish_reason: 'stop',
        logprobs: null,
      },
    ],
    usage,
  }),
);

const event = (more: object) =>
  Buffer.from(`data: ${JSON.stringify({ ...head, object: 'chat.completion.chunk', ...more })}\n\n`);
const delta = (content: string) =>
  event({ choices: [{ index: 0, delta: { content }, logprobs: null, finish_reason: null }], usage: null });
const piece = delta(' and then');
const closing = Buffer.concat([
  event({ choices: [{ index: 0, delta: {}, logprobs: null, finish_reason: 'stop' }], usage: null }),
  event({ choices: [], usage }),
  Buffer.from('data: [DONE]\n\n'),
]);

let answering: Answering = { stream: false, chunks: 0, paceMs: 0 };
let requests = 0;
let bytes = 0;

function stream(response: ServerResponse, { chunks, paceMs }: Answering): void {
  response.writeHead(200, { 'content-type': 'text/event-stream; charset=utf-8', 'x-request-id': 'stub' });
  let sent = 0;
  const next = (): void => {
    if (response.destroyed) return;
    if (sent === chunks) {
      response.end(closing);
      return;
    }
    sent += 1;
    response.write(piece);
    if (paceMs === 0) setImmediate(next);
    else setTimeout(next, paceMs);
  };
  next();
}

function answer(request: IncomingMessage, response: ServerResponse): void {
  request.on('data', (chunk: Buffer) => {
    bytes += chunk.length;
  });
  request.on('end', () => {
    requests += 1;
    if (answering.stream) return stream(response, answering);
    const headers = { 'content-type': 'application/json', 'content-length': whole.length };
    response.writeHead(200, headers).end(whole);
  });
}

const tell = (message: Told): void => {
  process.send?.(message);
};
const server = createServer({ keepAliveTimeout: 600_000, maxHeaderSize: 65_536 }, answer);
process.on('message', (ask: Ask) => {
  if (ask.ask === 'answering') {
    answering = ask.answering;
    tell({ told: 'done' });
  } else if (ask.ask === 'count') {
    tell({ told: 'counted', requests, bytes });
    requests = 0;
    bytes = 0;
  }
});
process.on('disconnect', () => process.exit(0));
server.listen(0, '127.0.0.1', () => {
  tell({ told: 'listening', url: `http://127.0.0.1:${(server.address() as AddressInfo).port}` });
});

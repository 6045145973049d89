import { createServer, type IncomingMessage, type ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';

/** The vendor of a soak: answers whole at once, or streams for about a quarter of a second. */
export interface Vendor {
  readonly url: string;
  close(): Promise<void>;
}

const pieces = 12;
const paceMs = 20;
const head = { id: 'chatcmpl-soak', created: 1_772_445_600, model: 'gpt-5.5' };
const usage = { prompt_tokens: 10, completion_tokens: 2, total_tokens: 12 };
const message = { role: 'assistant', content: 'Done.', refusal: null };
const whole = JSON.stringify({
  ...head,
  object: 'chat.completion',
  choices: [{ index: 0, message, finish_reason: 'stop', logprobs: null }],
  usage,
});
const event = (more: object) =>
  `data: ${JSON.stringify({ ...head, object: 'chat.completion.chunk', ...more })}\n\n`;
const choice = (delta: object, finish: string | null) => ({
  choices: [{ index: 0, delta, logprobs: null, finish_reason: finish }],
});

function stream(response: ServerResponse): void {
  response.writeHead(200, { 'content-type': 'text/event-stream; charset=utf-8' });
  let sent = 0;
  const timer = setInterval(() => {
    sent += 1;
    if (sent <= pieces)
      return void response.write(event({ ...choice({ content: ' and' }, null), usage: null }));
    clearInterval(timer);
    response.write(event({ ...choice({}, 'stop'), usage: null }));
    response.end(`${event({ choices: [], usage })}data: [DONE]\n\n`);
  }, paceMs);
  response.on('close', () => clearInterval(timer));
}

function answer(request: IncomingMessage, response: ServerResponse): void {
  const parts: Buffer[] = [];
  request.on('data', (part: Buffer) => parts.push(part));
  request.on('end', () => {
    if (Buffer.concat(parts).includes('"stream":true')) return stream(response);
    response
      .writeHead(200, { 'content-type': 'application/json', 'content-length': whole.length })
      .end(whole);
  });
}

export async function startVendor(): Promise<Vendor> {
  const server = createServer(answer);
  await new Promise<void>((done) => server.listen(0, '127.0.0.1', done));
  return {
    url: `http://127.0.0.1:${(server.address() as AddressInfo).port}`,
    close: () => {
      server.closeAllConnections();
      return new Promise((done) => server.close(() => done()));
    },
  };
}

import { afterAll, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import { call, routes } from '../support/calls.ts';
import type { Incoming } from '../support/client.ts';
import { verifyLedger } from '../support/fairlead.ts';
import { type Governed, startGoverned } from '../support/governed.ts';
import { raw, reset, respond, stream } from '../support/stub-upstream.ts';

let governed: Governed;
let number = 0;
beforeAll(async () => {
  governed = await startGoverned();
});
afterAll(() => governed.close());
beforeEach(() => {
  governed.stub.reset();
  number += 1;
});

const ask = () =>
  call(governed.gateway, routes.chat, governed.keys.allowed, routes.chat.body(`Hi ${number}`));

/** What came back, or the code of the error that the client saw. */
async function outcomeOf(): Promise<Incoming | string> {
  return ask().catch((error: NodeJS.ErrnoException) => error.code ?? error.message);
}

async function expectAlive(): Promise<void> {
  governed.stub.behave(respond(200, {}, '{}'));
  number += 1;
  expect((await ask()).status).toBe(200);
}

describe('a vendor that doesn’t speak HTTP properly', () => {
  const ok = 'HTTP/1.1 200 OK\r\n';
  it.each([
    ['garbage', '\0\x01\x02nonsense\r\n\r\n'],
    ['nothing', ''],
    ['an SSH banner', 'SSH-2.0-OpenSSH_9.2\r\n'],
    ['headers of 200 KB', `${ok}x-big: ${'a'.repeat(200_000)}\r\ncontent-length: 2\r\n\r\n{}`],
    ['headers without end', `${ok}${'x-a: b\r\n'.repeat(50_000)}`],
    ['two Content-Lengths', `${ok}content-length: 2\r\ncontent-length: 30\r\n\r\n{}`],
    [
      'Content-Length and chunked',
      `${ok}content-length: 2\r\ntransfer-encoding: chunked\r\n\r\n2\r\n{}\r\n0\r\n\r\n`,
    ],
    ['a bad chunk size', `${ok}transfer-encoding: chunked\r\n\r\nxyz\r\n{}\r\n`],
    ['status 099', 'HTTP/1.1 099 Odd\r\ncontent-length: 0\r\n\r\n'],
    ['status 101', 'HTTP/1.1 101 Switching Protocols\r\nupgrade: websocket\r\nconnection: upgrade\r\n\r\n'],
    [
      'a thousand 103s',
      `${'HTTP/1.1 103 Early Hints\r\nlink: x\r\n\r\n'.repeat(1000)}${ok}content-length: 2\r\n\r\n{}`,
    ],
    ['a zero byte in a header', `${ok}x-a: b\0c\r\ncontent-length: 2\r\n\r\n{}`],
    ['a header beyond ASCII', `${ok}x-a: \xff\xfe\x80\r\ncontent-length: 2\r\n\r\n{}`],
    ['a header named __proto__', `${ok}__proto__: x\r\ncontent-length: 2\r\n\r\n{}`],
    ['a second answer', `${ok}content-length: 2\r\n\r\n{}HTTP/1.1 200 OK\r\ncontent-length: 4\r\n\r\nevil`],
    ['less than it announced', `${ok}content-length: 2000\r\n\r\n{}`],
  ])('causes no failure of ours: %s', async (_name, bytes) => {
    governed.stub.behave(raw(bytes));
    const outcome = await outcomeOf();
    if (typeof outcome === 'string') expect(outcome).toMatch(/ECONNRESET|aborted|HPE_/);
    else {
      expect([200, 502]).toContain(outcome.status);
      expect(outcome.text).not.toContain('evil');
      expect(outcome.headers['x-fairlead-op']).toBeTruthy();
    }
    await expectAlive();
  });

  it('is said to be unreachable when it hangs up or isn’t there', async () => {
    governed.stub.behave(reset);
    const answer = await ask();
    expect(answer.status).toBe(502);
    expect(answer.headers['x-fairlead-reason']).toBe('gateway.vendor-unreachable');
    const op = answer.headers['x-fairlead-op'];
    const outcome = await governed.app.entry((line) => line.kind === 'outcome' && line.op === op);
    expect(outcome).toMatchObject({ outcome: 'vendor-unreachable', status: null, usage: null });
  });
});

describe('usage that can’t be true', () => {
  it.each([
    ['negative', { prompt_tokens: -5, completion_tokens: 3 }],
    ['a fraction', { prompt_tokens: 1.5, completion_tokens: 3 }],
    ['beyond safe integers', { prompt_tokens: 2 ** 60, completion_tokens: 3 }],
    ['a text', { prompt_tokens: '5', completion_tokens: 3 }],
    ['absurdly large', { prompt_tokens: 9_007_199_254_740_991, completion_tokens: 9_007_199_254_740_991 }],
    ['null', null],
    ['a list', [1, 2]],
  ])('is not recorded as usage: %s', async (_name, usage) => {
    governed.stub.behave(respond(200, { 'content-type': 'application/json' }, JSON.stringify({ usage })));
    const answer = await ask();
    expect(answer.status).toBe(200);
    const op = answer.headers['x-fairlead-op'];
    const outcome = await governed.app.entry((line) => line.kind === 'outcome' && line.op === op);
    expect(outcome.usage).toBeNull();
  });

  it('but honest usage is', async () => {
    const usage = { prompt_tokens: 12, completion_tokens: 3, prompt_tokens_details: { cached_tokens: 4 } };
    governed.stub.behave(respond(200, { 'content-type': 'application/json' }, JSON.stringify({ usage })));
    const op = (await ask()).headers['x-fairlead-op'];
    const outcome = await governed.app.entry((line) => line.kind === 'outcome' && line.op === op);
    expect(outcome.usage?.outputTokens).toBe(3);
  });
});

describe('odd streams', () => {
  it.each([
    ['one event of 5 MB', [`data: ${'x'.repeat(5_000_000)}\n\n`]],
    ['a line without end', ['data: ', ...Array(50).fill('y'.repeat(100_000))]],
    ['events of nothing', Array(2000).fill('\n\n')],
    ['bytes that are not UTF-8', [Buffer.from([0xff, 0xfe, 0x0a, 0x0a]), 'data: {}\n\n']],
    ['events after [DONE]', ['data: [DONE]\n\n', 'data: {"late":1}\n\n']],
  ] as [string, (string | Buffer)[]][])('pass as they are: %s', async (_name, parts) => {
    governed.stub.behave(stream(parts));
    const body = routes.chat.body(`Stream ${number}`, { stream: true });
    const answer = await call(governed.gateway, routes.chat, governed.keys.allowed, body);
    expect(answer.status).toBe(200);
    expect(answer.body.equals(Buffer.concat(parts.map((part) => Buffer.from(part as string))))).toBe(true);
  });
});

describe('afterwards', () => {
  it('every allowed call has one outcome, and the log verifies', async () => {
    await governed.app.stop();
    const entries = await governed.app.entries();
    const allowed = entries.filter((line) => line.decision === 'allow').map((line) => line.op);
    const closed = entries.filter((line) => line.kind === 'outcome').map((line) => line.op);
    expect(closed.sort()).toEqual(allowed.sort());
    expect((await verifyLedger(governed.app.dataDir)).code).toBe(0);
  });
});

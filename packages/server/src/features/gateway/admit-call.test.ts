import { createHash } from 'node:crypto';
import { gzipSync } from 'node:zlib';
import type { Program } from '@fairlead/core/program';
import { afterAll, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import { exampleBundle } from './testing/bundle.ts';
import { open, pause } from './testing/client.ts';
import { skunkworks } from './testing/fakes.ts';
import {
  always,
  chat,
  chatPath,
  headersFor,
  messages,
  messagesPath,
  metricOf,
  startTestGateway,
  type TestGateway,
  withGateway,
} from './testing/start.ts';
import { json } from './testing/stub-vendor.ts';

const sha256 = (bytes: string | Buffer) => createHash('sha256').update(bytes).digest('hex');

let gateway: TestGateway;
beforeAll(async () => {
  gateway = await startTestGateway();
});
afterAll(() => gateway.close());
beforeEach(() => {
  gateway.vendor.calls.length = 0;
  gateway.vendor.behave(json('{"ok":true}'));
  gateway.ledger.drafts.length = 0;
  gateway.ledger.failing.clear();
  gateway.ledger.before = async () => {};
  gateway.clock.at += 60_000;
});

describe('a refusal by policy', () => {
  it('is 400 in OpenAI’s words, is recorded, and sends nothing', async () => {
    const body = JSON.stringify(chat('What is in here?'));
    const answer = await gateway.call(chatPath, 'key-unlisted', body);
    expect(answer.status).toBe(400);
    expect(answer.headers).toMatchObject({
      'content-type': 'application/json',
      'x-should-retry': 'false',
      'x-fairlead-reason': 'repository.allowlist',
    });
    expect(answer.json.error).toMatchObject({ type: 'invalid_request_error', code: 'repository.allowlist' });
    expect(answer.json.error.message).toContain(answer.op);
    expect(gateway.vendor.calls).toHaveLength(0);
    expect(gateway.ledger.of('decision')[0]).toMatchObject({
      ...{ op: answer.op, decision: 'deny', repository: skunkworks, policyIds: ['repository.allowlist'] },
      ...{ received: sha256(body), forwarded: null },
    });
    expect(gateway.ledger.of('outcome')).toEqual([]);
  });

  it('is 451 in Anthropic’s', async () => {
    const answer = await gateway.call(messagesPath, 'key-unlisted', messages('Hi'));
    expect(answer.status).toBe(451);
    expect(answer.json).toMatchObject({ type: 'error', request_id: answer.op });
    expect(answer.json.error.message).toContain('repository.allowlist');
  });

  it('names every reason, the most severe first', async () => {
    const answer = await gateway.call(chatPath, 'key-outside', chat('Hi', { model: 'gpt-99' }));
    const ids = String(answer.headers['x-fairlead-reason']).split(',');
    expect(ids).toEqual(expect.arrayContaining(['model.not-allowed', 'stage.not-included']));
    expect(answer.json.error.message).toContain('(also: ');
    expect(gateway.ledger.of('decision')[0]).toMatchObject({ vendor: null, model: 'gpt-99' });
  });

  it('hides a model’s name that could be content', async () => {
    await gateway.call(chatPath, 'key-allowed', chat('Hi', { model: 'my secret is hunter2' }));
    expect(gateway.ledger.of('decision')[0]?.model).toMatch(/^h:/);
    expect(JSON.stringify(gateway.ledger.drafts)).not.toContain('hunter2');
  });

  it('is recorded once when the same is asked again within the window', async () => {
    const first = await gateway.call(chatPath, 'key-unlisted', chat('Again'));
    const second = await gateway.call(chatPath, 'key-unlisted', chat('Again'));
    expect(second.status).toBe(400);
    expect(second.op).toBe(first.op);
    expect(gateway.ledger.of('decision')).toHaveLength(1);
    gateway.clock.at += 10_000;
    const later = await gateway.call(chatPath, 'key-unlisted', chat('Other'));
    expect(later.op).not.toBe(first.op);
    expect(gateway.ledger.of('decision')).toHaveLength(2);
  });

  it('of an ambiguous model ends with a key that names its vendor', async () => {
    const twice = (program: Program): Program => {
      const listed = program.models.find(({ id }) => id === 'gpt-5.5');
      return { ...program, models: [...program.models, { ...listed!, vendor: 'azure-openai' }] };
    };
    await withGateway({ bundle: always(await exampleBundle(twice)) }, async (own) => {
      const ambiguous = await own.call(chatPath, 'key-allowed', chat('Hi'));
      expect(ambiguous.json.error.code).toBe('model.ambiguous');
      const named = await own.call(chatPath, 'key-openai', chat('Hi'));
      expect(named.status, named.text).toBe(200);
    });
  });
});

describe('what can’t be read or sent on', () => {
  it.each([
    ['no JSON', 'x', [], 400, /^json\./],
    ['a duplicate key', '{"model":"a","model":"b"}', [], 400, /^json\./],
    ['a coding that lies', '{}', ['content-encoding', 'gzip'], 400, /^gateway\.content-coding$/],
  ] as const)('is refused and recorded as a decision: %s', async (_name, body, headers, status, reason) => {
    const answer = await gateway.call(chatPath, 'key-allowed', body, { headers });
    expect(answer.status).toBe(status);
    expect(answer.headers['x-fairlead-reason']).toMatch(reason);
    expect(gateway.ledger.of('decision')).toEqual([
      expect.objectContaining({
        ...{ op: answer.op, decision: 'deny', policyIds: [answer.headers['x-fairlead-reason']], input: null },
        ...{ received: sha256(body), vendor: null, forwarded: null, keyId: 'allowed' },
        coverage: {
          inspected: [],
          skipped: [{ what: 'body', why: 'refused before inspection' }],
          ruleset: '',
        },
      }),
    ]);
    expect(gateway.vendor.calls).toHaveLength(0);
  });

  it('is recorded when not even its body was read', async () => {
    const query = await gateway.call(`${chatPath}?key=1`, 'key-allowed', chat('Hi'));
    expect(query.headers['x-fairlead-reason']).toBe('gateway.query-unknown');
    expect(gateway.ledger.of('decision')[0]).toMatchObject({
      policyIds: ['gateway.query-unknown'],
      received: null,
    });
    const headers = ['authorization', 'Bearer key-two', 'content-type', 'text/plain'];
    const answer = await new Promise<number | undefined>((resolve) => {
      open(gateway.url, { path: chatPath, headers, body: '{}' }).on('response', ({ statusCode }) =>
        resolve(statusCode),
      );
    });
    expect(answer).toBe(415);
    expect(gateway.ledger.of('decision')[1]).toMatchObject({
      policyIds: ['gateway.content-type'],
      keyId: 'two',
    });
  });

  it('is folded like any repeat', async () => {
    const first = await gateway.call(chatPath, 'key-allowed', 'x');
    const second = await gateway.call(chatPath, 'key-allowed', 'x');
    expect([first.status, second.status]).toEqual([400, 400]);
    expect(gateway.ledger.of('decision')).toHaveLength(1);
  });

  it('is no decision when it is too large', () =>
    withGateway({ limits: { maxBodyBytes: 500, maxDecodedBytes: 1_000 } }, async (own) => {
      const declared = await own.call(chatPath, 'key-allowed', Buffer.alloc(501));
      const chunked = await own.call(chatPath, 'key-allowed', Buffer.alloc(2_000_000), { chunked: true });
      const bomb = await own.call(chatPath, 'key-allowed', gzipSync(Buffer.alloc(1_001)), {
        headers: ['content-encoding', 'gzip'],
      });
      for (const answer of [declared, chunked, bomb]) {
        expect(answer.status).toBe(413);
        expect(answer.json.error.code).toBe('gateway.body-too-large');
      }
      expect(own.ledger.drafts).toEqual([]);
      expect((await own.call(chatPath, 'key-allowed', chat('Hi'))).status, 'still alive').toBe(200);
    }));

  it('is no decision when the client went before its body was there', async () => {
    const request = open(gateway.url, {
      path: chatPath,
      headers: [...headersFor(chatPath, 'key-allowed'), 'content-length', '100'],
    });
    request.on('error', () => {});
    request.write('{"model"');
    const inFlight = () => metricOf(gateway, 'fairlead_in_flight');
    while ((await inFlight()) !== 1) await pause();
    request.destroy();
    while ((await inFlight()) !== 0) await pause();
    const next = await gateway.call(chatPath, 'key-allowed', chat('Hi'));
    await gateway.ledger.entry('outcome', next.op);
    expect(gateway.ledger.of('decision').map(({ op }) => op)).toEqual([next.op]);
  });

  it('is refused when a vendor stands at a private address', () =>
    withGateway({ allowPrivate: [] }, async (own) => {
      const answer = await own.call(chatPath, 'key-allowed', chat('Hi'));
      expect(answer.status).toBe(502);
      expect(answer.headers['x-fairlead-reason']).toBe('gateway.vendor-address');
      expect(own.vendor.calls).toHaveLength(0);
      expect(own.ledger.of('decision')).toEqual([
        expect.objectContaining({ op: answer.op, decision: 'deny', policyIds: ['gateway.vendor-address'] }),
      ]);
      expect(own.ledger.of('outcome')).toEqual([]);
    }));

  it('is refused when the name of a vendor leads to a private address, and that is its outcome', () =>
    withGateway({ allowPrivate: [], baseUrls: { openai: 'http://localhost:9' } }, async (own) => {
      const answer = await own.call(chatPath, 'key-allowed', chat('Hi'));
      expect(answer.status).toBe(502);
      expect(answer.headers['x-fairlead-reason']).toBe('gateway.vendor-address');
      expect(answer.headers['x-should-retry']).toBe('false');
      expect(await own.ledger.entry('outcome', answer.op)).toMatchObject({
        outcome: 'vendor-unreachable',
        status: null,
      });
    }));

  it('is refused when the operator confirmed no credential', () =>
    withGateway({ credentials: {} }, async (own) => {
      const answer = await own.call(chatPath, 'key-allowed', chat('Hi'));
      expect(answer.status).toBe(502);
      expect(answer.headers['x-fairlead-reason']).toBe('gateway.vendor-credential-missing');
      expect(own.vendor.calls).toHaveLength(0);
      expect(own.ledger.of('decision')).toEqual([
        expect.objectContaining({
          op: answer.op,
          decision: 'deny',
          policyIds: ['gateway.vendor-credential-missing'],
          forwarded: null,
        }),
      ]);
    }));
});

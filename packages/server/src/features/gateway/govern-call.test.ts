import { createHash } from 'node:crypto';
import { gzipSync } from 'node:zlib';
import type { Program } from '@fairlead/core/program';
import { afterAll, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import { exampleBundle } from './testing/bundle.ts';
import { open, until } from './testing/client.ts';
import { inspectionFinding, payments, type TestKey } from './testing/fakes.ts';
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

describe('an allowed call', () => {
  it('is recorded, then forwarded byte for byte, then its outcome is recorded', async () => {
    const body = `{ "messages":[{"role":"user","content":"Gr\\u00fc\\u00dfe"}], "x_new" : 1.0,\n"model":"gpt-5.5"}`;
    const recordedFirst: boolean[] = [];
    gateway.vendor.behave((response) => {
      recordedFirst.push(gateway.ledger.of('decision').length === 1);
      json('{"usage":{"prompt_tokens":12,"completion_tokens":3}}')(response, undefined as never);
    });
    const answer = await gateway.call(chatPath, 'key-allowed', body, {
      headers: ['user-agent', 'codex/0.169.0'],
    });
    expect(answer.status).toBe(200);
    expect(recordedFirst).toEqual([true]);
    const [seen] = gateway.vendor.calls;
    expect([seen?.method, seen?.url, seen?.body.toString()]).toEqual(['POST', chatPath, body]);
    expect(seen?.headers).toMatchObject({ authorization: 'Bearer sk-openai', 'user-agent': 'codex/0.169.0' });

    const outcome = await gateway.ledger.entry('outcome', answer.op);
    const [decision] = gateway.ledger.of('decision');
    expect(decision).toMatchObject({
      ...{
        v: 1,
        id: answer.op,
        op: answer.op,
        origin: 'live',
        decision: 'allow',
        endpoint: 'chat-completions',
      },
      ...{
        keyId: 'allowed',
        repository: payments,
        repositoryEvidence: 'key',
        vendor: 'openai',
        model: 'gpt-5.5',
      },
      ...{
        received: sha256(body),
        forwarded: sha256(body),
        configEpoch: 7,
        engine: 'compiled',
        findings: [],
      },
      ...{ assistant: { name: 'codex', version: '0.169.0' }, policyIds: ['call.permit'], notices: [] },
      instance: { id: 'instance', incarnation: 'incarnation' },
    });
    expect(decision?.coverage.skipped.map(({ what }) => what)).toContain('output');
    const [input] = gateway.ledger.drafts[0]?.inputs ?? [];
    expect(input?.digest).toBe(decision?.input);
    expect(sha256(input?.json ?? '')).toBe(decision?.input);
    expect(outcome).toMatchObject({
      ...{ op: answer.op, outcome: 'completed', status: 200, responseBytes: answer.body.length },
      ...{ response: sha256(answer.body), usage: { inputTokens: 12, outputTokens: 3 } },
    });
    expect(outcome.latencyMs).toBeGreaterThanOrEqual(outcome.firstByteMs ?? Number.NaN);
  });

  it('of a coded body is forwarded decoded', async () => {
    const body = JSON.stringify(messages('Hi'));
    const answer = await gateway.call(`${messagesPath}?beta=true`, 'key-claude', gzipSync(body), {
      headers: ['content-encoding', 'gzip'],
    });
    expect(answer.status, answer.text).toBe(200);
    const [seen] = gateway.vendor.calls;
    expect(seen?.url).toBe('/v1/messages?beta=true');
    expect(seen?.body.toString()).toBe(body);
    expect(seen?.headers['content-encoding']).toBeUndefined();
    expect(seen?.headers).toMatchObject({ 'x-api-key': 'sk-anthropic', 'anthropic-version': '2023-06-01' });
    expect(gateway.ledger.of('decision')[0]?.received).toBe(sha256(body));
  });

  it('says which warnings it met', () =>
    withGateway({ inspection: inspectionFinding('credential-suspect') }, async (own) => {
      const answer = await own.call(chatPath, 'key-allowed', chat('Hi'));
      expect(answer.status).toBe(200);
      expect(answer.headers['x-fairlead-notice']).toBe('data.credential-suspect');
      expect(own.ledger.of('decision')[0]?.notices).toEqual(['data.credential-suspect']);
    }));

  it('for a key of several repositories needs all of them to allow', async () => {
    const all = await gateway.call(chatPath, 'key-two', chat('Hi'));
    expect(all.status).toBe(200);
    expect(gateway.ledger.of('decision')[0]).toMatchObject({ repository: null, decision: 'allow' });
    const half = await gateway.call(chatPath, 'key-half', chat('Hi'));
    expect(half.json.error.code).toBe('repository.allowlist');
    const narrowed = await gateway.call(chatPath, 'key-half', chat('Hi'), {
      headers: ['x-fairlead-repository', payments],
    });
    expect(narrowed.status).toBe(200);
    expect(gateway.ledger.of('decision').at(-1)).toMatchObject({
      repository: payments,
      repositoryEvidence: 'header',
    });
  });
});

describe('a vendor in caller mode', () => {
  const seatStage = (program: Program): Program => ({ ...program, currentStage: 'scale' });
  const body = messages('Hi', { model: 'claude-sonnet-5-seat' });

  it('gets the caller’s own token, untouched', async () => {
    await withGateway({ bundle: always(await exampleBundle(seatStage)) }, async (own) => {
      const answer = await own.call(messagesPath, 'sk-ant-seat', body, {
        headers: ['x-fairlead-key', 'key-claude'],
      });
      expect(answer.status, answer.text).toBe(200);
      expect(own.vendor.calls[0]?.headers['x-api-key']).toBe('sk-ant-seat');
      expect(own.vendor.calls[0]?.headers['x-fairlead-key']).toBeUndefined();
      expect(JSON.stringify(own.ledger.drafts)).not.toContain('sk-ant-seat');

      const without = await own.call(messagesPath, 'key-claude', body);
      expect(without.status).toBe(400);
      expect(without.headers['x-fairlead-reason']).toBe('gateway.caller-token-missing');
      expect(own.ledger.of('decision').at(-1)).toMatchObject({
        decision: 'deny',
        policyIds: ['gateway.caller-token-missing'],
        forwarded: null,
      });
    });
  });
});

describe('calls that ask the same', () => {
  const send = async (key: TestKey = 'key-allowed') => {
    gateway.ledger.drafts.length = 0;
    await gateway.call(chatPath, key, chat('Hi'));
    return gateway.ledger.drafts[0]?.inputs?.[0];
  };

  it('within a second are decided at that second and have the same inputs', async () => {
    gateway.clock.at = Date.parse('2026-11-27T12:00:01.004Z');
    const first = await send();
    gateway.clock.at += 990;
    expect(await send()).toEqual(first);
    expect(JSON.parse(first?.json ?? '').requests[0].context.now).toEqual({
      __extn: { fn: 'datetime', arg: '2026-11-27T12:00:01.000Z' },
    });
    gateway.clock.at += 10;
    expect((await send())?.digest).not.toBe(first?.digest);
  });
});

describe('a caller nobody knows', () => {
  it.each([chatPath, messagesPath])('gets 401 on %s, no entry, and is counted', async (path) => {
    const before = await metricOf(gateway, 'fairlead_unauthenticated_total');
    const answer = await gateway.call(path, 'key-unknown', chat('Hi'));
    expect(answer.status).toBe(401);
    expect(answer.json.error.type).toBe('authentication_error');
    expect(gateway.ledger.drafts).toEqual([]);
    expect(gateway.vendor.calls).toHaveLength(0);
    expect(await metricOf(gateway, 'fairlead_unauthenticated_total')).toBe(before + 1);
  });

  it('with two credentials gets 400', async () => {
    const answer = await gateway.call(chatPath, 'key-allowed', chat('Hi'), {
      headers: ['x-api-key', 'other'],
    });
    expect(answer.status).toBe(400);
    expect(answer.headers['x-fairlead-reason']).toBe('gateway.credentials-conflict');
    expect(gateway.ledger.drafts).toEqual([]);
  });
});

describe('a ledger that fails', () => {
  it('at the decision of an allowed call refuses it: nothing goes upstream', async () => {
    gateway.ledger.failing.add('decision');
    for (const path of [chatPath, messagesPath]) {
      const [key, body] = path === chatPath ? ['key-allowed', chat('Hi')] : ['key-claude', messages('Hi')];
      const answer = await gateway.call(path, key as TestKey, body as object);
      expect(answer.status).toBe(503);
      expect(answer.headers['retry-after']).toBe('5');
      expect(answer.headers['x-should-retry']).toBeUndefined();
      expect(answer.headers['x-fairlead-reason']).toBe('ledger.unavailable');
    }
    expect(gateway.vendor.calls).toHaveLength(0);
    expect(gateway.ledger.drafts).toEqual([]);
  });

  it('at the decision of a refused or unreadable call answers 503 too, and forgets no refusal', async () => {
    gateway.ledger.failing.add('decision');
    expect((await gateway.call(chatPath, 'key-unlisted', chat('Hi'))).status).toBe(503);
    expect((await gateway.call(chatPath, 'key-allowed', 'x')).status).toBe(503);
    gateway.ledger.failing.clear();
    expect((await gateway.call(chatPath, 'key-unlisted', chat('Hi'))).status).toBe(400);
    expect(gateway.ledger.of('decision')).toHaveLength(1);
  });

  it('at the outcome leaves the answer as it is and says so in the log', async () => {
    gateway.ledger.failing.add('outcome');
    const answer = await gateway.call(chatPath, 'key-allowed', chat('Hi'));
    expect(answer.status).toBe(200);
    expect(answer.text).toBe('{"ok":true}');
    const told = () => gateway.lines.some((line) => line.includes('outcome could not be recorded'));
    await until(told);
    expect(gateway.lines.find((line) => line.includes(answer.op))).toContain('"level":"error"');
    expect(gateway.ledger.of('outcome')).toEqual([]);
  });

  it('that is slow sends nothing until the record is there', async () => {
    let release = () => {};
    const appending = new Promise<void>((started) => {
      gateway.ledger.before = () => {
        started();
        return new Promise((resolve) => {
          release = resolve;
        });
      };
    });
    const answer = gateway.call(chatPath, 'key-allowed', chat('Hi'));
    await appending;
    expect(gateway.vendor.calls).toHaveLength(0);
    gateway.ledger.before = async () => {};
    release();
    expect((await answer).status).toBe(200);
    expect(gateway.vendor.calls).toHaveLength(1);
  });

  it('until the client went sends nothing at all, and records that', async () => {
    let release = () => {};
    const appending = new Promise<void>((started) => {
      gateway.ledger.before = (drafts) => {
        gateway.ledger.before = async () => {};
        expect(drafts[0]?.entry.kind).toBe('decision');
        started();
        return new Promise((resolve) => {
          release = resolve;
        });
      };
    });
    const request = open(gateway.url, {
      path: chatPath,
      headers: headersFor(chatPath, 'key-allowed'),
      body: JSON.stringify(chat('Hi')),
    });
    const gone = new Promise((resolve) => request.on('error', resolve));
    await appending;
    request.destroy();
    await gone;
    // A few rounds through the same server, after which it has seen the client go.
    for (let round = 0; round < 3; round += 1) await gateway.call(chatPath, 'key-unknown', chat('Hi'));
    release();
    await until(() => gateway.ledger.of('outcome').length === 1);
    expect(gateway.ledger.of('outcome')[0]).toMatchObject({
      outcome: 'client-aborted',
      status: null,
      response: null,
    });
    expect(gateway.vendor.calls).toHaveLength(0);
  });
});

describe('limits', () => {
  it('of buffered bytes refuse with 503 and are free again afterwards', () =>
    withGateway({ limits: { maxBufferedBytes: 300 } }, async (own) => {
      const large = chat('x'.repeat(400));
      const refused = await own.call(chatPath, 'key-allowed', large);
      expect(refused.status).toBe(503);
      expect(refused.headers).toMatchObject({ 'retry-after': '5', 'x-fairlead-reason': 'gateway.busy' });
      expect(own.ledger.drafts).toEqual([]);
      for (let n = 0; n < 5; n += 1) {
        expect((await own.call(chatPath, 'key-allowed', chat(`Hi ${n}`))).status).toBe(200);
      }
    }));

  it('count what a coded body becomes', () =>
    withGateway({ limits: { maxBufferedBytes: 2_000 } }, async (own) => {
      const coded = gzipSync(JSON.stringify(chat('x'.repeat(5_000))));
      const answer = await own.call(chatPath, 'key-allowed', coded, {
        headers: ['content-encoding', 'gzip'],
      });
      expect(answer.status).toBe(503);
      expect((await own.call(chatPath, 'key-allowed', chat('Hi'))).status).toBe(200);
    }));
});

describe('a failure of ours', () => {
  it('is 500 without its cause, is logged, and forwards nothing', () => {
    const inspection = {
      inspectCall: async () => {
        throw new TypeError('the prompt was: hunter2');
      },
    };
    return withGateway({ inspection }, async (own) => {
      const answer = await own.call(chatPath, 'key-allowed', chat('Hi'));
      expect(answer.status).toBe(500);
      expect(answer.headers['x-fairlead-reason']).toBe('server.internal');
      expect(answer.text).not.toContain('hunter2');
      expect(own.lines.some((line) => line.includes(answer.op) && line.includes('"level":"error"'))).toBe(
        true,
      );
      expect(own.vendor.calls).toHaveLength(0);
    });
  });
});

describe('metrics', () => {
  it('count decisions, reasons and outcomes, and what is in flight', async () => {
    const count = async () => ({
      allowed: await metricOf(gateway, 'fairlead_calls_total', {
        decision: 'allow',
        endpoint: 'chat-completions',
      }),
      denied: await metricOf(gateway, 'fairlead_calls_total', {
        decision: 'deny',
        endpoint: 'chat-completions',
      }),
      reason: await metricOf(gateway, 'fairlead_refusals_total', { reason: 'repository.allowlist' }),
      completed: await metricOf(gateway, 'fairlead_outcomes_total', { outcome: 'completed' }),
    });
    const before = await count();
    const { op } = await gateway.call(chatPath, 'key-allowed', chat('Hi'));
    await gateway.call(chatPath, 'key-unlisted', chat('Hi'));
    await gateway.ledger.entry('outcome', op);
    expect(await count()).toEqual({
      allowed: before.allowed + 1,
      denied: before.denied + 1,
      reason: before.reason + 1,
      completed: before.completed + 1,
    });
    expect(await metricOf(gateway, 'fairlead_in_flight')).toBe(0);
  });
});

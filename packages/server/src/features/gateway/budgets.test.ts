import { FairleadError } from '@fairlead/core/errors';
import { afterAll, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import type { Budgets, CallAsk, Held, MoneyFacts } from '../budgets/api.ts';
import { nothingWritten } from '../ledger/api.ts';
import {
  chat,
  chatPath,
  messages,
  messagesPath,
  metricOf,
  startTestGateway,
  type TestGateway,
} from './testing/start.ts';
import { json } from './testing/stub-vendor.ts';
import { unlimitedBudgets } from './testing/unlimited-budgets.ts';

/* What the gateway does with what the budgets say; what they say is tested where they are. */

const account = { key: 'key|day|2026-11-01|allowed', limit: 9, reserved: 9, settled: 0, overrun: 0 };
const room: MoneyFacts = { budgetReserved: true, unpriced: false, keyPaused: false, exhausted: null };
const asked: CallAsk[] = [];
const ended: string[] = [];
let facts = room;
let slots = 0;
let limited: FairleadError | null = null;

function held(op: string, said: MoneyFacts): Held {
  const charged = said.budgetReserved ? [account.key] : [];
  const effect = { kind: 'reserve', amount: 7, accounts: [{ key: account.key, limit: 9 }] } as const;
  return {
    facts: said,
    fields: { reserved: 7, reservedOutputTokens: 3, budgets: charged, prices: 'p', serviceTier: null },
    effect: said.budgetReserved ? effect : undefined,
    release: () => void ended.push(`released ${op}`),
    refused: ({ key }) => {
      ended.push(`refused ${op}`);
      return held(op, { ...room, budgetReserved: false, exhausted: key });
    },
    settle: ({ usage, status, sent }) => {
      ended.push(`settled ${op} ${usage?.outputTokens ?? '-'} ${status} ${sent}`);
      return {
        fields: { cost: 5, costBasis: 'usage', prices: 'p' },
        effect: { kind: 'settle', cost: 5 },
        also: [],
      };
    },
  };
}

const budgets: Pick<Budgets, 'admit' | 'reserve' | 'isPriced'> = {
  admit(_index, keyId) {
    if (limited !== null && keyId === 'allowed') throw limited;
    slots += 1;
    const release = () => {
      slots -= 1;
    };
    return { hold: () => undefined, release };
  },
  reserve(ask) {
    asked.push(ask);
    return held(ask.op, facts);
  },
  isPriced: unlimitedBudgets().isPriced,
};

let gateway: TestGateway;
beforeAll(async () => {
  gateway = await startTestGateway({ budgets });
});
afterAll(() => gateway.close());
beforeEach(() => {
  for (const list of [asked, ended, gateway.vendor.calls, gateway.ledger.drafts]) list.length = 0;
  gateway.vendor.behave(json('{"usage":{"prompt_tokens":4,"completion_tokens":2}}'));
  gateway.ledger.before = async () => {};
  gateway.clock.at += 60_000;
  facts = room;
  limited = null;
});

const draftOf = (kind: string) => gateway.ledger.drafts.find(({ entry }) => entry.kind === kind);

describe('a call that is allowed', () => {
  it('reserves with its decision and settles with its outcome', async () => {
    const body = chat('Hi', { n: 2, max_completion_tokens: 8 });
    const { op } = await gateway.call(chatPath, 'key-two', body);
    await gateway.ledger.entry('outcome', op);
    expect(asked).toMatchObject([
      {
        ...{ op, keyId: 'two', principal: 'dana.moss', vendor: 'openai', model: 'gpt-5.5' },
        repositories: ['github.com/acme/payments-api', 'github.com/acme/payments-sdk'],
        session: expect.stringMatching(/^k:/),
        size: {
          ...{ endpoint: 'chat-completions', bytes: JSON.stringify(body).length, maxTokens: 8, choices: 2 },
          ...{ images: 0, imageBytes: 0, remoteRefs: 0, vendorText: false, tools: false, serviceTier: null },
        },
      },
    ]);
    expect(draftOf('decision')).toMatchObject({
      entry: { reserved: 7, reservedOutputTokens: 3, budgets: [account.key], prices: 'p' },
      effect: { kind: 'reserve', amount: 7 },
    });
    expect(draftOf('outcome')).toMatchObject({
      entry: { cost: 5, costBasis: 'usage', prices: 'p' },
      effect: { kind: 'settle', cost: 5 },
    });
    expect(ended).toEqual([`settled ${op} 2 200 true`]);
    expect(slots).toBe(0);
  });

  it('says when nothing was sent', async () => {
    const unreachable = await startTestGateway({ budgets, baseUrls: { openai: 'http://127.0.0.1:1' } });
    const { op, status } = await unreachable.call(chatPath, 'key-allowed', chat('Hi'));
    expect(status).toBe(502);
    await unreachable.ledger.entry('outcome', op);
    expect(ended).toEqual([`settled ${op} - null false`]);
    await unreachable.close();
  });

  it('tells that the vendor adds what it keeps, and what its own tools find', async () => {
    const stored = { model: 'gpt-5.5-codex', input: 'Hi', previous_response_id: 'resp_1' };
    await gateway.call('/v1/responses', 'key-allowed', stored);
    await gateway.call('/v1/responses', 'key-allowed', { model: 'gpt-5.5-codex', input: 'Hi', store: true });
    const searching = { model: 'gpt-5.5-codex', input: 'Hi', tools: [{ type: 'web_search' }] };
    await gateway.call('/v1/responses', 'key-allowed', searching);
    const calling = { ...searching, tools: [{ type: 'function', name: 'f', parameters: {} }] };
    await gateway.call('/v1/responses', 'key-allowed', calling);
    expect(asked.map(({ size }) => [size.vendorText, size.tools])).toEqual([
      [true, false],
      [false, false],
      [true, true],
      [false, true],
    ]);
  });
});

describe('a call without room', () => {
  it('is refused by policy, with the budget’s name, and gives back what is held', async () => {
    facts = { ...room, budgetReserved: false, exhausted: 'the budget of somebody' };
    const answer = await gateway.call(messagesPath, 'key-claude', messages('Hi'));
    expect(answer.status).toBe(451);
    expect(answer.headers['x-fairlead-reason']).toBe('budget.exhausted');
    expect(answer.json.error.message).toContain('Without room: the budget of somebody.');
    expect(draftOf('decision')).toMatchObject({
      entry: { decision: 'deny', policyIds: ['budget.exhausted'], reserved: null, budgets: [], prices: null },
    });
    expect(draftOf('decision')?.effect).toBeUndefined();
    expect(ended).toEqual([`released ${answer.op}`]);
    expect(gateway.vendor.calls).toEqual([]);
  });

  it('is decided again when the ledger finds that there is none', async () => {
    gateway.ledger.before = async ([draft]) => {
      if (draft?.effect?.kind === 'reserve') throw new FairleadError('budget.exhausted', { cause: account });
    };
    const answer = await gateway.call(chatPath, 'key-allowed', chat('Hi'));
    expect(answer.status).toBe(400);
    expect(answer.headers['x-fairlead-reason']).toBe('budget.exhausted');
    expect(answer.json.error.message).toContain(account.key);
    expect(ended).toEqual([`refused ${answer.op}`, `released ${answer.op}`]);
    expect(gateway.ledger.of('decision')).toMatchObject([{ op: answer.op, decision: 'deny' }]);
    expect(gateway.vendor.calls).toEqual([]);
  });

  it('is refused for a paused key, whatever the program says', async () => {
    facts = { ...room, keyPaused: true };
    const answer = await gateway.call(chatPath, 'key-allowed', chat('Hi'));
    expect(answer.headers['x-fairlead-reason']).toBe('budget.key-paused');
    expect(ended).toEqual([`released ${answer.op}`]);
  });
});

describe('what is held', () => {
  it('is given back when the call has nowhere to go', async () => {
    const without = await startTestGateway({ budgets, credentials: {} });
    const { op, status } = await without.call(chatPath, 'key-allowed', chat('Hi'));
    expect(status).toBe(502);
    expect(ended).toEqual([`released ${op}`]);
    await without.close();
  });

  it('is given back when its record was certainly not written, and kept when nobody knows', async () => {
    const fail = (cause: unknown) => {
      gateway.ledger.before = async () => {
        throw new FairleadError('ledger.unavailable', { cause });
      };
    };
    fail(nothingWritten);
    const first = await gateway.call(chatPath, 'key-allowed', chat('Hi'));
    expect(first.status).toBe(503);
    expect(ended).toEqual([`released ${first.op}`]);
    fail(undefined);
    expect((await gateway.call(chatPath, 'key-allowed', chat('Hi'))).status).toBe(503);
    expect(ended).toHaveLength(1);
  });

  it.each([
    ['settled at nothing when its record was written too late', true],
    ['given back when it turns out that it was not', false],
  ])('is %s', async (_, written) => {
    const late = Promise.withResolvers<boolean>();
    gateway.ledger.before = async ([draft]) => {
      if (draft?.entry.kind === 'decision') {
        throw new FairleadError('ledger.unavailable', { cause: { written: late.promise } });
      }
    };
    const { op, status } = await gateway.call(chatPath, 'key-allowed', chat('Hi'));
    expect(status).toBe(503);
    expect(ended).toEqual([]);
    late.resolve(written);
    if (written) expect(await gateway.ledger.entry('outcome', op)).toMatchObject({ outcome: 'cut', cost: 5 });
    await expect.poll(() => ended).toEqual([written ? `settled ${op} - null false` : `released ${op}`]);
    expect(gateway.vendor.calls).toEqual([]);
  });
});

describe('a key over its share', () => {
  it('gets 429 and when to ask again, while others go on; a flood is one entry', async () => {
    limited = new FairleadError('gateway.key-share', { retryAfter: 3 });
    const flood = await Promise.all(
      Array.from({ length: 50 }, (_, call) => gateway.call(chatPath, 'key-allowed', chat(`call ${call}`))),
    );
    for (const { status, headers } of flood) {
      expect(status).toBe(429);
      expect(headers).toMatchObject({ 'retry-after': '3', 'x-fairlead-reason': 'gateway.key-share' });
      expect(headers['x-should-retry']).toBeUndefined();
    }
    expect((await gateway.call(chatPath, 'key-two', chat('Hi'))).status).toBe(200);
    expect((await gateway.call(chatPath, 'key-nobody', chat('Hi'))).status).toBe(401);
    const denied = gateway.ledger.of('decision').filter(({ decision }) => decision === 'deny');
    expect(denied).toMatchObject([{ keyId: 'allowed', policyIds: ['gateway.key-share'], received: null }]);
    expect(await metricOf(gateway, 'fairlead_refusals_total', { reason: 'gateway.key-share' })).toBe(50);
    expect(slots).toBe(0);
  });

  it('is told even where the ledger cannot record it', async () => {
    limited = new FairleadError('gateway.rate', { retryAfter: 1 });
    gateway.ledger.before = async () => {
      throw new FairleadError('ledger.unavailable');
    };
    expect((await gateway.call(chatPath, 'key-allowed', chat('Hi'))).status).toBe(429);
    await expect.poll(() => gateway.lines.join()).toMatch(/could not be recorded/);
  });
});

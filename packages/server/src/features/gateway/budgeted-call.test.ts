import { FairleadError } from '@fairlead/core/errors';
import type { Account } from '@fairlead/core/money';
import { afterAll, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import { nothingWritten } from '../ledger/api.ts';
import { pause, until } from './testing/client.ts';
import { callers, fakeIdentity, payments } from './testing/fakes.ts';
import { type SpiedBudgets, spiedBudgets } from './testing/spied-budgets.ts';
import {
  chat,
  chatPath,
  metricOf,
  startTestGateway,
  type TestGateway,
  withGateway,
} from './testing/start.ts';
import { json } from './testing/stub-vendor.ts';

let budgets: SpiedBudgets;
let gateway: TestGateway;
beforeAll(async () => {
  budgets = spiedBudgets();
  gateway = await startTestGateway({ budgets });
});
afterAll(() => gateway.close());
beforeEach(() => {
  budgets.trail.length = 0;
  budgets.asked.length = 0;
  budgets.facts = {};
  budgets.limit = null;
  gateway.vendor.calls.length = 0;
  gateway.vendor.behave(json('{}'));
  gateway.ledger.drafts.length = 0;
  gateway.ledger.failing.clear();
  gateway.ledger.before = async () => {};
  gateway.clock.at += 60_000;
});

const ask = (text = 'Hi') => gateway.call(chatPath, 'key-allowed', chat(text));

/** Fails the next append of a decision. */
function failDecision(error: FairleadError): void {
  gateway.ledger.before = async () => {
    gateway.ledger.before = async () => {};
    throw error;
  };
}

describe('what is set aside', () => {
  it('is asked for with what the call is about, and settled when it is over', async () => {
    const { op, status } = await ask();
    expect(status).toBe(200);
    await gateway.ledger.entry('outcome', op);
    expect(budgets.trail).toEqual(['reserved', 'settled, sent']);
    expect(budgets.asked[0]).toMatchObject({
      ...{
        op,
        keyId: 'allowed',
        principal: 'dana.moss',
        repositories: [payments],
        vendor: 'openai',
        model: 'gpt-5.5',
      },
    });
  });

  it('is given back when policy refuses', async () => {
    await gateway.call(chatPath, 'key-unlisted', chat('Hi'));
    expect(budgets.trail).toEqual(['reserved', 'released']);
  });

  it('is a fact of the decision: without room the call is refused by policy', async () => {
    budgets.facts = { budgetReserved: false, exhausted: 'key, day' };
    const answer = await ask();
    expect([answer.status, answer.json.error.code]).toEqual([400, 'budget.exhausted']);
    expect(answer.json.error.message).toContain('Without room: key, day.');
    expect(gateway.ledger.of('decision')[0]).toMatchObject({
      decision: 'deny',
      policyIds: ['budget.exhausted'],
    });
    expect(gateway.vendor.calls).toEqual([]);
  });

  it('is decided on again when the store finds no room', async () => {
    const full: Account = {
      key: 'key|day|2026-11-01|allowed',
      limit: 1,
      reserved: 1,
      settled: 0,
      overrun: 0,
    };
    failDecision(new FairleadError('budget.exhausted', { cause: full }));
    const answer = await ask();
    expect(answer.json.error.code).toBe('budget.exhausted');
    expect(answer.json.error.message).toContain(full.key);
    expect(gateway.ledger.of('decision').map(({ decision }) => decision)).toEqual(['deny']);
    expect(budgets.trail).toEqual(['reserved', 'refused', 'released']);
    expect(gateway.vendor.calls).toEqual([]);
  });

  it('is given back when the record was certainly not written', async () => {
    failDecision(new FairleadError('ledger.unavailable', { cause: nothingWritten }));
    expect((await ask()).status).toBe(503);
    expect(budgets.trail).toEqual(['reserved', 'released']);
  });

  it('is given back when the call can’t be sent on', () =>
    withGateway({ budgets, credentials: {} }, async (own) => {
      expect((await own.call(chatPath, 'key-allowed', chat('Hi'))).status).toBe(502);
      expect(budgets.trail).toEqual(['reserved', 'released']);
    }));

  it.each([
    [true, 'settled, not sent'],
    [false, 'released'],
  ])('waits for a record that came too late (written: %s)', async (written, end) => {
    let tell = (_written: boolean) => {};
    const late = new Promise<boolean>((resolve) => {
      tell = resolve;
    });
    failDecision(new FairleadError('ledger.unavailable', { cause: { written: late } }));
    const answer = await ask();
    expect(answer.status).toBe(503);
    expect(budgets.trail).toEqual(['reserved']);
    tell(written);
    await until(() => budgets.trail.length === 2);
    expect(budgets.trail[1]).toBe(end);
    expect(gateway.vendor.calls).toEqual([]);
    if (written) {
      expect(await gateway.ledger.entry('outcome', answer.op)).toMatchObject({
        status: null,
        response: null,
      });
    }
  });

  it('stays set aside when nobody will say whether there is a record', async () => {
    failDecision(new FairleadError('ledger.unavailable'));
    expect((await ask()).status).toBe(503);
    for (let round = 0; round < 10; round += 1) await pause();
    expect(budgets.trail).toEqual(['reserved']);
  });
});

describe('limits of a key’s calls', () => {
  it.each(['gateway.rate', 'gateway.concurrency'] as const)(
    'answer 429 before anything is read: %s',
    async (code) => {
      budgets.limit = { at: 'admit', error: new FairleadError(code, { retryAfter: 7 }) };
      const answer = await ask();
      expect([answer.status, answer.headers['x-fairlead-reason']]).toEqual([429, code]);
      expect(answer.headers['retry-after']).toBe('7');
      expect(answer.headers['x-should-retry']).toBeUndefined();
      expect(gateway.ledger.of('decision')).toEqual([
        expect.objectContaining({ op: answer.op, decision: 'deny', policyIds: [code], received: null }),
      ]);
      expect(budgets.trail).toEqual([]);
      expect(gateway.vendor.calls).toEqual([]);
    },
  );

  it('leave one entry of a flood, and a count', async () => {
    budgets.limit = { at: 'admit', error: new FairleadError('gateway.rate', { retryAfter: 1 }) };
    await Promise.all([ask('a'), ask('b'), ask('c'), ask('d')]);
    expect(gateway.ledger.of('decision')).toHaveLength(1);
    budgets.limit = null;
    gateway.clock.at += 10_000;
    expect((await ask()).status).toBe(200);
  });

  it('answer all the same when that can’t be recorded, and say so in the log', async () => {
    budgets.limit = { at: 'admit', error: new FairleadError('gateway.rate') };
    gateway.ledger.failing.add('decision');
    const answer = await ask();
    expect(answer.status).toBe(429);
    const told = () =>
      gateway.lines.some((line) => line.includes(answer.op) && line.includes('limit of calls'));
    await until(told);
  });

  it('count the bytes of a body, and everything is given back', async () => {
    budgets.limit = { at: 'hold', error: new FairleadError('gateway.key-share') };
    const answer = await ask();
    expect([answer.status, answer.headers['x-fairlead-reason']]).toEqual([429, 'gateway.key-share']);
    budgets.limit = null;
    const before = budgets.places.held;
    const { op } = await ask();
    await gateway.ledger.entry('outcome', op);
    expect(budgets.places.held - before).toBe(Buffer.byteLength(JSON.stringify(chat('Hi'))));
    while ((await metricOf(gateway, 'fairlead_in_flight')) > 0) await pause();
    expect(budgets.places.open).toBe(0);
  });
});

describe('a credential that is revoked', () => {
  it('ends the calls it began, and says why where an answer is waited for', () => {
    const revoked = new Set<string>();
    const identity = { ...fakeIdentity, isRevoked: ({ keyId }: { keyId: string }) => revoked.has(keyId) };
    return withGateway({ identity }, async (own) => {
      own.vendor.behave(() => {});
      const arrived = own.vendor.next();
      const cut = own.call(chatPath, 'key-allowed', chat('Hi'));
      const call = await arrived;
      revoked.add(callers['key-allowed'].keyId);
      const answer = await cut;
      expect([answer.status, answer.headers['x-fairlead-reason']]).toEqual([401, 'identity.key-invalid']);
      expect(await call.aborted).toBe(true);
      expect(await own.ledger.entry('outcome', answer.op)).toMatchObject({ outcome: 'cut', status: null });
      own.vendor.behave(json('{}'));
      expect((await own.call(chatPath, 'key-two', chat('Hi'))).status, 'another key').toBe(200);
    });
  });
});

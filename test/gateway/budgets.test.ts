import { setTimeout as sleep } from 'node:timers/promises';
import { afterAll, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import { call, refusalText, routes } from '../support/calls.ts';
import { cleanUp, verifyLedger } from '../support/fairlead.ts';
import {
  body,
  bound,
  budgetedProgram,
  budgetRow,
  budgetRows,
  chatAnswer,
  entriesIn,
  expectPriced,
  newKey,
  settled,
  startBudgeted,
  used,
} from '../support/money.ts';
import {
  type Behaviour,
  hang,
  pause,
  type StubUpstream,
  startStubUpstream,
} from '../support/stub-upstream.ts';

let stub: StubUpstream;

beforeAll(async () => {
  stub = await startStubUpstream();
});
afterAll(async () => {
  await stub.close();
  await cleanUp();
});
beforeEach(() => {
  stub.reset();
  stub.behave(chatAnswer(10, 5));
});

describe('1,000 calls at once under a small budget', () => {
  it('reserve no more than it holds, settle at what they used, and add up to the micro-dollar', async () => {
    const limit = 66 * bound + 7;
    const own = await budgetedProgram(
      stub.url,
      `limits: [{ scope: key, period: total, usd: ${limit / 1e6}, owner: platform }]`,
    );
    const app = await startBudgeted(own);
    const { key } = await newKey(own);
    let release = () => {};
    const released = new Promise<void>((done) => {
      release = done;
    });
    const answer: Behaviour = async (recorded, response) => {
      await released;
      await chatAnswer(10, 5)(recorded, response);
    };
    stub.behave(answer);
    let refused = 0;
    let busy = 0;
    const calls = Array.from({ length: 1000 }, async (_, number) => {
      for (;;) {
        const got = await call(app.ready.gateway, routes.chat, key, body(number), { timeoutMs: 120_000 });
        if (got.status === 400) refused += 1;
        // A slow disk makes the ledger refuse some of them: then the caller asks again, as clients do.
        if (got.status !== 503) return got;
        busy += 1;
        await pause(200);
      }
    });
    while (refused < 1000 - 66) {
      await sleep(50);
      const row = (await budgetRows(own.data, 'key'))[0];
      if (row) expect(row.settled + row.reserved).toBeLessThanOrEqual(limit);
    }
    // The last of them may still be between its record and its request.
    await expect.poll(() => refused + stub.arrived()).toBe(1000);
    if (busy === 0) {
      expect(stub.arrived()).toBe(66);
      const full = { limit, reserved: 66 * bound, settled: 0, overrun: 0 };
      expect(await budgetRow(own.data, 'key')).toMatchObject(full);
    }
    release();
    const answers = await Promise.all(calls);
    const allowed = answers.filter(({ status }) => status === 200);
    const made = allowed.length;
    expect(made).toBeLessThanOrEqual(66);
    if (busy === 0) expect(made).toBe(66);
    for (const got of answers.filter(({ status }) => status !== 200)) {
      expect(got.status).toBe(400);
      expect(got.headers['x-fairlead-reason']).toBe('budget.exhausted');
    }
    const refusal = answers.find(({ status }) => status === 400)!;
    expect(refusalText(refusal)).toMatch(/the whole budget of key /);

    const row = await settled(own.data, made * used);
    expect(row.settled + row.reserved).toBeLessThanOrEqual(limit);
    // What was set aside too much is free again.
    expect((await call(app.ready.gateway, routes.chat, key, body(1000))).status).toBe(200);
    await settled(own.data, (made + 1) * used);
    const entries = await entriesIn(own.data);
    expect(await expectPriced(own.data, entries)).toBe((made + 1) * used);
    const held = entries.filter((line) => line.kind === 'decision' && line.reserved === bound);
    if (busy === 0) expect(held).toHaveLength(67);
    expect((await app.stop()).code).toBe(0);
    expect(await verifyLedger(own.data)).toMatchObject({ code: 0, report: { ok: true } });
  }, 240_000);
});

describe('kill -9 with calls in flight', () => {
  it('charges what became of nobody knows at what was set aside, also over a restart', async () => {
    const limit = 10 * bound;
    const own = await budgetedProgram(
      stub.url,
      `limits: [{ scope: key, period: total, usd: ${limit / 1e6}, owner: platform }]`,
    );
    let app = await startBudgeted(own);
    const { key } = await newKey(own);
    expect((await call(app.ready.gateway, routes.chat, key, body(0))).status).toBe(200);
    await settled(own.data, used);
    stub.behave(hang);
    const hanging = Array.from({ length: 6 }, (_, number) =>
      call(app.ready.gateway, routes.chat, key, body(number + 1)).catch(() => null),
    );
    while (stub.arrived() < 7) await pause(20);
    await app.stop('SIGKILL');
    await Promise.all(hanging);
    expect(await budgetRow(own.data, 'key')).toMatchObject({ limit, reserved: 6 * bound, settled: used });
    expect(await verifyLedger(own.data)).toMatchObject({ code: 0 });

    stub.reset();
    stub.behave(chatAnswer(10, 5));
    app = await startBudgeted(own);
    expect(await budgetRow(own.data, 'key')).toMatchObject({ reserved: 0, settled: 6 * bound + used });
    stub.behave(hang);
    const more = Array.from({ length: 6 }, (_, number) =>
      call(app.ready.gateway, routes.chat, key, body(number + 10)).catch(() => null),
    );
    // Three more fit beside what is settled, and the others are refused at once.
    while (stub.arrived() < 3) await pause(20);
    const first = await Promise.race(more);
    expect(first).toMatchObject({ status: 400, headers: { 'x-fairlead-reason': 'budget.exhausted' } });
    expect(stub.arrived()).toBe(3);
    await app.stop('SIGKILL');
    await Promise.all(more);
    app = await startBudgeted(own);
    const row = await settled(own.data, 9 * bound + used);
    expect(row.settled + row.reserved).toBeLessThanOrEqual(limit);
    await app.stop();
    expect(await verifyLedger(own.data)).toMatchObject({ code: 0, report: { ok: true } });
  }, 180_000);
});

import { afterAll, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import { call, routes } from '../support/calls.ts';
import { cleanUp, type RunningFairlead } from '../support/fairlead.ts';
import {
  body,
  budgetedProgram,
  chatAnswer,
  entriesIn,
  entryIn,
  newKey,
  startBudgeted,
} from '../support/money.ts';
import type { OwnProgram } from '../support/own-program.ts';
import { hang, pause, type StubUpstream, startStubUpstream } from '../support/stub-upstream.ts';

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

describe('limits of calls', () => {
  let own: OwnProgram;
  let app: RunningFairlead;
  beforeAll(async () => {
    const calls = '[{ concurrent: 2, perMinute: 3, owner: platform }]';
    own = await budgetedProgram(stub.url, `limits: []\ncalls: ${calls}`);
    app = await startBudgeted(own);
  });
  afterAll(() => app.stop());

  it('refuse the calls of one key at once that are too many, and no other key’s', async () => {
    const [one, other] = [await newKey(own), await newKey(own)];
    stub.behave(hang);
    const hanging = [0, 1].map((number) =>
      call(app.ready.gateway, routes.chat, one.key, body(number)).catch(() => null),
    );
    while (stub.arrived() < 2) await pause(20);
    const refused = await call(app.ready.gateway, routes.chat, one.key, body(2));
    expect(refused.status).toBe(429);
    expect(refused.headers['retry-after']).toBe('1');
    expect(refused.json.error.code).toBe('gateway.concurrency');
    stub.behave(chatAnswer(1, 1));
    expect((await call(app.ready.gateway, routes.chat, other.key, body(3))).status).toBe(200);
    expect((await call(app.ready.gateway, routes.chat, 'flk_nobody', body(4))).status).toBe(401);
    const entry = await entryIn(own.data, (line) => line.policyIds?.includes('gateway.concurrency') === true);
    expect(entry).toMatchObject({ decision: 'deny', keyId: one.id });
    await app.stop('SIGKILL');
    await Promise.all(hanging);
    app = await startBudgeted(own);
  });

  it('refuse a key that calls too often, and say when to ask again', async () => {
    const { id, key } = await newKey(own);
    const began = Date.now();
    const flood = await Promise.all(
      Array.from({ length: 30 }, (_, number) => call(app.ready.gateway, routes.chat, key, body(number))),
    );
    const passed = flood.filter(({ status }) => status === 200).length;
    const refused = flood.filter(({ status }) => status === 429);
    // Two at once, three in a minute; on a slow machine one more may have come due meanwhile.
    const seconds = (Date.now() - began) / 1000;
    expect(passed).toBeLessThanOrEqual(3 + seconds / 20);
    expect(passed + refused.length).toBe(30);
    expect(stub.arrived()).toBe(passed);
    for (const { headers } of refused) expect(Number(headers['retry-after'])).toBeGreaterThanOrEqual(1);
    const { key: other } = await newKey(own);
    expect((await call(app.ready.gateway, routes.chat, other, body(40))).status).toBe(200);
    const denied = (await entriesIn(own.data)).filter(
      (line) => line.keyId === id && line.decision === 'deny',
    );
    expect(denied.length).toBeGreaterThanOrEqual(1);
    // The flood is one entry for each of the two limits at most; the rest is counted.
    expect(denied.length).toBeLessThanOrEqual(2 + 2 * Math.ceil(seconds / 10));
  });
});

import { setTimeout as sleep } from 'node:timers/promises';
import { afterAll, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import { costOf, readPriceBook } from '../../packages/core/src/money/index.ts';
import { openReader } from '../../packages/server/src/features/ledger/read.ts';
import { call, headersFor, refusalText, routes } from '../support/calls.ts';
import { open } from '../support/client.ts';
import { cleanUp, fairlead, type RunningFairlead, verifyLedger } from '../support/fairlead.ts';
import {
  type BudgetQuery,
  budgetedProgram,
  budgetRow,
  budgetRows,
  chatAnswer,
  entriesIn,
  entryIn,
  type Line,
  newKey,
} from '../support/money.ts';
import { type OwnProgram, startUp } from '../support/own-program.ts';
import {
  type Behaviour,
  hang,
  pause,
  respond,
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

function start(own: OwnProgram): Promise<RunningFairlead> {
  const credentials = { OPENAI_API_KEY: 'sk-stub', ANTHROPIC_API_KEY: 'sk-stub' };
  const args = ['--credential', 'OPENAI_API_KEY', '--credential', 'ANTHROPIC_API_KEY'];
  return startUp(own, args, credentials);
}

/** A chat body of always the same length, and so of always the same bound. */
function body(number: number, more: object = {}) {
  return routes.chat.body(`call ${String(number).padStart(6, '0')}`, { max_completion_tokens: 100, ...more });
}

/** Half a token a byte at 2 dollars, and 100 tokens at 14 dollars per million; in micro-dollars. */
const bound = Math.ceil(Buffer.byteLength(JSON.stringify(body(0))) / 2) * 2 + 100 * 14;
const used = 10 * 2 + 5 * 14;

/** Every outcome's cost is what the price book that it names says of the usage that it records. */
async function expectPriced(data: string, entries: readonly Line[]): Promise<number> {
  const decisions = new Map(entries.flatMap((line) => (line.kind === 'decision' ? [[line.op, line]] : [])));
  const reader = openReader(data);
  let sum = 0;
  for (const line of entries) {
    if (line.kind !== 'outcome' || line.costBasis !== 'usage' || typeof line.cost !== 'number') continue;
    const decision = decisions.get(line.op) as Line;
    const book = readPriceBook(
      line.prices as string,
      (await reader.readInput(line.prices as string)) as string,
    );
    const price = book.price(decision.vendor as string, decision.model as string);
    expect(line.cost).toBe(costOf(line.usage as never, price!, decision.endpoint as never, null));
    sum += line.cost;
  }
  await reader.close();
  return sum;
}

describe('1,000 calls at once under a small budget', () => {
  it('reserve no more than it holds, settle at what they used, and add up to the micro-dollar', async () => {
    const limit = 66 * bound + 7;
    const own = await budgetedProgram(
      stub.url,
      `limits: [{ scope: key, period: day, usd: ${limit / 1e6}, owner: platform }]`,
    );
    const app = await start(own);
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
    await pause(200);
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
    expect(refusalText(refusal)).toMatch(
      /the day's budget of key .* \(the next day begins \d{4}-\d\d-\d\d UTC\)/,
    );

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

/** Waits until a budget has settled this much and holds nothing. */
async function settled(data: string, amount: number, scope: BudgetQuery['scope'] = 'key') {
  for (const deadline = Date.now() + 5000; ; await pause(50)) {
    const row = await budgetRow(data, scope);
    if ((row.settled === amount && row.reserved === 0) || Date.now() > deadline) {
      expect(row).toMatchObject({ settled: amount, reserved: 0 });
      return row;
    }
  }
}

describe('one call', () => {
  let own: OwnProgram;
  let app: RunningFairlead;
  let key: string;
  let keyId: string;
  beforeAll(async () => {
    const limits = ['organisation', 'stage', 'team', 'repository', 'key', 'session']
      .map((scope) => `{ scope: ${scope}, period: total, usd: 10, owner: platform }`)
      .join(', ');
    own = await budgetedProgram(stub.url, `limits: [${limits}]`);
    app = await start(own);
  });
  afterAll(() => app.stop());
  beforeEach(async () => {
    ({ key, id: keyId } = await newKey(own));
  });

  const rowOf = async (scope: BudgetQuery['scope'], id: string) =>
    (await budgetRows(own.data, scope)).find((row) => row.id === id);
  /** The key's row once nothing is held any more. */
  async function keyRow() {
    for (const deadline = Date.now() + 5000; ; await pause(50)) {
      const row = await rowOf('key', keyId);
      if ((row && row.reserved === 0) || Date.now() > deadline) return row;
    }
  }
  const outcomeOf = (op: unknown) => entryIn(own.data, (line) => line.kind === 'outcome' && line.op === op);

  it('is charged to every budget that applies', async () => {
    const before = new Map(
      (await budgetRows(own.data)).map((row) => [`${row.scope} ${row.id}`, row.settled]),
    );
    const got = await call(app.ready.gateway, routes.chat, key, body(1));
    expect(got.status, got.text).toBe(200);
    await keyRow();
    const grown = (await budgetRows(own.data)).filter(
      (row) => row.settled === (before.get(`${row.scope} ${row.id}`) ?? 0) + used,
    );
    expect(grown.map(({ scope }) => scope)).toEqual([
      'organisation',
      'stage',
      'team',
      'repository',
      'key',
      'session',
    ]);
    const decision = await entryIn(own.data, (line) => line.op === got.headers['x-fairlead-op']);
    expect(decision).toMatchObject({ reserved: bound });
    expect(decision.budgets).toHaveLength(6);
    expect(decision.prices).toMatch(/^[0-9a-f]{64}$/);
  });

  it('of a model without a price is refused, never free', async () => {
    const got = await call(app.ready.gateway, routes.chat, key, body(2, { model: 'gpt-5.4' }));
    expect(got.status).toBe(400);
    expect(got.headers['x-fairlead-reason']).toBe('budget.unpriced');
    const tier = await call(app.ready.gateway, routes.chat, key, body(3, { service_tier: 'priority' }));
    expect(tier.headers['x-fairlead-reason']).toBe('budget.unpriced');
    expect(stub.arrived()).toBe(0);
    expect(await rowOf('key', keyId)).toBeUndefined();
  });

  it('that policy refuses for another reason holds nothing', async () => {
    const secret = routes.chat.body('See https://x', {
      max_completion_tokens: 100,
      previous_response_id: 'r',
    });
    const got = await call(app.ready.gateway, routes.chat, key, { ...secret, tools: [{ type: 'mcp' }] });
    expect(got.status).toBe(400);
    expect(await rowOf('key', keyId)).toBeUndefined();
  });

  it.each([
    [
      'says nothing of what it used',
      respond(200, { 'content-type': 'application/json' }, '{}'),
      bound,
      'reservation',
    ],
    ['reports a negative count', chatAnswer(-1, 5), bound, 'reservation'],
    ['reports half a token', chatAnswer(10, 0.5), bound, 'reservation'],
    ['refuses the work', respond(429, {}, '{"error":{}}'), 0, 'refused'],
    ['fails', respond(500, {}, 'sorry'), 0, 'refused'],
    ['breaks off', (_: unknown, response: { destroy(): void }) => response.destroy(), bound, 'reservation'],
  ] as [string, Behaviour, number, string][])('whose vendor %s', async (_, behaviour, cost, costBasis) => {
    stub.behave(behaviour);
    const got = await call(app.ready.gateway, routes.chat, key, body(4));
    expect(await outcomeOf(got.headers['x-fairlead-op'])).toMatchObject({ cost, costBasis });
    expect(await keyRow()).toMatchObject({ settled: cost, overrun: 0 });
  });

  it.each([
    ['before anything came', '', 'reservation'],
    [
      'after the first counts',
      'event: message_start\ndata: {"type":"message_start","message":{"usage":{"input_tokens":25,"output_tokens":1}}}\n\n',
      'partial',
    ],
  ])('that the client breaks off %s costs no less than it may have', async (_, events, costBasis) => {
    stub.behave((_call, response) => {
      response.writeHead(200, { 'content-type': 'text/event-stream' });
      response.write(events || ': wait\n\n');
    });
    const text = JSON.stringify(routes.messages.body('Hi', { stream: true }));
    const headers = headersFor(routes.messages, key);
    const request = open(app.ready.gateway, { path: routes.messages.path, headers, body: text });
    request.on('error', () => {});
    const op = await new Promise((done) =>
      request.on('response', (response) =>
        response.once('data', () => done(response.headers['x-fairlead-op'])),
      ),
    );
    request.destroy();
    const output = 64 * 15;
    const input = costBasis === 'partial' ? 25 * 3 : Math.ceil(Buffer.byteLength(text) / 2) * 3;
    expect(await outcomeOf(op)).toMatchObject({ outcome: 'client-aborted', cost: input + output, costBasis });
    expect(await keyRow()).toMatchObject({ settled: input + output });
  });

  it('counts at its last counts when the client breaks off behind them', async () => {
    const events = [
      '{"type":"message_start","message":{"usage":{"input_tokens":25,"output_tokens":1}}}',
      '{"type":"message_delta","delta":{"stop_reason":"end_turn"},"usage":{"output_tokens":12}}',
    ];
    stub.behave((_call, response) => {
      response.writeHead(200, { 'content-type': 'text/event-stream' });
      for (const event of events) response.write(`data: ${event}\n\n`);
    });
    const text = JSON.stringify(routes.messages.body('Hi', { stream: true }));
    const request = open(app.ready.gateway, {
      path: '/v1/messages',
      headers: headersFor(routes.messages, key),
      body: text,
    });
    request.on('error', () => {});
    const op = await new Promise((done) =>
      request.on('response', (response) => {
        let seen = '';
        response.on('data', (chunk) => {
          seen += chunk;
          if (seen.includes('message_delta')) done(response.headers['x-fairlead-op']);
        });
      }),
    );
    request.destroy();
    expect(await outcomeOf(op)).toMatchObject({ cost: 25 * 3 + 12 * 15, costBasis: 'usage' });
  });

  it('counting tokens is free', async () => {
    stub.behave(respond(200, { 'content-type': 'application/json' }, '{"input_tokens":12}'));
    const got = await call(app.ready.gateway, routes.countTokens, key, routes.countTokens.body('Hi'));
    expect(got.status).toBe(200);
    expect(await outcomeOf(got.headers['x-fairlead-op'])).toMatchObject({ cost: 0 });
    expect(await rowOf('key', keyId)).toBeUndefined();
  });

  it('that costs more than was set aside pauses its key until it is rotated', async () => {
    stub.behave(chatAnswer(10, 1000));
    const got = await call(app.ready.gateway, routes.chat, key, body(5));
    const cost = 10 * 2 + 1000 * 14;
    expect(await outcomeOf(got.headers['x-fairlead-op'])).toMatchObject({ cost, costBasis: 'usage' });
    expect(await keyRow()).toMatchObject({ settled: bound, overrun: cost - bound });
    const paused = await call(app.ready.gateway, routes.chat, key, body(6));
    expect(paused.status).toBe(400);
    expect(paused.headers['x-fairlead-reason']).toBe('budget.key-paused');
    expect(refusalText(paused)).toMatch(/paused/);
    const entry = await entryIn(
      own.data,
      (line) =>
        line.kind === 'admin' && JSON.stringify(line).includes(keyId) && (line as Line).what === 'key.paused',
    );
    expect(entry).toMatchObject({ details: { keyId, reserved: bound, cost } });
    expect(app.stderr() + app.stdout()).toMatch(/cost more than was set aside/);
    const { code, stdout, stderr } = await fairlead([
      'key',
      'rotate',
      keyId,
      '--data',
      own.data,
      '--format',
      'json',
    ]);
    expect(code, stderr).toBe(0);
    const { key: successor } = JSON.parse(stdout) as { key: string };
    stub.behave(chatAnswer(1, 1));
    expect((await call(app.ready.gateway, routes.chat, successor, body(7))).status).toBe(200);
  });

  it('leaves a ledger whose accounts are the sum of its entries', async () => {
    await expectPriced(own.data, await entriesIn(own.data));
    expect(await verifyLedger(own.data)).toMatchObject({ code: 0, report: { ok: true, problems: [] } });
  });

  it('is shown by the command, in micro-dollars and in dollars', async () => {
    const json = await fairlead(['budget', 'status', '--data', own.data, '--format', 'json']);
    expect(JSON.parse(json.stdout)).toEqual(await budgetRows(own.data));
    const { code, stdout } = await fairlead(['budget', 'status', '--data', own.data]);
    expect(code).toBe(0);
    expect(stdout).toMatch(
      /^scope +id +period +until +limit +settled +reserved +left\norganisation +\S+ +total +- +10\.00 /,
    );
  });
});

describe('kill -9 with calls in flight', () => {
  it('charges what became of nobody knows at what was set aside, also over a restart', async () => {
    const limit = 10 * bound;
    const own = await budgetedProgram(
      stub.url,
      `limits: [{ scope: key, period: total, usd: ${limit / 1e6}, owner: platform }]`,
    );
    let app = await start(own);
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
    app = await start(own);
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
    app = await start(own);
    const row = await settled(own.data, 9 * bound + used);
    expect(row.settled + row.reserved).toBeLessThanOrEqual(limit);
    await app.stop();
    expect(await verifyLedger(own.data)).toMatchObject({ code: 0, report: { ok: true } });
  }, 180_000);
});

describe('limits of calls', () => {
  let own: OwnProgram;
  let app: RunningFairlead;
  beforeAll(async () => {
    const calls = '[{ concurrent: 2, perMinute: 5, owner: platform }]';
    own = await budgetedProgram(stub.url, `limits: []\ncalls: ${calls}`);
    app = await start(own);
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
    const entry = (await entryIn(
      own.data,
      (line) => line.policyIds?.includes('gateway.concurrency') === true,
    )) as Line;
    expect(entry).toMatchObject({ decision: 'deny', keyId: one.id });
    await app.stop('SIGKILL');
    await Promise.all(hanging);
    app = await start(own);
  });

  it('refuse a key that calls too often, and say when to ask again', async () => {
    const { key } = await newKey(own);
    for (let number = 0; number < 5; number += 1) {
      expect((await call(app.ready.gateway, routes.chat, key, body(number))).status).toBe(200);
    }
    const flood = await Promise.all(
      Array.from({ length: 30 }, (_, number) => call(app.ready.gateway, routes.chat, key, body(number + 5))),
    );
    for (const { status, headers } of flood) {
      expect(status).toBe(429);
      expect(Number(headers['retry-after'])).toBeGreaterThanOrEqual(1);
    }
    expect(stub.arrived()).toBe(5);
    const { key: other } = await newKey(own);
    expect((await call(app.ready.gateway, routes.chat, other, body(40))).status).toBe(200);
    const denied = (await entriesIn(own.data)).filter((line) => line.policyIds?.includes('gateway.rate'));
    // The flood is one entry for each of the two limits at most; the rest is counted.
    expect(denied.length).toBe(1);
  });
});

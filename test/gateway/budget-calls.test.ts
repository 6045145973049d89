import { afterAll, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import { call, headersFor, refusalText, routes } from '../support/calls.ts';
import { open } from '../support/client.ts';
import { cleanUp, fairlead, type RunningFairlead, verifyLedger } from '../support/fairlead.ts';
import {
  type BudgetQuery,
  body,
  bound,
  budgetedProgram,
  budgetRows,
  chatAnswer,
  entriesIn,
  entryIn,
  expectPriced,
  type Line,
  newKey,
  startBudgeted,
  used,
} from '../support/money.ts';
import type { OwnProgram } from '../support/own-program.ts';
import {
  type Behaviour,
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
    app = await startBudgeted(own);
  });
  afterAll(() => app.stop());
  beforeEach(async () => {
    ({ key, id: keyId } = await newKey(own));
  });

  const rowOf = async (scope: BudgetQuery['scope'], id: string) =>
    (await budgetRows(own.data, scope)).find((row) => row.id === id);
  /** The key's row once nothing is held any more. */
  async function keyRow() {
    for (const deadline = Date.now() + 30_000; ; await pause(50)) {
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
    await expect.poll(() => app.stderr() + app.stdout()).toMatch(/cost more than was set aside/);
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
      /^scope +id +period +until +limit +settled +reserved +left\norganisation +\S+ +total +- +10\.000000 /,
    );
  });
});

import { afterAll, beforeAll, expect, it } from 'vitest';
import { budgetStatus } from '../../packages/server/src/features/budgets/cli.ts';
import { call, routes } from '../support/calls.ts';
import { cleanUp } from '../support/fairlead.ts';
import { bound } from '../support/money.ts';
import { type Cluster, chat, type Replica, startCluster } from './cluster.ts';

const calls = 20;
let cluster: Cluster;
let control: Replica;
let gateways: readonly [Replica, Replica];

beforeAll(async () => {
  const usd = (bound * calls) / 1_000_000;
  cluster = await startCluster([
    [
      'budgets.yaml',
      /limits:[\s\S]*/g,
      `limits:\n  - { scope: key, subject: "*", period: total, usd: ${usd}, owner: platform }\n`,
    ],
  ]);
  control = await cluster.start('control');
  gateways = await Promise.all([cluster.start('gateway'), cluster.start('gateway')]);
});
afterAll(async () => {
  await cluster?.close();
  await cleanUp();
});

it('a budget holds over two gateways at once, and what is given back can be used on either', async () => {
  const { id, key } = await cluster.newKey(control);
  for (const gateway of gateways) {
    // Known there: a call for a model that nobody has spends nothing.
    const probe = { ...routes.chat.body('Hi'), model: 'nobody-has-it' };
    const known = async () => (await call(gateway.gateway, routes.chat, key, probe)).status;
    await expect.poll(known).not.toBe(401);
  }
  const waiting = Promise.withResolvers<void>();
  cluster.stub.behave(async (_call, response) => {
    await waiting.promise;
    response.writeHead(200, { 'content-type': 'application/json' });
    response.end(
      JSON.stringify({ id: 'c', choices: [], usage: { prompt_tokens: 10, completion_tokens: 5 } }),
    );
  });
  let refused = 0;
  const answers = Array.from({ length: calls * 3 }, async (_, i) => {
    const answer = await chat(gateways[i % 2] as Replica, key, i);
    if (answer.status !== 200) refused += 1;
    return answer;
  });
  await expect.poll(() => cluster.stub.arrived()).toBe(calls);
  // Not before: what the first calls leave over could be spent by the last ones.
  await expect.poll(() => refused).toBe(calls * 2);
  waiting.resolve();
  const statuses = (await Promise.all(answers)).map(({ status }) => status);
  expect(statuses.filter((status) => status === 200)).toHaveLength(calls);
  expect(cluster.stub.arrived()).toBe(calls);
  // What the others' calls did not use is free again, on each of them.
  for (const gateway of gateways) {
    await expect.poll(async () => (await chat(gateway, key)).status).toBe(200);
  }
  const rows = await budgetStatus({ database: cluster.url }, { now: Date.now(), scope: 'key' });
  const own = rows.find((row) => row.id === id);
  expect(own && own.settled + own.reserved).toBeLessThanOrEqual(own?.limit ?? 0);
  expect(await cluster.verify()).toMatchObject({ ok: true, problems: [] });
});

import { Registry } from 'prom-client';
import { expect, it } from 'vitest';
import { levelOf, spreadOf, tallyOf } from './tally.ts';

it('counts by label, and is read any number of times', async () => {
  const registers = [new Registry()];
  const calls = tallyOf({ name: 'calls', help: 'h', labelNames: ['decision', 'endpoint'], registers });
  calls.inc({ decision: 'allow', endpoint: 'chat' });
  calls.inc({ decision: 'allow', endpoint: 'chat' }, 2);
  calls.inc({ decision: 'deny', endpoint: 'chat' });
  const read = async () => (await registers[0]!.getMetricsAsJSON())[0]!.values;
  const counted = [
    { labels: { decision: 'allow', endpoint: 'chat' }, value: 3 },
    { labels: { decision: 'deny', endpoint: 'chat' }, value: 1 },
  ];
  expect(await read()).toMatchObject(counted);
  expect(await read()).toMatchObject(counted);
  calls.inc({ decision: 'deny', endpoint: 'chat' });
  expect((await read())[1]).toMatchObject({ value: 2 });
});

it('tells how many there are now', async () => {
  const registry = new Registry();
  const level = levelOf({ name: 'level', help: 'h', registers: [registry] });
  level.inc();
  level.inc();
  level.dec();
  expect(await registry.metrics()).toContain('level 1');
});

it('spreads every value over the buckets, however many wait and however often they are read', async () => {
  const registry = new Registry();
  const spread = spreadOf({ name: 'spread', help: 'h', buckets: [1, 2], registers: [registry] });
  const observed = 2_500;
  for (let i = 0; i < observed; i += 1) spread.observe(i % 5 === 0 ? 1.5 : 7);
  for (let time = 0; time < 2; time += 1) {
    const text = await registry.metrics();
    expect(text).toContain('spread_bucket{le="1"} 0');
    expect(text).toContain('spread_bucket{le="2"} 500');
    expect(text).toContain(`spread_count ${observed}`);
    expect(text).toContain(`spread_sum ${500 * 1.5 + 2_000 * 7}`);
  }
  spread.observe(0.5);
  expect(await registry.metrics()).toContain('spread_bucket{le="1"} 1');
});

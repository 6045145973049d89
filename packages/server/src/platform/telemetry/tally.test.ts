import { Registry } from 'prom-client';
import { expect, it } from 'vitest';
import { levelOf, tallyOf } from './tally.ts';

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

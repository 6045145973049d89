// Processes are killed under load: gateways, the leader, PostgreSQL. Whatever a caller was told is in the log.
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { type Load, startLoad } from '../faults/load.ts';
import { cleanUp } from '../support/fairlead.ts';
import { type Cluster, chat, codeOf, knownKey, type Replica, startCluster } from './cluster.ts';

let cluster: Cluster;
let control: Replica;
let gateways: [Replica, Replica];
let key: string;

beforeAll(async () => {
  cluster = await startCluster();
  control = await cluster.start('control');
  gateways = await Promise.all([cluster.start('gateway'), cluster.start('gateway')]);
  ({ key } = await knownKey(cluster, control, gateways));
});
afterAll(async () => {
  await cluster?.close();
  await cleanUp();
});

/** Load on both gateways while `faults` happen; operations that a caller was told of. */
async function underLoad(
  faults: () => Promise<void>,
): Promise<{ acknowledged: Set<string>; unexpected: string[] }> {
  const loads = gateways.map(({ gateway }, i) => startLoad(gateway, key, 8, `load ${i} ${Date.now()}`));
  await untilBusy(loads);
  await faults();
  for (const load of loads) await load.stop();
  return {
    acknowledged: new Set(loads.flatMap((load) => [...load.acknowledged])),
    unexpected: loads.flatMap((load) => [...load.unexpected]),
  };
}

async function untilBusy(loads: readonly Load[]): Promise<void> {
  await expect.poll(() => loads.every(({ acknowledged }) => acknowledged.size >= 10)).toBe(true);
}

/** Everything that was told is there, nothing went upstream undecided, and the log verifies. */
async function expectKept(acknowledged: ReadonlySet<string>): Promise<void> {
  const entries = await cluster.entries();
  const decisions = entries.filter(({ kind }) => kind === 'decision');
  const decided = new Set(decisions.map(({ op }) => op));
  expect([...acknowledged].filter((op) => !decided.has(op))).toEqual([]);
  const allowed = new Set(
    decisions.flatMap(({ decision, forwarded }) => (decision === 'allow' ? [forwarded] : [])),
  );
  expect(cluster.stub.calls.filter(({ sha256 }) => !allowed.has(sha256)).length).toBe(0);
  expect(await cluster.verify()).toMatchObject({ ok: true, problems: [] });
}

async function answersAgain(replica: Replica): Promise<void> {
  await expect
    .poll(async () => (await chat(replica, key).catch(() => ({ status: 0 }))).status, { timeout: 30_000 })
    .toBe(200);
}

/** Operations that were allowed and that nothing closed. */
async function openCalls(): Promise<number> {
  const rows = await cluster.sql<{ open: string }>('select count(*) as open from ledger_open_operations');
  return Number(rows[0]?.open);
}

describe('under load', () => {
  it('a gateway that is killed loses nothing, and others close its calls once its lease is over', async () => {
    const { acknowledged } = await underLoad(async () => {
      await gateways[0].stop('SIGKILL');
    });
    await expectKept(acknowledged);
    // A minute of silence, told by the database's clock.
    const { id } = JSON.parse(readFileSync(join(gateways[0].dataDir, 'instance.json'), 'utf8'));
    await cluster.sql(
      `update ledger_instances set renewed_at = now() - interval '61 seconds' where instance = $1`,
      [id],
    );
    await expect.poll(openCalls, { timeout: 60_000, interval: 500 }).toBe(0);
    expect((await cluster.entries()).filter(({ kind }) => kind === 'recovery').length).toBeGreaterThan(0);
    expect(await cluster.verify()).toMatchObject({ ok: true, problems: [] });
    gateways[0] = await cluster.start('gateway');
    await answersAgain(gateways[0]);
  });

  it('a leader that is killed stops no call, and the next one signs on', async () => {
    const { acknowledged, unexpected } = await underLoad(async () => {
      await control.stop('SIGKILL');
      await sleep(500);
    });
    expect(unexpected).toEqual([]);
    await expectKept(acknowledged);
    const before = (await cluster.verify()).size;
    control = await cluster.start('control');
    await expect.poll(async () => (await cluster.verify()).signedSize).toBeGreaterThanOrEqual(before);
  });

  it('a PostgreSQL that is killed gives clear refusals, and all go on by themselves when it is back', async () => {
    const { acknowledged, unexpected } = await underLoad(async () => {
      await cluster.postgres.crash('SIGKILL');
      const asked = Date.now();
      const refused = await chat(gateways[0], key);
      expect(refused.status).toBe(503);
      expect(['ledger.unavailable', 'replica.stale']).toContain(codeOf(refused));
      // Far above the bound of an append: a refusal is no request that hangs.
      expect(Date.now() - asked).toBeLessThan(30_000);
      for (const gateway of gateways)
        await expect.poll(async () => codeOf(await chat(gateway, key))).toBe('replica.stale');
      await cluster.postgres.restart();
      for (const gateway of gateways) await answersAgain(gateway);
    });
    expect(new Set(unexpected)).toEqual(new Set(['503']));
    await expectKept(acknowledged);
    await knownKey(cluster, control, gateways);
    const before = (await cluster.verify()).size;
    await expect.poll(async () => (await cluster.verify()).signedSize).toBeGreaterThanOrEqual(before);
  });
});

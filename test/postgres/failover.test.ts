// A real streaming standby: the primary is killed under load, the standby is promoted, the servers find it at their address.
import { chmodSync, mkdirSync, mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import pg from 'pg';
import { afterEach, expect, it } from 'vitest';
import { fsckLedger } from '../../packages/server/src/features/upkeep/cli.ts';
import { type Load, startLoad } from '../faults/load.ts';
import { type PostgresServer, startPostgres, startStandby } from '../setup/postgres-server.ts';
import { cleanUp } from '../support/fairlead.ts';
import { type Cluster, chat, codeOf, knownKey, type Replica, startCluster } from './cluster.ts';
import { type Forwarder, startForwarder } from './forwarder.ts';

interface Pair {
  readonly primary: PostgresServer;
  readonly standby: PostgresServer;
  readonly forwarder: Forwarder;
  readonly cluster: Cluster;
  readonly control: Replica;
  readonly gateways: readonly Replica[];
  readonly key: string;
}

const undo: (() => Promise<unknown> | unknown)[] = [];
afterEach(async () => {
  for (const step of undo.splice(0).reverse()) await step();
  await cleanUp();
});

async function ask<Row extends pg.QueryResultRow>(server: PostgresServer, text: string): Promise<Row[]> {
  const client = new pg.Client(server.url);
  await client.connect();
  try {
    return (await client.query<Row>(text)).rows;
  } finally {
    await client.end();
  }
}

/** @param by how the servers find the primary: at one address for both, or among two in their URL */
async function startPair(synchronous: boolean, by: 'address' | 'hosts' = 'address'): Promise<Pair> {
  const folder = mkdtempSync(join(tmpdir(), 'fairlead-failover-'));
  undo.push(() => rmSync(folder, { recursive: true, force: true, maxRetries: 20 }));
  chmodSync(folder, 0o755);
  for (const name of ['primary', 'standby']) mkdirSync(join(folder, name), { mode: 0o755 });
  const primary = await startPostgres(join(folder, 'primary'));
  undo.push(() => primary.stop());
  const standby = await startStandby(join(folder, 'standby'), primary);
  undo.push(() => standby.stop());
  const streams = () => ask(primary, `select sync_state from pg_stat_replication where state = 'streaming'`);
  await expect.poll(streams, { timeout: 30_000 }).toHaveLength(1);
  if (synchronous) {
    await ask(primary, `alter system set synchronous_standby_names = 'standby'`);
    await ask(primary, 'select pg_reload_conf()');
    await expect.poll(streams, { timeout: 30_000 }).toEqual([{ sync_state: 'sync' }]);
  }
  const forwarder = await startForwarder(primary.url);
  undo.push(() => forwarder.close());
  const url = by === 'address' ? forwarder.urlOf(primary.url) : bothOf(primary, standby);
  const cluster = await startCluster([], { postgres: primary, url });
  undo.push(() => cluster.close());
  const control = await cluster.start('control');
  const gateways = await Promise.all([cluster.start('gateway'), cluster.start('gateway')]);
  const { key } = await knownKey(cluster, control, gateways);
  return { primary, standby, forwarder, cluster, control, gateways, key };
}

/** The standby stands first: whoever starts has to pass it over. */
function bothOf(primary: PostgresServer, standby: PostgresServer): string {
  const { port } = new URL(standby.url);
  const both = primary.url.replace('@', `@127.0.0.1:${port},`);
  return `${both}?target_session_attrs=read-write`;
}

async function busy({ gateways, key }: Pair): Promise<readonly Load[]> {
  const loads = gateways.map(({ gateway }, i) => startLoad(gateway, key, 8, `load ${i}`));
  undo.push(() => Promise.all(loads.map((load) => load.stop())));
  await expect
    .poll(() => loads.every(({ acknowledged }) => acknowledged.size >= 50), { timeout: 60_000 })
    .toBe(true);
  return loads;
}

async function failOver({ standby, forwarder }: Pair): Promise<void> {
  await ask(standby, 'select pg_promote(true, 60)');
  forwarder.to(standby.url);
}

/** `answers`, or why not. */
async function standing(gateway: Replica, key: string): Promise<string> {
  const given = await answer(gateway, key);
  if (given?.status === 200) return 'answers';
  return `${given?.status} ${given && codeOf(given)}: ${gateway.stderr().slice(-600)}`;
}

const answer = async (gateway: Replica, key: string) => chat(gateway, key).catch(() => null);

it('a synchronous standby has all that was acknowledged, and everybody goes on there by themselves', async () => {
  const pair = await startPair(true);
  const { cluster, gateways, key } = pair;
  const loads = await busy(pair);
  // The standby hangs for so long that appends are given up and looked up: the primary alone has them.
  pair.standby.freeze();
  await new Promise((done) => setTimeout(done, 9_000));
  await pair.primary.crash('SIGKILL');
  pair.standby.thaw();
  await failOver(pair);
  for (const gateway of gateways)
    await expect.poll(() => standing(gateway, key), { timeout: 150_000 }).toBe('answers');
  for (const load of loads) await load.stop();
  const acknowledged = new Set(loads.flatMap((load) => [...load.acknowledged]));
  const decisions = (await cluster.entries()).filter(({ kind }) => kind === 'decision');
  const decided = new Set(decisions.map(({ op }) => op));
  expect([...acknowledged].filter((op) => !decided.has(op))).toEqual([]);
  const allowed = new Set(
    decisions.flatMap(({ decision, forwarded }) => (decision === 'allow' ? [forwarded] : [])),
  );
  expect(cluster.stub.calls.filter(({ sha256 }) => !allowed.has(sha256))).toEqual([]);
  const { size } = await cluster.verify();
  await expect
    .poll(async () => (await cluster.verify()).signedSize, { timeout: 30_000 })
    .toBeGreaterThanOrEqual(size);
  expect(await cluster.verify()).toMatchObject({ ok: true, problems: [] });
  await expect
    .poll(async () => (await fsckLedger({ database: cluster.url })).problems, { timeout: 30_000 })
    .toEqual([]);
  process.stderr.write(`failover to a synchronous standby: ${acknowledged.size} acknowledged, 0 lost\n`);
}, 300_000);

it('a standby that was behind is refused by every server, running or started anew, and gets nothing added', async () => {
  const pair = await startPair(false);
  const { cluster, control, gateways, key, standby } = pair;
  await standby.stop();
  const loads = await busy(pair);
  const { size } = await cluster.verify();
  // What was signed behind the standby's last entry is known to all, and kept.
  await expect
    .poll(async () => (await cluster.verify()).signedSize, { timeout: 30_000 })
    .toBeGreaterThan(size);
  for (const load of loads) await load.stop();
  await new Promise((done) => setTimeout(done, 6_000));
  expect((await answer(gateways[0]!, key))?.status).toBe(200);
  await pair.primary.crash('SIGKILL');
  await standby.restart();
  await ask(standby, 'select pg_promote(true, 60)');
  const before = await ask(standby, 'select size from ledger_head');
  pair.forwarder.to(standby.url);
  for (const gateway of gateways) {
    await expect.poll(async () => (await answer(gateway, key))?.status, { timeout: 60_000 }).toBe(503);
    await expect
      .poll(() => gateway.stderr(), { timeout: 60_000 })
      .toMatch(
        /failed and admits nothing more: (?:A checkpoint of \d+ entries was signed|Entry \d+ was recorded)/,
      );
    expect(codeOf(await chat(gateway, key))).toBe('ledger.unavailable');
  }
  for (const [role, { dataDir, stop }] of [
    ['control', control],
    ['gateway', gateways[0]!],
  ] as const) {
    await stop('SIGKILL');
    await expect(cluster.start(role, { dataDir })).rejects.toThrow(/ledger\.rolled-back/);
  }
  expect(await ask(standby, 'select size from ledger_head')).toEqual(before);
}, 300_000);

it('a primary that hangs is given up, and a standby that lags waited for until it is promoted, among the hosts of the URL', async () => {
  const pair = await startPair(true, 'hosts');
  const { cluster, control, gateways, key, primary, standby } = pair;
  // It has everything, and has replayed nothing from here on: read too early, it would seem to have lost it.
  await ask(standby, 'select pg_wal_replay_pause()');
  const loads = await busy(pair);
  // It hangs and closes no connection: whoever waits for it has to give up.
  primary.freeze();
  undo.push(() => primary.crash('SIGKILL'));
  await new Promise((done) => setTimeout(done, 5_000));
  for (const gateway of gateways) expect((await answer(gateway, key))?.status).toBe(503);
  // Not waited for here: what is replayed meanwhile ends such a session.
  await ask(standby, 'select pg_promote(false)');
  for (const gateway of gateways)
    await expect.poll(() => standing(gateway, key), { timeout: 150_000 }).toBe('answers');
  for (const load of loads) await load.stop();
  for (const server of [control, ...gateways]) expect(server.stderr()).not.toContain('admits nothing more');
  const acknowledged = new Set(loads.flatMap((load) => [...load.acknowledged]));
  const decided = new Set((await cluster.entries()).map(({ op }) => op));
  expect([...acknowledged].filter((op) => !decided.has(op))).toEqual([]);
  const { size } = await cluster.verify();
  await expect
    .poll(async () => (await cluster.verify()).signedSize, { timeout: 30_000 })
    .toBeGreaterThanOrEqual(size);
  expect(await cluster.verify()).toMatchObject({ ok: true, problems: [] });
}, 300_000);

// What an operator does from a shell while the servers run: back up, hold, prune, change the key.
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { afterAll, beforeAll, expect, it } from 'vitest';
import { startLoad } from '../faults/load.ts';
import { cleanUp, fairlead, freshDir } from '../support/fairlead.ts';
import { type Cluster, chat, knownKey, type Replica, startCluster } from './cluster.ts';

let cluster: Cluster;
let control: Replica;
let gateway: Replica;
let key: string;

beforeAll(async () => {
  cluster = await startCluster();
  control = await cluster.start('control');
  gateway = await cluster.start('gateway');
  ({ key } = await knownKey(cluster, control, [gateway]));
});
afterAll(async () => {
  await cluster?.close();
  await cleanUp();
});

const keys = () => ['--keys', `${control.dataDir}.keys`, '--signing-key', cluster.signingKey];
const run = (args: readonly string[], database = cluster.url) =>
  fairlead(args, { env: { FAIRLEAD_DATABASE: database } });
const done = async (args: readonly string[], database?: string) => {
  const { code, stdout, stderr } = await run(args, database);
  expect(code, stdout + stderr).toBe(0);
  return stdout;
};

async function signedAll(): Promise<void> {
  const { size } = await cluster.verify();
  await expect
    .poll(async () => (await cluster.verify()).signedSize, { timeout: 30_000 })
    .toBeGreaterThanOrEqual(size);
}

it('changes the key under load: no call fails, and the log is signed on with the new one', async () => {
  const load = startLoad(gateway.gateway, key, 4, 'rotation');
  await expect.poll(() => load.acknowledged.size, { timeout: 60_000 }).toBeGreaterThan(10);
  const before = (await done(['ledger', 'vkey'])).trim();
  const old = readFileSync(cluster.signingKey, 'utf8');
  const said = await done(['ledger', 'rotate-key', ...keys()]);
  expect(said).toContain(before);
  expect(readFileSync(cluster.signingKey, 'utf8')).not.toBe(old);
  const after = (await done(['ledger', 'vkey'])).trim();
  expect(after).not.toBe(before);
  expect(said).toContain(after);
  await load.stop();
  expect(load.unexpected).toEqual([]);
  await signedAll();
  const verdict = await done(['ledger', 'verify', '--vkey', before, '--format', 'json']);
  expect(JSON.parse(verdict)).toMatchObject({ ok: true });
  // The proofs that a running server makes carry the key of now.
  const op = [...load.acknowledged].at(-1)!;
  const { vkey } = (await cluster.administer(control, 'GET', `/api/audit/entries/${op}/proof`)) as {
    vkey: string;
  };
  expect(vkey).toBe(after);
}, 240_000);

it('is backed up under load, and comes back in another database, which servers can use', async () => {
  const out = join(freshDir('backup'), 'backup.tar.gz');
  const load = startLoad(gateway.gateway, key, 4, 'backup');
  await expect.poll(() => load.acknowledged.size, { timeout: 60_000 }).toBeGreaterThan(10);
  const told = [...load.acknowledged];
  const manifest = JSON.parse(await done(['backup', '--out', out, '--format', 'json']));
  expect(manifest.parts.map(({ name }: { name: string }) => name)).toContain('state.db');
  await load.stop();
  expect(load.unexpected).toEqual([]);
  await signedAll();
  await cluster.sql('create database restored');
  const url = Object.assign(new URL(cluster.url), { pathname: '/restored' }).href;
  const restore = ['restore', '--from', out];
  const needsKeys = await run(restore, url);
  expect([needsKeys.code, needsKeys.stderr]).toEqual([2, expect.stringContaining('--keys')]);
  // More was signed since: this one would roll the log back.
  const older = await run([...restore, ...keys()], url);
  expect([older.code, older.stderr]).toEqual([2, expect.stringContaining('backup.rolled-back')]);
  const other = join(freshDir('restored'), 'keys');
  const elsewhere = ['--keys', other, '--signing-key', cluster.signingKey];
  expect(await done([...restore, ...elsewhere], url)).toContain(`${manifest.size} entries`);
  const fsck = JSON.parse(await done(['ledger', 'fsck', '--format', 'json'], url));
  expect(fsck).toMatchObject({ ok: true, problems: [], root: expect.any(String) });
  const ids = await done(['ledger', 'list', '--kind', 'decision', '--format', 'json'], url);
  expect(told.filter((op) => !ids.includes(op))).toEqual([]);
}, 240_000);

it('is held, then pruned, and every row still fits the log', async () => {
  const load = startLoad(gateway.gateway, key, 8, 'pruning');
  await expect.poll(() => load.acknowledged.size, { timeout: 120_000 }).toBeGreaterThan(300);
  await load.stop();
  const tomorrow = new Date(Date.now() + 86_400_000).toISOString().slice(0, 10);
  await done(['ledger', 'hold', 'add', 'case-7', '--reason', 'litigation', ...keys()]);
  expect(await done(['ledger', 'hold', 'list'])).toContain('case-7');
  const held = await run(['ledger', 'prune', '--before', tomorrow, ...keys()]);
  expect([held.code, held.stderr]).toEqual([2, expect.stringContaining('ledger.on-hold')]);
  await done(['ledger', 'hold', 'remove', 'case-7', '--reason', 'settled', ...keys()]);
  const pruned = await done(['ledger', 'prune', '--before', tomorrow, ...keys()]);
  expect(pruned).toMatch(/^[1-9]\d* entries and [1-9]\d* inputs pruned; the minimum index is \d+\.\n$/);
  expect((await chat(gateway, key)).status).toBe(200);
  await signedAll();
  expect(await cluster.verify()).toMatchObject({ ok: true, problems: [] });
  // The audit's read model follows a moment behind.
  await expect
    .poll(async () => JSON.parse((await run(['ledger', 'fsck', '--format', 'json'])).stdout).problems, {
      timeout: 60_000,
      interval: 1_000,
    })
    .toEqual([]);
}, 240_000);

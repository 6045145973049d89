import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { hasPooler, startPooler } from '../setup/pgbouncer.ts';
import { cleanUp, fairlead, freshDir } from '../support/fairlead.ts';
import { expectPublished } from '../support/published.ts';
import { type Cluster, chat, type Replica, startCluster } from './cluster.ts';

const canPool = hasPooler();
let cluster: Cluster;
let first: Replica;

beforeAll(async () => {
  cluster = await startCluster();
  first = await cluster.start('all');
});
afterAll(async () => {
  await cluster?.close();
  await cleanUp();
});

describe('a server that is to share a database', () => {
  it('needs one for a role of its own', async () => {
    const data = join(freshDir('alone'), 'data');
    const { code, stderr } = await fairlead([
      ...['up', '--program', cluster.own.program, '--data', data, '--role', 'gateway'],
    ]);
    expect(code).toBe(2);
    expect(stderr).toContain('role.needs-postgres');
  });

  it('is refused without the database that its data folder belongs to', async () => {
    const second = await cluster.start('gateway');
    expectPublished('ready', JSON.stringify(second.ready));
    await second.stop();
    const { code, stderr } = await fairlead([
      'up',
      '--program',
      cluster.own.program,
      '--data',
      second.dataDir,
    ]);
    expect(code).toBe(2);
    expect(stderr).toContain('replica.other-store');
  });

  it.skipIf(!canPool)('is refused through a transaction pooler, which has no sessions', async () => {
    const pooler = await startPooler(freshDir('pooler'), cluster.url, 'transaction');
    try {
      const args = ['up', '--program', cluster.own.program, '--data', join(freshDir('pooled'), 'data')];
      const refused = await fairlead(args, { env: { FAIRLEAD_DATABASE: pooler.url } });
      expect(refused.code, refused.stdout).toBe(2);
      expect(refused.stderr).toMatch(/store\.pooled[\s\S]*database’s own address/);
    } finally {
      await pooler.stop();
    }
  });

  it('never shows the database’s password', async () => {
    const password = new URL(cluster.url).password;
    expect(`${first.stdout()}${first.stderr()}`).not.toContain(password);
    const { stderr } = await fairlead(['up', '--program', cluster.own.program, '--data', freshDir('url')], {
      env: { FAIRLEAD_DATABASE: `mysql://u:${password}@127.0.0.1/x` },
    });
    expect(stderr).toContain('store.unreadable');
    expect(stderr).not.toContain(password);
  });

  it('is read by commands that are given the database', async () => {
    const { key } = await cluster.newKey(first);
    const { status, headers } = await chat(first, key);
    expect(status).toBe(200);
    const env = { FAIRLEAD_DATABASE: cluster.url };
    const vkey = await fairlead(['ledger', 'vkey'], { env });
    expect(vkey.code, vkey.stderr).toBe(0);
    const verified = await fairlead(['ledger', 'verify', '--vkey', vkey.stdout.trim(), '--format', 'json'], {
      env,
    });
    expect(verified.code, verified.stdout + verified.stderr).toBe(0);
    const out = join(freshDir('export'), 'log');
    const exported = await fairlead(['ledger', 'export', '--out', out], { env });
    expect(exported.code, exported.stderr).toBe(0);
    expect(readFileSync(join(out, 'checkpoint'), 'utf8')).toContain('fairlead.local/');
    const listed = await fairlead(['ledger', 'list', '--limit', '5', '--format', 'json'], { env });
    expect(listed.stdout).toContain(String(headers['x-fairlead-op']));
    const keys = await fairlead(['key', 'list', '--format', 'json'], { env });
    expect(keys.code, keys.stderr).toBe(0);
    expect(keys.stdout).toContain('first.engineer');
    const budgets = await fairlead(['budget', 'status'], { env });
    expect(budgets.code, budgets.stderr).toBe(0);
  });
});

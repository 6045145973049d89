import { join } from 'node:path';
import { afterAll, beforeAll, expect, it } from 'vitest';
import { openAdministration } from '../../packages/server/src/features/identity/cli.ts';
import { cleanUp, fairlead, freshDir, startFairlead } from '../support/fairlead.ts';
import { type Cluster, chat, type Replica, startCluster } from './cluster.ts';

let cluster: Cluster;
beforeAll(async () => {
  cluster = await startCluster();
}, 120_000);
afterAll(async () => {
  await cluster?.close();
  await cleanUp();
});

it('an installation moves from its data folder to PostgreSQL, and everybody goes on as before', async () => {
  const dataDir = join(freshDir('moved'), 'data');
  const start = async (env: Record<string, string>): Promise<Replica> => {
    const server = await startFairlead({
      command: ['up', '--program', cluster.own.program],
      args: ['--credential', 'OPENAI_API_KEY'],
      dataDir,
      env: { OPENAI_API_KEY: 'sk-stub', ...env },
      readyWithinMs: 60_000,
    });
    return { ...server, gateway: server.ready.gateway, console: server.ready.console };
  };
  const alone = await start({});
  const administration = await openAdministration({ dataDir });
  const { key } = (await administration.call('POST', '/api/keys', {
    principal: 'first.engineer',
    repositories: ['github.com/example/first-repository'],
    assistant: 'claude-code',
    expiresAt: new Date(Date.now() + 3_600_000).toISOString(),
  })) as { key: string };
  await administration.close();
  expect((await chat(alone, key, 1)).status).toBe(200);
  const move = () =>
    fairlead(['migrate', 'sqlite-to-postgres', '--data', dataDir, '--format', 'json'], {
      env: { FAIRLEAD_DATABASE: cluster.url },
    });
  expect(await move()).toMatchObject({ code: 2, stderr: expect.stringContaining('store.locked') });
  await alone.stop();
  const { code, stdout, stderr } = await move();
  expect([code, stderr]).toEqual([0, '']);
  const moved = JSON.parse(stdout) as { size: number; ok: boolean };
  expect(moved.ok).toBe(true);

  await expect(start({})).rejects.toThrow(/store\.moved/);
  const shared = await start({ FAIRLEAD_DATABASE: cluster.url });
  expect((await chat(shared, key, 2)).status).toBe(200);
  expect((await shared.stop()).code).toBe(0);
  const verdict = await cluster.verify();
  expect(verdict).toMatchObject({ ok: true, signedSize: verdict.size, problems: [] });
  expect(verdict.size).toBeGreaterThan(moved.size + 1);
  const fsck = await fairlead(['ledger', 'fsck', '--database', cluster.url, '--format', 'json']);
  expect(JSON.parse(fsck.stdout)).toMatchObject({ ok: true });
}, 240_000);

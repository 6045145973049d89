import { spawn } from 'node:child_process';
import { existsSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, it, vi } from 'vitest';
import { registerDelivery } from '../../packages/cli/src/commands/delivery.ts';
import { factsIn } from '../../packages/server/src/features/integrations/github/testing/compare.ts';
import {
  type FakeHost,
  startFakeHost,
} from '../../packages/server/src/features/integrations/github/testing/fake-host.ts';
import { makeWorld, rename } from '../../packages/server/src/features/integrations/github/testing/model.ts';
import { expectSame } from '../../packages/server/src/features/integrations/github/testing/scenario.ts';
import { type TemporaryFolder, temporaryFolder } from '../setup/database.ts';
import { type RunningApp, runningApp } from '../setup/running-app.ts';
import { runCommand } from '../support/command.ts';
import { root } from '../support/fairlead.ts';
import { expectPublished } from '../support/published.ts';

/* Collection by the command, killed and begun again, and by a running server. */

vi.setConfig({ testTimeout: 180_000 });

const world = makeWorld({ seed: 'command', pulls: 300, names: ['acme/web', 'Acme/API'] });
let host: FakeHost;
let folder: TemporaryFolder;
beforeAll(async () => {
  host = await startFakeHost({ world, now: Date.now, limit: 1_000_000 });
  process.env.COLLECT_TOKEN = host.token;
  process.env.COLLECT_WRONG = 'not the token';
});
afterAll(() => host.close());
beforeEach(() => {
  folder = temporaryFolder();
});
afterEach(() => folder.remove());

function argumentsOf(data: string, ...more: readonly string[]) {
  const names = ['--repository', 'github.com/acme/web', '--repository', 'acme/api'];
  return ['delivery', 'collect', '--once', '--data', data, '--api', host.api, ...names, ...more];
}

const collect = (data: string, ...more: readonly string[]) =>
  runCommand(registerDelivery, ...argumentsOf(data, '--credential', 'COLLECT_TOKEN', ...more));

describe('fairlead delivery collect', () => {
  it('reads what is new, says how far it has come, and ends with JSON', async () => {
    const data = join(folder.path, 'data');
    const first = await collect(data);
    expect(first.err).toContain('github.com/acme/web: changes 37 of 150');
    const [report] = expectPublished('delivery-collected', first.out);
    expect(report).toMatchObject({ complete: true, repositories: [{ changes: 150 }, { changes: 150 }] });
    expect(first.code).toBe(0);
    expect(JSON.parse((await collect(data)).out).repositories[0]).toMatchObject({ added: 0, changed: 0 });
    expect(readFileSync(join(data, 'delivery.db')).includes(host.token)).toBe(false);
    await expectSame(data, { world, now: Date.UTC(2026, 7, 1) });
  });

  it('comes to the same when it is killed by -9 again and again', async () => {
    const data = join(folder.path, 'data');
    for (let round = 0; round < 3; round++) {
      const child = spawn(
        process.execPath,
        [join(root, 'packages/cli/src/main.ts'), ...argumentsOf(data, '--credential', 'COLLECT_TOKEN')],
        { stdio: ['ignore', 'ignore', 'pipe'] },
      );
      const ended = new Promise((resolve) => child.once('exit', (_, signal) => resolve(signal)));
      // At a request of its own in each round, wherever its writing is then.
      const before = host.stats.requests;
      await vi.waitUntil(() => host.stats.requests >= before + 3 + round * 4, {
        timeout: 60_000,
        interval: 1,
      });
      child.kill('SIGKILL');
      expect(await ended).toBe('SIGKILL');
    }
    expect(existsSync(join(data, 'delivery.db'))).toBe(true);
    expect((await collect(data)).code).toBe(0);
    await expectSame(data, { world, now: Date.UTC(2026, 7, 1) });
  });

  it.each([
    ['a variable that is not set', ['--credential', 'COLLECT_NOTHING'], 'server.credential-missing'],
    ['repositories of two hosts', ['--repository', 'git.example.com/a/b'], 'collection.host-invalid'],
    ['no name of a repository', ['--repository', '../..'], 'delivery.repository-invalid'],
    ['an address in the clear', ['--api', 'http://git.example.com/graphql'], 'collection.host-invalid'],
    ['an address with a password', ['--api', 'https://a:b@git.example.com/'], 'collection.host-invalid'],
  ])('with %s sends nothing', async (_, more, code) => {
    const before = host.stats.requests;
    await expect(collect(join(folder.path, 'data'), ...more)).rejects.toMatchObject({ code });
    expect(host.stats.requests).toBe(before);
  });

  it('sends no token to a private address that nobody listed', async () => {
    const { code, out } = await collect(join(folder.path, 'data'), '--api', 'https://10.1.2.3/graphql');
    expect([code, JSON.parse(out).repositories[0].failure]).toEqual([1, 'gateway.vendor-address']);
  });

  it('says that the token is not taken, without showing it', async () => {
    const { code, out, err } = await collect(join(folder.path, 'data'), '--credential', 'COLLECT_WRONG');
    expect([code, JSON.parse(out).repositories[0].failure]).toEqual([1, 'collection.unauthorised']);
    expect(out + err).not.toContain('not the token');
  });
});

describe('a running server', () => {
  let app: RunningApp;
  beforeAll(async () => {
    const own = makeWorld({
      seed: 'server',
      pulls: 60,
      names: ['acme/payments', 'acme/shared-libs'],
      huge: 0,
    });
    host = await startFakeHost({ world: own, now: Date.now });
    // The program knows it by its present name, and by this one from before.
    rename(own.repositories[0]!, 'acme/payments-api');
    app = await runningApp({ collect: { token: host.token, api: host.api } });
  });
  afterAll(() => app.stop());

  it('collects the repositories of its program, and says how that stands', async () => {
    const token = await app.token('audit');
    const status = async () => (await app.call('GET', '/api/collection', token)).json;
    await vi.waitUntil(async () => (await status()).state === 'waiting', { timeout: 120_000, interval: 100 });
    const { host: name, repositories, completeAt } = await status();
    expect(name).toBe('github.com');
    const reports = new Map<string, object>(
      (repositories as { repository: string }[]).map((one) => [one.repository, one]),
    );
    expect(reports.get('github.com/acme/payments-api')).toMatchObject({ changes: 30, failure: null });
    expect(reports.get('github.com/acme/shared-libs')).toMatchObject({ changes: 30, failure: null });
    expect(reports.get('github.com/acme/web-shop')).toMatchObject({
      failure: 'collection.repository-unknown',
    });
    expect(completeAt).toBeNull();
    expect(factsIn(app.dataDir).filter((row) => row.includes('"type":"change"'))).toHaveLength(60);
  });
});

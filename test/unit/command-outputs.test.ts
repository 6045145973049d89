/* What commands write as JSON, of an installation that is in use, is what their published schemas say, to the field. */
import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { createInterface } from 'node:readline';
import { deliveryImportExample } from '@fairlead/core/delivery';
import type { ProgramContent, ProgramRetention, ProgramStream } from '@fairlead/core/program';
import { taskImportExample } from '@fairlead/core/tasks';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { registerCommands } from '../../packages/cli/src/register-commands.ts';
import { sampleRequest } from '../../packages/server/src/features/policy/testing/sample.ts';
import { createPostgresDatabase, describePostgres } from '../setup/database.ts';
import { loadedExample, type RunningApp, runningApp } from '../setup/running-app.ts';
import { send } from '../support/client.ts';
import { runCommand } from '../support/command.ts';
import { root } from '../support/fairlead.ts';
import { expectPublished } from '../support/published.ts';
import { respond, type StubUpstream, startStubUpstream } from '../support/stub-upstream.ts';

const content: ProgramContent = {
  keep: [{ repositories: ['*'], dataClasses: ['*'], days: 30 }],
  whenNotKept: 'go-on',
  maxBytes: 1_000_000,
};
const retention: ProgramRetention = {
  ...{ enforce: true, ledgerDays: 365, contentDays: 30 },
  ...{ classes: { secret: { contentDays: 7 } }, shared: {} },
};
const archive: ProgramStream = {
  ...{ name: 'archive', format: 'jsonl', from: 'beginning' },
  to: { kind: 'file', maxBytes: 1e8, keep: 3 },
};
const answered = JSON.stringify({ id: 'r', output: [], usage: { input_tokens: 3, output_tokens: 2 } });
const change = 'git.example.com/shop/web#7';
const patient = { timeout: 30_000, interval: 100 };

let folder: string;
let dataDir: string;
let upstream: StubUpstream;
let app: RunningApp;
let op: string;

beforeAll(async () => {
  folder = mkdtempSync(join(tmpdir(), 'fairlead-outputs-'));
  dataDir = join(folder, 'data');
  upstream = await startStubUpstream(respond(200, { 'content-type': 'application/json' }, answered));
  const loaded = await loadedExample();
  app = await runningApp({
    dataDir,
    loaded: { ...loaded, program: { ...loaded.program, content, retention, streams: [archive] } },
    vendors: {
      baseUrls: new Map([['openai', upstream.url]]),
      credentials: new Map([['OPENAI_API_KEY', 'k']]),
    },
    allowPrivate: ['127.0.0.1'],
  });
  const [{ key }] = expectPublished<{ key: string }>(
    'key-issue',
    await run('key', 'issue', ...bound, '--format', 'json'),
  ) as [{ key: string }];
  const answer = await send(app.gateway, {
    method: 'POST',
    path: '/v1/responses',
    headers: ['authorization', `Bearer ${key}`, 'content-type', 'application/json'],
    body: JSON.stringify({ model: 'gpt-5.5-codex', store: false, input: 'first question' }),
  });
  expect(answer.status, answer.text).toBe(200);
  op = answer.headers['x-fairlead-op'] as string;
}, 240_000);
afterAll(async () => {
  await app.close();
  await upstream.close();
  rmSync(folder, { recursive: true, force: true });
});

const bound = [
  ...['--principal', 'dana.moss', '--assistant', 'codex', '--vendor', 'openai'],
  ...['--repository', 'github.com/acme/payments-api'],
];

/** What a command wrote about this data folder. */
async function run(...args: readonly string[]): Promise<string> {
  return (await runCommand(registerCommands, ...args, '--data', dataDir)).out;
}
const json = (...args: readonly string[]) => run(...args, '--format', 'json');

describe('lists of who may call', () => {
  it('say so when there is nobody, and line up what there is', async () => {
    expect(await run('device', 'list')).toBe('There are no devices.\n');
    expect(await json('device', 'list')).toBe('');
    expect(await run('key', 'list')).toMatch(
      /^\S+ {2}live {2}until \S+ {2}dana\.moss {2}codex {2}github\.com\/acme\/payments-api\n$/,
    );
  });
});

describe('JSON about who may call', () => {
  it('is as published', async () => {
    const [listed] = expectPublished<{ id: string }>('key-list', await json('key', 'list'));
    expectPublished('key-issue', await json('key', 'rotate', listed!.id));
    const keys = expectPublished('key-list', await json('key', 'list'));
    expect(keys).toMatchObject([{ state: 'live' }, { state: 'revoked' }]);
    const token = await json('token', 'issue', '--scope', 'audit', '--expires', '1h');
    expectPublished('token-issue', token);
    expectPublished('token-list', await json('token', 'list'));
    const [{ code }] = expectPublished<{ code: string }>(
      'enroll-code',
      await json('enroll', 'code', '--principal', 'dana.moss'),
    ) as [{ code: string }];
    expect((await app.call('POST', '/api/enrolments', {}, { code, name: 'laptop' })).status).toBe(201);
    expectPublished('device-list', await json('device', 'list'));
    expectPublished('sign-in', await json('sign-in', '--principal', 'dana.moss'));
  });
});

describe('JSON about the record', () => {
  it('is as published', async () => {
    const listed = await json('ledger', 'list');
    const kinds = expectPublished<{ kind: string }>('ledger-list', listed).map(({ kind }) => kind);
    expect(new Set(kinds)).toEqual(new Set(['config', 'admin', 'decision', 'outcome']));
    expectPublished('ledger-verify', await json('ledger', 'verify'));
    expectPublished('ledger-fsck', await json('ledger', 'fsck'));
    await run('ledger', 'hold', 'add', 'case-7', '--reason', 'litigation');
    expectPublished('ledger-holds', await json('ledger', 'hold', 'list'));
    await run('ledger', 'hold', 'remove', 'case-7', '--reason', 'settled');
    expectPublished('ledger-prune', await json('ledger', 'prune', '--dry-run'));
    await expect.poll(() => run('ledger', 'proof', '--from', '1').catch(() => ''), patient).not.toBe('');
    expectPublished('ledger-growth', await run('ledger', 'proof', '--from', '1'));
    expectPublished('budget-status', await json('budget', 'status'));
    expectPublished('streams-status', await json('streams', 'status'));
    expectPublished(
      'policy-explain',
      await json('policy', 'explain', op, '--program', join(root, 'program')),
    );
  });

  it('is as published of what is kept, and for how long', async () => {
    await expect.poll(async () => JSON.parse(await json('content', 'status')).items, patient).toBe(2);
    expectPublished('content-status', await json('content', 'status'));
    expectPublished('content-get', await json('content', 'get', '--op', op, '--purpose', 'a complaint'));
    expectPublished('retention-run', await json('retention', 'run'));
    const [status] = expectPublished('retention-status', await json('retention', 'status'));
    expect(status).toMatchObject({ lastRun: { by: 'operator' } });
  });

  it('is as published of the line of a witness', async () => {
    const vkey = join(folder, 'vkey');
    writeFileSync(vkey, await run('ledger', 'vkey'));
    const witness = spawn(
      process.execPath,
      [
        ...[join(root, 'bin', 'fairlead'), 'ledger', 'witness', '--listen', '0'],
        ...['--log-vkey', vkey, '--data', join(folder, 'witness')],
      ],
      { stdio: ['ignore', 'pipe', 'ignore'] },
    );
    const ended = once(witness, 'exit');
    const [line] = await once(createInterface(witness.stdout), 'line');
    expectPublished('witness', line as string);
    witness.kill('SIGTERM');
    await ended;
  });
});

describe('JSON about delivery', () => {
  it('is as published', async () => {
    const lines = (facts: readonly unknown[]) => facts.map((fact) => `${JSON.stringify(fact)}\n`).join('');
    const [facts, tasks] = [join(folder, 'facts.jsonl'), join(folder, 'tasks.jsonl')];
    writeFileSync(facts, lines(deliveryImportExample));
    writeFileSync(tasks, lines(taskImportExample));
    expectPublished('delivery-imported', await run('delivery', 'import', facts, '--format', 'jsonl'));
    expectPublished('delivery-imported', await run('delivery', 'import', tasks, '--format', 'tasks'));
    expectPublished('delivery-timeline', await json('delivery', 'timeline', change));
    expectPublished('delivery-provenance', await json('delivery', 'provenance', change));
    const window = ['--from', '2026-03-01', '--to', '2026-04-01'];
    expectPublished('delivery-kpis', await json('delivery', 'kpis', ...window));
    expectPublished('delivery-devlake', await run('delivery', 'kpis', '--definitions', 'devlake'));
    expectPublished('baseline', await json('baseline', '--repository', 'git.example.com/shop/web', '--seal'));
    const person = ['--account', 'bob'];
    expectPublished(
      'delivery-person',
      await run('delivery', 'export-person', ...person, '--purpose', 'asked'),
    );
    expectPublished(
      'delivery-forgotten',
      await run('delivery', 'forget-person', ...person, '--reason', 'asked'),
    );
  });

  it('is as published of what a clone says', async () => {
    const { out } = await runCommand(
      registerCommands,
      ...['delivery', 'szz', '--repo', root, '--fix', 'HEAD', '--format', 'json'],
    );
    expectPublished('szz', out);
  });
});

describe('JSON about a program', () => {
  it('is as published', async () => {
    const program = join(root, 'program');
    const of = async (...args: readonly string[]) =>
      (await runCommand(registerCommands, ...args, '--format', 'json', '--at', '2026-01-15')).out;
    expectPublished('validate', await of('validate', program));
    expectPublished('validate', await of('policy', 'check', '--program', program));
    expectPublished('policy-test', await of('policy', 'test', '--program', program));
    const request = join(folder, 'request.json');
    writeFileSync(request, JSON.stringify(sampleRequest));
    const explained = await of('policy', 'explain', '--request', request, '--program', program);
    expectPublished('policy-explain-request', explained);
  });
});

describe('JSON about an installation', () => {
  const place = (name: string) => join(folder, name);

  it('is as published of a backup, what came of it, and its files', async () => {
    await app.close();
    expectPublished('backup', await json('backup', '--out', place('all.tar')));
    const restored = await runCommand(
      registerCommands,
      ...['restore', '--from', place('all.tar'), '--data', place('restored'), '--start-new-log'],
      ...['--format', 'json'],
    );
    expect(expectPublished('restore', restored.out)).toMatchObject([{ newOrigin: expect.any(String) }]);
    expectPublished('pack', await json('pack'));
  });

  describePostgres('that moves', () => {
    it('is as published', async () => {
      const database = await createPostgresDatabase();
      try {
        const moved = await json('migrate', 'sqlite-to-postgres', '--database', database.url);
        expect(expectPublished('migrate', moved)).toMatchObject([{ ok: true }]);
      } finally {
        await database.drop();
      }
    });
  });
});

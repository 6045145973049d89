// Holds, pruning and kept content on the command line: through a running server, and on its folder without one.
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { ProgramContent, ProgramRetention } from '@fairlead/core/program';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { registerContent } from '../../packages/cli/src/commands/content.ts';
import { registerLedger } from '../../packages/cli/src/commands/ledger.ts';
import { registerRetention } from '../../packages/cli/src/commands/retention.ts';
import { listEntries, verifyLedger } from '../../packages/server/src/features/ledger/cli.ts';
import { openLedger } from '../../packages/server/src/features/ledger/create.ts';
import { decisionDraft } from '../../packages/server/src/features/ledger/testing/entries.ts';
import { loadedExample, type RunningApp, runningApp } from '../setup/running-app.ts';
import { send } from '../support/client.ts';
import { runCommand } from '../support/command.ts';
import { respond, type StubUpstream, startStubUpstream } from '../support/stub-upstream.ts';

const dayMs = 86_400_000;
const patient = { timeout: 30_000, interval: 50 };
const content: ProgramContent = {
  keep: [{ repositories: ['*'], dataClasses: ['*'], days: 30 }],
  whenNotKept: 'go-on',
  maxBytes: 1_000_000,
};
const retention: ProgramRetention = {
  ...{ enforce: true, ledgerDays: 365, contentDays: 30 },
  ...{ classes: { secret: { contentDays: 7 } }, shared: {} },
};
const answered = JSON.stringify({ id: 'r', output: [], usage: { input_tokens: 3, output_tokens: 2 } });

let folder: string;
let dataDir: string;
let upstream: StubUpstream;
let app: RunningApp;
let pruned: string;
const ops: string[] = [];

beforeAll(async () => {
  folder = mkdtempSync(join(tmpdir(), 'fairlead-retention-'));
  dataDir = join(folder, 'data');
  const then = Date.now() - 400 * dayMs;
  const ledger = await openLedger({ dataDir, clock: { now: () => then } });
  const old = Array.from({ length: 600 }, () =>
    decisionDraft(ledger.instance, { decision: 'deny', ts: new Date(then).toISOString() }),
  );
  pruned = old[3]!.op;
  for (let at = 0; at < old.length; at += 200) await ledger.append(old.slice(at, at + 200));
  await ledger.close();
  upstream = await startStubUpstream(respond(200, { 'content-type': 'application/json' }, answered));
  const loaded = await loadedExample();
  const program = { ...loaded.program, content, retention };
  const vendors = {
    baseUrls: new Map([['openai', upstream.url]]),
    credentials: new Map([['OPENAI_API_KEY', 'k']]),
  };
  app = await runningApp({
    dataDir,
    loaded: { ...loaded, program },
    vendors,
    allowPrivate: ['127.0.0.1'],
  });
  for (const input of ['first question', 'second \u001b[31mquestion']) ops.push(await call(input));
});
afterAll(async () => {
  await app.close();
  await upstream.close();
  rmSync(folder, { recursive: true, force: true });
});

/** A call whose content is kept; its op. */
async function call(input: string): Promise<string> {
  const issued = await app.call('POST', '/api/keys', await app.token('admin'), {
    principal: 'dana.moss',
    repositories: ['github.com/acme/payments-api'],
    assistant: 'codex',
    vendor: 'openai',
    expiresAt: new Date(Date.now() + 3_600_000).toISOString(),
  });
  const answer = await send(app.gateway, {
    method: 'POST',
    path: '/v1/responses',
    headers: ['authorization', `Bearer ${issued.json.key}`, 'content-type', 'application/json'],
    body: JSON.stringify({ model: 'gpt-5.5-codex', store: false, input }),
  });
  expect(answer.status, answer.text).toBe(200);
  return answer.headers['x-fairlead-op'] as string;
}

async function whats(): Promise<readonly { what: string; details: Record<string, unknown> }[]> {
  const found: { what: string; details: Record<string, unknown> }[] = [];
  await listEntries(dataDir, { kind: 'admin' }, ({ bytes }) => {
    found.push(JSON.parse(Buffer.from(bytes).toString()));
  });
  return found;
}

const ledger = (...args: string[]) => runCommand(registerLedger, 'ledger', ...args, '--data', dataDir);
const kept = (...args: string[]) => runCommand(registerContent, 'content', ...args, '--data', dataDir);
const retained = (...args: string[]) =>
  runCommand(registerRetention, 'retention', ...args, '--data', dataDir);

describe('beside a running server', () => {
  it('prunes what is over by the program, and not while a hold stands', async () => {
    const dry = await ledger('prune', '--dry-run');
    expect(dry.out).toBe('512 entries would be pruned; the minimum index would be 512.\n');
    expect((await ledger('prune', '--dry-run', '--before', '2020-01-01')).out).toContain('0 entries');
    await ledger('hold', 'add', 'case-7', '--reason', 'litigation');
    await expect(ledger('hold', 'add', 'case-7', '--reason', 'again')).rejects.toMatchObject({
      code: 'ledger.hold-exists',
    });
    expect((await ledger('hold', 'list')).out).toMatch(/^case-7 {2}since \S+ {2}everything {2}litigation\n$/);
    expect((await ledger('prune')).out).toContain('0 entries and 0 inputs pruned');
    expect((await ledger('prune')).out).toContain('Holds stand: case-7.');
    expect((await retained('status')).out).toMatch(/enforced.*\n.*365 days[\s\S]*1 legal hold stands/);
    await ledger('hold', 'remove', 'case-7', '--reason', 'settled');
    expect((await ledger('hold', 'list')).out).toBe('There are no legal holds.\n');
    expect(JSON.parse((await ledger('hold', 'list', '--format', 'json')).out)).toEqual([]);
    const run = await retained('run', '--format', 'json');
    expect(JSON.parse(run.out)).toMatchObject({ by: 'operator', minimum: 512, entries: 512, rows: 512 });
    expect((await retained('status')).out).toContain('512 entries');
    expect((await whats()).map(({ what }) => what).filter((what) => /^ledger|^retention/.test(what))).toEqual(
      ['ledger.hold-added', 'ledger.hold-removed', 'ledger.pruned', 'retention.applied'],
    );
    const gone = await app.call('GET', `/api/audit/entries/${pruned}`, await app.token('audit'));
    expect([gone.status, gone.json.error.code]).toEqual([410, 'ledger.entry-pruned']);
    expect((await verifyLedger({ dataDir })).problems).toEqual([]);
  });

  it('reads kept content with a purpose that is recorded first, and nothing without one', async () => {
    await expect.poll(async () => (await kept('status')).out, patient).toContain('4 items are kept');
    const { out } = await kept('get', '--op', ops[1]!, '--purpose', 'a complaint');
    expect(out).toContain('second \\u001b[31mquestion');
    expect(out).toContain(`--- answer\n${answered}\n`);
    expect(out.includes('\u001b')).toBe(false);
    const read = (await whats()).find(({ what }) => what === 'content.read');
    expect(read?.details).toEqual({ by: 'operator', subject: ops[1], purpose: 'a complaint' });
    await expect(kept('get', '--op', ops[1]!)).rejects.toThrow(/purpose/);
    await expect(kept('get', '--op', 'x', '--purpose', 'y')).rejects.toThrow(/id of a call/);
  });

  it('erases by call, and only one subject at a time', async () => {
    const why = ['--reason', 'a request'];
    await expect(kept('erase', ...why)).rejects.toMatchObject({ code: 'content.subject-unsaid' });
    await expect(kept('erase', '--op', ops[0]!, '--before', '2026-01-01', ...why)).rejects.toMatchObject({
      code: 'content.subject-unsaid',
    });
    await expect(kept('erase', '--before', '2026-02-30', ...why)).rejects.toThrow(/YYYY-MM-DD/);
    expect((await kept('erase', '--op', ops[0]!, ...why)).out).toBe('2 items are erased.\n');
    await expect(kept('get', '--op', ops[0]!, '--purpose', 'x')).rejects.toMatchObject({
      code: 'content.unknown',
    });
  });

  it('asks for a token of the scope or a role', async () => {
    const admin = await app.token('admin');
    const { json } = await app.call('GET', '/api/retention', admin);
    expect(json).toMatchObject({
      enforce: true,
      classes: [{ dataClass: 'secret', ledgerDays: null, contentDays: 7 }],
      minimum: 512,
    });
    const legal = await app.signedIn('clara.voss');
    const slashed = { id: 'audit/2026-q3', reason: 'the yearly audit' };
    expect((await app.call('POST', '/api/holds', admin, slashed)).status).toBe(201);
    await ledger('hold', 'remove', 'audit/2026-q3', '--reason', 'over');
    const hold = { id: 'case-8', reason: 'litigation', from: '2026-01-01' };
    const placed = await app.call('POST', '/api/holds', legal, hold);
    expect([placed.status, placed.json.from]).toEqual([201, '2026-01-01T00:00:00.000Z']);
    expect(placed.json.by).toMatch(/^person:/);
    const platform = await app.signedIn('elena.rossi');
    const dry = await app.call('POST', '/api/ledger/prune', platform, { dryRun: true });
    expect(dry.json).toMatchObject({ dryRun: true, entries: 0, holds: ['case-8'] });
    const early = { dryRun: true, before: new Date().toISOString() };
    expect((await app.call('POST', '/api/ledger/prune', platform, early)).json.entries).toBe(0);
    for (const [who, path] of [
      [platform, '/api/holds/case-8/release'],
      [legal, '/api/ledger/prune'],
    ] as const) {
      expect((await app.call('POST', path, who, { reason: 'x', dryRun: true })).status).toBe(403);
    }
    expect((await app.call('POST', '/api/holds/case-8/release', legal, { reason: 'settled' })).status).toBe(
      200,
    );
  });
});

describe('without a server', () => {
  it('takes the writer lock and does the same', async () => {
    await app.close();
    await expect(retained('run')).rejects.toMatchObject({ code: 'server.unreachable' });
    expect((await kept('status')).out).toContain('2 items are kept');
    expect((await kept('get', '--op', ops[1]!, '--purpose', 'an audit')).out).toContain('second');
    await ledger('hold', 'add', 'case-9', '--reason', 'litigation', '--from', '2026-01-01');
    expect((await ledger('hold', 'list')).out).toContain(
      'what was recorded from 2026-01-01T00:00:00.000Z on',
    );
    const tomorrow = new Date(Date.now() + dayMs).toISOString().slice(0, 10);
    const erase = () => kept('erase', '--before', tomorrow, '--reason', 'a request');
    await expect(erase()).rejects.toMatchObject({ code: 'ledger.on-hold' });
    await ledger('hold', 'remove', 'case-9', '--reason', 'settled');
    expect((await erase()).out).toBe('2 items are erased.\n');
    expect((await ledger('prune', '--before', '2020-01-01', '--dry-run')).out).toContain('0 entries would');
    await expect(ledger('prune')).rejects.toMatchObject({ code: 'ledger.retention-unsaid' });
    expect((await whats()).filter(({ what }) => what === 'content.read')).toHaveLength(3);
    expect((await verifyLedger({ dataDir })).problems).toEqual([]);
  });
});

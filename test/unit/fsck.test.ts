// `fairlead ledger fsck`: an installation with every kind of row that can be recomputed; then one of them is changed.
import { cpSync, rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import Database from 'better-sqlite3';
import { afterAll, beforeAll, describe, expect, it, vi } from 'vitest';
import { openAudit } from '../../packages/server/src/features/audit/create.ts';
import { createDevices } from '../../packages/server/src/features/devices/create.ts';
import { createIdentity, stateFile } from '../../packages/server/src/features/identity/create.ts';
import {
  decisionDraft,
  keyDraft,
  outcomeDraft,
  reservingDraft,
  settlingDraft,
} from '../../packages/server/src/features/ledger/testing/entries.ts';
import {
  type LedgerFolder,
  ledgerFolder,
} from '../../packages/server/src/features/ledger/testing/folders.ts';
import { fsckLedger } from '../../packages/server/src/features/upkeep/cli.ts';
import { nodeRandom } from '../../packages/server/src/platform/crypto/index.ts';
import { expectPublished } from '../support/published.ts';

let folder: LedgerFolder;
let copies = 0;
let revoked: string;
let token: string;

beforeAll(async () => {
  folder = ledgerFolder();
  const ledger = await folder.open();
  const { instance } = ledger;
  const clock = { now: Date.now };
  const deps = { ledger, clock, random: nodeRandom, index: () => null, instance, origin: 'live' as const };
  const location = { kind: 'sqlite' as const, file: stateFile(folder.dataDir) };
  const identity = await createIdentity(location, deps);
  const devices = await createDevices(location, folder.keysDir, { ...deps, identity, tokenLifeSeconds: 600 });
  const expiresAt = Date.now() + 86_400_000;
  const request = { principal: 'alice', repositories: ['github.com/acme/a'], assistant: 'codex', expiresAt };
  await identity.issueKey(request, 'operator');
  revoked = (await identity.issueKey(request, 'operator')).id;
  await identity.revokeKey(revoked, 'lost', 'operator');
  await identity.issueToken({ scope: 'audit', expiresAt }, 'operator');
  const { code } = await devices.issueCode({ principal: 'alice', loginExpiresAt: expiresAt }, 'operator');
  const { device } = await devices.enrol(code, 'laptop');
  await devices.issueCode({ principal: 'alice', loginExpiresAt: expiresAt }, 'operator');
  token = crypto.randomUUID();
  await devices.revokeToken(token, 'lost', 'operator');
  expect(device.principal).toBe('alice');
  const settled = reservingDraft(instance, 500, { 'team|day|2026-01-01|t': 1_000_000 });
  const open = reservingDraft(instance, 700, { 'team|day|2026-01-01|t': 1_000_000 });
  for (const draft of [settled, open]) await ledger.append([draft]);
  await ledger.append([settlingDraft(instance, settled.op, 450)]);
  await ledger.append([keyDraft(instance, 'pause', 'k-1'), keyDraft(instance, 'pause', 'k-2')]);
  await ledger.append([keyDraft(instance, 'resume', 'k-2')]);
  const calls = Array.from({ length: 300 }, () => decisionDraft(instance));
  await ledger.append(calls);
  await ledger.append(calls.map(({ op }) => outcomeDraft(instance, op)));
  const audit = await openAudit(folder.dataDir, () => undefined);
  await vi.waitFor(async () => expect((await audit.progress()).indexed).toBe(ledger.state().size), {
    timeout: 30_000,
  });
  await audit.close();
  await devices.close();
  await identity.close();
  await ledger.close();
});
afterAll(() => folder.remove());

/** What fsck says of a copy in which `sql` was run. */
async function changed(file: 'ledger' | 'state' | 'metrics', ...sql: readonly string[]) {
  copies += 1;
  const dataDir = join(folder.path, `copy-${copies}`);
  cpSync(folder.dataDir, dataDir, { recursive: true });
  cpSync(folder.keysDir, `${dataDir}.keys`, { recursive: true });
  const database = new Database(join(dataDir, `${file}.db`));
  for (const statement of sql)
    expect(database.prepare(statement).run().changes, statement).toBeGreaterThan(0);
  database.close();
  const { ok, problems } = await fsckLedger({ dataDir });
  expect(ok).toBe(problems.length === 0);
  return [...new Set(problems.map(({ problem }) => problem))];
}

describe('fsck', () => {
  it('finds nothing wrong with an installation as it was left, and counts what it looked at', async () => {
    const verdict = await fsckLedger({ dataDir: folder.dataDir });
    expect(verdict.problems).toEqual([]);
    expect(verdict).toMatchObject({ ok: true, root: expect.stringMatching(/^[0-9a-f]{64}$/) });
    expect(verdict.checked).toMatchObject({
      entries: verdict.size,
      signed: verdict.size,
      openOperations: 1,
      reservations: 1,
      pausedKeys: 1,
      identity_keys: 2,
      identity_tokens: 1,
      devices: 1,
      device_codes: 2,
      indexRows: verdict.size,
    });
  });

  it('says so beside a server that goes on writing', async () => {
    const dataDir = join(folder.path, 'running');
    cpSync(folder.dataDir, dataDir, { recursive: true });
    cpSync(folder.keysDir, `${dataDir}.keys`, { recursive: true });
    const ledger = await folder.open({ dataDir });
    let writing = true;
    const calls = (async () => {
      while (writing) await ledger.append([decisionDraft(ledger.instance)]);
    })();
    const verdict = await fsckLedger({ dataDir });
    writing = false;
    await calls;
    expect(verdict.problems).toEqual([]);
    expect(verdict.size).toBeLessThanOrEqual(ledger.state().size);
  });

  it.each([
    ['an open operation is removed', 'delete from open_operations', 'open-operation-missing'],
    [
      'an operation is opened that was closed',
      `insert into open_operations select op, zeroblob(16), zeroblob(16) from entries where kind = 'outcome' limit 1`,
      'open-operation-unknown',
    ],
    ['a reservation is made smaller', 'update budget_reservations set amount = 1', 'reservation-differs'],
    ['a reservation is removed', 'delete from budget_reservations', 'reservation-missing'],
    ['an account has less in it', 'update budget_accounts set settled = settled - 1', 'budget-differs'],
    ['a key goes on that was paused', 'delete from paused_keys', 'paused-key-missing'],
    ['a key is paused without an entry', `insert into paused_keys values ('k-9')`, 'paused-key-unknown'],
    [
      'decision inputs are edited',
      `update decision_inputs set json = '{}' where rowid = 1`,
      'inputs-changed',
    ],
    ['decision inputs are removed', 'delete from decision_inputs where rowid = 1', 'inputs-missing'],
  ])('sees in the ledger’s tables that %s', async (_, sql, problem) => {
    expect(await changed('ledger', sql)).toEqual([problem]);
  });

  it.each([
    ['a key is of somebody else', `update identity_keys set principal = 'mallory'`, 'grant-differs'],
    [
      'the secret of a key is replaced',
      `update identity_keys set digest = 'a' || substr(digest, 2) || 'x'`,
      'grant-differs',
    ],
    [
      'a key reaches further',
      `update identity_keys set repositories = '["github.com/acme/b"]'`,
      'grant-differs',
    ],
    ['a key lives longer', 'update identity_keys set expires_at = expires_at + 1', 'grant-differs'],
    [
      'a key is made by hand',
      `insert into identity_keys select 'x', 'y', principal, repositories, assistant, null, null, null, created_at, expires_at, null from identity_keys limit 1`,
      'grant-unrecorded',
    ],
    ['a revoked key lives again', 'update identity_keys set revoked_at = null', 'revocation-missing'],
    [
      'a key is revoked without an entry',
      'update identity_keys set revoked_at = 1 where revoked_at is null',
      'revocation-unrecorded',
    ],
    ['a key is gone', 'delete from identity_keys where revoked_at is null', 'grant-missing'],
    ['a token is gone', 'delete from identity_tokens', 'grant-missing'],
    ['a login is gone', 'delete from devices', 'grant-missing'],
    ['an unused code is gone', 'delete from device_codes where used_at is null', 'grant-missing'],
    ['a token may do more', `update identity_tokens set scope = 'admin'`, 'grant-differs'],
    ['a login is narrowed no more', `update devices set repositories = '["*"]'`, 'grant-differs'],
    ['a used code can be used again', 'update device_codes set used_at = null', 'revocation-missing'],
    [
      'an unused code lives longer',
      'update device_codes set expires_at = expires_at + 1 where used_at is null',
      'grant-differs',
    ],
    ['a revoked assistant token lives again', 'delete from device_revocations', 'revocation-missing'],
    ['a revocation ends early', 'update device_revocations set until = 1', 'revocation-missing'],
  ])('sees in the state that %s', async (_, sql, problem) => {
    expect(await changed('state', sql)).toEqual([problem]);
  });

  it('misses nothing that has ended: a revoked key, a used code', async () => {
    const gone = ['delete from identity_keys where revoked_at is not null'];
    expect(await changed('state', ...gone, 'delete from device_codes where used_at is not null')).toEqual([]);
  });

  it('sees that the whole state is gone, also when a new one stands in its place', async () => {
    const dataDir = join(folder.path, 'stateless');
    cpSync(folder.dataDir, dataDir, { recursive: true });
    cpSync(folder.keysDir, `${dataDir}.keys`, { recursive: true });
    for (const suffix of ['', '-wal', '-shm']) rmSync(`${stateFile(dataDir)}${suffix}`, { force: true });
    const found = async () => (await fsckLedger({ dataDir })).problems.map(({ problem }) => problem).sort();
    const missing = [
      'grant-missing',
      'grant-missing',
      'grant-missing',
      'grant-missing',
      'revocation-missing',
    ];
    expect(await found()).toEqual(missing);
    const deps = { ledger: {} as never, clock: { now: Date.now }, random: nodeRandom, index: () => null };
    const instance = { id: 'i', incarnation: 'i' };
    const location = { kind: 'sqlite' as const, file: stateFile(dataDir) };
    await (await createIdentity(location, { ...deps, instance, origin: 'live' })).close();
    expect(await found()).toEqual(missing);
  });

  it.each([
    [
      'a row says something else',
      `update audit_entries set decision = 'deny' where decision = 'allow' and idx < 400`,
      'index-differs',
    ],
    ['a row is missing', 'delete from audit_entries where idx = 7', 'index-differs'],
    ['it is of another log', `update audit_state set origin = 'fairlead.local/other'`, 'index-foreign'],
  ])('sees in the audit index that %s, and that it can be rebuilt', async (_, sql, problem) => {
    expect(await changed('metrics', sql)).toEqual([problem]);
  });

  it('finds nothing wrong with an index that is only behind', async () => {
    const behind = ['delete from audit_entries where idx >= 100', 'update audit_state set next = 100'];
    expect(await changed('metrics', ...behind)).toEqual([]);
  });

  it('names a damaged index that was set aside, and what it is good for', async () => {
    const dataDir = join(folder.path, 'set-aside');
    cpSync(folder.dataDir, dataDir, { recursive: true });
    cpSync(folder.keysDir, `${dataDir}.keys`, { recursive: true });
    const file = join(dataDir, 'metrics.db.damaged');
    writeFileSync(file, 'rubbish');
    const verdict = await fsckLedger({ dataDir });
    expect(verdict).toMatchObject({ ok: true, leftovers: [{ file, bytes: 7 }] });
    expect(verdict.leftovers?.[0]?.message).toMatch(/keep a copy .*then remove the file/);
    expectPublished('ledger-fsck', JSON.stringify(verdict));
    rmSync(file);
    expect(await fsckLedger({ dataDir })).not.toHaveProperty('leftovers');
  });
});

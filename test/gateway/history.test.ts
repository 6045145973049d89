import { once } from 'node:events';
import { type AddressInfo, createServer } from 'node:net';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { openDelivery } from '../../packages/server/src/features/delivery/create.ts';
import { type Demo, runDemo } from '../../packages/server/src/features/demo/cli.ts';
import { send } from '../support/client.ts';
import {
  cleanUp,
  freshDir,
  type LedgerLine,
  ledgerEntries,
  type RunningFairlead,
  startFairlead,
  verifyLedger,
} from '../support/fairlead.ts';
import { pause, startStubUpstream } from '../support/stub-upstream.ts';

afterAll(cleanUp);

/** The demo in this process, its history as fast as its few connections allow. */
function startDemo(
  dataDir: string,
  { vendor, ...more }: { history?: boolean; vendor?: string; port?: number; consolePort?: number } = {},
): Promise<Demo> {
  const vendorUrls = new Map(vendor ? [['openai', vendor]] : []);
  return runDemo({ port: 0, consolePort: 0, dataDir, vendorUrls, history: true, historyMs: 0, ...more });
}

const opsOf = (entries: readonly LedgerLine[], wanted: (line: LedgerLine) => boolean) =>
  entries.filter(wanted).map(({ op }) => op);

describe('a start on an empty folder', () => {
  const dataDir = join(freshDir('history'), 'data');
  let entries: readonly LedgerLine[];
  let decisions: readonly LedgerLine[];
  let made = { made: 0, planned: 0, state: '' };

  beforeAll(async () => {
    const demo = await startDemo(dataDir);
    made = (await demo.begin()) ?? made;
    await demo.close();
    entries = await ledgerEntries(dataDir);
    decisions = entries.filter(({ kind }) => kind === 'decision');
  }, 600_000);

  it('makes the whole history, each entry marked as the demo’s', async () => {
    expect(made.state).toBe('done');
    expect(made.made).toBe(made.planned);
    expect(decisions.length).toBeGreaterThanOrEqual(400);
    expect(new Set(entries.map(({ origin }) => origin))).toEqual(new Set(['demo']));
  });

  it('is varied: assistants, repositories, people, sessions', () => {
    const distinct = (of: (line: LedgerLine) => unknown) => new Set(decisions.map(of)).size;
    expect(distinct(({ assistant }) => assistant?.name)).toBeGreaterThanOrEqual(3);
    expect(distinct(({ repository }) => repository)).toBeGreaterThanOrEqual(10);
    expect(distinct(({ actor }) => actor?.pseudonym)).toBeGreaterThanOrEqual(30);
    expect(distinct(({ session }) => session)).toBeGreaterThanOrEqual(60);
    expect(distinct(({ model }) => model)).toBeGreaterThanOrEqual(6);
    for (const { actor } of decisions) expect(actor?.pseudonym).toMatch(/^p-[0-9a-f-]{36}$/);
  });

  it('is mostly allowed, and refused for many reasons', () => {
    const refused = decisions.filter(({ decision }) => decision === 'deny');
    const reasons = new Set(refused.flatMap(({ policyIds }) => policyIds ?? []));
    expect(refused.length / decisions.length).toBeGreaterThan(0.05);
    expect(refused.length / decisions.length).toBeLessThan(0.25);
    expect([...reasons]).toEqual(
      expect.arrayContaining([
        'repository.allowlist',
        'stage.not-included',
        'model.not-allowed',
        'data.secret',
        'data.personal-data',
        'vendor.unseen-content',
        'repository.mismatch',
        'mcp.unsanctioned',
      ]),
    );
    expect(reasons.size).toBeGreaterThanOrEqual(10);
    expect(entries.some(({ kind }) => kind === 'repeat')).toBe(true);
  });

  it('went through the gateway: each allowed call has its outcome, with usage where it was whole', () => {
    const outcomes = entries.filter(({ kind }) => kind === 'outcome');
    expect(opsOf(outcomes, () => true).sort()).toEqual(
      opsOf(decisions, ({ decision }) => decision === 'allow').sort(),
    );
    const ends = new Set(outcomes.map(({ outcome }) => outcome));
    expect(ends).toEqual(new Set(['completed', 'vendor-error', 'client-aborted']));
    const counts = new Set(opsOf(decisions, ({ endpoint }) => endpoint === 'count-tokens'));
    const completed = outcomes.filter(({ op, outcome }) => outcome === 'completed' && !counts.has(op));
    expect(completed.every(({ usage }) => (usage?.inputTokens ?? 0) > 0)).toBe(true);
    expect(Math.max(...completed.map(({ usage }) => usage?.outputTokens ?? 0))).toBeGreaterThan(300);
  });

  it('leaves no key of a simulated person in force, and a ledger that verifies', async () => {
    const keys = (what: string) =>
      entries.filter((line) => line.what === what).map(({ details }) => details?.keyId);
    const left = keys('key.issued').filter((id) => !keys('key.revoked').includes(id));
    expect(left).toHaveLength(3);
    const { code, report } = await verifyLedger(dataDir);
    expect(code).toBe(0);
    expect(report).toMatchObject({ ok: true, problems: [], size: entries.length });
  });

  it('is made once: a second start adds no call', async () => {
    const demo = await startDemo(dataDir);
    expect(demo.begin()).toBeNull();
    expect(demo.welcome).not.toContain('simulated');
    expect(demo.welcome).toContain('No history is made');
    await demo.close();
    const now = await ledgerEntries(dataDir);
    expect(now.slice(entries.length).map(({ kind }) => kind)).not.toContain('decision');
  });
});

describe('a start that fails', () => {
  it('takes no history from the next one, whichever port was in use; facts of somebody’s own do', async () => {
    const dataDir = join(freshDir('history'), 'data');
    const taken = createServer().listen(0, '127.0.0.1');
    await once(taken, 'listening');
    const { port } = taken.address() as AddressInfo;
    for (const ports of [{ port }, { consolePort: port }]) {
      await expect(startDemo(dataDir, ports)).rejects.toMatchObject({ code: 'server.listen-failed' });
    }
    taken.close();
    const demo = await startDemo(dataDir);
    expect(demo.welcome).toContain('simulated colleagues');
    await demo.close();
    await (await openDelivery(dataDir)).close();
    const used = await startDemo(dataDir);
    expect(used.begin()).toBeNull();
    expect(used.welcome).toContain('No history is made');
    await used.close();
  });
});

describe('no history', () => {
  it.each(['--no-history', '--vendor'])('is made with %s', async (flag) => {
    const stub = await startStubUpstream();
    const more = flag === '--vendor' ? { vendor: stub.url } : { history: false };
    const demo = await startDemo(join(freshDir('history'), 'data'), more);
    expect(demo.begin()).toBeNull();
    expect(demo.welcome).not.toContain('simulated');
    await demo.close();
    await stub.close();
  });
});

describe('SIGTERM in the middle of it', () => {
  it('ends with 0, every call with its outcome, no key in force, and a ledger that verifies', async () => {
    const app = await startFairlead({ history: true });
    // The ready line comes first; the history begins behind it.
    while ((await callsMade(app)) < 8) await pause(50);
    expect(await app.stop('SIGTERM')).toEqual({ code: 0, signal: null });
    expect(app.stderr()).toMatch(/history: stopped after \d+ of \d+ calls/);
    const entries = await app.entries();
    const decisions = entries.filter(({ kind }) => kind === 'decision');
    expect(opsOf(entries, ({ kind }) => kind === 'outcome').sort()).toEqual(
      opsOf(decisions, ({ decision }) => decision === 'allow').sort(),
    );
    expect(entries.map(({ kind }) => kind)).not.toContain('recovery');
    const count = (what: string) => entries.filter((line) => line.what === what).length;
    expect(count('key.issued') - count('key.revoked')).toBe(3);
    expect((await verifyLedger(app.dataDir)).report).toMatchObject({ ok: true, problems: [] });
  }, 180_000);
});

/** Calls that were decided, as the server counts them: a look at its ledger takes a busy machine seconds. */
async function callsMade({ ready }: RunningFairlead): Promise<number> {
  const headers = ['authorization', `Bearer ${ready.adminToken}`];
  const { status, text } = await send(ready.console, { path: '/metrics', headers });
  expect(status, text).toBe(200);
  const counts = [...text.matchAll(/^fairlead_calls_total\{.*\} (\d+)$/gm)].map(([, count]) => Number(count));
  return counts.reduce((sum, count) => sum + count, 0);
}

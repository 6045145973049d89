/* Requests of people about their own data in delivery facts: by a running server, and by the commands without one. */
import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { type DeliveryFact, deliveryImportExample } from '@fairlead/core/delivery';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { registerDelivery } from '../../packages/cli/src/commands/delivery.ts';
import { importInto } from '../../packages/server/src/features/delivery/cli.ts';
import { openDelivery } from '../../packages/server/src/features/delivery/create.ts';
import { listEntries } from '../../packages/server/src/features/ledger/cli.ts';
import { type Headers, loadedExample, type RunningApp, runningApp } from '../setup/running-app.ts';
import { runCommand } from '../support/command.ts';

/** Dana's login at the host is another than her id in the program. */
const login = 'dmoss-dev';
const change = 'git.example.com/shop/web#7';
const facts = deliveryImportExample.map(
  (fact) => JSON.parse(JSON.stringify(fact).replaceAll('"ann"', `"${login}"`)) as DeliveryFact,
);

let app: RunningApp;
const headers: { [who: string]: Headers } = {};

beforeAll(async () => {
  const loaded = await loadedExample();
  const teams = loaded.program.teams.map((team) => ({
    ...team,
    members: team.members.map((one) => (one.id === 'dana.moss' ? { ...one, accounts: [login] } : one)),
  }));
  app = await runningApp({ loaded: { ...loaded, program: { ...loaded.program, teams } } });
  headers.dana = await app.signedIn('dana.moss');
  headers.auditor = await app.signedIn('ingrid.lund');
  headers.admin = await app.token('admin');
  await take();
}, 240_000);
afterAll(() => app.stop());

async function take(): Promise<void> {
  const file = join(app.dataDir, 'facts.jsonl');
  writeFileSync(file, facts.map((fact) => JSON.stringify(fact)).join('\n'));
  await importInto(app.dataDir, 'jsonl', file, () => undefined);
}

async function kept(): Promise<string> {
  const store = await openDelivery(app.dataDir);
  try {
    const history = await store.change('git.example.com/shop/web', 7);
    return JSON.stringify([history, [...(await store.knownPseudonyms([login]))]]);
  } finally {
    await store.close();
  }
}

async function entriesAbout(what: string) {
  const entries: { [field: string]: unknown }[] = [];
  await listEntries(app.dataDir, {}, ({ bytes }) => {
    const entry = JSON.parse(Buffer.from(bytes).toString());
    if (entry.what === what) entries.push(entry);
  });
  return entries;
}

describe('what delivery facts hold of a person', () => {
  it('they see themselves, by every account that the program gives them', async () => {
    const { status, json } = await app.call('GET', '/api/me/delivery', headers.dana);
    expect(status).toBe(200);
    expect(json.accounts.map(({ account }: { account: string }) => account)).toEqual(['dana.moss', login]);
    expect(json.facts).toContainEqual(expect.objectContaining({ type: 'change', id: change }));
    // Whose account that is the program says; nobody says it of the reviewer.
    const health = await app.call('GET', '/api/delivery/health', headers.admin);
    expect(health.json.people).toEqual({ known: 2, unmapped: 1 });
    const nothing = await app.call('GET', '/api/me/delivery', headers.auditor);
    expect(nothing.json.facts).toEqual([]);
    const token = await app.call('GET', '/api/me/delivery', headers.admin);
    expect(token.json.error.code).toBe('delivery.no-person');
  });

  it('an auditor sees for a purpose, which is an entry first, without the name', async () => {
    const body = { accounts: [login], purpose: 'a request of the person, 2026/17' };
    const { json } = await app.call('POST', '/api/delivery/people/export', headers.auditor, body);
    expect(json.facts.map(({ type }: { type: string }) => type).sort()).toEqual(['change', 'commit']);
    expect(JSON.stringify(json)).not.toContain('bob');
    const [entry] = await entriesAbout('delivery.person-read');
    expect(entry).toMatchObject({ details: { accounts: 1, purpose: body.purpose } });
    expect(JSON.stringify(entry)).not.toMatch(/dmoss|dana/);
    for (const bad of [{ purpose: 'x' }, { accounts: [], purpose: 'x' }, { accounts: [login] }]) {
      expect((await app.call('POST', '/api/delivery/people/export', headers.auditor, bad)).status).toBe(400);
    }
  });

  it('is without the name once they are forgotten, and stays so, and every figure stays', async () => {
    const read = async () => {
      const query = 'from=2026-03-01&to=2026-04-01';
      return (await app.call('GET', `/api/delivery/kpis?${query}`, headers.admin)).json.rows;
    };
    const [before, figures] = [await kept(), await read()];
    const body = { accounts: [login], reason: 'left, request 2026/18' };
    const forbidden = await app.call('POST', '/api/delivery/people/forget', headers.auditor, body);
    expect(forbidden.status).toBe(403);
    const { json } = await app.call('POST', '/api/delivery/people/forget', headers.admin, body);
    expect(json).toEqual({ known: 1, before: 0, renamed: 0 });
    const [entry] = await entriesAbout('delivery.person-forgotten');
    expect(entry).toMatchObject({ details: { accounts: 1, reason: body.reason } });
    expect(JSON.stringify(entry)).not.toMatch(/dmoss|dana/);
    await take();
    expect(await kept()).toBe(before);
    expect(await read()).toEqual(figures);
  });

  it('is kept as it is while a legal hold stands', async () => {
    const hold = { id: 'claim-1', from: null, reason: 'a claim' };
    const placed = await app.call('POST', '/api/holds', headers.admin, hold);
    expect(placed.status, placed.text).toBeLessThan(300);
    const body = { accounts: ['bob'], reason: 'asked' };
    const { json } = await app.call('POST', '/api/delivery/people/forget', headers.admin, body);
    expect(json.error.code).toBe('ledger.on-hold');
    await app.call('POST', `/api/holds/claim-1/release`, headers.admin, { reason: 'over' });
  });

  it('is asked for and ended by commands, too, beside a server and without one', async () => {
    const run = (...args: readonly string[]) =>
      runCommand(registerDelivery, 'delivery', ...args, '--data', app.dataDir);
    const shown = JSON.parse((await run('export-person', '--account', 'bob', '--purpose', 'asked')).out);
    expect(shown.facts).toMatchObject([{ type: 'event', by: { login: 'bob' } }]);
    const counts = JSON.parse((await run('forget-person', '--account', 'Bob', '--reason', 'asked')).out);
    expect(counts).toEqual({ known: 1, before: 0, renamed: 0 });
    await app.close();
    const again = JSON.parse((await run('forget-person', '--account', 'bob', '--reason', 'asked')).out);
    expect(again).toEqual({ known: 0, before: 1, renamed: 0 });
    expect((await entriesAbout('delivery.person-forgotten')).length).toBe(3);
  });
});

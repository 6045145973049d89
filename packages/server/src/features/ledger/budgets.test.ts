import { join } from 'node:path';
import type { Entry } from '@fairlead/core/ledger';
import Database from 'better-sqlite3';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { appendedLate, type Draft, fullAccount, isUnwritten } from './api.ts';
import { verifyLedger } from './cli.ts';
import {
  configDraft,
  decisionDraft,
  keyDraft,
  reservingDraft,
  settlingDraft,
  testInstance,
} from './testing/entries.ts';
import { type LedgerFolder, ledgerFolder } from './testing/folders.ts';

/* What an open ledger does with budgets, over its thread and its group commits. */

const day = 'key|day|2026-11-05|k-1';
const instance = testInstance();
let folder: LedgerFolder;
beforeEach(() => {
  folder = ledgerFolder();
});
afterEach(() => folder.remove());

const refused = (code: string) => expect.objectContaining({ code });
const settledOr = (append: Promise<unknown>) => append.catch((error: unknown) => error);

describe('a reservation without room', () => {
  it('refuses its own append, and no other of the same commit', async () => {
    const ledger = await folder.open();
    const drafts = Array.from({ length: 1000 }, () => reservingDraft(ledger.instance, 10, { [day]: 105 }));
    const others = Array.from({ length: 50 }, () => ledger.append([configDraft(ledger.instance)]));
    const results = await Promise.all(drafts.map((draft) => settledOr(ledger.append([draft]))));
    await Promise.all(others);
    const errors = results.filter((result) => !Array.isArray(result));
    expect(errors).toHaveLength(990);
    for (const error of errors) {
      expect(error).toEqual(refused('budget.exhausted'));
      expect(fullAccount(error)).toMatchObject({ key: day, limit: 105, reserved: 100 });
      expect(isUnwritten(error)).toBe(true);
    }
    expect(String(errors[0])).toMatch(/the day's budget of key k-1/);
    expect(ledger.state()).toMatchObject({ size: 60, healthy: true });
    expect((await ledger.readBudgets()).accounts).toMatchObject([{ key: day, reserved: 100, settled: 0 }]);
  });

  it('stands alone in its append', async () => {
    const ledger = await folder.open();
    const two = [reservingDraft(ledger.instance, 1, { [day]: 5 }), configDraft(ledger.instance)];
    await expect(ledger.append(two)).rejects.toEqual(refused('ledger.entry-invalid'));
    expect(ledger.state().size).toBe(0);
  });
});

describe('an effect that is not what its entry says', () => {
  const reserving = reservingDraft(instance, 5, { [day]: 10 });
  const settling = settlingDraft(instance, reserving.op, 3);
  const changed = (draft: Draft, changes: object): Draft => ({
    ...draft,
    entry: { ...draft.entry, ...changes } as Entry,
  });
  const bad: readonly (readonly [string, Draft])[] = [
    ['a reservation of another amount', changed(reserving, { reserved: 4 })],
    ['a reservation in other accounts', changed(reserving, { budgets: ['key|day|2026-11-05|k-2'] })],
    ['a reservation of a refused call', changed(reserving, { decision: 'deny' })],
    ['a decision that names accounts and reserves nothing', { ...reserving, effect: undefined }],
    [
      'half a micro-dollar',
      { ...changed(reserving, { reserved: 0.5 }), effect: { ...reserving.effect, amount: 0.5 } as never },
    ],
    [
      'a negative limit',
      { ...reserving, effect: { kind: 'reserve', amount: 5, accounts: [{ key: day, limit: -1 }] } },
    ],
    ['a reservation by a config entry', { ...configDraft(instance), effect: reserving.effect }],
    ['a settlement of another cost', changed(settling, { cost: 2 })],
    ['an outcome with a cost that settles nothing', { ...settling, effect: undefined }],
    ['a negative cost', { ...changed(settling, { cost: -1 }), effect: { kind: 'settle', cost: -1 } }],
    [
      'accounts declared by a decision',
      { ...decisionDraft(instance), effect: { kind: 'declare', accounts: [] } },
    ],
    ['a key paused by a decision', { ...decisionDraft(instance), effect: { kind: 'pause', keyId: 'k' } }],
  ];
  it.each(bad)('is refused: %s', async (_, draft) => {
    const ledger = await folder.open();
    const error = await settledOr(ledger.append([draft]));
    expect(error).toEqual(refused('ledger.entry-invalid'));
    expect(isUnwritten(error)).toBe(true);
  });
});

describe('a restart', () => {
  it('charges open calls as reserved, and knows accounts and paused keys', async () => {
    const first = await folder.open();
    const [open, done] = [
      reservingDraft(first.instance, 30, { [day]: 100 }),
      reservingDraft(first.instance, 20, { [day]: 100 }),
    ];
    await first.append([open]);
    await first.append([done]);
    await first.append([settlingDraft(first.instance, done.op, 7), keyDraft(first.instance, 'pause', 'k-1')]);
    expect((await first.readBudgets()).accounts).toMatchObject([{ reserved: 30, settled: 7 }]);
    await first.close();
    const again = await folder.open();
    expect(again.recovered).toBe(1);
    expect(await again.readBudgets()).toEqual({
      accounts: [{ key: day, limit: 100, reserved: 0, settled: 37, overrun: 0 }],
      paused: ['k-1'],
    });
    // The outcome that comes after all changes nothing.
    await again.append([settlingDraft(again.instance, open.op, 1)]);
    expect((await again.readBudgets()).accounts).toMatchObject([{ settled: 37 }]);
  });
});

describe('an append that is given up', () => {
  it('says later whether it was written', async () => {
    const ledger = await folder.open({ appendBoundMs: 50 }, { stall: { from: 1, ms: 200 } });
    const late = reservingDraft(ledger.instance, 10, { [day]: 10 });
    const full = reservingDraft(ledger.instance, 10, { [day]: 10 });
    const first = ledger.append([configDraft(ledger.instance)]);
    const errors = await Promise.all([settledOr(first), settledOr(ledger.append([late]))]);
    expect(isUnwritten(errors[0])).toBe(false);
    expect(await appendedLate(errors[0])).toBe(true);
    // It still waited for the commit under way, so it is certain that it was not written.
    expect(isUnwritten(errors[1])).toBe(true);
    expect(appendedLate(errors[1])).toBeNull();
    const again = await settledOr(ledger.append([late]));
    expect(await appendedLate(again)).toBe(true);
    expect(await appendedLate(await settledOr(ledger.append([full])))).toBe(false);
    expect((await ledger.readBudgets()).accounts).toMatchObject([{ reserved: 10 }]);
  });
});

describe('verification', () => {
  it('finds an account that is not the sum of its entries', async () => {
    const ledger = await folder.open();
    const draft = reservingDraft(ledger.instance, 30, { [day]: 100 });
    await ledger.append([draft]);
    await ledger.append([settlingDraft(ledger.instance, draft.op, 12)]);
    await ledger.append([
      {
        ...configDraft(ledger.instance),
        effect: { kind: 'declare', accounts: [{ key: 'team|total||t', limit: 1 }] },
      },
    ]);
    await ledger.close();
    expect(await verifyLedger({ dataDir: folder.dataDir })).toMatchObject({ ok: true, problems: [] });
    const database = new Database(join(folder.dataDir, 'ledger.db'));
    const problems = async (sql: string) => {
      database.exec(sql);
      return (await verifyLedger({ dataDir: folder.dataDir })).problems.map(({ problem }) => problem);
    };
    expect(await problems('update budget_accounts set settled = 0')).toEqual(['budget-differs']);
    expect(await problems('update budget_accounts set settled = 12')).toEqual(['budget-differs']);
    expect(await problems("update budget_accounts set settled = 0 where key = 'team|total||t'")).toEqual([]);
    expect(await problems("insert into budget_accounts values ('nonsense', 1, 0, 5, 0)")).toEqual([
      'budget-differs',
    ]);
    expect(await problems('delete from budget_accounts')).toEqual(['budget-differs']);
    database.close();
  });
});

import { indexProgram } from '@fairlead/core/decision';
import { accountKey } from '@fairlead/core/money';
import { beforeAll, describe, expect, it } from 'vitest';
import { examplePolicies } from '../../../../../test/setup/control-plane.ts';
import type { AuditRow } from '../audit/api.ts';
import { type BudgetViewDeps, budgetOverview } from './overview.ts';

const now = Date.parse('2026-11-18T12:00:00Z');
const account = (
  scope: 'team' | 'key' | 'organisation',
  id: string,
  period: 'month' | 'total',
  start: string,
) => ({
  key: accountKey({ scope, id, period, start }),
  limit: 9_000_000,
  reserved: 0,
  settled: 1_000,
  overrun: 0,
});
const entries: { readonly [id: string]: object } = {
  other: { what: 'key.resumed', details: { keyId: 'k-1' } },
  paused: { what: 'key.paused', details: { keyId: 'k-1', reserved: 2_000_000, cost: 3_500_000 } },
  prices: { what: 'prices.activated', details: { prices: 'abc' } },
};

let deps: BudgetViewDeps;
beforeAll(async () => {
  const { program } = indexProgram((await examplePolicies()).loaded.program);
  deps = {
    ledger: {
      readBudgets: async () => ({
        accounts: [
          account('key', 'k-1', 'total', ''),
          account('team', 'payments', 'month', '2026-11-01'),
          account('team', 'payments', 'month', '2026-10-01'),
          { ...account('team', 'search', 'month', '2026-10-01'), reserved: 5 },
          account('organisation', 'acme', 'month', '2026-11-01'),
        ],
        paused: ['k-1', 'k-2'],
      }),
    },
    audit: {
      async entries({ kind, text = '' }) {
        const ids = kind === 'config' ? ['prices'] : text.includes('k-1') ? ['other', 'paused'] : [];
        return { rows: ids.map((id) => ({ id, ts: now }) as AuditRow), next: null };
      },
      entry: async (id) => ({ row: {} as AuditRow, json: JSON.stringify(entries[id]), related: [] }),
    },
    program: () => program,
    listKeys: () => [{ id: 'k-1', label: 'laptop' } as never],
    clock: { now: () => now },
  };
});

describe('the budgets shown', () => {
  it('are those of the present period and those that still hold something, the widest first, by name', async () => {
    const { rows } = await budgetOverview(deps);
    expect(
      rows.map(({ scope, name, periodStart, periodEnd }) => [scope, name, periodStart, periodEnd]),
    ).toEqual([
      ['organisation', 'Acme Commerce', '2026-11-01', '2026-12-01'],
      ['team', 'Payments', '2026-11-01', '2026-12-01'],
      ['team', 'Search', '2026-10-01', '2026-11-01'],
      ['key', 'laptop', null, null],
    ]);
    expect(rows[0]).toMatchObject({ limit: 9_000_000, settled: 1_000 });
  });

  it('say why a key is paused, as its entry does, and that it is paused also before that is found', async () => {
    expect((await budgetOverview(deps)).pausedKeys).toEqual([
      {
        keyId: 'k-1',
        since: now,
        reason: expect.stringMatching(/A call cost .*3\.5.*; .*2.* were set aside for it\./),
      },
      { keyId: 'k-2', since: null, reason: 'A call cost more than was set aside for it.' },
    ]);
  });

  it('name the prices that count', async () => {
    expect((await budgetOverview(deps)).priceVersion).toBe('abc');
  });
});

import { randomUUID } from 'node:crypto';
import { readPriceBook } from '@fairlead/core/money';
import type { ProgramBudget } from '@fairlead/core/program';
import { Registry } from 'prom-client';
import { describe, expect, it } from 'vitest';
import { nodeHash } from '../../platform/crypto/index.ts';
import { createLog } from '../../platform/log/index.ts';
import type { BudgetRows, Draft } from '../ledger/api.ts';
import { createBudgets } from './create.ts';
import { sampleAsk, sampleIndex } from './testing/samples.ts';

const nothing: BudgetRows = { accounts: [], paused: [] };
const now = Date.parse('2026-11-05T10:00:00Z');
const bound = 50 * 2 + 10 * 10;

async function start(limits: readonly ProgramBudget[], rows = nothing) {
  const drafts: Draft[] = [];
  const lines: string[] = [];
  const registry = new Registry();
  const ledger = {
    append: async (more: readonly Draft[]) => {
      drafts.push(...more);
      return more.map((_, i) => ({ index: i, duplicate: false }));
    },
    readBudgets: async () => rows,
  };
  const budgets = await createBudgets({
    ...{ ledger, registry, hash: nodeHash, clock: { now: () => now }, origin: 'live' },
    instance: { id: randomUUID(), incarnation: randomUUID() },
    log: createLog({ destination: { write: (line: string) => void lines.push(line) } }),
    share: { calls: 10, bytes: 10 },
  });
  const index = sampleIndex(limits);
  const ask = (changes: Parameters<typeof sampleAsk>[2] = {}) =>
    budgets.reserve(sampleAsk(index, randomUUID(), changes));
  return { budgets, drafts, lines, registry, index, ask };
}

const limit = (
  scope: ProgramBudget['scope'],
  amount: number,
  period: ProgramBudget['period'] = 'day',
  subject = '*',
): ProgramBudget => ({ scope, subject, period, limit: amount });

describe('activation', () => {
  it('records the price book with its content, the limits, and opens the accounts that are named', async () => {
    const limits = [limit('organisation', 500, 'month'), limit('team', 300, 'week', 'red'), limit('key', 9)];
    const { budgets, drafts, index } = await start(limits);
    await budgets.activate(index.program);
    const [{ entry, inputs, effect }] = drafts as [Draft];
    expect(entry).toMatchObject({
      kind: 'config',
      what: 'prices.activated',
      details: {
        prices: inputs![0]!.digest,
        ownPrices: 2,
        listPrices: [],
        unpriced: ['v/unknown'],
        limits: ['organisation * month 0.0005', 'team red week 0.0003', 'key * day 0.000009'],
      },
    });
    const book = readPriceBook(inputs![0]!.digest, inputs![0]!.json);
    expect(book.price('v', 'm')).toMatchObject({ rates: { input: 2e6, output: 1e7 }, source: 'program' });
    expect(book.price('v', 'unknown')).toBeNull();
    expect(effect).toEqual({
      kind: 'declare',
      accounts: [
        { key: 'organisation|month|2026-11-01|acme', limit: 500 },
        { key: 'team|week|2026-11-02|red', limit: 300 },
      ],
    });
  });

  it('says which models have a price', async () => {
    const { budgets, index } = await start([]);
    expect(budgets.isPriced(index.program, 'v', 'm')).toBe(true);
    expect(budgets.isPriced(index.program, 'v', 'unknown')).toBe(false);
  });
});

describe('reserving', () => {
  it('charges every scope of the call, and says what the entry needs', async () => {
    const scopes = ['organisation', 'stage', 'team', 'repository', 'key', 'session'] as const;
    const { ask } = await start(scopes.map((scope) => limit(scope, 1000, 'total')));
    const held = ask({ repositories: ['github.com/acme/a', 'github.com/acme/b'] });
    expect(held.facts).toEqual({ budgetReserved: true, unpriced: false, keyPaused: false, exhausted: null });
    expect(held.fields).toMatchObject({ reserved: bound, reservedOutputTokens: 10, serviceTier: null });
    expect(held.fields.budgets).toEqual([
      'key|total||k-1',
      'organisation|total||acme',
      'repository|total||github.com/acme/a',
      'repository|total||github.com/acme/b',
      'session|total||s-1',
      'stage|total||pilot',
      'team|total||red',
    ]);
    expect(held.effect).toMatchObject({ kind: 'reserve', amount: bound });
  });

  it('finds no room at once, names the budget, and has room again for what is released', async () => {
    const { ask } = await start([limit('key', 2 * bound)]);
    const [first, second] = [ask(), ask()];
    const full = ask();
    expect(full.facts).toMatchObject({ budgetReserved: false, unpriced: false });
    expect(full.facts.exhausted).toBe("the day's budget of key k-1 (the next day begins 2026-11-06 UTC)");
    expect(full.effect).toBeUndefined();
    expect(full.fields.budgets).toEqual([]);
    full.release();
    expect(ask().facts.budgetReserved).toBe(false);
    first!.release();
    first!.release();
    expect(ask().facts.budgetReserved).toBe(true);
    expect(ask().facts.budgetReserved).toBe(false);
    expect(second!.facts.budgetReserved).toBe(true);
    expect(ask({ keyId: 'k-2' }).facts.budgetReserved).toBe(true);
  });

  it('begins with what the ledger’s database has', async () => {
    const account = { key: 'key|day|2026-11-05|k-1', limit: 1, reserved: 0, settled: 500, overrun: 0 };
    const { ask } = await start([limit('key', 500 + bound)], { accounts: [account], paused: [] });
    expect(ask().facts.budgetReserved).toBe(true);
    expect(ask().facts.budgetReserved).toBe(false);
  });

  it('takes the store’s word when that finds no room', async () => {
    const { ask } = await start([limit('session', 1000, 'total')]);
    const held = ask();
    const full = { key: 'session|total||s-1', limit: 1000, reserved: 0, settled: 900, overrun: 0 };
    expect(held.refused(full).facts).toMatchObject({
      budgetReserved: false,
      exhausted: 'the whole budget of this session',
    });
    expect(ask().facts.budgetReserved).toBe(false);
    expect(ask({ session: 's-2' }).facts.budgetReserved).toBe(true);
  });

  it('leaves a model without a price to policy where a limit applies, and to nobody where none does', async () => {
    const limited = await start([limit('key', 1000)]);
    expect(limited.ask({ model: 'unknown' }).facts).toMatchObject({ budgetReserved: false, unpriced: true });
    const free = await start([]);
    const held = free.ask({ model: 'unknown' });
    expect(held.facts).toMatchObject({ budgetReserved: true, unpriced: true });
    expect(held.fields).toMatchObject({ reserved: null, budgets: [] });
    const settled = held.settle({ endpoint: 'responses', usage: null, status: 200, sent: true });
    expect(settled.fields).toMatchObject({ cost: 'unpriced' });
    expect(await free.registry.metrics()).toMatch(/fairlead_unpriced_calls_total 1/);
  });

  it('has nothing to say of a call that no vendor is there for', async () => {
    const { ask } = await start([limit('key', 1)]);
    expect(ask({ vendor: null, model: 'x' }).facts).toMatchObject({ budgetReserved: true, unpriced: false });
  });

  it('lets what costs nothing pass a full budget', async () => {
    const { ask } = await start([limit('key', 0)]);
    expect(ask({ model: 'free' }).facts.budgetReserved).toBe(true);
    expect(ask().facts.budgetReserved).toBe(false);
    const size = { ...sampleAsk(sampleIndex([]), 'x').size, endpoint: 'count-tokens' as const };
    expect(ask({ size, model: 'unknown' }).facts).toMatchObject({ budgetReserved: true, unpriced: false });
  });
});

describe('settling', () => {
  const exchange = { endpoint: 'responses', status: 200, sent: true } as const;
  const usage = (inputTokens: number, outputTokens: number) => ({
    ...{ inputTokens, outputTokens, cacheReadTokens: 0, cacheWriteTokens: 0 },
  });

  it('frees what was set aside too much', async () => {
    const { ask, registry } = await start([limit('key', bound + 20)]);
    const held = ask();
    expect(ask().facts.budgetReserved).toBe(false);
    const { fields, effect, also } = held.settle({ ...exchange, usage: usage(5, 1) });
    expect(fields).toMatchObject({ cost: 20, costBasis: 'usage', prices: held.fields.prices });
    expect(effect).toEqual({ kind: 'settle', cost: 20 });
    expect(also).toEqual([]);
    expect(ask().facts.budgetReserved).toBe(true);
    expect(await registry.metrics()).toMatch(/fairlead_cost_micro_usd_total\{basis="usage"\} 20/);
  });

  it('pauses a key that cost more than was set aside, with an entry, a metric and a warning', async () => {
    const { ask, budgets, drafts, lines, registry } = await start([limit('key', 10 * bound)]);
    const [first, second] = [ask(), ask()];
    const { fields, also } = first!.settle({ ...exchange, usage: usage(100, 100) });
    expect(fields.cost).toBe(1200);
    expect(also).toMatchObject([
      {
        entry: { kind: 'admin', what: 'key.paused', details: { keyId: 'k-1', reserved: bound, cost: 1200 } },
        effect: { kind: 'pause', keyId: 'k-1' },
      },
    ]);
    expect(ask().facts.keyPaused).toBe(true);
    expect(ask({ keyId: 'k-2' }).facts.keyPaused).toBe(false);
    // Once is enough for the record; each is counted.
    expect(second!.settle({ ...exchange, usage: usage(100, 100) }).also).toEqual([]);
    expect(await registry.metrics()).toMatch(/fairlead_budget_overruns_total 2/);
    expect(lines.join()).toMatch(/cost more than was set aside/);
    await budgets.resumeKey('k-1', 'operator');
    expect(drafts.at(-1)).toMatchObject({
      entry: { what: 'key.resumed', details: { keyId: 'k-1', by: 'operator' } },
      effect: { kind: 'resume', keyId: 'k-1' },
    });
    expect(ask().facts.keyPaused).toBe(false);
    await expect(budgets.resumeKey('k-1', 'operator')).rejects.toMatchObject({
      code: 'budget.key-not-paused',
    });
  });

  it('pauses nobody where no budget is charged', async () => {
    const { ask } = await start([]);
    expect(ask().settle({ ...exchange, usage: usage(100, 100) }).also).toEqual([]);
    expect(ask().facts.keyPaused).toBe(false);
  });

  it('keeps a key paused that was paused before the start', async () => {
    const { ask } = await start([], { accounts: [], paused: ['k-1'] });
    expect(ask().facts.keyPaused).toBe(true);
  });
});

it('forgets old accounts now and then, and leaves those to the store', async () => {
  const { ask } = await start([limit('session', 150 + bound, 'total')]);
  const exchange = { endpoint: 'responses', status: 200, sent: true, usage: null } as const;
  ask().settle(exchange);
  expect(ask().facts.budgetReserved).toBe(false);
  for (let call = 0; call < 4096; call += 1) ask({ session: `s-${call + 2}` }).release();
  const held = ask();
  expect(held.facts.budgetReserved).toBe(true);
  expect(held.effect).toMatchObject({ kind: 'reserve' });
});

import { type Account, accountName, periodEnd, periodStart, usdText } from '@fairlead/core/money';
import type { Clock } from '@fairlead/core/ports';
import type { Program } from '@fairlead/core/program';
import type { AuditIndex } from '../audit/api.ts';
import type { KeyRow } from '../identity/api.ts';
import type { Ledger } from '../ledger/api.ts';

export interface BudgetViewDeps {
  readonly ledger: Pick<Ledger, 'readBudgets'>;
  readonly audit: Pick<AuditIndex, 'entries' | 'entry'>;
  readonly program: () => Program;
  readonly listKeys: () => readonly KeyRow[];
  readonly clock: Clock;
}

/** One budget in its present period. Amounts in micro-dollars, days in UTC. */
export interface BudgetView {
  readonly scope: string;
  readonly id: string;
  readonly name: string;
  readonly period: string;
  readonly limit: number;
  readonly reserved: number;
  readonly settled: number;
  readonly overrun: number;
  /** First day of the period; null for `total`. */
  readonly periodStart: string | null;
  /** First day of the next one. */
  readonly periodEnd: string | null;
}

export interface PausedKey {
  readonly keyId: string;
  /** Milliseconds since the epoch; null while the entry is not in the read model yet. */
  readonly since: number | null;
  readonly reason: string;
}

export interface BudgetOverview {
  readonly rows: readonly BudgetView[];
  readonly pausedKeys: readonly PausedKey[];
  /** Version of the price book in force. */
  readonly priceVersion: string | null;
}

const scopes = ['organisation', 'stage', 'team', 'repository', 'key', 'session'];

/** Budgets of the present period and those that still hold something, the widest scope first. */
export async function budgetOverview(deps: BudgetViewDeps): Promise<BudgetOverview> {
  const { accounts, paused } = await deps.ledger.readBudgets();
  const now = deps.clock.now();
  const rows = accounts
    .filter((account) => isCurrent(account, now))
    .map((account) => viewOf(account, deps))
    .sort((a, b) => scopes.indexOf(a.scope) - scopes.indexOf(b.scope) || (a.id < b.id ? -1 : 1));
  return {
    rows,
    pausedKeys: await Promise.all(paused.map((keyId) => pausedKey(deps, keyId))),
    priceVersion: await priceVersion(deps),
  };
}

function isCurrent({ key, reserved }: Account, now: number): boolean {
  const { period, start } = accountName(key);
  return reserved > 0 || start === periodStart(period, now);
}

function viewOf({ key, ...amounts }: Account, deps: BudgetViewDeps): BudgetView {
  const { scope, id, period, start } = accountName(key);
  return {
    ...amounts,
    scope,
    id,
    name: nameOf(scope, id, deps),
    period,
    periodStart: start === '' ? null : start,
    periodEnd: periodEnd(period, start),
  };
}

function nameOf(scope: string, id: string, { program, listKeys }: BudgetViewDeps): string {
  const { organisation, teams } = program();
  if (scope === 'organisation' && id === organisation.id) return organisation.name;
  if (scope === 'team') return teams.find((team) => team.id === id)?.name ?? id;
  if (scope === 'key') return listKeys().find((key) => key.id === id)?.label ?? id;
  return id;
}

/** What the newest entry of this kind and with these words says; the ledger is the only place that has it. */
async function detailsOf(
  { audit }: BudgetViewDeps,
  kind: 'admin' | 'config',
  what: string,
  words = '',
): Promise<{ readonly ts: number; readonly details: Record<string, unknown> } | null> {
  const { rows } = await audit.entries({ kind, text: `${what} ${words}` }, 10);
  for (const { id, ts } of rows) {
    const entry = JSON.parse((await audit.entry(id))?.json ?? '{}') as {
      what?: string;
      details?: Record<string, unknown>;
    };
    if (entry.what === what) return { ts, details: entry.details ?? {} };
  }
  return null;
}

async function pausedKey(deps: BudgetViewDeps, keyId: string): Promise<PausedKey> {
  const found = await detailsOf(deps, 'admin', 'key.paused', keyId);
  const { cost, reserved } = found?.details ?? {};
  const known = typeof cost === 'number' && typeof reserved === 'number';
  const reason = known
    ? `A call cost ${usdText(cost)}; ${usdText(reserved)} were set aside for it.`
    : 'A call cost more than was set aside for it.';
  return { keyId, since: found?.ts ?? null, reason };
}

async function priceVersion(deps: BudgetViewDeps): Promise<string | null> {
  const version = (await detailsOf(deps, 'config', 'prices.activated'))?.details.prices;
  return typeof version === 'string' ? version : null;
}

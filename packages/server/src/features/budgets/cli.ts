/* What the command line needs of the budgets feature. */
import { type Account, accountName, type Period, periodEnd, periodStart } from '@fairlead/core/money';
import type { BudgetScope } from '@fairlead/core/program';
import { type LedgerPlace, readingFrom } from '../ledger/open-reader.ts';

/** One budget in one period. Amounts in micro-dollars; days are UTC. */
export interface BudgetRow {
  readonly scope: BudgetScope;
  readonly id: string;
  readonly period: Period;
  /** First day of the period, and of the next one; null for `total`. */
  readonly start: string | null;
  readonly end: string | null;
  readonly limit: number;
  readonly reserved: number;
  readonly settled: number;
  readonly overrun: number;
}

export interface BudgetQuery {
  /** Milliseconds: budgets whose period holds this moment, or that still hold a reservation. */
  readonly now: number;
  readonly scope?: BudgetScope;
  /** Past periods too. */
  readonly all?: boolean;
}

const accountsPerRead = 1000;
const scopes: readonly BudgetScope[] = ['organisation', 'stage', 'team', 'repository', 'key', 'session'];

/**
 * The budgets of a data folder or a database, from the widest scope to the narrowest; opened for reading only, also beside a running
 * server. Accounts without any call are there when budgets.yaml names them.
 * @throws FairleadError `ledger.not-found`, `store.unreadable`
 */
export async function budgetStatus(
  ledger: string | LedgerPlace,
  query: BudgetQuery,
): Promise<readonly BudgetRow[]> {
  const rows: BudgetRow[] = [];
  await readingFrom(typeof ledger === 'string' ? { dataDir: ledger } : ledger, async (reader) => {
    let after: string | null = null;
    for (;;) {
      const page: readonly Account[] = await reader.readAccounts(after, accountsPerRead);
      for (const account of page) if (isAsked(account, query)) rows.push(rowOf(account));
      const last = page.at(-1);
      if (last === undefined) break;
      after = last.key;
    }
  });
  return rows.sort((a, b) => scopes.indexOf(a.scope) - scopes.indexOf(b.scope));
}

function isAsked({ key, reserved }: Account, { now, scope, all = false }: BudgetQuery): boolean {
  const name = accountName(key);
  if (scope !== undefined && name.scope !== scope) return false;
  return all || reserved > 0 || name.start === periodStart(name.period, now);
}

function rowOf({ key, limit, reserved, settled, overrun }: Account): BudgetRow {
  const { scope, id, period, start } = accountName(key);
  const end = periodEnd(period, start);
  return {
    scope,
    id,
    period,
    start: start === '' ? null : start,
    end,
    limit,
    reserved,
    settled,
    overrun,
  };
}

import type { Entry } from '@fairlead/core/ledger';
import { type Account, totalsReader } from '@fairlead/core/money';
import type { LogCompanions } from './store.ts';
import type { Report } from './verify-types.ts';

/** Recomputes the budgets' accounts from the entries and compares them with the tables. */
export interface BudgetChecks {
  /** Takes a parsed entry of whatever shape. */
  take(entry: unknown): void;
  /** @param isPruned entries are missing, so accounts may hold more than those that are left say */
  finish(isPruned: boolean): Promise<void>;
}

const rowsPerRead = 1000;

export function createBudgetChecks(reader: LogCompanions, report: Report): BudgetChecks {
  const totals = totalsReader();
  return {
    take: (entry) => {
      if (isAccountable(entry)) totals.take(entry);
    },
    finish: async (isPruned) => {
      const expected = new Map(totals.accounts().map((account) => [account.key, account]));
      for await (const account of accountsOf(reader)) {
        if (!sameAmounts(account, expected.get(account.key), isPruned)) reportDifference(report, account.key);
        expected.delete(account.key);
      }
      for (const key of expected.keys()) reportDifference(report, key);
    },
  };
}

/** True for what has the shape that sums need; anything else is another check's to report. */
function isAccountable(entry: unknown): entry is Entry {
  const { op, reserved, budgets, cost } = entry as { [field: string]: unknown };
  const amount = (value: unknown) => value == null || (Number.isSafeInteger(value) && (value as number) >= 0);
  return (
    typeof op === 'string' &&
    amount(reserved) &&
    (cost === 'unpriced' || amount(cost)) &&
    (budgets === undefined || (Array.isArray(budgets) && budgets.every((key) => typeof key === 'string')))
  );
}

/** An account that was declared and never used has no entry to stand on, and nothing in it. */
function sameAmounts(account: Account, expected: Account | undefined, isPruned: boolean): boolean {
  const { reserved = 0, settled = 0, overrun = 0 } = expected ?? {};
  if (account.reserved !== reserved) return false;
  if (isPruned) return account.settled >= settled && account.overrun >= overrun;
  return account.settled === settled && account.overrun === overrun;
}

function reportDifference(report: Report, key: string): void {
  report(
    'budget-differs',
    `The entries say something else of the account ${JSON.stringify(key)} than it holds.`,
  );
}

async function* accountsOf(reader: LogCompanions): AsyncGenerator<Account> {
  let after: string | null = null;
  for (;;) {
    const page: readonly Account[] = await reader.readAccounts(after, rowsPerRead);
    yield* page;
    const last = page.at(-1);
    if (last === undefined) return;
    after = last.key;
  }
}

import type { Entry } from '../ledger/entry.ts';
import { type Account, type AccountSheet, openSheet } from './accounts.ts';

/**
 * Recomputes accounts from the ledger's entries alone, fed in order. What it says must be what the tables say; limits
 * are not in entries, so they are 0 here.
 */
export interface TotalsReader {
  take(entry: Entry): void;
  /** Every account that a call was charged to. */
  accounts(): readonly Account[];
}

export function totalsReader(): TotalsReader {
  const sheet: AccountSheet = openSheet();
  return {
    take(entry) {
      if (entry.kind === 'decision') {
        const { op, reserved, budgets = [] } = entry;
        if (entry.decision === 'deny' || op === null || reserved == null || budgets.length === 0) return;
        // Whether there was room was decided then; here it is only counted again.
        const unlimited = budgets.map((key) => ({ key, limit: Number.MAX_SAFE_INTEGER }));
        sheet.reserve(op, unlimited, reserved);
      } else if (entry.kind === 'outcome' && entry.op !== null) {
        sheet.settle(entry.op, typeof entry.cost === 'number' ? entry.cost : 'reserved');
      } else if (entry.kind === 'recovery' && entry.op !== null) {
        sheet.settle(entry.op, 'reserved');
      }
    },
    accounts: () => sheet.accounts().map((account) => ({ ...account, limit: 0 })),
  };
}

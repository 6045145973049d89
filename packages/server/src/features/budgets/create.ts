import type { Budgets } from './api.ts';
import { createBudgetMetrics } from './metrics.ts';
import { createBudgetsService } from './service.ts';
import type { BudgetsOptions } from './types.ts';

/** Wires the budgets feature over what the ledger's database has of it. `activate` a program before the first call. */
export async function createBudgets(options: BudgetsOptions): Promise<Budgets> {
  const rows = await options.ledger.readBudgets();
  return createBudgetsService({ ...options, metrics: createBudgetMetrics(options.registry) }, rows);
}

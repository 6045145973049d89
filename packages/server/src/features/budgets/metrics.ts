import { Counter, type Registry } from 'prom-client';

/** Prometheus metrics of money; names are part of the public interface. */
export interface BudgetMetrics {
  /** Micro-dollars. */
  readonly cost: Counter<'basis'>;
  readonly unpriced: Counter;
  readonly overruns: Counter;
}

export function createBudgetMetrics(registry: Registry): BudgetMetrics {
  const registers = [registry];
  return {
    cost: new Counter({
      name: 'fairlead_cost_micro_usd_total',
      help: 'Cost of forwarded calls in micro-dollars, by what it rests on.',
      labelNames: ['basis'],
      registers,
    }),
    unpriced: new Counter({
      name: 'fairlead_unpriced_calls_total',
      help: 'Forwarded calls whose cost is unknown, because their model or service tier has no price.',
      registers,
    }),
    overruns: new Counter({
      name: 'fairlead_budget_overruns_total',
      help: 'Calls that cost more than was set aside for them; each pauses its key.',
      registers,
    }),
  };
}

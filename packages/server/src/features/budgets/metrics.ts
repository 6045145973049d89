import { Counter, type Registry } from 'prom-client';
import { metricNames, type Tally, tallyOf } from '../../platform/telemetry/index.ts';

/** Prometheus metrics of money; names are part of the public interface. */
export interface BudgetMetrics {
  /** Micro-dollars. */
  readonly cost: Tally<'basis'>;
  readonly unpriced: Counter;
  readonly overruns: Counter;
}

export function createBudgetMetrics(registry: Registry): BudgetMetrics {
  const registers = [registry];
  return {
    cost: tallyOf({
      name: metricNames.cost,
      help: 'Cost of forwarded calls in micro-dollars, by what it rests on.',
      labelNames: ['basis'],
      registers,
    }),
    unpriced: new Counter({
      name: metricNames.unpriced,
      help: 'Forwarded calls whose cost is unknown, because their model or service tier has no price.',
      registers,
    }),
    overruns: new Counter({
      name: metricNames.overruns,
      help: 'Calls that cost more than was set aside for them; each pauses its key.',
      registers,
    }),
  };
}

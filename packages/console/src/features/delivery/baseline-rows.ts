import type { Baseline, KpiDefinition } from '../../api/types.ts';
import { messages } from '../../messages/en.ts';

type Figure = NonNullable<Baseline['figures']>[number];

/** A sealed figure with the unit that its definition says. */
export interface SealedRow extends Omit<Figure, 'method'> {
  readonly unit: string;
  readonly method: string;
}

/** What the gates of a rollout ask of a baseline. */
export const headlines: readonly string[] = ['cycle_time.p50', 'review_latency.p50', 'defect_rate'];

/** Headline figures first, then the others as they were sealed. */
export function sealedRows(
  figures: readonly Figure[],
  definitions: readonly Pick<KpiDefinition, 'id' | 'unit'>[],
): readonly SealedRow[] {
  const units = new Map(definitions.map(({ id, unit }) => [id, unit]));
  const place = ({ kpi }: Figure) => {
    const at = headlines.indexOf(kpi);
    return at === -1 ? headlines.length : at;
  };
  return figures
    .toSorted((a, b) => place(a) - place(b))
    .map(({ method, ...rest }) => ({
      ...rest,
      unit: units.get(rest.kpi) ?? '',
      method: method ?? messages.delivery.baselines.noMethod,
    }));
}

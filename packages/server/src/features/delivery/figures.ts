import type { Grouping, KpiRow } from '@fairlead/core/delivery';
import { allFacts, deliveryKpis } from './kpis.ts';
import type { DeliveryStore } from './store.ts';

export interface FiguresQuery {
  /** Seconds since the epoch; `to` isn't part of the window, which snaps to whole publication atoms. */
  readonly from: number;
  readonly to: number;
  readonly by?: Grouping | undefined;
}

/** The published figures of a store. */
export interface DeliveryFigures {
  /** @throws FairleadError `delivery.window-invalid`. */
  rows(query: FiguresQuery): Promise<readonly KpiRow[]>;
}

export interface FiguresDeps {
  readonly teamOf: (repository: string) => string;
  /** Seconds since the epoch. */
  readonly now: () => number;
}

export function createDeliveryFigures(store: DeliveryStore, { teamOf, now }: FiguresDeps): DeliveryFigures {
  return {
    rows: async (query) => deliveryKpis(await allFacts(store), { ...query, now: now(), teamOf }),
  };
}

/* What the command line needs of delivery. */
import { existsSync } from 'node:fs';
import type { DevlakeMetrics } from '@fairlead/core/delivery';
import { FairleadError } from '@fairlead/core/errors';
import { systemClock } from '../../platform/clock/index.ts';
import { metricsFile, openDelivery } from './create.ts';
import {
  changeTimeline,
  devlakeLines,
  type ImportFormat,
  importFacts,
  type TimelineDocument,
} from './service.ts';
import type { DeliveryStore, UpsertCounts } from './store.ts';

export { importFormats } from './service.ts';
export type { TimelineDocument };

const names = { defaultHost: 'github.com' };

/** Imports a file (`-`: standard input) into a data folder, also beside a running server. */
export async function importInto(
  dataDir: string,
  format: ImportFormat,
  file: string,
  onProgress: (taken: number) => void,
): Promise<UpsertCounts> {
  const store = await openDelivery(dataDir);
  try {
    return await importFacts(store, { format, file, names }, onProgress);
  } finally {
    await store.close();
  }
}

/** @throws FairleadError `delivery.no-facts`, `delivery.repository-invalid`, `delivery.change-unknown`. */
export function timelineIn(dataDir: string, change: string): Promise<TimelineDocument> {
  return reading(dataDir, (store) => changeTimeline(store, change, { names, clock: systemClock }));
}

/** @throws FairleadError `delivery.no-facts`. */
export async function devlakeIn(dataDir: string, onLine: (line: DevlakeMetrics) => void): Promise<void> {
  await reading(dataDir, async (store) => {
    for await (const line of devlakeLines(store)) onLine(line);
  });
}

async function reading<Value>(
  dataDir: string,
  read: (store: DeliveryStore) => Promise<Value>,
): Promise<Value> {
  if (!existsSync(metricsFile(dataDir)))
    throw new FairleadError('delivery.no-facts', { place: { file: dataDir } });
  const store = await openDelivery(dataDir);
  try {
    return await read(store);
  } finally {
    await store.close();
  }
}

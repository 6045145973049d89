import { existsSync } from 'node:fs';
import type { Clock } from '@fairlead/core/ports';
import { nodeRandom } from '../../platform/crypto/index.ts';
import { deliveryFile, deliveryLocation, openDeliveryStore } from '../delivery/api.ts';
import { programDeps } from './program.ts';
import type { TaskProgram, TaskReader } from './reader.ts';
import { readingsOf, type TaskPlace, type TaskStores } from './readings.ts';
import { createTaskFigures } from './service.ts';
import { openTaskSnapshot, type TaskSnapshot } from './snapshot/snapshot.ts';
import { openTaskStore } from './store-sql.ts';
import type { TaskFigures } from './types.ts';

/** Reading everything takes long, and what it says changes by the week: an answer holds for a minute. */
const rememberedMs = 60_000;
const mostRemembered = 60;

interface Open {
  readonly stores: TaskStores;
  readonly snapshot: TaskSnapshot;
  readonly figures: TaskFigures;
}

/** Reads the figures of tasks at a place; where there are no facts yet there are none, and no file is made. */
export function readTasks(place: TaskPlace, program: TaskProgram, clock: Clock): TaskReader {
  let open: Promise<Open> | null = null;
  const opened = (): Promise<Open> | null => {
    if (open === null && place.database === undefined && !existsSync(deliveryFile(place.dataDir)))
      return null;
    open ??= openAll(place, program, clock);
    open.catch(() => {
      open = null;
    });
    return open;
  };
  const answers = new Map<string, { readonly until: number; readonly value: readonly unknown[] }>();
  const remembered = async <Item>(
    key: string,
    compute: (figures: TaskFigures) => Promise<readonly Item[]>,
  ): Promise<readonly Item[]> => {
    const at = await opened();
    if (at === null) return [];
    const known = answers.get(key);
    if (known !== undefined && known.until > clock.now()) return known.value as readonly Item[];
    const value = await compute(at.figures);
    if (answers.size >= mostRemembered) answers.clear();
    answers.set(key, { until: clock.now() + rememberedMs, value });
    return value;
  };
  return {
    rows: (query) => remembered(JSON.stringify(query), (figures) => figures.taskRows(query)),
    sources: () => remembered('sources', (figures) => figures.sources()),
    async close() {
      const at = await open;
      await at?.snapshot.close();
      await at?.stores.tasks.close();
      await at?.stores.delivery.close();
    },
  };
}

async function openAll(place: TaskPlace, program: TaskProgram, clock: Clock): Promise<Open> {
  const location = deliveryLocation(place.dataDir, place.database);
  const delivery = await openDeliveryStore(location, nodeRandom);
  try {
    if (program.lateFacts !== undefined) await delivery.takeLateFacts(program.lateFacts);
    const stores = { delivery, tasks: await openTaskStore(location) };
    const snapshot = await openTaskSnapshot(location);
    const figures = createTaskFigures({
      readings: readingsOf(place, stores),
      ...programDeps(program),
      snapshot,
      closedAtoms: delivery.closedAtoms,
      lateFacts: delivery.lateFacts,
      now: () => Math.floor(clock.now() / 1000),
    });
    return { stores, snapshot, figures };
  } catch (error) {
    await delivery.close();
    throw error;
  }
}

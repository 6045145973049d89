import { existsSync } from 'node:fs';
import { join } from 'node:path';
import type { Clock } from '@fairlead/core/ports';
import type { TaskFigures, TaskReader } from './api.ts';
import { figuresDeps, type TaskProgram } from './program-facts.ts';
import { type OpenReadings, openReadings, type TaskPlace } from './readings.ts';
import { createTaskFigures } from './service.ts';

/** So old an answer may be: what is asked again and again is computed once. */
const rememberedMs = 60_000;
const mostRemembered = 60;

interface Open {
  readonly readings: OpenReadings;
  readonly figures: TaskFigures;
}

/** Reads tasks at `place`; where there are no facts yet there are none, and no file is made. */
export function readTasks(place: TaskPlace, program: TaskProgram, clock: Clock): TaskReader {
  let open: Promise<Open> | null = null;
  const opened = (): Promise<Open> | null => {
    const isThere = place.database !== undefined || existsSync(join(place.dataDir, 'delivery.db'));
    if (open === null && !isThere) return null;
    open ??= openReadings(place).then((readings) => {
      const deps = figuresDeps(readings, program, () => Math.floor(clock.now() / 1000));
      return { readings, figures: createTaskFigures(deps) };
    });
    open.catch(() => {
      open = null;
    });
    return open;
  };
  const answers = new Map<string, { readonly until: number; readonly value: Promise<unknown> }>();
  const remembered = <Value>(key: string, compute: () => Promise<Value>): Promise<Value> => {
    const found = answers.get(key);
    if (found !== undefined && found.until > clock.now()) return found.value as Promise<Value>;
    if (answers.size >= mostRemembered) answers.clear();
    const value = compute();
    answers.set(key, { until: clock.now() + rememberedMs, value });
    value.catch(() => answers.delete(key));
    return value;
  };
  return {
    rows: async (query) => {
      const at = await opened();
      return at === null ? [] : remembered(JSON.stringify(query), () => at.figures.taskRows(query));
    },
    connected: async () => {
      const at = await opened();
      return at === null ? [] : remembered('connected', () => at.figures.connected());
    },
    async close() {
      await (await open?.catch(() => null))?.readings.close();
    },
  };
}

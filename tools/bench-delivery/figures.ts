import { type DeliveryFact, timeOf } from '@fairlead/core/delivery';
import { openDelivery } from '../../packages/server/src/features/delivery/create.ts';
import {
  createDeliveryFigures,
  type FiguresQuery,
} from '../../packages/server/src/features/delivery/figures.ts';
import { start, teamOf, weeks } from './population.ts';

/* Parts that run in a process of their own each, so that memory and what is cached are theirs. */

const now = start + (weeks + 20) * 7 * 86_400;
const window = { from: start, to: now };

export interface FiguresTaken {
  readonly [name: string]: number;
}

const megabytes = () => process.memoryUsage.rss() / 2 ** 20;
const peak = () => process.resourceUsage().maxRSS / 1024;

/** Of the processor, of this process so far. */
const cpuSeconds = () => {
  const { user, system } = process.cpuUsage();
  return (user + system) / 1e6;
};

async function secondsOf(work: () => Promise<unknown>): Promise<number> {
  const begin = performance.now();
  await work();
  return (performance.now() - begin) / 1000;
}

async function open(folder: string) {
  const store = await openDelivery(folder);
  return { store, figures: createDeliveryFigures(store, { teamOf, now: () => now, tree: 'bench' }) };
}

/** From facts that nobody measured yet to the first figures. */
export async function measureFirst(folder: string): Promise<FiguresTaken> {
  const { store, figures } = await open(folder);
  const before = cpuSeconds();
  const measureSeconds = await secondsOf(() => figures.refresh());
  const measureCpuSeconds = cpuSeconds() - before;
  const firstSeconds = await secondsOf(() => figures.rows({ ...window, intervals: false }));
  const rssMiB = peak();
  await store.close();
  return { measureSeconds, measureCpuSeconds, firstSeconds, peakRssMiB: rssMiB };
}

/** From a new process to all values: what was measured is read from the database. */
export async function measureCold(folder: string): Promise<FiguresTaken> {
  let close = async () => {};
  let rows = 0;
  const before = cpuSeconds();
  const seconds = await secondsOf(async () => {
    const { store, figures } = await open(folder);
    close = () => store.close();
    rows = (await figures.rows({ ...window, intervals: false })).length;
  });
  const taken = { seconds, cpuSeconds: cpuSeconds() - before, rows, rssMiB: megabytes(), peakRssMiB: peak() };
  await close();
  return taken;
}

/** Again and again in one process. */
export async function measureWarm(folder: string, rounds: number): Promise<FiguresTaken> {
  const { store, figures } = await open(folder);
  await figures.rows({ ...window, intervals: false });
  const median = async (query: FiguresQuery, times = rounds) => {
    const taken: number[] = [];
    for (let i = 0; i < times; i++) taken.push(await secondsOf(() => figures.rows(query)));
    return taken.sort((a, b) => a - b)[Math.floor(times / 2)]!;
  };
  const values = { ...window, intervals: false };
  const taken = {
    valuesSeconds: await median(values),
    oneKpiSeconds: await median({ ...values, kpis: ['review_latency.p50'] }),
    valuesByTeamSeconds: await median({ ...values, by: 'team' }),
    valuesByRepositorySeconds: await median({ ...values, by: 'repository' }),
    valuesByWeekSeconds: await median({ ...values, by: 'week' }),
    partsSeconds: await secondsOf(() => figures.parts(window)),
    intervalsSeconds: await median(window, 3),
    // Each team is resampled over its weeks: minutes, where a short run has seconds.
    ...(rounds > 3 ? { intervalsByTeamSeconds: await median({ ...window, by: 'team' }, 1) } : {}),
    rssMiB: megabytes(),
    peakRssMiB: peak(),
  };
  await store.close();
  return taken;
}

/** From a delivered fact of one of the first `changes` to the figure that counts it, over all. */
export async function measureArrivals(
  folder: string,
  changes: number,
  rounds: number,
): Promise<FiguresTaken> {
  const { store, figures } = await open(folder);
  const query = { ...window, intervals: false, kpis: ['review_latency.p50'] };
  await figures.rows(query);
  const taken: number[] = [];
  const cpu = process.cpuUsage();
  for (let i = 0; i < rounds; i++) {
    const fact = arrival(`${process.pid} ${i}`, i, changes);
    const delivery = { id: `bench-${process.pid}-${i}`, digest: `${process.pid}-${i}`.padStart(64, '0') };
    const begin = performance.now();
    await store.receive({ ...delivery, at: Date.now(), facts: [fact], hints: [] });
    await figures.rows(query);
    taken.push(performance.now() - begin);
  }
  const { user, system } = process.cpuUsage(cpu);
  await store.close();
  taken.sort((a, b) => a - b);
  const at = (p: number) => taken[Math.min(taken.length - 1, Math.floor(taken.length * p))]!;
  return { rounds, p50Ms: at(0.5), p95Ms: at(0.95), maxMs: at(1), cpuMs: (user + system) / 1000 / rounds };
}

function arrival(name: string, i: number, changes: number): DeliveryFact {
  const repository = `git.example.com/team-${i % 80}/repo-${i % 3}`;
  const number = 1 + ((i * 7919) % Math.max(1, Math.floor(changes / 300)));
  const at = timeOf(start + (weeks + 1) * 7 * 86_400 + i);
  const id = `${repository}#${number}`;
  switch (i % 3) {
    case 0:
      return {
        ...{ type: 'event', change: id, id: `late ${name}`, at, kind: 'review', state: 'commented' },
        by: { login: `dev-${i % 80}-3`, kind: 'human' },
      };
    case 1:
      return {
        ...{ type: 'incident', id: `late ${name}`, startedAt: at, reportedAt: at, severity: 2 },
        links: [{ rel: 'caused_by', change: id }],
      };
    default:
      return {
        ...{
          type: 'deployment',
          id: `late ${name}`,
          repository,
          service: repository,
          environment: 'production',
        },
        ...{ result: 'success', startedAt: at, finishedAt: at, commit: `${i}`.padStart(40, '0') },
      };
  }
}

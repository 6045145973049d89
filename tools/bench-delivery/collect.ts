import { type ChildProcess, spawn } from 'node:child_process';
import { enableCompileCache } from 'node:module';
import { join } from 'node:path';
import { createInterface } from 'node:readline';
import {
  fakeClock,
  openCollecting,
} from '../../packages/server/src/features/integrations/github/testing/collecting.ts';

const script = new URL(
  '../../packages/server/src/features/integrations/github/testing/serve.ts',
  import.meta.url,
);

/** Collections that are measured; the middle one by the clock is told, and the fastest beside it. */
const rounds = 3;

/**
 * Collects a repository of a made-up git host, which runs in a process of its own: changes, deployments, what these
 * brought, incidents. A first collection makes the host remember its answers, so that the others measure who asks.
 */
export async function measureCollect(folder: string, pulls: number) {
  // As the command has it: the thread that writes would read all sources anew.
  enableCompileCache(join(folder, 'compiled'));
  const world = { seed: 'bench', pulls, names: ['acme/web'], remember: true };
  const child = spawn(process.execPath, [script.pathname, JSON.stringify(world)], {
    stdio: ['pipe', 'pipe', 'inherit'],
  });
  try {
    const host = await firstLine(child);
    await collectInto(join(folder, 'collected-first'), host);
    const measured: Awaited<ReturnType<typeof collectOnce>>[] = [];
    for (let round = 0; round < rounds; round++)
      measured.push(await collectOnce(join(folder, `collected-${round}`), host));
    measured.sort((a, b) => a.seconds - b.seconds);
    const [fastest, middle] = [measured[0]!, measured[rounds >> 1]!];
    const { changes, seconds, cpuSeconds } = middle;
    return {
      ...middle,
      ...{ changesPerSecond: changes / seconds, changesPerCpuSecond: changes / cpuSeconds },
      fastestPerSecond: changes / fastest.seconds,
    };
  } finally {
    child.kill();
  }
}

async function collectOnce(folder: string, host: Parameters<typeof openCollecting>[1]) {
  const begin = performance.now();
  const cpu = process.cpuUsage();
  const { changes, deployments, ranges, added } = await collectInto(folder, host);
  const seconds = (performance.now() - begin) / 1000;
  // Of all threads; the host's own is not among it.
  const { user, system } = process.cpuUsage(cpu);
  return { changes, deployments, ranges, facts: added, seconds, cpuSeconds: (user + system) / 1e6 };
}

async function firstLine(child: ChildProcess) {
  for await (const line of createInterface({ input: child.stdout! })) return JSON.parse(line);
  throw new Error('the host said nothing');
}

/** Opening and closing the store are part of it, as of a run of the command. */
async function collectInto(folder: string, host: Parameters<typeof openCollecting>[1]) {
  const one = await openCollecting(folder, host, fakeClock(Date.now()), { recheck: 0, writes: 'apart' });
  try {
    const report = await one.collector.collect('acme/web', new AbortController().signal);
    if (report.failure !== null) throw new Error(report.failure);
    return report;
  } finally {
    await one.close();
  }
}

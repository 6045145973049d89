import { type ChildProcess, spawn } from 'node:child_process';
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

/**
 * Collects a repository of a made-up git host, which runs in a process of its own. A first collection makes the host
 * remember its answers, so that the second one measures who asks.
 */
export async function measureCollect(folder: string, pulls: number) {
  const world = { seed: 'bench', pulls, names: ['acme/web'], remember: true };
  const child = spawn(process.execPath, [script.pathname, JSON.stringify(world)], {
    stdio: ['pipe', 'pipe', 'inherit'],
  });
  try {
    const host = await firstLine(child);
    await collectInto(join(folder, 'collected-first'), host);
    const begin = performance.now();
    const cpu = process.cpuUsage();
    const { changes, added } = await collectInto(join(folder, 'collected'), host);
    const seconds = (performance.now() - begin) / 1000;
    const { user, system } = process.cpuUsage(cpu);
    const cpuSeconds = (user + system) / 1e6;
    return {
      ...{ changes, facts: added, seconds, cpuSeconds },
      ...{ changesPerSecond: changes / seconds, changesPerCpuSecond: changes / cpuSeconds },
    };
  } finally {
    child.kill();
  }
}

async function firstLine(child: ChildProcess) {
  for await (const line of createInterface({ input: child.stdout! })) return JSON.parse(line);
  throw new Error('the host said nothing');
}

async function collectInto(folder: string, host: Parameters<typeof openCollecting>[1]) {
  const one = await openCollecting(folder, host, fakeClock(Date.now()), { recheck: 0 });
  try {
    const report = await one.collector.collect('acme/web', new AbortController().signal);
    if (report.failure !== null) throw new Error(report.failure);
    return report;
  } finally {
    await one.close();
  }
}

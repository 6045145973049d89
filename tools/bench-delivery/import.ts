import { createWriteStream } from 'node:fs';
import { join } from 'node:path';
import { Readable } from 'node:stream';
import { pipeline } from 'node:stream/promises';
import { importInto } from '../../packages/server/src/features/delivery/cli.ts';
import { population } from './population.ts';

/** Takes changes with their events, commits, deployments and incidents through `fairlead delivery import`. */
export async function measureImport(folder: string, changes: number) {
  const file = join(folder, 'facts.jsonl');
  await pipeline(Readable.from(lines(changes)), createWriteStream(file));
  const begin = performance.now();
  const cpu = process.cpuUsage();
  const { added } = await importInto(join(folder, 'imported'), 'jsonl', file, () => undefined);
  const seconds = (performance.now() - begin) / 1000;
  const { user, system } = process.cpuUsage(cpu);
  const cpuSeconds = (user + system) / 1e6;
  return {
    facts: added,
    seconds,
    changesPerSecond: changes / seconds,
    changesPerCpuSecond: changes / cpuSeconds,
  };
}

function* lines(changes: number): Generator<string> {
  for (const facts of population(changes, 'import'))
    yield facts.map((fact) => `${JSON.stringify(fact)}\n`).join('');
}

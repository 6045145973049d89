import { setTimeout as pause } from 'node:timers/promises';
import type { Child } from './child.ts';
import type { Window } from './figures.ts';
import { cpuSeconds, residentMiB, threadSeconds } from './process-figures.ts';
import type { LoadSpan, Told } from './protocol.ts';
import type { Row } from './rows.ts';
import type { System } from './systems.ts';

/** The processes that load and answer. */
export interface Bench {
  readonly stub: Child;
  readonly load: Child;
}

/** What a server does after its last answer (records, signatures, collection) is charged too: it gets so long for it. */
const settleMs = 300;

function expectTold<T extends Told['told']>(told: Told, kind: T): Extract<Told, { told: T }> {
  if (told.told !== kind) throw new Error(`the benchmark expected ${kind} and was told ${told.told}`);
  return told as Extract<Told, { told: T }>;
}

/**
 * One window: warms up, then measures one system under one row's load.
 * @throws Error when the load client can't warm up, or the vendor saw other requests than were answered
 */
export async function measureWindow(
  { stub, load }: Bench,
  row: Row,
  system: System,
  options: { readonly span: LoadSpan; readonly seed: number; readonly warmUp: number },
): Promise<Window> {
  const { chunks, paceMs, stream, turn, bytes, concurrency } = row;
  await stub.ask({ ask: 'answering', answering: { stream, chunks, paceMs } });
  const { url, headers } = system;
  const path = '/v1/chat/completions';
  const { seed, warmUp } = options;
  await load.ask({
    ask: 'prepare',
    job: { url, path, headers, bytes, stream, turn, concurrency, seed, warmUp },
  });
  await pause(settleMs / 2);
  await stub.ask({ ask: 'count' });
  const threadsBefore = system.pid === null ? null : threadSeconds(system.pid);
  const before = system.pid === null ? 0 : cpuSeconds(system.pid);
  const { result } = expectTold(await load.ask({ ask: 'run', span: options.span }), 'ran');
  await pause(settleMs);
  const after = system.pid === null ? 0 : cpuSeconds(system.pid);
  const threadsAfter = system.pid === null ? null : threadSeconds(system.pid);
  const { requests } = expectTold(await stub.ask({ ask: 'count' }), 'counted');
  if (result.failures === 0 && requests !== result.latencies.length) {
    throw new Error(
      `${system.name} answered ${result.latencies.length} requests, the vendor saw ${requests}`,
    );
  }
  return {
    ...result,
    cpuSeconds: system.pid === null ? null : after - before,
    threads: [...(threadsAfter ?? [])].map(([name, seconds]) => [
      name,
      seconds - (threadsBefore?.get(name) ?? 0),
    ]),
    rssMiB: system.pid === null ? null : residentMiB(system.pid),
  };
}

import { type ChildProcess, fork } from 'node:child_process';
import { once } from 'node:events';
import { fileURLToPath } from 'node:url';
import type { Ask, Told } from './protocol.ts';

/** A process of the benchmark's own that is asked one thing at a time. */
export interface Child {
  /** The first thing it said. */
  readonly greeting: Told;
  /** @throws Error when it answers that it failed, or ends. */
  ask(ask: Ask): Promise<Told>;
  stop(): void;
}

function next(child: ChildProcess): Promise<Told> {
  return new Promise((resolve, reject) => {
    const onMessage = (told: Told): void => {
      child.off('exit', onExit);
      if (told.told === 'failed') reject(new Error(told.message));
      else resolve(told);
    };
    const onExit = (code: number | null): void => {
      child.off('message', onMessage);
      reject(new Error(`a process of the benchmark ended with ${code}`));
    };
    child.once('message', onMessage);
    child.once('exit', onExit);
  });
}

/** Starts `./NAME.ts` and waits for its greeting. */
export async function startChild(name: 'stub' | 'load'): Promise<Child> {
  const file = fileURLToPath(new URL(`./${name}.ts`, import.meta.url));
  // `advanced` carries arrays of numbers as they are.
  const child = fork(file, { serialization: 'advanced', stdio: ['ignore', 'inherit', 'inherit', 'ipc'] });
  const greeting = await next(child);
  return {
    greeting,
    ask: async (ask) => {
      const answer = next(child);
      child.send(ask);
      return await answer;
    },
    stop: () => {
      child.kill('SIGKILL');
    },
  };
}

/** Ends a process and waits for it; by force when it takes longer than `milliseconds`. */
export async function endProcess(child: ChildProcess, milliseconds = 10_000): Promise<void> {
  if (child.exitCode !== null || child.signalCode !== null) return;
  const ended = once(child, 'exit');
  child.kill('SIGTERM');
  const timer = setTimeout(() => child.kill('SIGKILL'), milliseconds);
  await ended;
  clearTimeout(timer);
}

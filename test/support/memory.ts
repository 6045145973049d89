import type { RunningFairlead } from './fairlead.ts';

/** Runs the steps and returns how far the process's resident memory rose above its start, in MiB. */
export async function memoryRise(app: RunningFairlead, steps: () => Promise<void>): Promise<number> {
  const before = app.rssMiB();
  let peak = before;
  const timer = setInterval(() => {
    peak = Math.max(peak, app.rssMiB());
  }, 25);
  try {
    await steps();
  } finally {
    clearInterval(timer);
  }
  return Math.max(peak, app.rssMiB()) - before;
}

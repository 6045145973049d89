// Loaded into the server under test (`--import`): once a second it writes what only the process itself can
// tell. Delays of the event loop are those of the last ten seconds or less.
import { renameSync, writeFileSync } from 'node:fs';
import { monitorEventLoopDelay } from 'node:perf_hooks';
import { isMainThread } from 'node:worker_threads';

const file = process.env.FAIRLEAD_SOAK_FILE;
const resolutionMs = 10;
const secondsPerWindow = 10;

if (isMainThread && file !== undefined) {
  const delay = monitorEventLoopDelay({ resolution: resolutionMs });
  delay.enable();
  // The delay counts the timer's own period.
  const ms = (nanoseconds: number) => Math.max(0, Number((nanoseconds / 1e6 - resolutionMs).toFixed(2)));
  const MiB = (bytes: number) => Number((bytes / 2 ** 20).toFixed(1));
  let written = 0;
  setInterval(() => {
    const { heapUsed, external, arrayBuffers } = process.memoryUsage();
    const said = {
      loopP50Ms: ms(delay.percentile(50)),
      loopP99Ms: ms(delay.percentile(99)),
      loopMaxMs: ms(delay.max),
      heapMiB: MiB(heapUsed),
      externalMiB: MiB(external + arrayBuffers),
      handles: process.getActiveResourcesInfo().length,
    };
    writeFileSync(`${file}.new`, JSON.stringify(said));
    renameSync(`${file}.new`, file);
    written += 1;
    if (written % secondsPerWindow === 0) delay.reset();
  }, 1_000).unref();
}

// Loaded into every thread of the server under test (`--import`): once a second each writes what only it can tell. Delays
// of the event loop are those of the last ten seconds or less.
import { renameSync, writeFileSync } from 'node:fs';
import { monitorEventLoopDelay } from 'node:perf_hooks';
import { isMainThread, threadId } from 'node:worker_threads';

const folder = process.env.FAIRLEAD_SOAK_FOLDER;
const resolutionMs = 10;
const secondsPerWindow = 10;

if (folder !== undefined) {
  const delay = monitorEventLoopDelay({ resolution: resolutionMs });
  delay.enable();
  // The delay counts the timer's own period.
  const ms = (nanoseconds: number) => Math.max(0, Number((nanoseconds / 1e6 - resolutionMs).toFixed(2)));
  const MiB = (bytes: number) => Number((bytes / 2 ** 20).toFixed(1));
  const file = `${folder}/thread-${isMainThread ? 'main' : threadId}.json`;
  let written = 0;
  setInterval(() => {
    const { heapUsed, heapTotal, external, arrayBuffers } = process.memoryUsage();
    const said = {
      loopP50Ms: ms(delay.percentile(50)),
      loopP99Ms: ms(delay.percentile(99)),
      loopMaxMs: ms(delay.max),
      heapMiB: MiB(heapUsed),
      heapTotalMiB: MiB(heapTotal),
      externalMiB: MiB(external + arrayBuffers),
      handles: process.getActiveResourcesInfo().length,
    };
    writeFileSync(`${file}.new`, JSON.stringify(said));
    renameSync(`${file}.new`, file);
    written += 1;
    if (written % secondsPerWindow === 0) delay.reset();
  }, 1_000).unref();
}

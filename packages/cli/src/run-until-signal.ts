import { reportFailure } from './report-failure.ts';

/** Something that runs until it is closed. */
export interface Running {
  close(): Promise<void>;
}

/** A terminal's Ctrl-C reaches the process twice, so a second signal within this time is the same one. */
const sameSignalMs = 1_000;

/** Starts a server and waits for SIGINT or SIGTERM; drains on the first, gives up on a second one. */
export async function runUntilSignal(start: () => Promise<Running>): Promise<void> {
  const running = await start();
  await new Promise<void>((resolve) => {
    let first = 0;
    const onSignal = () => {
      const now = Date.now();
      if (first === 0) {
        first = now;
        process.stderr.write('stopping: calls in flight are finished first\n');
        running.close().then(resolve, (error: unknown) => {
          process.exitCode = reportFailure(error);
          resolve();
        });
      } else if (now - first > sameSignalMs) process.exit(130);
    };
    process.on('SIGINT', onSignal);
    process.on('SIGTERM', onSignal);
  });
  // Workers and sockets are closed by now; a stray handle must not keep the process alive.
  process.exit();
}

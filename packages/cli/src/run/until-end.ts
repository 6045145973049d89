import type { ChildProcess } from 'node:child_process';
import { constants } from 'node:os';
import { FairleadError } from '@fairlead/core/errors';

const passedOn = process.platform === 'win32' ? [] : (['SIGTERM', 'SIGHUP'] as const);

/**
 * Waits for the end of a program that has the terminal, and returns its exit code: 128 and the signal's number where a
 * signal ended it. @throws FairleadError `run.assistant-missing`
 */
export function untilEnd(child: ChildProcess): Promise<number> {
  // A terminal's Ctrl-C and Ctrl-\ reach the assistant by themselves, and are its to answer.
  const ignore = () => undefined;
  process.on('SIGINT', ignore);
  process.on('SIGQUIT', ignore);
  const handlers = passedOn.map((signal) => [signal, () => child.kill(signal)] as const);
  for (const [signal, handler] of handlers) process.on(signal, handler);
  return new Promise<number>((resolve, reject) => {
    child.on('error', (error: NodeJS.ErrnoException) => {
      const message = `The assistant could not be started (${error.code ?? 'unknown'}).`;
      reject(new FairleadError('run.assistant-missing', { message }));
    });
    child.on('exit', (code, signal) => resolve(code ?? 128 + (signal ? constants.signals[signal] : 0)));
  }).finally(() => {
    process.off('SIGINT', ignore);
    process.off('SIGQUIT', ignore);
    for (const [signal, handler] of handlers) process.off(signal, handler);
  });
}

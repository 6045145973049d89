import { spawn, spawnSync } from 'node:child_process';
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { fileURLToPath } from 'node:url';

/** Whether system calls can be made to fail here; says so where they can't. */
export function canInject(): boolean {
  const can = spawnSync('strace', ['-o', '/dev/null', 'true']).status === 0;
  if (!can)
    process.stderr.write(
      'SKIPPED: no strace, or tracing is not permitted, so no system call is made to fail\n',
    );
  return can;
}

/** What fails: calls by name, how, and which of those on the files (`3`, `3..9`, `3+`). */
export interface Injection {
  /** One or more, separated by commas. */
  readonly call: string;
  readonly what: string;
  readonly when: number | string;
  /** In the data folder; the database and its write-ahead log unless told. */
  readonly files?: readonly string[];
}

/** A program of the ledger's `testing` folder whose system calls fail. */
export interface Injected {
  /** Whole lines that it said so far. */
  lines(): readonly string[];
  stderr(): string;
  ended(): boolean;
  /** Kills it and its tracer. @returns whether the fault struck */
  kill(): Promise<boolean>;
}

const ledgerFiles = ['ledger.db', 'ledger.db-wal'];

export function startInjected(
  program: string,
  dataDir: string,
  { call, what, when, files = ledgerFiles }: Injection,
): Injected {
  const trace = `${dataDir}.trace`;
  const paths = files.flatMap((name) => ['-P', join(dataDir, name)]);
  const rules = ['-e', `trace=${call}`, '-e', `inject=${call}:${what}:when=${when}`];
  const source = new URL(`../../packages/server/src/features/ledger/testing/${program}.ts`, import.meta.url);
  const args = ['-f', '-o', trace, ...paths, ...rules, process.execPath, fileURLToPath(source), dataDir];
  const child = spawn('strace', args, { stdio: ['ignore', 'pipe', 'pipe'], detached: true });
  let [text, said, ended] = ['', '', false];
  child.stdout.setEncoding('utf8').on('data', (chunk: string) => {
    text += chunk;
  });
  child.stderr.setEncoding('utf8').on('data', (chunk: string) => {
    said += chunk;
  });
  const end = new Promise<void>((done) =>
    child.on('close', () => {
      ended = true;
      done();
    }),
  );
  return {
    lines: () => text.split('\n').slice(0, -1),
    stderr: () => said,
    ended: () => ended,
    async kill() {
      try {
        process.kill(-(child.pid as number), 'SIGKILL');
      } catch {
        // Nobody is left.
      }
      await end;
      return /\(INJECTED\)|killed by SIGKILL/.test(readFileSync(trace, 'utf8'));
    },
  };
}

/** Waits until it says nothing more for some time, or is gone. */
export async function untilQuiet(program: Injected, quietMs: number, withinMs: number): Promise<void> {
  let [quiet, before] = [0, 0];
  for (let waited = 0; quiet < quietMs && waited < withinMs && !program.ended(); waited += 50) {
    await sleep(50);
    const now = program.lines().length;
    quiet = now === before && now > 0 ? quiet + 50 : 0;
    before = now;
  }
}

import {
  chmodSync,
  existsSync,
  mkdtempSync,
  readdirSync,
  readFileSync,
  rmSync,
  writeFileSync,
} from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { TestProject } from 'vitest/node';
import { startPostgres } from './postgres-server.ts';

declare module 'vitest' {
  interface ProvidedContext {
    /** A superuser's connection URL, or `''` when there is no PostgreSQL in this run. */
    postgresUrl: string;
    /** Why there is none; `''` when there is one. */
    postgresUnavailable: string;
  }
}

const prefix = 'fairlead-test-postgres-';

/**
 * Starts the one PostgreSQL of a test run. `FAIRLEAD_TEST_POSTGRES=URL` uses a server that is already there,
 * `FAIRLEAD_TEST_POSTGRES=off` does without. When none can be had the reason is printed and the lane's suites are
 * skipped by name; with `FAIRLEAD_REQUIRE_POSTGRES=1` (CI) the run fails instead.
 */
export default async function setup(project: TestProject): Promise<() => Promise<void>> {
  const wanted = process.env.FAIRLEAD_TEST_POSTGRES;
  if (wanted && wanted !== 'off') {
    project.provide('postgresUrl', wanted);
    project.provide('postgresUnavailable', '');
    return async () => undefined;
  }
  if (wanted === 'off') return without(project, 'FAIRLEAD_TEST_POSTGRES=off');
  stopLeftovers();
  const folder = mkdtempSync(join(tmpdir(), prefix));
  // The unprivileged account has to reach its data folder, which itself is 0700 and its own.
  chmodSync(folder, 0o755);
  writeFileSync(join(folder, 'runner.pid'), String(process.pid));
  try {
    const server = await startPostgres(folder);
    project.provide('postgresUrl', server.url);
    project.provide('postgresUnavailable', '');
    return async () => {
      await server.stop();
      rmSync(folder, { recursive: true, force: true, maxRetries: 20 });
    };
  } catch (error) {
    rmSync(folder, { recursive: true, force: true, maxRetries: 20 });
    return without(project, (error as Error).message);
  }
}

function without(project: TestProject, reason: string): () => Promise<void> {
  if (process.env.FAIRLEAD_REQUIRE_POSTGRES === '1')
    throw new Error(`no PostgreSQL for the tests: ${reason}`);
  process.stderr.write(`SKIPPED lane: postgres: ${reason.replaceAll('\n', ' ')}\n`);
  project.provide('postgresUrl', '');
  project.provide('postgresUnavailable', reason);
  return async () => undefined;
}

/** A runner that was killed leaves its server running: stop the servers of runners that are gone. */
function stopLeftovers(): void {
  for (const name of readdirSync(tmpdir()).filter((entry) => entry.startsWith(prefix))) {
    const folder = join(tmpdir(), name);
    try {
      if (alive(numberIn(join(folder, 'runner.pid')))) continue;
      const server = numberIn(join(folder, 'data', 'postmaster.pid'));
      if (server !== null && isServerOf(server, folder)) process.kill(server, 'SIGQUIT');
      rmSync(folder, { recursive: true, force: true, maxRetries: 20 });
    } catch {
      // Another user's folder, or another runner is clearing it at this moment.
    }
  }
}

function numberIn(file: string): number | null {
  if (!existsSync(file)) return null;
  const value = Number.parseInt(readFileSync(file, 'utf8'), 10);
  return Number.isSafeInteger(value) && value > 1 ? value : null;
}

/** Unknown counts as alive: a folder without its pid file is just being made. */
function alive(pid: number | null): boolean {
  if (pid === null) return true;
  try {
    process.kill(pid, 0);
    return true;
  } catch (error) {
    return (error as { code?: string }).code === 'EPERM';
  }
}

/** Pids are reused: only a process that was started on this very folder is ours to stop. */
function isServerOf(pid: number, folder: string): boolean {
  const commandLine = `/proc/${pid}/cmdline`;
  return existsSync(commandLine) && readFileSync(commandLine, 'utf8').includes(folder);
}

import module from 'node:module';
import { dirname } from 'node:path';
import { type ResourceLimits, Worker } from 'node:worker_threads';
import Database from 'better-sqlite3';

/**
 * Starts a thread of ours. It shares this process's compile cache (where there is one): a thread would otherwise strip
 * the types of every source file again, which costs a third of a second, and does so in WebAssembly, whose code several
 * threads of one process can't always free safely at once.
 */
export function startThread(
  url: URL,
  name: string,
  workerData: unknown,
  resourceLimits: ResourceLimits = {},
): Worker {
  return new Worker(url, { workerData, name, resourceLimits, env: threadEnvironment(process.env) });
}

let sqliteKept = false;

/**
 * Starts a thread that opens SQLite. The native module is loaded in this thread too and so stays mapped: Node unmaps a
 * module that only threads use when the last of them ends, and a collection at that thread's end can still call into it
 * (nodejs/node#63540), which ends the process.
 */
export function startSqliteThread(
  url: URL,
  name: string,
  workerData: unknown,
  resourceLimits?: ResourceLimits,
): Worker {
  if (!sqliteKept) new Database(':memory:').close();
  sqliteKept = true;
  return startThread(url, name, workerData, resourceLimits);
}

/** `environment`, with the folder of this process's compile cache for a thread to use. */
function threadEnvironment(environment: NodeJS.ProcessEnv): NodeJS.ProcessEnv {
  const folder = module.getCompileCacheDir?.();
  // What is answered is the folder of this Node's version in the one that was asked for.
  return folder === undefined ? environment : { ...environment, NODE_COMPILE_CACHE: dirname(folder) };
}

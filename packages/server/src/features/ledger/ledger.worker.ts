import { parentPort, workerData } from 'node:worker_threads';
import { commitHooks } from './faults.ts';
import { type LedgerHost, startHost } from './host.ts';
import { type PackedDrafts, packReceipts, unpackDrafts } from './packed-drafts.ts';
import { openSqliteWriter } from './sqlite-open.ts';
import { sqliteStore } from './store-sqlite.ts';
import {
  type HostMethod,
  refusalToWire,
  toWire,
  type WorkerCall,
  type WorkerMessage,
  type WorkerSetup,
} from './worker-protocol.ts';

/* The thread that owns ledger.db: commits, tree and signatures happen here, so that they never block a request. */

const port = parentPort!;
const setup = workerData as WorkerSetup;
const say = (message: WorkerMessage) => port.postMessage(message);

async function open(): Promise<LedgerHost> {
  const writer = openSqliteWriter(setup.file);
  try {
    const faults = setup.faults === null ? null : commitHooks(setup.faults);
    const store = sqliteStore(writer, faults);
    const { host, start } = await startHost(store, {
      ...setup,
      onSealed: (signedSize) => say({ type: 'sealed', signedSize }),
      onUnpublished: (error) => say({ type: 'unpublished', error: toWire(error) }),
      onTrouble: (error) => say({ type: 'trouble', error: toWire(error) }),
      onFailed: (error) => say({ type: 'broken', error: toWire(error) }),
    });
    faults?.arm();
    if (setup.faults?.maxPages !== undefined)
      writer.database.pragma(`max_page_count = ${setup.faults.maxPages}`);
    say({ type: 'started', start });
    return host;
  } catch (error) {
    writer.close();
    throw error;
  }
}

function carryOut(host: LedgerHost, method: HostMethod, args: readonly unknown[]): Promise<unknown> {
  if (method === 'append') return host.append(unpackDrafts(args[0] as PackedDrafts)).then(packReceipts);
  return (host[method] as (...values: readonly unknown[]) => Promise<unknown>)(...args);
}

async function answer(host: LedgerHost, { call, method, args }: WorkerCall): Promise<void> {
  try {
    say({ type: 'done', call, value: await carryOut(host, method, args) });
  } catch (error) {
    say({ type: 'failed', call, error: toWire(error) });
  }
  if (method === 'close') port.close();
}

open().then(
  (host) => port.on('message', (message: WorkerCall) => void answer(host, message)),
  (error: unknown) => {
    say({ type: 'refused', error: refusalToWire(error) });
    port.close();
  },
);

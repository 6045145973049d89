import { parentPort, workerData } from 'node:worker_threads';
import { commitHooks } from './faults.ts';
import { type LedgerHost, startHost } from './host.ts';
import {
  callOf,
  type PackedDrafts,
  type PackedReceipts,
  packReceipts,
  unpackDrafts,
} from './packed-drafts.ts';
import { openSqliteWriter } from './sqlite-open.ts';
import { sqliteStore } from './store-sqlite.ts';
import {
  type AskedMethod,
  isPacked,
  refusalToWire,
  toWire,
  type WorkerCall,
  type WorkerMessage,
  type WorkerSetup,
} from './worker-protocol.ts';

/* The thread that owns ledger.db: commits, tree and signatures happen here, so that they never block a request. */

const port = parentPort!;
const setup = workerData as WorkerSetup;
const say = (message: WorkerMessage | PackedReceipts) => port.postMessage(message);

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

async function append(host: LedgerHost, packed: PackedDrafts): Promise<void> {
  const call = callOf(packed);
  try {
    say(packReceipts(call, await host.append(unpackDrafts(packed))));
  } catch (error) {
    say({ type: 'failed', call, error: toWire(error) });
  }
}

function carryOut(host: LedgerHost, method: AskedMethod, args: readonly unknown[]): Promise<unknown> {
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
  (host) => {
    port.on('message', (message: WorkerCall | PackedDrafts) => {
      void (isPacked(message) ? append(host, message) : answer(host, message));
    });
  },
  (error: unknown) => {
    say({ type: 'refused', error: refusalToWire(error) });
    port.close();
  },
);

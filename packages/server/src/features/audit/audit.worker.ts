import { parentPort, workerData } from 'node:worker_threads';
import { openLedgerView, openSharedLedgerView } from '../ledger/reading/api.ts';
import type { AuditIndex } from './api.ts';
import { createAuditIndex } from './index-queries.ts';
import { openAuditStore } from './store-sql.ts';
import type { AuditCall, AuditMessage, AuditSetup } from './worker-protocol.ts';

/* The thread that owns metrics.db: neither taking entries in nor a slow query ever holds up a call. */

const port = parentPort!;
const setup = workerData as AuditSetup;
const say = (message: AuditMessage) => port.postMessage(message);
const textOf = (error: unknown) => (error instanceof Error ? error.message : String(error));

async function open(): Promise<AuditIndex> {
  const { database, dataDir, file } = setup;
  const view = database === undefined ? openLedgerView(dataDir) : openSharedLedgerView(database);
  try {
    const store = await openAuditStore(
      database === undefined ? { kind: 'sqlite', file } : { kind: 'postgres', url: database },
    );
    return createAuditIndex(store, view, {
      pollMs: setup.pollMs,
      onFailed: (error) => say({ type: 'behind', message: textOf(error) }),
    });
  } catch (error) {
    await view.close();
    throw error;
  }
}

async function answer(index: AuditIndex, { call, method, args }: AuditCall): Promise<void> {
  try {
    const value = await (index[method] as (...values: readonly unknown[]) => Promise<unknown>)(...args);
    say({ type: 'done', call, value });
  } catch (error) {
    say({ type: 'failed', call, message: textOf(error) });
  }
  if (method === 'close') port.close();
}

open().then(
  (index) => {
    port.on('message', (message: AuditCall) => void answer(index, message));
    say({ type: 'started' });
  },
  (error: unknown) => {
    say({ type: 'refused', message: textOf(error) });
    port.close();
  },
);

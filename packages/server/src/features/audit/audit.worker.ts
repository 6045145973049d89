import { parentPort, workerData } from 'node:worker_threads';
import { describeFull, isDiskFull } from '../../platform/db/index.ts';
import { openLedgerView, openSharedLedgerView } from '../ledger/reading/api.ts';
import type { AuditIndex } from './api.ts';
import { createAuditIndex } from './index-queries.ts';
import { keepIndex } from './kept-index.ts';
import { leavingRoom } from './leave-room.ts';
import { isDamaged, watchedStore } from './set-aside.ts';
import { openAuditStore } from './store-sql.ts';
import type { AuditCall, AuditMessage, AuditSetup } from './worker-protocol.ts';

/* The thread that owns metrics.db: neither taking entries in nor a slow query ever holds up a call. */

const port = parentPort!;
const setup = workerData as AuditSetup;
const say = (message: AuditMessage) => port.postMessage(message);
const textOf = (error: unknown) => (error instanceof Error ? error.message : String(error));
/** For a full disk what to do about it, too. */
const lineOf = (error: unknown) => {
  const full = describeFull(error);
  return full === null ? textOf(error) : `[${full.code}] ${full.message} ${full.fix}`;
};
const trouble = (message: string) => say({ type: 'trouble', message });

async function open(onDamaged: () => void): Promise<AuditIndex> {
  const { database, dataDir, file } = setup;
  const view = database === undefined ? openLedgerView(dataDir) : openSharedLedgerView(database);
  try {
    const store = await openAuditStore(
      database === undefined ? { kind: 'sqlite', file } : { kind: 'postgres', url: database },
    ).catch((error: unknown) => {
      if (isDamaged(error)) onDamaged();
      throw error;
    });
    const watched = watchedStore(store, onDamaged);
    return createAuditIndex(database === undefined ? leavingRoom(watched, dataDir) : watched, view, {
      pollMs: setup.pollMs,
      onFailed: (error) => trouble(lineOf(error)),
    });
  } catch (error) {
    await view.close();
    throw error;
  }
}

const kept = keepIndex({
  open,
  file: setup.database === undefined ? setup.file : null,
  say: trouble,
  lineOf,
  retryMs: setup.retryMs,
});

async function answer({ call, method, args }: AuditCall): Promise<void> {
  try {
    const index = method === 'close' ? kept : await kept.current();
    const ask = index[method as 'close'] as (...values: readonly unknown[]) => Promise<unknown>;
    say({ type: 'done', call, value: await ask(...args) });
  } catch (error) {
    say({ type: 'failed', call, isFull: isDiskFull(error), message: textOf(error) });
  }
  if (method === 'close') port.close();
}

port.on('message', (message: AuditCall) => void answer(message));
kept
  .current()
  .catch(() => undefined)
  .then(() => say({ type: 'started' }));

import { join } from 'node:path';
import type { AuditIndex } from './api.ts';
import { startAuditWorker } from './worker-host.ts';

/** Whoever asks is answered from what is durable then; between questions larger runs are the cheaper ones. */
const pollMs = 1_000;

/** What keeps the model from being opened (a full disk, another owner) may end. */
const retryMs = 10_000;

/**
 * Starts the read model of a ledger, in a thread of its own, and brings it up to date in the background.
 * `database`: URL of the PostgreSQL database that has both, instead of the data folder.
 * One that can't be opened answers `audit.unavailable` until it can; one that is damaged is set aside and built again.
 */
export function openAudit(
  dataDir: string,
  log: (level: 'error', message: string) => void,
  database?: string,
): Promise<AuditIndex> {
  const setup = { dataDir, file: join(dataDir, 'metrics.db'), database, pollMs, retryMs };
  return startAuditWorker(setup, (message) => log('error', `The audit's read model: ${message}`));
}

import { join } from 'node:path';
import type { AuditIndex } from './api.ts';
import { startAuditWorker } from './worker-host.ts';

/** Whoever asks is answered from what is durable then; between questions larger runs are the cheaper ones. */
const pollMs = 1_000;

/**
 * Starts the read model of a ledger, in a thread of its own, and brings it up to date in the background.
 * `database`: URL of the PostgreSQL database that has both, instead of the data folder.
 * @throws FairleadError `audit.unavailable`.
 */
export function openAudit(
  dataDir: string,
  log: (level: 'error', message: string) => void,
  database?: string,
): Promise<AuditIndex> {
  const setup = { dataDir, file: join(dataDir, 'metrics.db'), database, pollMs };
  return startAuditWorker(setup, (message) => log('error', `The audit's read model: ${message}`));
}

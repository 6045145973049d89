import { join } from 'node:path';
import type { AuditIndex } from './api.ts';
import { startAuditWorker } from './worker-host.ts';

/** Whoever asks is answered from what is durable then; between questions larger runs are the cheaper ones. */
const pollMs = 1_000;

/**
 * Starts the read model of a data folder's ledger, in a thread of its own, and brings it up to date in the background.
 * @throws FairleadError `audit.unavailable`.
 */
export function openAudit(
  dataDir: string,
  log: (level: 'error', message: string) => void,
): Promise<AuditIndex> {
  const setup = { dataDir, file: join(dataDir, 'metrics.db'), pollMs };
  return startAuditWorker(setup, (message) => log('error', `The audit's read model: ${message}`));
}

import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { type LedgerOptions, type OpenLedger, openLedger } from '../create.ts';
import type { LedgerFaults } from '../worker-protocol.ts';

/** A folder for one test, with the data folder in it, so that the keys beside the data are removed too. */
export interface LedgerFolder {
  readonly path: string;
  readonly dataDir: string;
  readonly keysDir: string;
  open(options?: Partial<LedgerOptions>, faults?: LedgerFaults): Promise<OpenLedger>;
  /** Closes what was opened and removes everything. */
  remove(): Promise<void>;
}

export function ledgerFolder(): LedgerFolder {
  const path = mkdtempSync(join(tmpdir(), 'fairlead-ledger-'));
  const dataDir = join(path, 'data');
  const opened: OpenLedger[] = [];
  return {
    path,
    dataDir,
    keysDir: `${dataDir}.keys`,
    open: async (options = {}, faults) => {
      const ledger = await openLedger(
        { dataDir, clock: { now: Date.now }, sealAfterMs: 20, ...options },
        faults,
      );
      opened.push(ledger);
      return ledger;
    },
    remove: async () => {
      await Promise.all(opened.map((ledger) => ledger.close()));
      rmSync(path, { recursive: true, force: true });
    },
  };
}

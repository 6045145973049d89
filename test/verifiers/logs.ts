import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { exportLedger } from '../../packages/server/src/features/ledger/cli.ts';
import { openLedger } from '../../packages/server/src/features/ledger/create.ts';
import {
  configDraft,
  decisionDraft,
  outcomeDraft,
} from '../../packages/server/src/features/ledger/testing/entries.ts';

const perAppend = 2_000;
const made: string[] = [];

export function temporary(name: string): string {
  const path = mkdtempSync(join(tmpdir(), `fairlead-${name}-`));
  made.push(path);
  return path;
}

export function removeTemporary(): void {
  for (const path of made.splice(0)) rmSync(path, { recursive: true, force: true });
}

export interface MadeLog {
  readonly dataDir: string;
  /** Folder of the export. */
  readonly folder: string;
  readonly vkey: string;
}

/** A log of exactly `size` entries: decisions with their outcomes, and a config entry where one is left. */
export async function makeLog(size: number): Promise<MadeLog> {
  const parent = temporary('log');
  const dataDir = join(parent, 'data');
  const ledger = await openLedger({
    dataDir,
    clock: { now: Date.now },
    maxQueue: 100_000,
    appendBoundMs: 60_000,
  });
  const { instance, vkey } = ledger;
  for (let left = size; left > 0; ) {
    const drafts = [];
    while (left > 0 && drafts.length < perAppend) {
      if (left === 1) drafts.push(configDraft(instance));
      else {
        const decision = decisionDraft(instance);
        drafts.push(decision, outcomeDraft(instance, decision.op));
      }
      left = Math.max(0, left - 2);
    }
    await ledger.append(drafts);
  }
  await ledger.close();
  const folder = join(parent, 'export');
  await exportLedger(dataDir, folder);
  return { dataDir, folder, vkey };
}

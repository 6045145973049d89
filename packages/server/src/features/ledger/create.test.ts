import { existsSync, readFileSync, statSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { verifyLedger } from './cli.ts';
import { configDraft, decisionDraft, outcomeDraft } from './testing/entries.ts';
import { type LedgerFolder, ledgerFolder } from './testing/folders.ts';

let folder: LedgerFolder;
beforeEach(() => {
  folder = ledgerFolder();
});
afterEach(() => folder.remove());

describe('openLedger', () => {
  it('records, signs and verifies', async () => {
    const ledger = await folder.open();
    const decision = decisionDraft(ledger.instance);
    expect(await ledger.append([decision])).toEqual([{ index: 0, duplicate: false }]);
    expect(await ledger.append([outcomeDraft(ledger.instance, decision.op)])).toEqual([
      { index: 1, duplicate: false },
    ]);
    expect(ledger.state()).toMatchObject({ size: 2, healthy: true });
    await expect.poll(() => ledger.state().signedSize).toBe(2);
    await ledger.close();
    expect(await verifyLedger({ dataDir: folder.dataDir })).toMatchObject({
      ok: true,
      size: 2,
      signedSize: 2,
      problems: [],
      rollbackChecked: true,
    });
  });
});

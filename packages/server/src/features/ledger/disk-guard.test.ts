import { existsSync, statSync } from 'node:fs';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { isUnwritten } from './api.ts';
import { listEntries, verifyLedger } from './cli.ts';
import { reserveFile } from './disk-guard.ts';
import { configDraft, decisionDraft, outcomeDraft } from './testing/entries.ts';
import { type LedgerFolder, ledgerFolder } from './testing/folders.ts';

const mebibyte = 1024 * 1024;
let folder: LedgerFolder;
let free: number;
/** How often the disk was looked at. */
let looks = 0;
const open = () =>
  folder.open({ disk: { lowBytes: 100 * mebibyte, reserveBytes: mebibyte, free: look, everyMs: 10 } });
const look = () => {
  looks += 1;
  return free;
};

beforeEach(() => {
  folder = ledgerFolder();
  free = 1_000 * mebibyte;
});
afterEach(() => folder.remove());

async function written(): Promise<string[]> {
  const found: string[] = [];
  await listEntries({ dataDir: folder.dataDir }, { kind: 'admin' }, ({ bytes }) => {
    found.push((JSON.parse(Buffer.from(bytes).toString()) as { what: string }).what);
  });
  return found;
}

describe('a disk that fills', () => {
  it('holds real bytes in reserve while there is room', async () => {
    await open();
    const { size, blocks } = statSync(join(folder.dataDir, reserveFile));
    expect(size).toBe(mebibyte);
    expect(blocks * 512).toBeGreaterThanOrEqual(mebibyte);
  });

  it('refuses calls below the mark, still records denials, outcomes and acts, and goes on when there is room', async () => {
    const ledger = await open();
    const before = decisionDraft(ledger.instance);
    await ledger.append([before]);
    expect(ledger.state().disk).toBe('ok');
    free = 99 * mebibyte;
    await expect.poll(() => ledger.state().disk).toBe('low');
    const refused = await ledger.append([decisionDraft(ledger.instance)]).catch((error: unknown) => error);
    expect(refused).toMatchObject({ code: 'ledger.disk-low', status: 503 });
    expect(isUnwritten(refused)).toBe(true);
    await ledger.append([decisionDraft(ledger.instance, { decision: 'deny' })]);
    await ledger.append([outcomeDraft(ledger.instance, before.op)]);
    await ledger.append([configDraft(ledger.instance)]);
    // A little above the mark is not enough.
    free = 101 * mebibyte;
    const sofar = looks;
    await expect.poll(() => looks).toBeGreaterThan(sofar + 3);
    expect(ledger.state().disk).toBe('low');
    free = 200 * mebibyte;
    await expect.poll(() => ledger.state().disk).toBe('ok');
    await ledger.append([decisionDraft(ledger.instance)]);
    await ledger.close();
    expect(await written()).toEqual(['ledger.disk-low', 'ledger.disk-recovered']);
    expect((await verifyLedger({ dataDir: folder.dataDir })).ok).toBe(true);
  });

  it('gives the reserve up for denials and one last entry, and holds it again later', async () => {
    const ledger = await open();
    free = mebibyte / 2;
    await expect.poll(() => ledger.state().disk).toBe('full');
    expect(existsSync(join(folder.dataDir, reserveFile))).toBe(false);
    // What was given up is free now, and is not taken for room.
    free += mebibyte;
    await ledger.append([decisionDraft(ledger.instance, { decision: 'deny' })]);
    await expect(ledger.append([decisionDraft(ledger.instance)])).rejects.toMatchObject({
      code: 'ledger.disk-low',
    });
    expect(ledger.state().disk).toBe('full');
    free = 1_000 * mebibyte;
    await expect.poll(() => existsSync(join(folder.dataDir, reserveFile))).toBe(true);
    await ledger.close();
    expect(await written()).toEqual(['ledger.full', 'ledger.disk-recovered']);
  });

  it('is noticed at the start too', async () => {
    free = 1;
    const ledger = await open();
    await expect(ledger.append([decisionDraft(ledger.instance)])).rejects.toMatchObject({
      code: 'ledger.disk-low',
    });
    expect(existsSync(join(folder.dataDir, reserveFile))).toBe(false);
  });
});

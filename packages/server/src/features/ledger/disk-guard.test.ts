import { existsSync, rmSync, statSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { isUnwritten } from './api.ts';
import { listEntries, verifyLedger } from './cli.ts';
import { holdReserve, makeRoomToStart, reserveFile } from './reserve.ts';
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

/** Until the disk was looked at some times more. */
async function someLooks(): Promise<void> {
  const before = looks;
  await expect.poll(() => looks).toBeGreaterThan(before + 3);
}

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
    await someLooks();
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

describe('a quota, which the filesystem does not show', () => {
  const reserve = () => statSync(join(folder.dataDir, reserveFile), { throwIfNoEntry: false })?.size ?? 0;

  it('refuses calls while the reserve finds no room, and goes on by itself', async () => {
    const [said, tries]: [string[], number[]] = [[], []];
    let room = false;
    const hold: typeof holdReserve = (dataDir, bytes) => {
      tries.push(bytes);
      return room ? holdReserve(dataDir, bytes) : 'no-room';
    };
    const disk = { reserveBytes: mebibyte, free: look, everyMs: 10, hold };
    const ledger = await folder.open({ disk, log: (level, text) => said.push(`${level} ${text}`) });
    expect(ledger.state().disk).toBe('low');
    await expect(ledger.append([decisionDraft(ledger.instance)])).rejects.toMatchObject({
      code: 'ledger.disk-low',
    });
    await ledger.append([decisionDraft(ledger.instance, { decision: 'deny' })]);
    await expect.poll(() => tries.length).toBeGreaterThan(3);
    expect(said.join()).toMatch(/error .*nearly full.* A quota may leave less of them/);
    room = true;
    await expect.poll(() => ledger.state().disk).toBe('ok');
    expect(reserve()).toBe(mebibyte);
    await ledger.append([decisionDraft(ledger.instance)]);
    // Held, it isn't tried again.
    const held = tries.length;
    await someLooks();
    expect(tries.length).toBe(held);
    await ledger.close();
    expect(await written()).toEqual(['ledger.disk-low', 'ledger.disk-recovered']);
  });

  it('after a write that found no room: calls wait until the reserve is held again', async () => {
    let room = true;
    const hold: typeof holdReserve = (dataDir, bytes) => (room ? holdReserve(dataDir, bytes) : 'no-room');
    const disk = { reserveBytes: mebibyte, free: look, everyMs: 10, hold };
    const ledger = await folder.open({ disk, sealAfterMs: 60_000 }, { full: { from: 2, to: 2 } });
    await ledger.append([configDraft(ledger.instance)]);
    room = false;
    await expect(ledger.append([configDraft(ledger.instance)])).rejects.toMatchObject({
      code: 'ledger.disk-low',
    });
    expect([ledger.state().disk, reserve()]).toEqual(['full', 0]);
    await someLooks();
    expect(ledger.state().disk).toBe('full');
    room = true;
    await expect.poll(() => ledger.state().disk).toBe('ok');
    expect(reserve()).toBe(mebibyte);
    await ledger.close();
  });

  it('is not seen in a reserve that cannot be written for another reason', async () => {
    const ledger = await folder.open({ disk: { free: () => free, hold: () => 'failed' } });
    expect(ledger.state().disk).toBe('ok');
    await ledger.close();
  });
});

describe('a stop and a start without room', () => {
  it('keep what is left of the reserve, and give it up only where it is needed', async () => {
    free = mebibyte / 2;
    const ledger = await open();
    expect(existsSync(join(folder.dataDir, reserveFile))).toBe(false);
    await ledger.close();
    expect(statSync(join(folder.dataDir, reserveFile)).size).toBe(mebibyte);
    expect(makeRoomToStart(folder.dataDir)).toBe(false);
    // One that is too small counts as none.
    writeFileSync(join(folder.dataDir, reserveFile), Buffer.alloc(10));
    free = 1_000 * mebibyte;
    await (await open()).close();
    expect(statSync(join(folder.dataDir, reserveFile)).size).toBe(mebibyte);
    rmSync(join(folder.dataDir, reserveFile));
    expect(makeRoomToStart(folder.dataDir)).toBe(false);
  });
});

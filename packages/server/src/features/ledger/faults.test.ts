import { existsSync, renameSync, rmSync } from 'node:fs';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { appendedLate, isUnwritten } from './api.ts';
import { listEntries, verifyLedger } from './cli.ts';
import type { OpenLedger } from './create.ts';
import { reserveFile } from './reserve.ts';
import { configDraft, decisionDraft, reservingDraft, settlingDraft } from './testing/entries.ts';
import { type LedgerFolder, ledgerFolder } from './testing/folders.ts';

/* The disk fails at a chosen moment: appends are refused within the bound, and nothing is admitted afterwards. */

let folder: LedgerFolder;
beforeEach(() => {
  folder = ledgerFolder();
});
afterEach(() => folder.remove());

const unavailable = expect.objectContaining({ code: 'ledger.unavailable', status: 503 });

async function appendOne(ledger: OpenLedger): Promise<unknown> {
  return ledger.append([configDraft(ledger.instance)]).catch((error: unknown) => error);
}

/** The folder still verifies and starts again; returns its size. */
async function restart(): Promise<number> {
  expect(await verifyLedger({ dataDir: folder.dataDir })).toMatchObject({ ok: true });
  const ledger = await folder.open();
  expect(await appendOne(ledger)).toMatchObject([{ duplicate: false }]);
  const { size } = ledger.state();
  await ledger.close();
  expect(await verifyLedger({ dataDir: folder.dataDir })).toMatchObject({ ok: true, size, signedSize: size });
  return size;
}

describe('a commit that fails', () => {
  it('poisons the ledger: nothing more is admitted until a restart', async () => {
    const said: string[] = [];
    const ledger = await folder.open(
      { sealAfterMs: 60_000, log: (level, text) => said.push(`${level} ${text}`) },
      { failCommit: 2 },
    );
    expect(await appendOne(ledger)).toMatchObject([{ index: 0 }]);
    const waiting = await Promise.all([appendOne(ledger), appendOne(ledger), appendOne(ledger)]);
    expect(waiting).toEqual([unavailable, unavailable, unavailable]);
    expect(ledger.state().healthy).toBe(false);
    expect(await appendOne(ledger)).toEqual(unavailable);
    expect(said.join()).toMatch(/error The ledger failed/);
    await ledger.close();
    expect(await restart()).toBe(2);
  });

  it('may have been made all the same: "failed" means "unknown", and recovery settles it', async () => {
    const ledger = await folder.open({ sealAfterMs: 60_000 }, { failAfterCommit: 1 });
    const decision = decisionDraft(ledger.instance);
    await expect(ledger.append([decision])).rejects.toEqual(unavailable);
    expect(ledger.state().healthy).toBe(false);
    await ledger.close();
    const again = await folder.open();
    expect(again.recovered).toBe(1);
    expect(await again.append([decision])).toEqual([{ index: 0, duplicate: true }]);
  });

  it('while a checkpoint is written poisons too', async () => {
    const ledger = await folder.open({ sealAfterMs: 10 }, { failCommit: 2 });
    expect(await appendOne(ledger)).toMatchObject([{ index: 0 }]);
    await expect.poll(() => ledger.state().healthy).toBe(false);
    expect(await appendOne(ledger)).toEqual(unavailable);
    await ledger.close();
    await restart();
  });
});

const noRoom = expect.objectContaining({ code: 'ledger.disk-low', status: 503 });

describe('a full disk', () => {
  it('refuses, verifies, and serves again after a restart', async () => {
    const ledger = await folder.open({}, { maxPages: 40 });
    let recorded = 0;
    for (let i = 0; i < 400 && ledger.state().disk === 'ok'; i += 1) {
      const result = await ledger.append([decisionDraft(ledger.instance)]).catch((error: unknown) => error);
      if (Array.isArray(result)) recorded += 1;
      else expect(result).toEqual(noRoom);
    }
    expect(ledger.state()).toMatchObject({ disk: 'full', healthy: true });
    await ledger.close();
    // A page that was freed may have room for the entry that says so.
    const said: string[] = [];
    await listEntries({ dataDir: folder.dataDir }, { kind: 'admin' }, ({ bytes }) => {
      said.push((JSON.parse(Buffer.from(bytes).toString()) as { what: string }).what);
    });
    expect(['', 'ledger.full']).toContain(said.join());
    const { ok, size } = await verifyLedger({ dataDir: folder.dataDir });
    expect([ok, size]).toEqual([true, recorded + said.length]);
    const again = await folder.open();
    expect(again.recovered).toBe(recorded);
  });

  it('refuses calls at once, goes on by itself, and says since when and how many it turned away', async () => {
    const said: string[] = [];
    const options = {
      disk: { everyMs: 20 },
      log: (level: string, text: string) => said.push(`${level} ${text}`),
    };
    // The second commit, the entry that says so, and two attempts to say that there is room.
    const ledger = await folder.open({ ...options, sealAfterMs: 60_000 }, { full: { from: 2, to: 5 } });
    expect(await appendOne(ledger)).toMatchObject([{ index: 0 }]);
    const refused = await ledger.append([decisionDraft(ledger.instance)]).catch((error: unknown) => error);
    expect(refused).toEqual(noRoom);
    expect(isUnwritten(refused)).toBe(true);
    expect(existsSync(join(folder.dataDir, reserveFile))).toBe(false);
    expect(await ledger.append([decisionDraft(ledger.instance)]).catch((error: unknown) => error)).toEqual(
      noRoom,
    );
    await expect.poll(() => ledger.state().disk).toBe('ok');
    await expect.poll(() => existsSync(join(folder.dataDir, reserveFile))).toBe(true);
    expect(await ledger.append([decisionDraft(ledger.instance)])).toMatchObject([{ index: 2 }]);
    await ledger.close();
    expect(said.join()).toMatch(/error .*disk is full.*info .*room again/);
    const details: unknown[] = [];
    await listEntries({ dataDir: folder.dataDir }, { kind: 'admin' }, ({ bytes }) => {
      details.push(JSON.parse(Buffer.from(bytes).toString()));
    });
    expect(details).toMatchObject([{ what: 'ledger.disk-recovered', details: { callsRefused: 1 } }]);
    expect(await verifyLedger({ dataDir: folder.dataDir })).toMatchObject({ ok: true, size: 3 });
  });

  it('keeps outcomes until there is room: no call is left open, no money set aside', async () => {
    const ledger = await folder.open(
      { disk: { everyMs: 20 }, sealAfterMs: 60_000 },
      { full: { from: 2, to: 6 } },
    );
    const limits = { 'key|month|2026-11|k-1': 1_000 };
    const decision = reservingDraft(ledger.instance, 600, limits);
    await ledger.append([decision]);
    const outcome = settlingDraft(ledger.instance, decision.op, 250);
    const refused = await ledger.append([outcome], true).catch((error: unknown) => error);
    expect(refused).toEqual(noRoom);
    expect(isUnwritten(refused)).toBe(false);
    expect(await appendedLate(refused)).toBe(true);
    expect((await ledger.readBudgets()).accounts).toMatchObject([{ reserved: 0, settled: 250 }]);
    await ledger.close();
    expect((await folder.open()).recovered).toBe(0);
    expect(await verifyLedger({ dataDir: folder.dataDir })).toMatchObject({ ok: true, problems: [] });
  });

  it('keeps a reservation that was undone out of what is remembered', async () => {
    const ledger = await folder.open(
      { disk: { everyMs: 20 }, sealAfterMs: 60_000 },
      { full: { from: 2, to: 2 } },
    );
    const limits = { 'key|month|2026-11|k-1': 1_000 };
    await ledger.append([reservingDraft(ledger.instance, 300, limits)]);
    await expect(ledger.append([reservingDraft(ledger.instance, 600, limits)])).rejects.toEqual(noRoom);
    await expect.poll(() => ledger.state().disk).toBe('ok');
    await ledger.append([reservingDraft(ledger.instance, 700, limits)]);
    expect((await ledger.readBudgets()).accounts).toMatchObject([{ reserved: 1_000 }]);
  });

  it('delays a checkpoint, and signs when there is room', async () => {
    const said: string[] = [];
    const log = (_level: string, text: string) => said.push(text);
    const ledger = await folder.open({ log }, { full: { from: 2, to: 2 } });
    expect(await appendOne(ledger)).toMatchObject([{ index: 0 }]);
    await expect.poll(() => said.join()).toMatch(/cannot be signed at present/);
    expect(ledger.state()).toMatchObject({ healthy: true, signedSize: 0 });
    await expect.poll(() => ledger.state().signedSize).toBe(1);
  });

  it('is no reason to go on after a commit that failed otherwise', async () => {
    const ledger = await folder.open({ disk: { everyMs: 20 } }, { full: { from: 1, to: 2 }, failCommit: 3 });
    expect(await appendOne(ledger)).toEqual(noRoom);
    await expect.poll(() => ledger.state().healthy).toBe(false);
    expect(await appendOne(ledger)).toEqual(unavailable);
  });
});

describe('a disk that hangs', () => {
  it('is given up within the bound; what waited behind it is never written', async () => {
    const ledger = await folder.open(
      { appendBoundMs: 100, sealAfterMs: 60_000 },
      { stall: { from: 1, ms: 3_000 } },
    );
    const late = ledger.append([configDraft(ledger.instance, 'late')]);
    await new Promise((resolve) => setTimeout(resolve, 20));
    const behind = ledger.append([configDraft(ledger.instance, 'behind')]);
    await expect(late).rejects.toEqual(unavailable);
    await expect(behind).rejects.toEqual(unavailable);
    expect(ledger.state()).toMatchObject({ healthy: true, size: 0 });
    // The first was with the disk already: it does become durable.
    await expect.poll(() => ledger.state().size).toBe(1);
    await ledger.close();
    expect(await verifyLedger({ dataDir: folder.dataDir })).toMatchObject({ ok: true, size: 1 });
  });

  it('fills the queue, which refuses at once', async () => {
    const ledger = await folder.open(
      { maxQueue: 3, appendBoundMs: 10_000, sealAfterMs: 60_000 },
      { stall: { from: 1, ms: 200 } },
    );
    const results = Array.from({ length: 6 }, () => appendOne(ledger));
    expect(await Promise.race(results.slice(4))).toEqual(unavailable);
    const settled = await Promise.all(results);
    expect(settled.filter(Array.isArray)).toHaveLength(4);
    expect(await appendOne(ledger)).toMatchObject([{ index: 4 }]);
  });
});

describe('a database that goes away', () => {
  it('is noticed when its file is removed', async () => {
    const ledger = await folder.open({ sealAfterMs: 60_000 });
    expect(await appendOne(ledger)).toMatchObject([{ index: 0 }]);
    rmSync(join(folder.dataDir, 'ledger.db'));
    expect(await appendOne(ledger)).toEqual(unavailable);
    expect(ledger.state().healthy).toBe(false);
  });

  it('is noticed when its folder is moved', async () => {
    const ledger = await folder.open({ sealAfterMs: 60_000 });
    expect(await appendOne(ledger)).toMatchObject([{ index: 0 }]);
    renameSync(folder.dataDir, `${folder.dataDir}-moved`);
    expect(await appendOne(ledger)).toEqual(unavailable);
  });

  it('is noticed when the write-ahead log is removed', async () => {
    const ledger = await folder.open({ sealAfterMs: 60_000 });
    expect(await appendOne(ledger)).toMatchObject([{ index: 0 }]);
    rmSync(join(folder.dataDir, 'ledger.db-wal'));
    expect(await appendOne(ledger)).toEqual(unavailable);
  });
});

describe('a folder of keys that cannot be written', () => {
  it('leaves the checkpoint unpublished, goes on recording, and publishes later', async () => {
    const said: string[] = [];
    const ledger = await folder.open({ log: (_level, text) => said.push(text) });
    renameSync(folder.keysDir, `${folder.keysDir}-away`);
    expect(await appendOne(ledger)).toMatchObject([{ index: 0 }]);
    await expect.poll(() => said.join()).toMatch(/could not be kept/);
    expect(ledger.state()).toMatchObject({ healthy: true, size: 1, signedSize: 0 });
    expect(await ledger.readLog('/log/checkpoint')).toBeNull();
    renameSync(`${folder.keysDir}-away`, folder.keysDir);
    await expect.poll(() => ledger.state().signedSize).toBe(1);
    expect(await ledger.readLog('/log/checkpoint')).not.toBeNull();
  });
});

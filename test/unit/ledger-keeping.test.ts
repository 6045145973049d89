import { mkdtempSync, readFileSync, rmSync, statSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { LedgerCut } from '@fairlead/core/program';
import Database from 'better-sqlite3';
import { afterEach, describe, expect, it } from 'vitest';
import type { Draft } from '../../packages/server/src/features/ledger/api.ts';
import { listEntries, verifyLedger } from '../../packages/server/src/features/ledger/cli.ts';
import { type OpenLedger, openLedger } from '../../packages/server/src/features/ledger/create.ts';
import { decisionDraft, outcomeDraft } from '../../packages/server/src/features/ledger/testing/entries.ts';
import { fsckLedger, packFolder } from '../../packages/server/src/features/upkeep/cli.ts';

const dayMs = 86_400_000;
const now = Date.parse('2026-11-01T12:00:00Z');
const daysAgo = (days: number) => new Date(now - days * dayMs).toISOString();
const cutOf = (days: number, classes: { readonly [id: string]: number } = {}): LedgerCut => ({
  before: now - days * dayMs,
  classes: Object.fromEntries(Object.entries(classes).map(([id, own]) => [id, now - own * dayMs])),
});

const opened: OpenLedger[] = [];
const folders: string[] = [];
afterEach(async () => {
  for (const ledger of opened.splice(0)) await ledger.close();
  for (const folder of folders.splice(0)) rmSync(folder, { recursive: true, force: true });
});

async function open(dataDir = newFolder()) {
  const ledger = await openLedger({ dataDir, clock: { now: () => now } });
  opened.push(ledger);
  return { ledger, dataDir };
}

function newFolder(): string {
  const folder = mkdtempSync(join(tmpdir(), 'fairlead-keeping-'));
  folders.push(folder);
  return join(folder, 'data');
}

/** Refused calls of a day. */
const refused = ({ instance }: OpenLedger, count: number, days: number, dataClasses: string[] = []) =>
  Array.from({ length: count }, () =>
    decisionDraft(instance, { decision: 'deny', ts: daysAgo(days), dataClasses }),
  );

/** Appends one after another and waits until all is signed. */
async function append(ledger: OpenLedger, drafts: readonly Draft[]): Promise<void> {
  for (let at = 0; at < drafts.length; at += 200) await ledger.append(drafts.slice(at, at + 200));
  await expect.poll(() => ledger.state().signedSize).toBe(ledger.state().size);
}

async function whats(dataDir: string): Promise<readonly string[]> {
  const found: string[] = [];
  await listEntries(dataDir, { kind: 'admin' }, ({ bytes }) => {
    found.push((JSON.parse(Buffer.from(bytes).toString()) as { what: string }).what);
  });
  return found;
}

function rowsOf(dataDir: string, sql: string): unknown {
  const database = new Database(join(dataDir, 'ledger.db'), { readonly: true });
  try {
    return database.prepare(sql).pluck().get();
  } finally {
    database.close();
  }
}

describe('pruning beside a running server', () => {
  it('removes what is over, with an entry first, and the log still verifies', async () => {
    const { ledger, dataDir } = await open();
    await append(ledger, [...refused(ledger, 600, 400), ...refused(ledger, 300, 10)]);
    const plan = await ledger.keeping.plan(cutOf(365));
    expect(plan).toEqual({ minimum: 512, entries: 512, inputs: null, holds: [], stopped: false });
    expect(await whats(dataDir)).toEqual([]);
    expect(await ledger.keeping.prune(cutOf(365), 'operator')).toEqual({ ...plan, inputs: 512 });
    expect(await ledger.keeping.minimum()).toBe(512);
    expect(rowsOf(dataDir, 'select count(*) from entries where length(bytes) = 0')).toBe(512);
    expect(rowsOf(dataDir, 'select count(*) from pruned_inputs')).toBe(0);
    expect(await ledger.keeping.prune(cutOf(365), 'operator')).toMatchObject({ entries: 0, inputs: 0 });
    expect(await whats(dataDir)).toEqual(['ledger.pruned']);
    expect((await verifyLedger({ dataDir })).problems).toEqual([]);
    expect((await fsckLedger({ dataDir })).problems).toEqual([]);
  });

  it('gives the room of what it removed back, and leaves nothing of it in the files', async () => {
    const { ledger, dataDir } = await open();
    const drafts = refused(ledger, 2_560, 400);
    await append(ledger, drafts);
    await append(ledger, refused(ledger, 256, 10));
    await ledger.close();
    const again = (await open(dataDir)).ledger;
    const file = join(dataDir, 'ledger.db');
    const bytes = () => [file, `${file}-wal`].reduce((sum, path) => sum + statSync(path).size, 0);
    const names = drafts.flatMap(({ entry }) => [entry.id, (entry as { input: string }).input]);
    const left = () => {
      const onDisk = Buffer.concat([readFileSync(file), readFileSync(`${file}-wal`)]).toString('latin1');
      return names.filter((name) => onDisk.includes(name)).length;
    };
    const before = bytes();
    expect(left()).toBe(names.length);
    await again.keeping.prune(cutOf(365), 'operator');
    expect(bytes()).toBeLessThan(before * 0.6);
    expect(rowsOf(dataDir, 'pragma freelist_count')).toBe(0);
    expect(left()).toBe(0);
    expect((await verifyLedger({ dataDir })).problems).toEqual([]);
  }, 240_000);

  it('packs a file that an older version made, which shrinks by itself from then on', async () => {
    const { ledger, dataDir } = await open();
    await append(ledger, refused(ledger, 600, 400));
    expect(() => packFolder(dataDir)).toThrow(expect.objectContaining({ code: 'store.locked' }));
    await ledger.close();
    const old = new Database(join(dataDir, 'ledger.db'));
    old.pragma('auto_vacuum = none');
    old.exec(
      `vacuum; create table ballast (x blob); insert into ballast values (zeroblob(1000000)); drop table ballast`,
    );
    old.close();
    const [packed] = packFolder(dataDir);
    expect(packed!.file).toBe('ledger.db');
    expect(packed!.after).toBeLessThan(packed!.before - 900_000);
    expect(rowsOf(dataDir, 'pragma auto_vacuum')).toBe(2);
    expect((await verifyLedger({ dataDir })).problems).toEqual([]);
    expect(() => packFolder(join(dataDir, 'none'))).toThrow(
      expect.objectContaining({ code: 'ledger.not-found' }),
    );
  });

  it('keeps inputs that a call that stays names too', async () => {
    const { ledger, dataDir } = await open();
    const drafts = refused(ledger, 300, 400);
    const shared = drafts[255]!;
    const again = decisionDraft(ledger.instance, { decision: 'deny', ts: daysAgo(400) });
    const input = (shared.entry as { input: string }).input;
    drafts[256] = { ...again, entry: { ...again.entry, input } as never, inputs: shared.inputs! };
    await append(ledger, drafts);
    expect(await ledger.keeping.prune(cutOf(365), 'operator')).toMatchObject({ minimum: 256, inputs: 255 });
    expect((await verifyLedger({ dataDir })).problems).toEqual([]);
  });

  it('ends at the oldest entry that a data class still needs, whatever stands behind it', async () => {
    const { ledger } = await open();
    await append(ledger, [
      ...refused(ledger, 300, 500),
      ...refused(ledger, 1, 500, ['entropy', 'personal-data']),
      ...refused(ledger, 600, 400),
    ]);
    const cut = (own: number) => cutOf(365, { 'personal-data': own });
    expect((await ledger.keeping.plan(cut(730))).minimum).toBe(256);
    expect((await ledger.keeping.plan(cut(450))).minimum).toBe(768);
  });

  it('stops before a call that is still open, and before what is not signed', async () => {
    const { ledger } = await open();
    const call = decisionDraft(ledger.instance, { ts: daysAgo(400) });
    await append(ledger, [...refused(ledger, 256, 400), call, ...refused(ledger, 400, 400)]);
    expect((await ledger.keeping.plan(cutOf(365))).minimum).toBe(256);
    await append(ledger, [outcomeDraft(ledger.instance, call.op)]);
    expect((await ledger.keeping.plan(cutOf(365))).minimum).toBe(512);
  });

  it('ends after a restart what a crash broke off', async () => {
    const { ledger, dataDir } = await open();
    await append(ledger, [...refused(ledger, 600, 400)]);
    await ledger.keeping.prune(cutOf(365), 'operator');
    await opened.splice(0)[0]?.close();
    // As if the process had died between two bundles: the second still has its bytes.
    const database = new Database(join(dataDir, 'ledger.db'));
    database
      .prepare(`update entries set bytes = (select bytes from entries where idx = 599) where idx = 300`)
      .run();
    database.close();
    const again = await open(dataDir);
    expect(await again.ledger.keeping.prune(cutOf(365), 'operator')).toMatchObject({ entries: 1 });
    expect((await verifyLedger({ dataDir })).problems).toEqual([]);
  });

  it('verifies where a crash came after inputs were overwritten and before they were deleted', async () => {
    const { ledger, dataDir } = await open();
    await append(ledger, refused(ledger, 600, 400));
    await ledger.keeping.prune(cutOf(365), 'operator');
    await opened.splice(0)[0]?.close();
    const database = new Database(join(dataDir, 'ledger.db'));
    const digest = Buffer.alloc(32, 7);
    database.prepare('insert into decision_inputs (digest, json) values (?, ?)').run(digest, '0000');
    database.prepare('insert into pruned_inputs (digest) values (?)').run(digest);
    database.close();
    expect((await verifyLedger({ dataDir })).problems).toEqual([]);
    const again = await open(dataDir);
    expect(await again.ledger.keeping.prune(cutOf(365), 'operator')).toMatchObject({ inputs: 1 });
    expect(rowsOf(dataDir, 'select count(*) from pruned_inputs')).toBe(0);
  });

  it('is one at a time', async () => {
    const { ledger } = await open();
    const first = ledger.keeping.prune(cutOf(365), 'operator');
    await expect(ledger.keeping.prune(cutOf(365), 'operator')).rejects.toMatchObject({
      code: 'ledger.prune-busy',
    });
    await first;
  });
});

describe('a legal hold on a running server', () => {
  it('stands until it is released, and each step is an entry', async () => {
    const { ledger, dataDir } = await open();
    const { keeping } = ledger;
    await append(ledger, refused(ledger, 300, 400));
    const placed = await keeping.place({ id: 'case-7', reason: 'litigation', from: null }, 'person:p-1');
    expect(placed).toEqual({
      id: 'case-7',
      reason: 'litigation',
      from: null,
      since: new Date(now).toISOString(),
      by: 'person:p-1',
    });
    expect(await keeping.holds()).toEqual([placed]);
    await expect(keeping.place({ id: 'case-7', reason: 'x', from: null }, 'operator')).rejects.toMatchObject({
      code: 'ledger.hold-exists',
    });
    expect(await keeping.prune(cutOf(365), 'operator')).toMatchObject({
      minimum: 0,
      entries: 0,
      holds: ['case-7'],
    });
    await expect(keeping.release('case-8', 'none', 'operator')).rejects.toMatchObject({
      code: 'ledger.hold-unknown',
    });
    await keeping.release('case-7', 'settled', 'operator');
    expect(await keeping.holds()).toEqual([]);
    expect(await keeping.prune(cutOf(365), 'operator')).toMatchObject({ minimum: 256, entries: 256 });
    expect(await whats(dataDir)).toEqual(['ledger.hold-added', 'ledger.hold-removed', 'ledger.pruned']);
  });

  it('from a day on keeps what was recorded from then on, and nothing before', async () => {
    const { ledger } = await open();
    await append(ledger, [...refused(ledger, 256, 500), ...refused(ledger, 512, 400)]);
    await ledger.keeping.place({ id: 'case-9', reason: 'audit', from: daysAgo(450) }, 'operator');
    expect((await ledger.keeping.plan(cutOf(365))).minimum).toBe(256);
  });

  it('that comes while pruning goes on stops it, and what is left stays until it is released', async () => {
    const { ledger, dataDir } = await open();
    await append(ledger, refused(ledger, 2_600, 400));
    const pruning = ledger.keeping.prune(cutOf(365), 'operator');
    await expect
      .poll(() => rowsOf(dataDir, 'select count(*) from entries where length(bytes) = 0'), {
        timeout: 30_000,
        interval: 1,
      })
      .toBeGreaterThan(0);
    await ledger.keeping.place({ id: 'late', reason: 'litigation', from: null }, 'operator');
    const done = await pruning;
    const left = rowsOf(dataDir, 'select count(*) from entries where length(bytes) = 0') as number;
    expect(done.stopped || done.entries === 2_560).toBe(true);
    expect(await ledger.keeping.prune(cutOf(365), 'operator')).toMatchObject({ entries: 0 });
    expect((await verifyLedger({ dataDir })).problems).toEqual([]);
    await ledger.keeping.release('late', 'settled', 'operator');
    expect(await ledger.keeping.prune(cutOf(365), 'operator')).toMatchObject({ entries: 2_560 - left });
    expect((await verifyLedger({ dataDir })).problems).toEqual([]);
  });
});

// Files are made shorter after pruning: pages that became free go, and the write-ahead log is cut. When that fails, no
// record depends on it: the ledger goes on, prunes again later, and nothing is lost; killed in it, neither.
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import Database from 'better-sqlite3';
import { describe, expect, it } from 'vitest';
import { openLedger } from '../../packages/server/src/features/ledger/create.ts';
import { fsckLedger } from '../../packages/server/src/features/upkeep/cli.ts';
import { canInject, type Injected, type Injection, startInjected } from './injected.ts';
import { waitUntil } from './record.ts';

const canTrace = canInject();
const boundMs = 30_000;

const both = ['ledger.db', 'ledger.db-wal'];
/** A start cuts the log once, and nothing else. */
const cuts: readonly Injection[] = ['error=EIO', 'error=ENOSPC'].flatMap((what) => [
  { call: 'ftruncate', what, when: '2..4', files: both },
  { call: 'ftruncate', what, when: '1..3', files: ['ledger.db'] },
]);
const kills: readonly Injection[] = both.flatMap((name, ofStart) =>
  [1, 3].map((when) => ({ call: 'ftruncate', what: 'signal=KILL', when: when + ofStart, files: [name] })),
);

async function onNewLedger(
  injection: Injection,
  use: (appender: Injected, dataDir: string) => Promise<void>,
): Promise<void> {
  const folder = mkdtempSync(join(tmpdir(), 'fairlead-shrinking-'));
  const dataDir = join(folder, 'data');
  await (await openLedger({ dataDir, clock: { now: Date.now } })).close();
  const appender = startInjected('pruning-appender', dataDir, injection);
  try {
    await use(appender, dataDir);
  } finally {
    await appender.kill();
    rmSync(folder, { recursive: true, force: true });
  }
}

/** Kills it; every confirmed entry has its row, pruned or not, and everything agrees, before and after a new start. */
async function expectKept(appender: Injected, dataDir: string): Promise<void> {
  expect(await appender.kill(), 'the fault never happened').toBe(true);
  const database = new Database(join(dataDir, 'ledger.db'));
  const there = new Set(database.prepare('select lower(hex(id)) from entries').pluck().all());
  database.close();
  const confirmed = appender.lines().flatMap((line) => (line.startsWith('yes ') ? [line.slice(4)] : []));
  expect(confirmed.length).toBeGreaterThan(0);
  expect(confirmed.filter((id) => !there.has(id.replaceAll('-', '')))).toEqual([]);
  expect(await fsckLedger({ dataDir })).toMatchObject({ ok: true, problems: [] });
  const again = await openLedger({ dataDir, clock: { now: Date.now } });
  await again.close();
  expect(await fsckLedger({ dataDir })).toMatchObject({ ok: true, problems: [] });
}

const prunings = (appender: Injected) =>
  appender.lines().filter((line) => line.startsWith('pruned ') && line !== 'pruned 0').length;

describe.skipIf(!canTrace)('a file that cannot be made shorter', () => {
  it.each(cuts)('($what, $when of $files) keeps nothing from being recorded or pruned', async (injection) => {
    await onNewLedger(injection, async (appender, dataDir) => {
      const failed = () => appender.lines().findIndex((line) => line.startsWith('not pruned '));
      await waitUntil(() => failed() >= 0, 'a pruning that fails', boundMs);
      expect(appender.lines()[failed()]).toMatch(/SQLITE_IOERR_TRUNCATE/);
      const before = prunings(appender);
      await waitUntil(() => prunings(appender) > before + 1, 'prunings afterwards', boundMs);
      expect(appender.lines()).not.toContain('stopped');
      await expectKept(appender, dataDir);
    });
  });

  it('refuses the start when it fails then', async () => {
    const injection = { call: 'ftruncate', what: 'error=EIO', when: 1, files: both };
    await onNewLedger(injection, async (appender, dataDir) => {
      await waitUntil(() => appender.ended(), 'the refusal', boundMs);
      expect(appender.stderr()).toMatch(/SQLITE_IOERR_TRUNCATE/);
      expect(await fsckLedger({ dataDir })).toMatchObject({ ok: true, problems: [] });
    });
  });

  it.each(kills)('(killed in cut $when of $files) loses nothing', async (injection) => {
    await onNewLedger(injection, async (appender, dataDir) => {
      await waitUntil(() => appender.ended(), 'the kill', boundMs);
      await expectKept(appender, dataDir);
    });
  });
});

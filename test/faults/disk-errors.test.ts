// Which errors of the disk the ledger goes on after, and which stop it for good. After a write that found no room, nothing
// of its transaction is there; after a sync that failed nobody knows, and the next sync that works would say nothing of it.
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import Database from 'better-sqlite3';
import { afterEach, describe, expect, it } from 'vitest';
import { openLedger } from '../../packages/server/src/features/ledger/create.ts';
import { fsckLedger } from '../../packages/server/src/features/upkeep/cli.ts';
import { canInject, type Injected, type Injection, startInjected } from './injected.ts';
import { waitUntil } from './record.ts';

const canTrace = canInject();
const boundMs = 60_000;

let cleanUp: (() => Promise<unknown> | unknown)[] = [];
afterEach(async () => {
  for (const step of cleanUp.reverse()) await step();
  cleanUp = [];
});

/** The patient appender on a new ledger, with calls that fail. */
async function begin(injection: Injection): Promise<{ dataDir: string; appender: Injected }> {
  const folder = mkdtempSync(join(tmpdir(), 'fairlead-disk-errors-'));
  cleanUp.push(() => rmSync(folder, { recursive: true, force: true }));
  const dataDir = join(folder, 'data');
  await (await openLedger({ dataDir, clock: { now: Date.now } })).close();
  const appender = startInjected('patient-appender', dataDir, injection);
  cleanUp.push(() => appender.kill());
  return { dataDir, appender };
}

const saying = (appender: Injected, word: string) =>
  appender.lines().flatMap((line) => (line.startsWith(`${word} `) ? [line.slice(word.length + 1)] : []));

/** Kills it, and holds the folder as it was left against what it said. */
async function expectTrue(appender: Injected, dataDir: string): Promise<void> {
  expect(await appender.kill(), 'the fault never happened').toBe(true);
  const database = new Database(join(dataDir, 'ledger.db'));
  const there = new Set(database.prepare('select lower(hex(id)) from entries').pluck().all());
  database.close();
  const isThere = (id: string) => there.has(id.replaceAll('-', ''));
  expect(
    saying(appender, 'yes').filter((id) => !isThere(id)),
    'confirmed and lost',
  ).toEqual([]);
  expect(saying(appender, 'no').filter(isThere), 'said not to be written, and there').toEqual([]);
  const again = await openLedger({ dataDir, clock: { now: Date.now } });
  await again.close();
  expect(await fsckLedger({ dataDir })).toMatchObject({ ok: true, problems: [] });
}

const noRoom = [9, 17, 40, 90, 400, 1_500].flatMap((from) =>
  [0, 25].map((more) => `${from}..${from + more}`),
);

describe.skipIf(!canTrace)('a write that finds no room', () => {
  it.each(noRoom)('(%s) is not there, and the ledger goes on', async (when) => {
    const { dataDir, appender } = await begin({ call: 'pwrite64', what: 'error=ENOSPC', when });
    await waitUntil(
      () => saying(appender, 'no').length > 0 || saying(appender, 'yes').length > 3_000,
      'the fault',
      boundMs,
    );
    const before = saying(appender, 'yes').length;
    await waitUntil(() => saying(appender, 'yes').length > before + 100, 'more that is confirmed', boundMs);
    expect(appender.lines()).not.toContain('stopped');
    await expectTrue(appender, dataDir);
  });

  // Consecutive ones, so that heads and bodies of frames are among them, the one that makes a transaction count, too.
  it.each([101, 102, 103, 104, 105, 106, 107, 108])(
    '(%d and all after it) is not there either after a kill before anything was written over it',
    async (from) => {
      const { dataDir, appender } = await begin({ call: 'pwrite64', what: 'error=ENOSPC', when: `${from}+` });
      await waitUntil(() => saying(appender, 'no').length > 20, 'refusals', boundMs);
      expect(appender.lines()).not.toContain('stopped');
      await expectTrue(appender, dataDir);
    },
  );

  it('of the index of the write-ahead log, once all was synced, is settled before anything is said of it', async () => {
    const files = ['ledger.db-shm'];
    // The first 32 KiB of it are made at the start; the second when the log grows beyond 4,062 pages.
    const { dataDir, appender } = await begin({ call: 'pwrite64', what: 'error=ENOSPC', when: '9+', files });
    await waitUntil(() => saying(appender, 'yes').length > 0, 'the start', boundMs);
    const reader = new Database(join(dataDir, 'ledger.db'), { readonly: true });
    cleanUp.push(() => reader.close());
    // While somebody reads, the log can neither be folded in whole nor begun again.
    reader.exec('begin');
    reader.prepare('select count(*) from entries').get();
    let before = -1;
    await waitUntil(
      () => {
        const now = saying(appender, 'yes').length;
        const quiet = now === before;
        before = now;
        return quiet && now > 1_000;
      },
      'the fault',
      boundMs,
    );
    reader.exec('rollback');
    await waitUntil(() => saying(appender, 'no').length > 0, 'what was not written', boundMs);
    await waitUntil(() => saying(appender, 'yes').length > before + 100, 'more that is confirmed', boundMs);
    expect(appender.lines()).not.toContain('stopped');
    await expectTrue(appender, dataDir);
  });
});

/** What SQLite writes, and what the ledger asks the system with. */
const underQuota = ['ledger.db', 'ledger.db-wal', 'ledger.db.room'];

describe.skipIf(!canTrace)('a quota that is used up', () => {
  it.each([9, 40, 101, 102, 103, 400])('(%d) is a disk that is full: the ledger goes on', async (from) => {
    const when = `${from}..${from + 25}`;
    const { dataDir, appender } = await begin({
      ...{ call: 'pwrite64', what: 'error=EDQUOT', when, files: underQuota },
    });
    await waitUntil(() => saying(appender, 'no').length > 0, 'the fault', boundMs);
    const before = saying(appender, 'yes').length;
    await waitUntil(() => saying(appender, 'yes').length > before + 100, 'more that is confirmed', boundMs);
    expect(appender.lines()).not.toContain('stopped');
    expect(appender.stderr()).toMatch(/ledger\.disk-low/);
    await expectTrue(appender, dataDir);
  });

  it('leaves nothing of what was refused, also after a kill before anything was written over it', async () => {
    const { dataDir, appender } = await begin({
      ...{ call: 'pwrite64', what: 'error=EDQUOT', when: '104+', files: underQuota },
    });
    await waitUntil(() => saying(appender, 'no').length > 20, 'refusals', boundMs);
    expect(appender.lines()).not.toContain('stopped');
    await expectTrue(appender, dataDir);
  });
});

const lasting: readonly Injection[] = [
  ...['error=EIO', 'error=ENOSPC'].map((what) => ({ call: 'fdatasync,fsync', what, when: 12 })),
  { call: 'fdatasync,fsync', what: 'error=EDQUOT', when: 12, files: underQuota },
  // SQLite doesn't say which error it was: a quota that the system then doesn't confirm is none.
  ...['error=EIO', 'error=EDQUOT'].map((what) => ({ call: 'pwrite64', what, when: 40 })),
  { call: 'pwrite64', what: 'error=EIO', when: '40+', files: underQuota },
];

describe.skipIf(!canTrace)('any other error', () => {
  it.each(lasting)('($call $what) stops it for good: nothing more is confirmed', async (injection) => {
    const { dataDir, appender } = await begin(injection);
    await waitUntil(() => appender.lines().includes('stopped'), 'the end', boundMs);
    const after = appender.lines().indexOf('stopped');
    await sleep(750);
    expect(appender.lines().slice(after)).toEqual(['stopped']);
    await expect.poll(() => appender.stderr()).toMatch(/admits nothing more/);
    await expectTrue(appender, dataDir);
  });
});

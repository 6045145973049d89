// A server that is killed leaves a write-ahead log, which a start folds in; on a full disk there may be no room for the pages
// that it adds to the database.
import { type ChildProcess, spawn } from 'node:child_process';
import { statSync, truncateSync } from 'node:fs';
import { join } from 'node:path';
import { afterEach, describe, expect, it, vi } from 'vitest';
import { chat, startLoad } from './load.ts';
import { listEntries, startGateway, verifyLedger } from './process.ts';
import { expectClosed, expectDecided, expectKept, waitUntil } from './record.ts';
import { canMountDisk, mountDisk } from './small-disk.ts';
import { startUpstream } from './upstream.ts';

const canMount = canMountDisk();
const mebibyte = 1024 * 1024;

let cleanUp: (() => Promise<unknown> | unknown)[] = [];
afterEach(async () => {
  for (const step of cleanUp.reverse()) await step();
  cleanUp = [];
});

/** Reads from a ledger until it is killed: meanwhile nothing of the write-ahead log can be folded in. */
async function startReader(file: string): Promise<ChildProcess> {
  const source = `const database = require('better-sqlite3')(process.argv[1], { readonly: true });
database.exec('begin');
database.prepare('select count(*) from entries').get();
console.log('reading');
setInterval(() => undefined, 1e6);`;
  const reader = spawn(process.execPath, ['-e', source, file], { stdio: ['ignore', 'pipe', 'inherit'] });
  cleanUp.push(() => reader.kill('SIGKILL'));
  await new Promise((done) => reader.stdout.once('data', done));
  return reader;
}

describe('a start on a full disk after a kill', () => {
  it.skipIf(!canMount)('goes without folding in a large write-ahead log, and folds it in later', async () => {
    const disk = mountDisk(128);
    cleanUp.push(disk.remove);
    const data = join(disk.folder, 'data');
    const file = join(data, 'ledger.db');
    const sizeOf = (path: string) => statSync(path, { throwIfNoEntry: false })?.size ?? 0;
    const upstream = await startUpstream();
    cleanUp.push(() => upstream.close());
    const first = await startGateway(data, upstream.url);
    cleanUp.push(() => first.stop('SIGKILL'));
    const reader = await startReader(file);
    const load = startLoad(first.gateway, first.key, 32, 'before');
    await waitUntil(() => sizeOf(`${file}-wal`) > 24 * mebibyte, 'a large write-ahead log', 120_000);
    await first.stop('SIGKILL');
    await load.stop();
    reader.kill('SIGKILL');
    await new Promise((done) => reader.once('close', done));
    const before = {
      db: sizeOf(file),
      wal: sizeOf(`${file}-wal`),
      reserve: sizeOf(join(data, 'ledger.reserve')),
    };
    disk.fill();

    const start = async () => {
      const started = await startGateway(data, upstream.url);
      cleanUp.push(() => started.stop('SIGKILL'));
      expect((await chat(started.gateway, started.key, 'while full')).status).toBe(503);
      return started;
    };
    const second = await start();
    expect(second.stderr()).toMatch(/the reserve was given up/);
    expect(sizeOf(`${file}-wal`)).toBeGreaterThanOrEqual(before.wal);
    await second.stop('SIGKILL');
    // Without a reserve it says how much is missing, and a quarter of that is enough.
    disk.fill();
    await expect(startGateway(data, upstream.url)).rejects.toThrow(
      /store\.full: .* start may need \d+ are missing/,
    );
    const filler = join(disk.folder, 'filler');
    truncateSync(filler, sizeOf(filler) - mebibyte);
    const gateway = await start();
    expect(sizeOf(`${file}-wal`)).toBeGreaterThanOrEqual(before.wal);
    disk.empty();
    await vi.waitFor(
      async () => expect((await chat(gateway.gateway, gateway.key, 'after')).status).toBe(200),
      { timeout: 60_000, interval: 250 },
    );
    expect((await gateway.stop('SIGTERM')).code).toBe(0);
    expect(sizeOf(`${file}-wal`)).toBe(0);
    expect(await verifyLedger(data)).toMatchObject({ code: 0, ok: true, problems: [] });
    const entries = await listEntries(data);
    expectDecided(entries, upstream);
    expectKept(entries, load.acknowledged);
    expectClosed(entries);
  });
});

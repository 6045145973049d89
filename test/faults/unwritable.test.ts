// The ledger cannot be written: no call may be made, and the caller is told so soon. Permissions don't bind root, so the
// disk is taken away in two other ways: a limit on the size of files, and a file system that is full.
import { execFileSync, spawnSync } from 'node:child_process';
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, describe, expect, it, vi } from 'vitest';
import { chat } from './load.ts';
import { listEntries, type Running, startGateway, verifyLedger } from './process.ts';
import { canMountDisk, mountDisk, type SmallDisk } from './small-disk.ts';
import { type CountingUpstream, startUpstream } from './upstream.ts';

/** Far above the ledger's own bound of 2 s: a refusal is no call that hangs, however busy the machine is. */
const boundMs = 30_000;

const canLimit = spawnSync('prlimit', ['--version']).status === 0;
const canMount = canMountDisk();
if (!canLimit)
  process.stderr.write('SKIPPED: no prlimit (util-linux), so the file size limit is not tried\n');
let cleanUp: (() => Promise<unknown> | unknown)[] = [];
afterEach(async () => {
  for (const step of cleanUp.reverse()) await step();
  cleanUp = [];
});

async function begin(data: string): Promise<{ gateway: Running; upstream: CountingUpstream }> {
  const upstream = await startUpstream();
  cleanUp.push(() => upstream.close());
  const gateway = await startGateway(data, upstream.url);
  cleanUp.push(() => gateway.stop('SIGKILL'));
  expect((await chat(gateway.gateway, gateway.key, 'before')).status).toBe(200);
  return { gateway, upstream };
}

/** 32 calls at once: each must be refused in time, with a code and a time to come back, and none may go upstream. */
async function expectRefused(gateway: Running, upstream: CountingUpstream): Promise<void> {
  expect(await callAtOnce(gateway, upstream)).toBe(0);
}

/** 32 calls at once, of which it answers how many were let through; what goes upstream is those. */
async function callAtOnce(gateway: Running, upstream: CountingUpstream): Promise<number> {
  const before = upstream.arrived();
  const start = performance.now();
  const answers = await Promise.all(
    Array.from({ length: 32 }, (_, number) =>
      chat(gateway.gateway, gateway.key, `while unwritable ${number}`),
    ),
  );
  expect(performance.now() - start).toBeLessThan(boundMs);
  const refused = answers.filter(({ status }) => status !== 200);
  for (const { status, retryAfter, body } of refused) {
    expect(status).toBe(503);
    expect(Number(retryAfter)).toBeGreaterThan(0);
    // The disk's watermark may be quicker than the first write that fails.
    expect(body).toMatch(/ledger\.(?:unavailable|disk-low)/);
  }
  const admitted = answers.length - refused.length;
  expect(upstream.arrived()).toBe(before + admitted);
  return admitted;
}

/**
 * Fills the disk until no call is let through. What the server gives back after the disk was filled (a log of another of its
 * databases, say) is room, and a call that was recorded in it is rightly let through.
 */
async function fillUntilRefused(
  disk: SmallDisk,
  gateway: Running,
  upstream: CountingUpstream,
): Promise<void> {
  for (let round = 0, admitted = 1; admitted > 0; round++) {
    expect(round).toBeLessThan(20);
    disk.fill();
    admitted = await callAtOnce(gateway, upstream);
  }
}

/** Each body that arrived upstream is one that an entry says was let through. */
async function expectDecided(data: string, upstream: CountingUpstream): Promise<void> {
  const decided = new Set((await listEntries(data)).map(({ forwarded }) => forwarded));
  expect(upstream.digests.filter((digest) => !decided.has(digest))).toEqual([]);
}

describe('an unwritable ledger', () => {
  it.skipIf(!canLimit)('refuses every call when files may not grow', async () => {
    const folder = mkdtempSync(join(tmpdir(), 'fairlead-unwritable-'));
    const data = join(folder, 'data');
    cleanUp.push(() => rmSync(folder, { recursive: true, force: true }));
    const { gateway, upstream } = await begin(data);
    execFileSync('prlimit', ['--pid', String(gateway.pid), '--fsize=0:unlimited']);
    await expectRefused(gateway, upstream);
    await expectRefused(gateway, upstream);

    // Whatever the failed write left behind: the folder verifies, and a restart serves again.
    await gateway.stop('SIGKILL');
    expect(await verifyLedger(data)).toMatchObject({ code: 0, ok: true });
    const again = await startGateway(data, upstream.url);
    cleanUp.push(() => again.stop('SIGKILL'));
    expect((await chat(again.gateway, again.key, 'after')).status).toBe(200);
    await expectDecided(data, upstream);
  });

  it.skipIf(!canMount)('refuses every call when the disk is full', async () => {
    const disk = mountDisk(16);
    const data = join(disk.folder, 'data');
    cleanUp.push(disk.remove);
    const { gateway, upstream } = await begin(data);
    await fillUntilRefused(disk, gateway, upstream);
    await expectRefused(gateway, upstream);
    // Stopped cleanly, and with too small a reserve on so small a disk, it can't be started, and says why.
    await gateway.stop('SIGTERM');
    rmSync(join(data, 'ledger.reserve'), { force: true });
    disk.fill();
    await expect(startGateway(data, upstream.url)).rejects.toThrow(/store\.full/);
    disk.empty();
    expect(await verifyLedger(data)).toMatchObject({ code: 0, ok: true });
    await expectDecided(data, upstream);
  });

  it.skipIf(!canMount)(
    'starts with the room of the reserve, refuses calls, and goes on by itself',
    async () => {
      const disk = mountDisk(96);
      const data = join(disk.folder, 'data');
      cleanUp.push(disk.remove);
      const before = await begin(data);
      await before.gateway.stop('SIGTERM');
      disk.fill();
      const gateway = await startGateway(data, before.upstream.url);
      cleanUp.push(() => gateway.stop('SIGKILL'));
      await expectRefused(gateway, before.upstream);
      expect((await fetch(`${gateway.console}/readyz`)).status).toBe(503);
      expect(gateway.stderr()).toMatch(/the reserve was given up/);
      // What the stop leaves is enough for the next start, too.
      expect((await gateway.stop('SIGTERM')).code).toBe(0);
      disk.fill();
      const again = await startGateway(data, before.upstream.url);
      cleanUp.push(() => again.stop('SIGKILL'));
      await expectRefused(again, before.upstream);
      disk.empty();
      await vi.waitFor(async () => expect((await chat(again.gateway, again.key, 'after')).status).toBe(200), {
        timeout: 30_000,
        interval: 250,
      });
      expect((await fetch(`${again.console}/readyz`)).status).toBe(200);
      expect((await again.stop('SIGTERM')).code).toBe(0);
      expect(await verifyLedger(data)).toMatchObject({ code: 0, ok: true });
      await expectDecided(data, before.upstream);
    },
  );
});

// The ledger cannot be written: no call may be made, and the caller is told so soon. Permissions don't bind root, so the
// disk is taken away in two other ways: a limit on the size of files, and a file system that is full.
import { execFileSync, spawnSync } from 'node:child_process';
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, describe, expect, it } from 'vitest';
import { chat } from './load.ts';
import { listEntries, type Running, startGateway, verifyLedger } from './process.ts';
import { canMountDisk, mountDisk } from './small-disk.ts';
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
  const before = upstream.arrived();
  const start = performance.now();
  const answers = await Promise.all(
    Array.from({ length: 32 }, (_, number) =>
      chat(gateway.gateway, gateway.key, `while unwritable ${number}`),
    ),
  );
  expect(performance.now() - start).toBeLessThan(boundMs);
  expect(answers.map(({ status }) => status)).toEqual(Array(32).fill(503));
  for (const { retryAfter, body } of answers) {
    expect(Number(retryAfter)).toBeGreaterThan(0);
    // The disk's watermark may be quicker than the first write that fails.
    expect(body).toMatch(/ledger\.(?:unavailable|disk-low)/);
  }
  expect(upstream.arrived()).toBe(before);
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
    const decided = new Set((await listEntries(data)).map(({ forwarded }) => forwarded));
    expect(upstream.digests.filter((digest) => !decided.has(digest))).toEqual([]);
  });

  it.skipIf(!canMount)('refuses every call when the disk is full', async () => {
    const disk = mountDisk(16);
    const data = join(disk.folder, 'data');
    cleanUp.push(disk.remove);
    const { gateway, upstream } = await begin(data);
    disk.fill();
    await expectRefused(gateway, upstream);
    // Stopped cleanly, it can't be started before there is room, and says why.
    await gateway.stop('SIGTERM');
    disk.fill();
    await expect(startGateway(data, upstream.url)).rejects.toThrow(/store\.full/);
    disk.empty();
    expect(await verifyLedger(data)).toMatchObject({ code: 0, ok: true });
  });
});

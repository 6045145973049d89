// The disk of a server at work fills within a moment, faster than anybody looks at it: calls are refused with a code, the
// server stays up, and when there is room again it goes on by itself. Nothing is lost, nothing is invented, and no call is
// left open, though outcomes found no room either.
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { afterEach, describe, expect, it } from 'vitest';
import { chat, startLoad } from './load.ts';
import { listEntries, type Running, runFairlead, startGateway, verifyLedger } from './process.ts';
import { expectClosed, expectDecided, expectKept, waitUntil } from './record.ts';
import { canMountDisk, mountDisk, type SmallDisk } from './small-disk.ts';
import { startUpstream } from './upstream.ts';

const inFlight = 32;
/** How long it stays full, milliseconds: in some rounds the next look at the disk falls into it. */
const rounds = [50, 600, 2_500, 50, 5_000];
const canMount = canMountDisk();

let cleanUp: (() => Promise<unknown> | unknown)[] = [];
afterEach(async () => {
  for (const step of cleanUp.reverse()) await step();
  cleanUp = [];
});

async function begin(): Promise<{ disk: SmallDisk; data: string; gateway: Running; url: string } & Upstream> {
  const disk = mountDisk(48);
  cleanUp.push(disk.remove);
  const upstream = await startUpstream();
  cleanUp.push(() => upstream.close());
  const data = join(disk.folder, 'data');
  const gateway = await startGateway(data, upstream.url);
  cleanUp.push(() => gateway.stop('SIGKILL'));
  return { disk, data, gateway, upstream, url: gateway.gateway };
}
interface Upstream {
  readonly upstream: Awaited<ReturnType<typeof startUpstream>>;
}

describe('a disk that fills in a moment', () => {
  it.skipIf(!canMount)(`stops calls, not the server, with ${inFlight} in flight`, async () => {
    const { disk, data, gateway, upstream } = await begin();
    const load = startLoad(gateway.gateway, gateway.key, inFlight, 'full');
    const calls = () => load.acknowledged.size;
    for (const fullMs of rounds) {
      const before = calls();
      await waitUntil(() => calls() > before + 200, 'calls');
      await sleep(Math.random() * 1_000);
      const refusals = load.unexpected.length;
      disk.fill();
      await waitUntil(() => load.unexpected.length > refusals + 100, 'refusals');
      // The reserve that was given up goes, too.
      for (let waited = 0; waited < fullMs; waited += 50) {
        disk.fill();
        await sleep(50);
      }
      const refused = await chat(gateway.gateway, gateway.key, 'while full');
      expect(refused).toMatchObject({ status: 503, body: expect.stringContaining('ledger.disk-low') });
      expect(Number(refused.retryAfter)).toBeGreaterThan(0);
      disk.empty();
      const after = calls();
      await waitUntil(() => calls() > after, 'calls when there is room');
    }
    await load.stop();
    expect(new Set(load.unexpected)).toEqual(new Set(['503']));
    await expect.poll(() => gateway.stderr()).toMatch(/The disk is full/);
    await expect.poll(() => gateway.stderr()).toMatch(/The disk has room again/);
    expect(gateway.stderr()).not.toMatch(/admits nothing more/);
    expect(await gateway.stop('SIGTERM')).toEqual({ code: 0, signal: null });

    expect(await verifyLedger(data)).toMatchObject({ code: 0, ok: true, problems: [] });
    const fsck = await runFairlead('ledger', 'fsck', '--data', data, '--format', 'json');
    expect(JSON.parse(fsck.stdout)).toMatchObject({ ok: true, problems: [] });
    const entries = await listEntries(data);
    expectDecided(entries, upstream);
    expectKept(entries, load.acknowledged);
    expect(expectClosed(entries), 'outcomes that were lost').toBe(0);
    expect(load.acknowledged.size).toBeGreaterThan(1_000);
  });
});

// kill -9 under load. The upstream remembers the digest of every body it was sent, the callers remember every answer
// they got, and the ledger is held against both. FAIRLEAD_KILL_ROUNDS says how often (20 unless told).
//
// What this can't show: that a record survives the machine losing power. For that, the store reads `synchronous=FULL`
// back at every start (see the ledger's own tests); a killed process alone would pass without any fsync.
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { afterAll, describe, expect, it } from 'vitest';
import { startLoad } from './load.ts';
import { type ListedEntry, listEntries, type Running, startGateway, verifyLedger } from './process.ts';
import { expectClosed, expectDecided, expectKept, waitUntil } from './record.ts';
import { type CountingUpstream, startUpstream } from './upstream.ts';

const rounds = Number(process.env.FAIRLEAD_KILL_ROUNDS ?? '20');
const roundsPerFolder = 20;
const inFlight = 32;
const folders = Array.from({ length: Math.ceil(rounds / roundsPerFolder) }, (_, index) => ({
  first: index * roundsPerFolder,
  count: Math.min(roundsPerFolder, rounds - index * roundsPerFolder),
}));
const running = new Set<Running>();

afterAll(async () => {
  for (const gateway of running) await gateway.stop('SIGKILL');
});

async function start(data: string, upstream: CountingUpstream): Promise<Running> {
  const gateway = await startGateway(data, upstream.url);
  running.add(gateway);
  return gateway;
}

describe(`kill -9 with ${inFlight} calls in flight, ${rounds} rounds`, () => {
  it('is asked for at least once', () => {
    expect(rounds).toBeGreaterThan(0);
  });

  it.each(folders)('rounds from $first on ($count)', async ({ first, count }) => {
    const folder = mkdtempSync(join(tmpdir(), 'fairlead-kill-'));
    const data = join(folder, 'data'); // the signing key's folder stands beside it
    const upstream = await startUpstream();
    const acknowledged = new Set<string>();
    let before: readonly ListedEntry[] = [];
    let gateway = await start(data, upstream);
    for (let round = first; round < first + count; round++) {
      const load = startLoad(gateway.gateway, gateway.key, inFlight, `round ${round}`);
      await waitUntil(() => load.acknowledged.size >= 8, `answers in round ${round}`);
      await sleep(Math.random() * 250);
      const ended = await gateway.stop('SIGKILL');
      running.delete(gateway);
      await load.stop();
      expect(ended.signal).toBe('SIGKILL');
      expect(load.unexpected).toEqual([]);
      for (const op of load.acknowledged) acknowledged.add(op);

      // The folder as the crash left it: nothing has been repaired yet.
      const verified = await verifyLedger(data);
      expect(verified, `verify after round ${round}`).toMatchObject({ code: 0, ok: true, problems: [] });
      const crashed = await listEntries(data);
      expect(crashed.slice(0, before.length)).toEqual(before);
      expectDecided(crashed, upstream);
      expectKept(crashed, acknowledged);

      gateway = await start(data, upstream);
      const recovered = await listEntries(data);
      expect(recovered.slice(0, crashed.length)).toEqual(crashed);
      expectClosed(recovered);
      before = recovered;
    }
    expect(await gateway.stop('SIGTERM')).toEqual({ code: 0, signal: null });
    running.delete(gateway);
    expect(await verifyLedger(data)).toMatchObject({ code: 0, ok: true, problems: [] });
    const orphans = expectClosed(await listEntries(data));
    process.stderr.write(
      `${count} kills: ${upstream.digests.length} upstream calls, ${acknowledged.size} acknowledged, ${orphans} closed as unknown\n`,
    );
    // With 32 calls under way at each kill, some must have been cut between decision and outcome.
    expect(orphans).toBeGreaterThan(0);
    expect(upstream.digests.length).toBeGreaterThan(count * 8);
    await upstream.close();
    rmSync(folder, { recursive: true, force: true });
  });
});

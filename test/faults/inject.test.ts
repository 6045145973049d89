// A system call on the ledger's files fails or the process dies in it, once, at every kind of moment (as Tessera's fault
// tests do): whatever was acknowledged is there afterwards, the log verifies, and the folder can be used again.
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { listEntries, verifyLedger } from '../../packages/server/src/features/ledger/cli.ts';
import { openLedger } from '../../packages/server/src/features/ledger/create.ts';
import { configDraft } from '../../packages/server/src/features/ledger/testing/entries.ts';
import { canInject, type Injection, startInjected, untilQuiet } from './injected.ts';

const canTrace = canInject();

/** How long a process runs on after the fault, milliseconds: it must neither acknowledge nor do damage. */
const afterMs = 750;
const startBoundMs = 20_000;

const moments = [3, 9, 17, 40, 90];
const faults: readonly Injection[] = [
  ...moments.flatMap((when) =>
    ['error=EIO', 'error=ENOSPC', 'signal=KILL'].map((what) => ({ call: 'pwrite64', what, when })),
  ),
  ...moments
    .slice(0, 4)
    .flatMap((when) => ['error=EIO', 'signal=KILL'].map((what) => ({ call: 'fsync,fdatasync', what, when }))),
];

/** Runs the appender with the fault, and returns the ids it acknowledged. */
async function appendUnder(
  fault: Injection,
  dataDir: string,
): Promise<{ acked: readonly string[]; struck: boolean }> {
  const appender = startInjected('appender', dataDir, fault);
  // Until acknowledgements stop coming: the fault has struck, or the process is gone.
  await untilQuiet(appender, afterMs, startBoundMs);
  const struck = await appender.kill();
  return { acked: appender.lines(), struck };
}

describe.skipIf(!canTrace)('a system call of the ledger that fails', () => {
  it.each(faults)('$call: $what:when=$when loses nothing that was acknowledged', async (fault) => {
    const folder = mkdtempSync(join(tmpdir(), 'fairlead-inject-'));
    const dataDir = join(folder, 'data');
    try {
      // Made without faults, so that what fails is appending, not making.
      const made = await openLedger({ dataDir, clock: { now: Date.now } });
      await made.close();
      const { acked, struck } = await appendUnder(fault, dataDir);
      expect(struck, 'the fault never happened').toBe(true);
      const verdict = await verifyLedger({ dataDir });
      expect(verdict.problems).toEqual([]);
      const there = new Set<string>();
      await listEntries(dataDir, {}, (entry) => void there.add(entry.id));
      expect(acked.filter((id) => !there.has(id))).toEqual([]);

      const again = await openLedger({ dataDir, clock: { now: Date.now } });
      await again.append([configDraft(again.instance)]);
      await again.close();
      expect(await verifyLedger({ dataDir })).toMatchObject({ ok: true, problems: [] });
    } finally {
      rmSync(folder, { recursive: true, force: true });
    }
  });
});

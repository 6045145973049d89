import { join } from 'node:path';
import { verifyLedger } from '../../packages/server/src/features/ledger/cli.ts';
import { openLedger } from '../../packages/server/src/features/ledger/create.ts';
import { decisionDraft, outcomeDraft } from '../../packages/server/src/features/ledger/testing/entries.ts';

const callsPerAppend = 500;

/** Writes a log of `entries` entries, decisions and their outcomes, and verifies it as `fairlead ledger verify` does. */
export async function verifyMany(
  folder: string,
  entries: number,
): Promise<{ readonly ok: boolean; readonly entries: number; readonly seconds: number }> {
  const dataDir = join(folder, 'verified');
  const ledger = await openLedger({ dataDir, clock: { now: Date.now }, appendBoundMs: 60_000 });
  const append = async () => {
    const decisions = Array.from({ length: callsPerAppend }, () => decisionDraft(ledger.instance));
    const outcomes = decisions.map(({ op }) => outcomeDraft(ledger.instance, op));
    await ledger.append(decisions.flatMap((decision, i) => [decision, outcomes[i]!]));
  };
  while (ledger.state().size < entries) await Promise.all([append(), append()]);
  await ledger.close();
  const start = performance.now();
  const { ok, size } = await verifyLedger({ dataDir });
  return { ok, entries: size, seconds: (performance.now() - start) / 1000 };
}

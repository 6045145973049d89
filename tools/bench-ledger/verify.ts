import { join } from 'node:path';
import { verifyLedger } from '../../packages/server/src/features/ledger/cli.ts';
import { openLedger } from '../../packages/server/src/features/ledger/create.ts';
import { decisionDraft, outcomeDraft } from '../../packages/server/src/features/ledger/testing/entries.ts';
import { fsckLedger } from '../../packages/server/src/features/upkeep/cli.ts';

const callsPerAppend = 500;
const seconds = (milliseconds: number) => Number((milliseconds / 1000).toFixed(2));

/** How long the two commands took. */
export interface Verified {
  readonly ok: boolean;
  readonly entries: number;
  /** Of `fairlead ledger verify`. */
  readonly seconds: number;
  /** Of `fairlead ledger fsck`, which verifies too. */
  readonly fsckSeconds: number;
}

/** Writes a log of `entries` entries, decisions and their outcomes, and checks it as the commands do. */
export async function verifyMany(folder: string, entries: number): Promise<Verified> {
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
  const verified = performance.now();
  const rows = await fsckLedger({ dataDir });
  return {
    ok: ok && rows.ok,
    entries: size,
    seconds: seconds(verified - start),
    fsckSeconds: seconds(performance.now() - verified),
  };
}

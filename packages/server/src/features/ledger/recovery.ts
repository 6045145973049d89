import { type Entry, entryVersion, recoveryId } from '@fairlead/core/ledger';
import { nodeHash } from '../../platform/crypto/index.ts';
import type { Draft, Receipt } from './api.ts';
import type { LedgerHost } from './host.ts';
import type { Instance } from './instance.ts';

const opsPerRound = 500;

/**
 * Closes the calls that earlier incarnations of this instance left open, as `outcome: unknown`: an outcome is never
 * invented, and a call of another instance that may be alive is never touched. Returns how many it closed.
 */
export async function recover(
  host: LedgerHost,
  append: (drafts: readonly Draft[]) => Promise<readonly Receipt[]>,
  instance: Instance,
  options: { readonly now: number; readonly origin: Entry['origin'] },
): Promise<number> {
  let recovered = 0;
  for (;;) {
    const ops = await host.openOperations(instance.id, instance.incarnation, opsPerRound);
    if (ops.length === 0) return recovered;
    await append(
      ops.map((op) => ({
        entry: recoveryEntry(op, instance, options),
        // What became of the call is unknown, so it counts as the most it may have cost.
        effect: { kind: 'settle', cost: 'reserved' },
      })),
    );
    recovered += ops.length;
  }
}

function recoveryEntry(
  op: string,
  instance: Instance,
  { now, origin }: { readonly now: number; readonly origin: Entry['origin'] },
): Entry {
  return {
    v: entryVersion,
    id: recoveryId(nodeHash, op),
    ts: new Date(now).toISOString(),
    kind: 'recovery',
    op,
    origin,
    instance,
    outcome: 'unknown',
  };
}

import { FairleadError } from '@fairlead/core/errors';
import type { LedgerCut } from '@fairlead/core/program';
import type { Draft } from '../api.ts';
import { type Hold, type Keeping, type Pruning, standingHolds } from '../holds.ts';
import { createKeeping } from '../keeping.ts';
import { readingFrom } from '../open-reader.ts';
import { runStep } from '../pruning-steps.ts';
import { prepareDraft } from '../rows.ts';
import { type DatabaseWork, type SharedPlace, waitUntilSigned, workingOn } from './database-work.ts';

/* Holds and pruning in PostgreSQL by a command, whether servers run beside it or not. */

const byOperator = 'operator';

/** What a running server does, for one command; what it appends is signed before the command ends. */
function keeping<Result>(place: SharedPlace, use: (keeping: Keeping) => Promise<Result>): Promise<Result> {
  return workingOn(place, async (work) => {
    const { store, source } = work;
    const size = await store.size();
    if (size > 0) await waitUntilSigned(work, place, size - 1);
    const signedSize = (await store.latestCheckpoint())?.size ?? 0;
    const ledger = {
      append: (drafts: readonly Draft[]) => appendSigned(work, place, drafts),
      state: () => ({ size, signedSize, healthy: true, witness: 'none' as const }),
    };
    const host = {
      readAdministration: (mark: string) => store.readAdministration(mark),
      prune: ((step, ...args) => runStep(store.pruning, step, args)) as Parameters<
        typeof createKeeping
      >[0]['host']['prune'],
    };
    return use(createKeeping({ ...source, host, ledger }));
  });
}

async function appendSigned(work: DatabaseWork, place: SharedPlace, drafts: readonly Draft[]) {
  const receipts = await work.store.appendBatch(drafts.map(prepareDraft));
  for (const { index } of receipts) await waitUntilSigned(work, place, index);
  return receipts;
}

/** The holds of a database, oldest first. @throws FairleadError `ledger.not-found`, `store.unavailable` */
export function listSharedHolds(database: string): Promise<readonly Hold[]> {
  return readingFrom({ database }, async (reader) =>
    standingHolds(await reader.readAdministration('"ledger.hold-')),
  );
}

/** @throws FairleadError `ledger.hold-exists`, and those of `workingOn` */
export async function addSharedHold(
  place: SharedPlace,
  hold: Pick<Hold, 'id' | 'reason' | 'from'>,
): Promise<void> {
  await keeping(place, (own) => own.place(hold, byOperator));
}

/** @throws FairleadError `ledger.hold-unknown`, and those of `workingOn` */
export function removeSharedHold(place: SharedPlace, id: string, reason: string): Promise<void> {
  return keeping(place, (own) => own.release(id, reason, byOperator));
}

const cutAt = (before: number): LedgerCut => ({ before, classes: {} });

/** What `pruneShared` would remove. */
export function planShared(place: SharedPlace, before: number): Promise<Pruning> {
  return keeping(place, (own) => own.plan(cutAt(before)));
}

/**
 * Removes the bytes of calls before an instant, beside the servers that use the database. What is broken off is finished
 * by the next attempt.
 * @throws FairleadError `ledger.on-hold` where a hold covers everything, `ledger.prune-busy`, and those of `workingOn`
 */
export function pruneShared(
  place: SharedPlace,
  before: number,
): Promise<Pruning & { readonly inputs: number }> {
  return keeping(place, async (own) => {
    const total = (await own.holds()).find(({ from }) => from === null);
    if (total !== undefined) {
      throw new FairleadError('ledger.on-hold', {
        message: `Nothing is pruned while the hold ${total.id} stands: ${total.reason}.`,
      });
    }
    const done = await own.prune(cutAt(before), byOperator);
    return { ...done, inputs: done.inputs ?? 0 };
  });
}

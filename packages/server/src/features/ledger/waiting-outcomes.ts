import { FairleadError } from '@fairlead/core/errors';
import { type Draft, isUnwritten, type LateAppend, type Ledger } from './api.ts';

/** Outcomes that found no room, kept in memory until they do. Those of a process that ends are closed as unknown. */
export interface WaitingOutcomes {
  /** Keeps the drafts of one append. @returns what its caller is told: that it is written later */
  keep(drafts: readonly Draft[]): FairleadError;
  count(): number;
  /** Tries all of them. Never rejects. */
  retry(): Promise<void>;
}

interface Kept extends PromiseWithResolvers<boolean> {
  readonly drafts: readonly Draft[];
}

/** An outcome has its decision on the record: no more of them than calls that were under way. */
const most = 10_000;

/** Whether an append says what became of a call. */
export function isOutcome(drafts: readonly Draft[]): boolean {
  return drafts.some(({ entry }) => entry.kind === 'outcome');
}

/** An outcome's id is that of its operation, so one that was written after all is not written twice. */
export function waitingOutcomes(append: Ledger['append']): WaitingOutcomes {
  let kept: Kept[] = [];
  let trying: Promise<void> | null = null;
  const tryOne = async (one: Kept): Promise<void> => {
    try {
      await append(one.drafts);
      one.resolve(true);
    } catch (error) {
      // Where the ledger has failed for good, nobody will say: the next start closes the call.
      if (isUnwritten(error)) kept.push(one);
    }
  };
  const tryAll = async (): Promise<void> => {
    const all = kept;
    kept = [];
    await Promise.all(all.map(tryOne));
    trying = null;
  };
  return {
    keep(drafts) {
      const one = { ...Promise.withResolvers<boolean>(), drafts };
      if (kept.length < most) kept.push(one);
      const cause: LateAppend = { written: one.promise };
      return new FairleadError('ledger.disk-low', {
        message: 'The disk of the audit ledger is full; the outcome is recorded when there is room.',
        cause,
      });
    },
    count: () => kept.length,
    retry: () => {
      trying ??= tryAll();
      return trying;
    },
  };
}

import { FairleadError, isFairleadError } from '@fairlead/core/errors';
import { appendedLate, type Draft, type LateAppend, type Ledger, nothingWritten } from './api.ts';

/**
 * Outcomes that were not written, because there was no room or because the store did not answer in time, kept in memory
 * until they can be. Those of a process that ends are closed as unknown.
 */
export interface WaitingOutcomes {
  /**
   * Keeps the drafts of an append that failed, if they say what became of a call and trying again makes sense.
   * @returns what its caller is told: that it is written later, else the error as it was
   */
  failed(drafts: readonly Draft[], error: unknown): unknown;
  count(): number;
  /** Tries all of them. Never rejects. */
  retry(): Promise<void>;
}

interface Kept extends PromiseWithResolvers<boolean> {
  readonly drafts: readonly Draft[];
}

/** An outcome has its decision on the record: no more of them than calls that were under way. */
const most = 10_000;

/** An outcome's id is that of its operation, so one that was written after all is not written twice. */
export function waitingOutcomes(ledger: Pick<Ledger, 'append' | 'state'>): WaitingOutcomes {
  let kept: Kept[] = [];
  let trying: Promise<void> | null = null;
  const keep = (one: Kept): void => {
    if (kept.length < most) kept.push(one);
  };
  /** Whether there is a point in trying the next one now. */
  const tryOne = async (one: Kept): Promise<boolean> => {
    try {
      await ledger.append(one.drafts);
      one.resolve(true);
      return true;
    } catch (error) {
      // Where the ledger has failed for good, nobody will say: the next start closes the call.
      if (mayBeTriedAgain(error)) keep(one);
      void appendedLate(error)?.then((written) => (written ? one.resolve(true) : keep(one)));
      return false;
    }
  };
  const tryAll = async (): Promise<void> => {
    const all = kept;
    kept = [];
    // One says how it is: thousands that wait for a store that is away would take the place of all else.
    const [first, ...others] = all;
    if (first !== undefined && !(await tryOne(first))) for (const one of others) keep(one);
    else await Promise.all(others.map(tryOne));
    trying = null;
  };
  return {
    failed(drafts, error) {
      if (!isOutcome(drafts) || !ledger.state().healthy) return error;
      const one = { ...Promise.withResolvers<boolean>(), drafts };
      const late = appendedLate(error);
      if (late !== null) {
        void late.then((written) => (written ? one.resolve(true) : keep(one)));
        return writtenLater(error, one);
      }
      if (!mayBeTriedAgain(error)) return error;
      keep(one);
      return writtenLater(error, one);
    },
    count: () => kept.length,
    retry: () => {
      trying ??= tryAll();
      return trying;
    },
  };
}

/** Whether an append says what became of a call. */
function isOutcome(drafts: readonly Draft[]): boolean {
  return drafts.some(({ entry }) => entry.kind === 'outcome');
}

/** Nothing was written, for a reason that passes. */
function mayBeTriedAgain(error: unknown): error is FairleadError {
  return isFairleadError(error) && error.cause === nothingWritten;
}

function writtenLater(error: unknown, { promise }: Kept): FairleadError {
  const noRoom = isFairleadError(error) && error.code === 'ledger.disk-low';
  const cause: LateAppend = { written: promise };
  return new FairleadError(noRoom ? 'ledger.disk-low' : 'ledger.unavailable', {
    message: noRoom
      ? 'The disk of the audit ledger is full; the outcome is recorded when there is room.'
      : 'The audit ledger did not record this in time; the outcome is recorded when it can be.',
    cause,
  });
}

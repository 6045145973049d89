import { type BudgetRows, isUnwritten } from './api.ts';
import { type LogFile, readLogFile } from './log-files.ts';
import { type LoadLogOptions, loadLog, newestTimestamp, type ReplacedLog } from './log-start.ts';
import { type PruningStep, runStep, type StepArgs, type StepResult } from './pruning-steps.ts';
import { createSealer, type Sealer } from './sealer.ts';
import { isLasting } from './sqlite-failures.ts';
import type { LedgerStore } from './store.ts';
import type { LogIdentity, PreparedDraft, StoreReceipt } from './types.ts';

/** What a start found. */
export interface HostStart {
  readonly size: number;
  readonly signedSize: number;
  /** Timestamp of the newest entry, milliseconds; null for an empty log. */
  readonly lastTimestamp: number | null;
  readonly identity: LogIdentity;
  /** The log that this one replaces, when a new one was started on purpose. */
  readonly replaced: ReplacedLog | null;
}

/** A store with its sealer, on the thread that owns the database. All methods may be called at once. */
export interface LedgerHost {
  append(drafts: readonly PreparedDraft[]): Promise<readonly StoreReceipt[]>;
  readBudgets(): Promise<BudgetRows>;
  openOperations(instance: string, incarnation: string, limit: number): Promise<readonly string[]>;
  readLog(path: string): Promise<LogFile | null>;
  /** As a store's. */
  readAdministration(mark: string): Promise<readonly string[]>;
  /** One step of pruning, by name. @throws FairleadError on PostgreSQL `ledger.on-hold`, `ledger.prune-busy` */
  prune<Step extends PruningStep>(step: Step, ...args: StepArgs<Step>): Promise<StepResult<Step>>;
  seal(): Promise<void>;
  close(): Promise<void>;
}

export interface HostOptions extends LoadLogOptions {
  /** From growth to the signed checkpoint, milliseconds. */
  readonly sealAfterMs: number;
  readonly onSealed: (signedSize: number) => void;
  /** A checkpoint found no room and is tried again; said once until it works again. */
  readonly onTrouble: (error: unknown) => void;
  /** The database failed while a checkpoint was written, or something was pruned. */
  readonly onFailed: (error: unknown) => void;
}

/**
 * Checks the store against what was last signed and starts sealing. Appends go straight to the store; a checkpoint
 * follows `sealAfterMs` after growth.
 * @throws FairleadError `ledger.rolled-back`, `ledger.key-invalid`, `ledger.corrupt`.
 */
export async function startHost(
  store: LedgerStore,
  options: HostOptions,
): Promise<{ readonly host: LedgerHost; readonly start: HostStart }> {
  const { identity, signer, last, replaced, keep } = await loadLog(store, options);
  const sealer = await createSealer(store, signer, last, keep);
  return {
    host: hostOver(store, sealer, options),
    start: {
      size: await store.size(),
      signedSize: sealer.published()?.size ?? 0,
      lastTimestamp: await newestTimestamp(store),
      identity,
      replaced,
    },
  };
}

/** After a checkpoint that could not be written, or not be kept outside. */
const retryMs = 1000;

function hostOver(store: LedgerStore, sealer: Sealer, options: HostOptions): LedgerHost {
  let timer: NodeJS.Timeout | null = null;
  let sealing: Promise<unknown> = Promise.resolve();
  let troubled = false;
  const sealNow = async (): Promise<void> => {
    if (timer !== null) clearTimeout(timer);
    timer = null;
    // One after the other, and one that failed doesn't keep the next from being tried.
    const own = sealing.catch(() => undefined).then(() => sealer.seal());
    sealing = own;
    try {
      const kept = await own;
      troubled = false;
      options.onSealed(sealer.published()?.size ?? 0);
      if (!kept) arm(retryMs);
    } catch (error) {
      // The entries are durable; only that they are signed has to wait for room.
      if (isUnwritten(error)) arm(retryMs);
      throw error;
    }
  };
  const unsealed = (error: unknown): void => {
    if (!isUnwritten(error)) options.onFailed(error);
    else if (!troubled) options.onTrouble(error);
    troubled = true;
  };
  const arm = (delay: number): void => {
    timer ??= setTimeout(() => sealNow().catch(unsealed), delay);
  };
  return {
    append: async (drafts) => {
      const receipts = await store.appendBatch(drafts);
      arm(options.sealAfterMs);
      return receipts;
    },
    // The one writer: whoever else opened a call, before a backup of several servers was restored here, is gone.
    openOperations: (_instance, incarnation, limit) => store.openOperations(null, incarnation, limit),
    readBudgets: () => store.readBudgets(),
    readLog: (path) => readLogFile(store, sealer.published(), path),
    readAdministration: (mark) => store.readAdministration(mark),
    prune: (step, ...args) =>
      runStep(store.pruning, step, args).catch((error: unknown) => {
        if (isLasting(error)) options.onFailed(error);
        throw error;
      }),
    seal: sealNow,
    close: async () => {
      if (timer !== null) clearTimeout(timer);
      await sealing.catch(() => undefined);
      if (timer !== null) clearTimeout(timer);
      await store.close();
    },
  };
}

import { FairleadError } from '@fairlead/core/errors';
import { equalBytes, peekCheckpoint } from '@fairlead/core/ledger';
import { makeFolder } from '../../../platform/files/index.ts';
import { readLastSigned, writeLastSigned } from '../keys.ts';
import type { Queryable } from '../reader-postgres.ts';
import type { LogIdentity, PreparedDraft, StoredCheckpoint, StoreReceipt } from '../types.ts';

/*
 * What a replica knows that the database must hold, however it was failed over: its own newest append, and the newest
 * checkpoint it saw. A standby that was promoted without them has lost what a caller was told.
 */
export interface Floor {
  /** An append was confirmed. */
  took(drafts: readonly PreparedDraft[], receipts: readonly StoreReceipt[]): void;
  /** A checkpoint is in the database. @throws FairleadError `ledger.rolled-back` when a later one was */
  saw(checkpoint: StoredCheckpoint | null): void;
  /** @throws FairleadError `ledger.rolled-back` */
  check(database: Queryable): Promise<void>;
  /** Keeps the newest checkpoint beside the data folder; a start compares the database with it. */
  keep(): void;
}

/** A disk is not to be bothered with every checkpoint. */
const keepEveryMs = 5_000;

export function createFloor(keysDir: string): Floor {
  let own: { readonly index: number; readonly id: string } | null = null;
  let signed: StoredCheckpoint | null = null;
  let kept = { size: 0, at: Number.NEGATIVE_INFINITY };
  return {
    took(drafts, receipts) {
      receipts.forEach(({ index, duplicate }, i) => {
        const draft = drafts[i];
        if (!duplicate && draft !== undefined && index > (own?.index ?? -1)) own = { index, id: draft.id };
      });
    },
    saw(checkpoint) {
      const size = checkpoint?.size ?? 0;
      if (signed !== null && size < signed.size) throw signedLost(signed.size, `${size} entries`);
      signed = checkpoint;
    },
    async check(database) {
      if (own === null && signed === null) return;
      const { rows } = await database.query<{
        id: string | null;
        root: Buffer | null;
        newest: string | null;
      }>(
        `select (select id from ledger_entries where idx = $1) as id,
           (select root from ledger_checkpoints where size = $2) as root,
           (select max(size) from ledger_checkpoints) as newest`,
        [own?.index ?? -1, signed?.size ?? -1],
      );
      const [{ id = null, root = null, newest = null } = {}] = rows;
      if (own !== null && id !== own.id) throw entryLost(own.index);
      if (signed === null) return;
      // Older checkpoints are removed in time, so one that isn't there may only be old.
      const isOther = root !== null && !equalBytes(root, signed.root);
      if (isOther || Number(newest ?? 0) < signed.size)
        throw signedLost(signed.size, `one of ${Number(newest ?? 0)}`);
    },
    keep() {
      if (signed === null || signed.size <= kept.size || performance.now() - kept.at < keepEveryMs) return;
      kept = { size: signed.size, at: performance.now() };
      try {
        makeFolder(keysDir, 0o700);
        const note = readLastSigned(keysDir);
        if (note === null || peekCheckpoint(note).size < signed.size) writeLastSigned(keysDir, signed.note);
      } catch {
        // Where nothing can be kept, a start compares the database with nothing.
      }
    },
  };
}

/**
 * Compares a database with the newest checkpoint that a replica which doesn't sign saw in it before.
 * @throws FairleadError `ledger.rolled-back`
 */
export function refuseOlder(
  keysDir: string,
  identity: LogIdentity | null,
  newest: StoredCheckpoint | null,
): void {
  const note = readLastSigned(keysDir);
  if (note === null) return;
  const { origin, size } = peekCheckpoint(note);
  if (identity !== null && origin !== identity.origin) throw otherLog(origin, keysDir);
  if (size > (newest?.size ?? 0)) throw signedLost(size, `one of ${newest?.size ?? 0}`);
}

function otherLog(origin: string, keysDir: string): FairleadError {
  return new FairleadError('ledger.rolled-back', {
    message: `This server used the log ${origin} before, and the database holds another one.`,
    place: { path: keysDir },
    fix: 'Where a new log was started on purpose, remove ledger-last-signed there; otherwise name the database of before.',
  });
}

function entryLost(index: number): FairleadError {
  return new FairleadError('ledger.rolled-back', {
    message: `Entry ${index} was recorded and confirmed here, and the database does not hold it any more.`,
  });
}

/** As after a failover to a standby that had not everything: nothing may be added to such a log. */
function signedLost(known: number, found: string): FairleadError {
  return new FairleadError('ledger.rolled-back', {
    message: `A checkpoint of ${known} entries was signed; the database has ${found}.`,
  });
}

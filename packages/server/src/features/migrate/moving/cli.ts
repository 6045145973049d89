/* A data folder goes to one database: which one is written down before anything is copied. */
import { FairleadError } from '@fairlead/core/errors';
import type pg from 'pg';
import { nodeRandom } from '../../../platform/crypto/index.ts';
import { beginMove, endMove, giveUpMove, type Move, readMove, refusedMove } from '../../ledger/move-mark.ts';
import type { SqliteWriter } from '../../ledger/sqlite-open.ts';
import { arrivedWith, identifyDatabase, leaveReceipt } from '../arrival.ts';

/** What a copy says while it is made. */
export interface Moving {
  /** Before anything is changed. @throws FairleadError `store.moved-elsewhere`, `store.move-unfinished` */
  begin(client: pg.Client): Promise<void>;
  /** Within the transaction. */
  receive(client: pg.Client): Promise<void>;
  /** Nothing was committed. */
  failed(): void;
  done(): void;
}

/** Of a copy that leaves its source as it is. */
export const notMoving: Moving = {
  begin: async () => undefined,
  receive: async () => undefined,
  failed: () => undefined,
  done: () => undefined,
};

export function movingOf({ database }: SqliteWriter, file: string): Moving {
  let receipt = '';
  return {
    async begin(client) {
      const here = await identifyDatabase(client);
      const before = readMove(database);
      if (before !== null) assertSame(before, here, file);
      receipt = before?.target?.receipt ?? Buffer.from(nodeRandom.bytes(16)).toString('hex');
      if (before === null) beginMove(database, { ...here, receipt });
    },
    receive: (client) => leaveReceipt(client, receipt),
    failed() {
      try {
        giveUpMove(database);
      } catch {
        // The copy's own error is what is to be told; the folder stays begun until it is copied again.
      }
    },
    done: () => endMove(database),
  };
}

/**
 * Finds out what became of a copy that was begun. One that arrived is done from now on.
 * @returns rows by table of one that arrived; null where none did, which frees the folder
 * @throws FairleadError `store.moved-elsewhere`, `store.move-unfinished`: this is another database
 */
export async function settleMove(
  { database }: SqliteWriter,
  file: string,
  client: pg.Client,
): Promise<Readonly<Record<string, number>> | null> {
  const move = readMove(database);
  if (move === null) return null;
  assertSame(move, await identifyDatabase(client), file);
  if (move.state === 'done' || move.target === null) return null;
  const tables = await arrivedWith(client, move.target.receipt);
  if (tables === null) giveUpMove(database);
  else endMove(database);
  return tables;
}

function assertSame(
  move: Move,
  here: { readonly digest: string; readonly name: string },
  file: string,
): void {
  if (move.target?.digest === here.digest) return;
  if (move.state === 'begun') throw refusedMove(move, file);
  const there = move.target?.name ?? 'PostgreSQL, and it is not recorded to which database';
  throw new FairleadError('store.moved-elsewhere', {
    message: `This data folder was copied to ${there}. It was not copied to ${here.name}: two databases would go on from one history.`,
    place: { file },
  });
}

import { join } from 'node:path';
import { adminEntry } from './admin-entry.ts';
import { loadInstance } from './instance.ts';
import { loadNextKey, useNextKey, verifierKeyOf, writeLastSigned, writeVerifierKey } from './keys.ts';
import { loadLog } from './log-start.ts';
import { nodeSigner } from './note-keys.ts';
import { prepareDraft } from './rows.ts';
import { createSealer } from './sealer.ts';
import { openSqliteWriter } from './sqlite-open.ts';
import { sqliteStore } from './store-sqlite.ts';

/** `what` of the entry that says that the signing key changed. */
export const keyRotated = 'ledger.key-rotated';

/** A rotation that was made. */
export interface Rotation {
  readonly origin: string;
  /** Verifier keys. */
  readonly from: string;
  readonly to: string;
  /** Size of the checkpoint that both keys signed. */
  readonly size: number;
}

/**
 * Changes the signing key of a ledger that no server has open: an entry names both keys, a checkpoint that covers it is
 * signed by both, and from then on the new one signs alone. What is broken off is finished by the next attempt, or by the
 * next start once the database knows the new key.
 * @throws FairleadError `store.locked`, and those of `loadLog`
 */
export async function rotateKey(
  dataDir: string,
  keysDir: string,
  by: string,
  now: number,
): Promise<Rotation> {
  const writer = openSqliteWriter(join(dataDir, 'ledger.db'));
  try {
    const { database } = writer;
    const store = sqliteStore(writer);
    const onUnpublished = (error: unknown) => {
      throw error;
    };
    const { identity, signer, last, keep } = await loadLog(store, {
      keysDir,
      startNewLog: false,
      now,
      onUnpublished,
    });
    const { origin, vkey: from } = identity;
    const key = loadNextKey({ keysDir });
    const to = verifierKeyOf(origin, key);
    const source = { clock: { now: () => now }, instance: loadInstance(dataDir), origin: 'live' as const };
    await store.appendBatch([prepareDraft({ entry: adminEntry(source, keyRotated, { by, from, to }) })]);
    let note = '';
    const capture = (signed: string) => {
      note = signed;
      return keep(signed);
    };
    await (await createSealer(store, signer, last, capture, [nodeSigner(origin, key)])).seal();
    const size = await store.size();
    database
      .transaction(() => {
        database.prepare('insert into log_rotations values (?, ?, ?, ?)').run(size, from, to, note);
        database.prepare('update log_identity set vkey = ?').run(to);
      })
      .immediate();
    useNextKey({ keysDir });
    writeVerifierKey(keysDir, to);
    writeLastSigned(keysDir, note);
    return { origin, from, to, size };
  } finally {
    writer.close();
  }
}

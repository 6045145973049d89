import { randomUUID } from 'node:crypto';
import { join } from 'node:path';
import type { Entry } from '@fairlead/core/ledger';
import { loadInstance } from './instance.ts';
import { type KeyPlace, loadSigningKey, verifierKeyOf } from './keys.ts';
import { linkingEntry } from './linking-entry.ts';
import type { ReplacedLog } from './log-start.ts';
import { nodeSigner } from './note-keys.ts';
import { prepareDraft } from './rows.ts';
import { createSealer } from './sealer.ts';
import { openSqliteWriter } from './sqlite-open.ts';
import { sqliteStore } from './store-sqlite.ts';

/**
 * Turns the ledger of a restored data folder into a new log: another name, the entries it has as its beginning, and then
 * one that names the log it replaces. Nothing signed from now on can be taken for that one. Returns its checkpoint and key.
 */
export async function startAnew(
  dataDir: string,
  keys: KeyPlace,
  replaced: ReplacedLog,
  own: { readonly now: number; readonly origin: Entry['origin'] },
): Promise<{ readonly note: string; readonly vkey: string }> {
  const key = loadSigningKey(keys, true);
  const origin = `fairlead.local/${randomUUID()}`;
  const vkey = verifierKeyOf(origin, key);
  const writer = openSqliteWriter(join(dataDir, 'ledger.db'));
  try {
    const { database } = writer;
    database.transaction(() => {
      database.prepare('update log_identity set origin = ?, vkey = ?').run(origin, vkey);
      database.exec('delete from checkpoints; delete from tree_hashes; delete from log_rotations');
    })();
    const store = sqliteStore(writer);
    await store.appendBatch([prepareDraft({ entry: linkingEntry(replaced, loadInstance(dataDir), own) })]);
    let note = '';
    const keep = (signed: string) => {
      note = signed;
      return true;
    };
    await (await createSealer(store, nodeSigner(origin, key), null, keep)).seal();
    return { note, vkey };
  } finally {
    writer.close();
  }
}

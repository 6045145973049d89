import { cpSync, readFileSync, rmSync, statSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { hashLeaf, signCheckpoint } from '@fairlead/core/ledger';
import Database from 'better-sqlite3';
import { afterAll, beforeAll, describe, expect, it, vi } from 'vitest';
import { generateEd25519, loadEd25519, nodeHash, sha256Hex } from '../../platform/crypto/index.ts';
import { listEntries, verifyLedger } from './cli.ts';
import { verifierKeyOf } from './keys.ts';
import { nodeSigner } from './note-keys.ts';
import { outcomeId } from './outcome-id.ts';
import { uuidBytes } from './rows.ts';
import { configDraft, decisionDraft, outcomeDraft } from './testing/entries.ts';
import { type LedgerFolder, ledgerFolder } from './testing/folders.ts';

/* Somebody with the database in hand changes it. Whatever lies below the last signed size must be noticed. */

let folder: LedgerFolder;
let copies = 0;
/** Index of a decision, of its outcome, and of a denied decision. */
const [decisionAt, outcomeAt, deniedAt] = [300, 301, 302];
let decision: ReturnType<typeof decisionDraft>;
let denied: ReturnType<typeof decisionDraft>;

beforeAll(async () => {
  folder = ledgerFolder();
  const ledger = await folder.open({ sealAfterMs: 5 });
  const fill = (count: number) => Array.from({ length: count }, () => configDraft(ledger.instance));
  decision = decisionDraft(ledger.instance);
  denied = decisionDraft(ledger.instance, { decision: 'deny' });
  await ledger.append(fill(decisionAt));
  await vi.waitFor(() => expect(ledger.state().signedSize).toBe(decisionAt), { timeout: 30_000 });
  await ledger.append([decision, outcomeDraft(ledger.instance, decision.op), denied]);
  await ledger.append(fill(300));
  await ledger.close();
});
afterAll(() => folder.remove());

/** A copy of the ledger, changed by `mutate`, and the ids of what verification finds. */
async function after(mutate: (database: Database.Database, dataDir: string) => void): Promise<string[]> {
  copies += 1;
  const dataDir = join(folder.path, `copy-${copies}`);
  cpSync(folder.dataDir, dataDir, { recursive: true });
  cpSync(folder.keysDir, `${dataDir}.keys`, { recursive: true });
  const database = new Database(join(dataDir, 'ledger.db'));
  mutate(database, dataDir);
  database.close();
  const { ok, problems } = await verifyLedger({ dataDir });
  expect(ok).toBe(problems.length === 0);
  return [...new Set(problems.map(({ problem }) => problem))];
}

const bytesAt = (database: Database.Database, idx: number): string =>
  (
    database.prepare('select bytes from entries where idx = ?').get(idx) as { bytes: Buffer }
  ).bytes.toString();

/** Writes other bytes, with a leaf hash that fits them. */
function rewrite(database: Database.Database, idx: number, json: string): void {
  const bytes = Buffer.from(json);
  const leaf = hashLeaf(nodeHash, bytes);
  database.prepare('update entries set bytes = ?, leaf = ? where idx = ?').run(bytes, leaf, idx);
}

function shift(database: Database.Database, from: number, by: number): void {
  database.prepare('update entries set idx = -idx - ? where idx >= ?').run(1000, from);
  database.prepare('update entries set idx = -(idx + 1000) + ? where idx < 0').run(by);
}

describe('verification notices', () => {
  it('nothing in an untouched copy', async () => {
    expect(await after(() => undefined)).toEqual([]);
  });

  it('an edited entry', async () => {
    const found = await after((db) => {
      const json = bytesAt(db, decisionAt).replace('"allow"', '"allaw"');
      db.prepare('update entries set bytes = ? where idx = ?').run(Buffer.from(json), decisionAt);
    });
    expect(found).toContain('entry-changed');
    expect(found).toContain('checkpoint-differs');
  });

  it('an edited entry whose leaf hash was fitted, in every single position that was tried', async () => {
    for (const index of [0, 1, 255, 256, 511, 602]) {
      const found = await after((db) => rewrite(db, index, bytesAt(db, index).replace('"live"', '"demo"')));
      expect(found).toContain('checkpoint-differs');
    }
  });

  it('an edited entry with all hashes of the tree fitted too', async () => {
    const found = await after((db) => {
      rewrite(db, 3, bytesAt(db, 3).replace('"live"', '"demo"'));
      db.exec('delete from tree_hashes');
    });
    expect(found).toContain('checkpoint-differs');
  });

  it('a deleted entry', async () => {
    expect(await after((db) => db.exec('delete from entries where idx = 17'))).toContain('entry-missing');
    const closedUp = await after((db) => {
      db.exec('delete from entries where idx = 17');
      shift(db, 18, -1);
    });
    expect(closedUp).toEqual(expect.arrayContaining(['checkpoint-differs', 'truncated', 'rolled-back']));
  });

  it('two entries in the other order', async () => {
    const found = await after((db) => {
      db.exec('update entries set idx = -1 where idx = 40; update entries set idx = 40 where idx = 41');
      db.exec('update entries set idx = 41 where idx = -1');
    });
    expect(found).toContain('checkpoint-differs');
  });

  it('an inserted entry', async () => {
    const found = await after((db) => {
      shift(db, 100, 1);
      const { entry } = configDraft({ id: '0'.repeat(8), incarnation: '' });
      const bytes = Buffer.from(JSON.stringify(entry));
      db.prepare('insert into entries (idx, id, kind, ts, leaf, bytes) values (100, ?, ?, ?, ?, ?)').run(
        uuidBytes(entry.id),
        'config',
        Date.parse(entry.ts),
        hashLeaf(nodeHash, bytes),
        bytes,
      );
    });
    expect(found).toContain('checkpoint-differs');
  });

  it('missing newest entries, with and without their checkpoints', async () => {
    expect(await after((db) => db.exec('delete from entries where idx >= 500'))).toEqual(
      expect.arrayContaining(['truncated', 'rolled-back']),
    );
    const tidy = await after((db) => {
      db.exec('delete from entries where idx >= 300; delete from checkpoints where size > 300');
      db.exec('delete from open_operations');
    });
    expect(tidy).toEqual(['rolled-back']);
  });

  it('everything deleted', async () => {
    expect(await after((db) => db.exec('delete from entries; delete from checkpoints'))).toContain(
      'rolled-back',
    );
  });

  it('a changed hash of a tile', async () => {
    expect(await after((db) => db.exec('update tree_hashes set hash = zeroblob(32) where n = 1'))).toEqual([
      'tile-changed',
    ]);
  });

  it('two tiles in each other’s place', async () => {
    const swap = (db: Database.Database): void => {
      const rows = db.prepare('select level, n, hash from tree_hashes where n < 2 order by n').all() as {
        level: number;
        n: number;
        hash: Buffer;
      }[];
      expect(rows).toHaveLength(2);
      const put = db.prepare('update tree_hashes set hash = ? where level = ? and n = ?');
      for (const { level, n, hash } of rows) put.run(hash, level, 1 - n);
    };
    expect(await after(swap)).toEqual(['tile-changed']);
  });

  it('a signature under another key id', async () => {
    const rename = (db: Database.Database): void => {
      const rows = db.prepare('select size, note from checkpoints').all() as { size: number; note: string }[];
      const put = db.prepare('update checkpoints set note = ? where size = ?');
      for (const { size, note } of rows) {
        const [, line = '', signature = ''] = /(\u2014 \S+ )(\S+)\n$/u.exec(note) ?? [];
        const bytes = Buffer.from(signature, 'base64');
        bytes[0]! ^= 1;
        put.run(note.replace(`${line}${signature}`, `${line}${bytes.toString('base64')}`), size);
      }
    };
    expect(await after(rename)).toContain('signature-invalid');
  });

  it('an edited checkpoint, root or signature', async () => {
    expect(await after((db) => db.exec('update checkpoints set root = zeroblob(32)'))).toContain(
      'checkpoint-differs',
    );
    const found = await after((db) =>
      db.exec("update checkpoints set note = replace(note, 'local', 'lokal')"),
    );
    expect(found).toContain('signature-invalid');
  });

  it('a log that was written anew and signed with another key', async () => {
    const forge = (db: Database.Database): void => {
      const { origin } = db.prepare('select origin from log_identity').get() as { origin: string };
      const key = loadEd25519(generateEd25519().seed);
      rewrite(db, 0, bytesAt(db, 0).replace('"live"', '"demo"'));
      const root = (db.prepare('select leaf from entries where idx = 0').get() as { leaf: Buffer }).leaf;
      const note = signCheckpoint({ origin, size: 1, root }, nodeSigner(origin, key));
      db.exec('delete from entries where idx > 0; delete from checkpoints; delete from tree_hashes');
      db.prepare('insert into checkpoints values (1, ?, ?)').run(root, note);
      db.prepare('update log_identity set vkey = ?').run(verifierKeyOf(origin, key));
    };
    const found = await after(forge);
    expect(found).toEqual(expect.arrayContaining(['key-differs', 'signature-invalid', 'rolled-back']));
    // Without anything from outside it can't be noticed, and that is said.
    const dataDir = join(folder.path, `copy-${copies}`);
    rmSync(`${dataDir}.keys`, { recursive: true });
    expect(await verifyLedger({ dataDir })).toMatchObject({ ok: true, size: 1, rollbackChecked: false });
  });

  it('edited or missing decision inputs', async () => {
    expect(
      await after((db) => db.exec("update decision_inputs set json = replace(json, 'openai', 'other')")),
    ).toEqual(['inputs-changed']);
    expect(await after((db) => db.exec('delete from decision_inputs'))).toEqual(['inputs-missing']);
    const refitted = await after((db) => {
      const json = decision.inputs![0]!.json.replace('openai', 'other');
      const digest = Buffer.from(sha256Hex(json), 'hex');
      const old = Buffer.from(decision.inputs![0]!.digest, 'hex');
      db.prepare('update decision_inputs set json = ?, digest = ? where digest = ?').run(json, digest, old);
    });
    expect(refitted).toEqual(['inputs-missing']);
  });

  it('edited columns that queries use', async () => {
    for (const change of ["kind = 'admin'", 'ts = ts + 1', 'op = null', 'id = zeroblob(16)']) {
      expect(
        await after((db) => db.exec(`update entries set ${change} where idx = ${decisionAt}`)),
      ).toContain('columns-changed');
    }
  });

  it('an unsigned tail that does not fit together', async () => {
    const append = (db: Database.Database, entry: Record<string, unknown>): void => {
      const bytes = Buffer.from(JSON.stringify(entry));
      db.prepare('insert into entries values (603, ?, ?, ?, ?, ?, ?)').run(
        uuidBytes(entry.id as string),
        entry.op === null ? null : uuidBytes(entry.op as string),
        entry.kind,
        Date.parse(entry.ts as string),
        hashLeaf(nodeHash, bytes),
        bytes,
      );
    };
    const instance = { id: 'a', incarnation: 'b' };
    const fits = decisionDraft(instance, { input: null });
    expect(await after((db) => append(db, { ...fits.entry }))).toEqual([]);
    const unknown = outcomeDraft(instance, fits.op).entry;
    expect(await after((db) => append(db, { ...unknown }))).toEqual(['decision-missing']);
    const forDenied = outcomeDraft(instance, denied.op).entry;
    expect(await after((db) => append(db, { ...forDenied }))).toEqual(['closed-denied']);
    const otherId = { ...outcomeDraft(instance, decision.op).entry, id: outcomeId('other') };
    expect(await after((db) => append(db, otherId))).toEqual(['id-differs', 'closed-twice']);
    expect(outcomeAt).toBe(decisionAt + 1);
    expect(deniedAt).toBe(decisionAt + 2);
  });

  it('a damaged file, whatever page of it', async () => {
    const size = statSync(join(folder.dataDir, 'ledger.db')).size;
    let noticed = 0;
    for (let page = 0; page < size / 4096; page += 7) {
      const found = await after((db, dataDir) => {
        db.close();
        const file = join(dataDir, 'ledger.db');
        const bytes = readFileSync(file);
        // The page's own head too: a table without rows has nothing else.
        bytes.fill(0xa5, page * 4096 + (page === 0 ? 200 : 0), page * 4096 + 4000);
        writeFileSync(file, bytes);
      }).catch((error: unknown) => [(error as { code?: string }).code ?? String(error)]);
      if (found.length > 0) noticed += 1;
      expect(found.join()).not.toContain('Error');
    }
    expect(noticed).toBe(Math.ceil(size / 4096 / 7));
  });

  it('a last checkpoint outside that was tampered with', async () => {
    const found = await after((_db, dataDir) => {
      const file = join(`${dataDir}.keys`, 'ledger-last-signed');
      writeFileSync(file, readFileSync(file, 'utf8').replace('\n603\n', '\n604\n'));
    });
    expect(found).toEqual(['outside-checkpoint-invalid']);
  });
});

describe('a checkpoint and key that somebody kept', () => {
  it('take the place of those beside the data folder', async () => {
    const checkpoint = readFileSync(join(folder.keysDir, 'ledger-last-signed'), 'utf8');
    const vkey = readFileSync(join(folder.keysDir, 'ledger.vkey'), 'utf8').trim();
    const nowhere = { dataDir: folder.dataDir, keysDir: '/nowhere' };
    expect(await verifyLedger(nowhere)).toMatchObject({ ok: true, rollbackChecked: false });
    expect(await verifyLedger({ ...nowhere, checkpoint, vkey })).toMatchObject({
      ok: true,
      rollbackChecked: true,
    });
    const origin = vkey.split('+')[0]!;
    const other = verifierKeyOf(origin, loadEd25519(generateEd25519().seed));
    expect((await verifyLedger({ ...nowhere, checkpoint, vkey: other })).ok).toBe(false);
  });
});

describe('listing', () => {
  it('goes from the oldest on and takes the last N of a kind', async () => {
    const indexes = async (query: { limit?: number; kind?: string }) => {
      const found: number[] = [];
      await listEntries(folder.dataDir, query, ({ index }) => {
        found.push(index);
      });
      return found;
    };
    expect(await indexes({})).toEqual(Array.from({ length: 603 }, (_, i) => i));
    expect(await indexes({ limit: 3 })).toEqual([600, 601, 602]);
    expect(await indexes({ kind: 'decision' })).toEqual([decisionAt, deniedAt]);
    expect(await indexes({ kind: 'decision', limit: 1 })).toEqual([deniedAt]);
    expect(await indexes({ kind: 'nonsense', limit: 1 })).toEqual([]);
    expect(await indexes({ limit: 0 })).toEqual([]);
  });

  it('says when there is no ledger', async () => {
    await expect(verifyLedger({ dataDir: '/nowhere' })).rejects.toMatchObject({ code: 'ledger.not-found' });
  });
});

// A log whose signing key changed: accepted from its first key on, and from its last; a change that the key before did not
// sign changes nothing.
import { generateKeyPairSync } from 'node:crypto';
import { cpSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { formatCheckpoint, signNote, verifyConsistency } from '../../packages/core/src/ledger/index.ts';
import { adminEntry } from '../../packages/server/src/features/ledger/admin-entry.ts';
import {
  exportLedger,
  proveGrowth,
  rotateLedgerKey,
  verifyLedger,
} from '../../packages/server/src/features/ledger/cli.ts';
import { openLedger } from '../../packages/server/src/features/ledger/create.ts';
import { loadSigningKey, verifierKeyOf } from '../../packages/server/src/features/ledger/keys.ts';
import { nodeSigner } from '../../packages/server/src/features/ledger/note-keys.ts';
import { openReaderOf } from '../../packages/server/src/features/ledger/open-reader.ts';
import { configDraft } from '../../packages/server/src/features/ledger/testing/entries.ts';
import { nodeHash } from '../../packages/server/src/platform/crypto/index.ts';
import { type MadeLog, makeLog, removeTemporary, temporary } from './logs.ts';
import { verifiers } from './verifiers.ts';

const present = verifiers.filter(({ missing }) => missing === null);
afterAll(removeTemporary);

async function grow(dataDir: string, count: number): Promise<string> {
  const ledger = await openLedger({ dataDir, clock: { now: Date.now } });
  await ledger.append(Array.from({ length: count }, () => configDraft(ledger.instance)));
  await ledger.close();
  return ledger.vkey;
}

async function exported(dataDir: string): Promise<string> {
  const folder = join(temporary('rotated'), 'export');
  await exportLedger(dataDir, folder);
  return folder;
}

let log: MadeLog;
let folder: string;
/** The keys, oldest first, and a checkpoint that each of them signed. */
let vkeys: string[];
const kept: string[] = [];

beforeAll(async () => {
  log = await makeLog(300);
  vkeys = [log.vkey];
  kept.push(join(log.folder, 'checkpoint'));
  for (let turn = 0; turn < 2; turn += 1) {
    const { from, to } = await rotateLedgerKey(log.dataDir);
    expect(from).toBe(vkeys.at(-1));
    vkeys.push(to);
    expect(await grow(log.dataDir, 40)).toBe(to);
    kept.push(join(await exported(log.dataDir), 'checkpoint'));
  }
  folder = await exported(log.dataDir);
});

describe('a log whose key changed twice', () => {
  it('verifies here under each of its keys, with what each of them signed', async () => {
    expect(await verifyLedger({ dataDir: log.dataDir })).toMatchObject({ ok: true, problems: [], size: 382 });
    for (const vkey of vkeys) {
      for (const file of kept) {
        const checkpoint = readFileSync(file, 'utf8');
        expect((await verifyLedger({ dataDir: log.dataDir, vkey, checkpoint })).problems).toEqual([]);
      }
    }
    const stranger = verifierKeyOf(
      log.vkey.split('+')[0] as string,
      generateKeyPairSync('ed25519').privateKey,
    );
    const { problems } = await verifyLedger({ dataDir: log.dataDir, vkey: stranger });
    expect(problems.map(({ problem }) => problem)).toContain('key-differs');
  });

  it.each(present)(
    'is accepted by $name under each of its keys, with what each of them signed',
    ({ run }) => {
      for (const vkey of vkeys) {
        for (const checkpoint of [undefined, ...kept]) {
          const { code, output } = run(folder, { vkey, ...(checkpoint === undefined ? {} : { checkpoint }) });
          expect(output).toContain('ok: 382 entries');
          expect(code).toBe(0);
        }
      }
    },
  );

  it.each(present)('is rejected by $name from its first key when the change is not shown', ({ run }) => {
    const copy = join(temporary('cut'), 'export');
    cpSync(folder, copy, { recursive: true });
    rmSync(join(copy, 'rotations'));
    expect(run(copy, { vkey: vkeys[0] as string }).code).toBe(1);
    expect(run(copy, { vkey: vkeys[2] as string }).code).toBe(0);
  });
});

describe('a change that the key before did not sign', () => {
  /** A log whose newest entry claims that a thief's key takes over; the thief signs from there on. */
  async function taken(): Promise<{
    readonly folder: string;
    readonly vkey: string;
    readonly thief: string;
  }> {
    const victim = await makeLog(20);
    const origin = victim.vkey.split('+')[0] as string;
    const key = generateKeyPairSync('ed25519').privateKey;
    const thief = verifierKeyOf(origin, key);
    const ledger = await openLedger({ dataDir: victim.dataDir, clock: { now: Date.now } });
    const source = { clock: { now: Date.now }, instance: ledger.instance, origin: 'live' as const };
    const details = { by: 'operator', from: victim.vkey, to: thief };
    await ledger.append([{ entry: adminEntry(source, 'ledger.key-rotated', details) }]);
    await ledger.close();
    const out = await exported(victim.dataDir);
    const reader = await openReaderOf({ dataDir: victim.dataDir });
    const signed = await reader.latestCheckpoint();
    await reader.close();
    const text = formatCheckpoint({ origin, size: signed!.size, root: signed!.root });
    const note = signNote(text, [nodeSigner(origin, key)]);
    writeFileSync(join(out, 'checkpoint'), note);
    writeFileSync(join(out, 'rotations'), note);
    return { folder: out, vkey: victim.vkey, thief };
  }

  it.each(present)('is rejected by $name', async ({ run }) => {
    const { folder: out, vkey } = await taken();
    const { code, output } = run(out, { vkey });
    expect(output).toContain('INVALID');
    expect(code).toBe(1);
  });

  it.each(present)(
    'is rejected by $name also with a signature that only looks like the old key’s',
    async ({ run }) => {
      const { folder: out, vkey } = await taken();
      const rotations = readFileSync(join(out, 'rotations'), 'utf8');
      const forged = Buffer.concat([Buffer.from(vkey.split('+')[1] as string, 'hex'), Buffer.alloc(64, 9)]);
      writeFileSync(
        join(out, 'rotations'),
        `${rotations}— ${vkey.split('+')[0]} ${forged.toString('base64')}\n`,
      );
      expect(run(out, { vkey }).code).toBe(1);
    },
  );

  it('is found here', async () => {
    const copy = join(temporary('forged'), 'data');
    cpSync(log.dataDir, copy, { recursive: true });
    cpSync(`${log.dataDir}.keys`, `${copy}.keys`, { recursive: true });
    const { default: Database } = await import('better-sqlite3');
    const database = new Database(join(copy, 'ledger.db'));
    const { note } = database.prepare('select note from log_rotations order by size').get() as {
      note: string;
    };
    const [text = '', signatures = ''] = note.split('\n\n');
    const own = nodeSigner(
      log.vkey.split('+')[0] as string,
      loadSigningKey({ keysDir: `${copy}.keys` }, false),
    );
    const byNew = signNote(`${text}\n`, [own]);
    expect(signatures.split('\n').length).toBe(3);
    database
      .prepare('update log_rotations set note = ? where size = (select min(size) from log_rotations)')
      .run(byNew);
    database.close();
    const { ok, problems } = await verifyLedger({ dataDir: copy, vkey: vkeys[0] as string });
    expect(ok).toBe(false);
    expect(problems.map(({ problem }) => problem)).toContain('rotation-unsigned');
  });
});

it('is finished at the next start, when it was broken off behind the database', async () => {
  const { dataDir, vkey } = await makeLog(10);
  const keys = `${dataDir}.keys`;
  const old = readFileSync(join(keys, 'ledger-signing.pem'));
  const [signed, known] = ['ledger-last-signed', 'ledger.vkey'].map((name) => readFileSync(join(keys, name)));
  const { to } = await rotateLedgerKey(dataDir);
  const next = readFileSync(join(keys, 'ledger-signing.pem'));
  writeFileSync(join(keys, 'ledger-signing.next.pem'), next, { mode: 0o600 });
  writeFileSync(join(keys, 'ledger-signing.pem'), old, { mode: 0o600 });
  writeFileSync(join(keys, 'ledger-last-signed'), signed as Buffer);
  writeFileSync(join(keys, 'ledger.vkey'), known as Buffer);
  expect(await grow(dataDir, 3)).toBe(to);
  expect((await verifyLedger({ dataDir, vkey })).problems).toEqual([]);
  expect(readFileSync(join(keys, 'ledger-signing.pem'))).toEqual(next);
});

it('is refused while a server has the ledger open', async () => {
  const { dataDir } = await makeLog(3);
  const ledger = await openLedger({ dataDir, clock: { now: Date.now } });
  await expect(rotateLedgerKey(dataDir)).rejects.toMatchObject({ code: 'store.locked' });
  await ledger.close();
});

it('shows by a consistency proof that the log before it is the beginning of the one after', async () => {
  const { proof, from, to } = await proveGrowth({ dataDir: log.dataDir }, 300, null);
  const bytes = (text: string) => new Uint8Array(Buffer.from(text, 'base64'));
  const claim = {
    oldSize: 300,
    newSize: 382,
    oldRoot: bytes(from.root),
    newRoot: bytes(to.root),
    proof: proof.map(bytes),
  };
  expect(verifyConsistency(nodeHash, claim)).toBe(true);
  expect(readFileSync(kept[0] as string, 'utf8')).toContain(`\n300\n${from.root}\n`);
  expect(verifyConsistency(nodeHash, { ...claim, oldSize: 299 })).toBe(false);
  for (const [a, b] of [
    [0, 5],
    [9, 5],
    [5, 383],
  ] as const) {
    await expect(proveGrowth({ dataDir: log.dataDir }, a, b)).rejects.toMatchObject({
      code: 'ledger.entry-unknown',
    });
  }
});

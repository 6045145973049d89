import { randomUUID } from 'node:crypto';
import { hashLeaf, type NoteSigner } from '@fairlead/core/ledger';
import { v7 as uuidv7 } from 'uuid';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { generateEd25519, loadEd25519, nodeHash } from '../../../platform/crypto/index.ts';
import { verifierKeyOf } from '../keys.ts';
import { nodeSigner } from '../note-keys.ts';
import { prepareDraft } from '../rows.ts';
import { createSealer } from '../sealer.ts';
import { keptCheckpoints, type LedgerStore } from '../store.ts';
import { verifyLog } from '../verify.ts';
import {
  configDraft,
  decisionDraft,
  keyDraft,
  outcomeDraft,
  recoveryDraft,
  reservingDraft,
  settlingDraft,
  testInstance,
} from './entries.ts';

const instance = testInstance();
const decision = (changes = {}) => prepareDraft(decisionDraft(instance, changes));
const outcome = (op: string) => prepareDraft(outcomeDraft(instance, op));
const config = (what?: string) => prepareDraft(configDraft(instance, what));

export function testLog(): {
  readonly signer: NoteSigner;
  readonly identity: { origin: string; vkey: string };
} {
  const origin = `fairlead.local/${randomUUID()}`;
  const key = loadEd25519(generateEd25519().seed);
  return { signer: nodeSigner(origin, key), identity: { origin, vkey: verifierKeyOf(origin, key) } };
}

/** What every ledger store must do. `open` gives a new, empty one. */
export function storeContract(open: () => Promise<{ store: LedgerStore; remove(): Promise<void> }>): void {
  let store: LedgerStore;
  let remove: () => Promise<void>;
  beforeEach(async () => {
    ({ store, remove } = await open());
  });
  afterEach(async () => {
    await store.close();
    await remove();
  });

  describe('a new store', () => {
    it('is empty', async () => {
      expect(await store.size()).toBe(0);
      expect(await store.identity()).toBeNull();
      expect(await store.latestCheckpoint()).toBeNull();
      expect(await store.readEntries(0, 10)).toEqual([]);
      expect(await store.readCheckpoints(-1, 10)).toEqual([]);
      expect(await store.startOfLast(5)).toBe(0);
      expect(await store.findEntry(randomUUID())).toBeNull();
      expect(await store.indexOf(randomUUID())).toBeNull();
      expect(await store.readAdministration('"key.paused"')).toEqual([]);
    });

    it('finds administrative entries by what they say, in order, and no others', async () => {
      const drafts = [keyDraft(instance, 'pause', 'k-ä'), keyDraft(instance, 'resume', 'k-ä')].map(
        prepareDraft,
      );
      await store.appendBatch([decision(), drafts[0]!, config('key.paused'), drafts[1]!]);
      const texts = await store.readAdministration('"key.');
      expect(texts).toEqual(drafts.map(({ json }) => json));
      expect(await store.readAdministration('"key.paused"')).toEqual([drafts[0]!.json]);
    });

    it('takes an identity once', async () => {
      const { identity } = testLog();
      await store.setIdentity(identity);
      expect(await store.identity()).toEqual(identity);
      await expect(store.setIdentity(testLog().identity)).rejects.toThrow();
      expect(await store.identity()).toEqual(identity);
    });
  });

  describe('appendBatch', () => {
    it('numbers entries in order and keeps their exact bytes', async () => {
      const drafts = [decision({ model: 'späße-模型-😀' }), config(), decision({ decision: 'deny' })];
      expect(await store.appendBatch(drafts)).toEqual(
        [0, 1, 2].map((index) => ({ index, duplicate: false })),
      );
      expect(await store.appendBatch([config()])).toEqual([{ index: 3, duplicate: false }]);
      expect(await store.size()).toBe(4);
      const entries = await store.readEntries(0, 10);
      for (const [i, draft] of drafts.entries()) {
        const { leaf, bytes, ...columns } = entries[i]!;
        expect(Buffer.from(bytes).toString()).toBe(draft.json);
        expect(Buffer.from(leaf)).toEqual(Buffer.from(hashLeaf(nodeHash, Buffer.from(draft.json))));
        const { id, op, kind, ts } = draft;
        expect(columns).toEqual({ index: i, id, op, kind, ts });
        expect((await store.findEntry(draft.id))?.index).toBe(i);
        expect(await store.indexOf(draft.id)).toBe(i);
      }
    });

    it('leaves an id that is already there as it is', async () => {
      const [first, second] = [decision(), config()];
      await store.appendBatch([first]);
      const changed = { ...first, json: first.json.replace('gpt-5.5', 'other') };
      expect(await store.appendBatch([second, changed, config(), second])).toEqual([
        { index: 1, duplicate: false },
        { index: 0, duplicate: true },
        { index: 2, duplicate: false },
        { index: 1, duplicate: true },
      ]);
      expect(await store.appendBatch([first])).toEqual([{ index: 0, duplicate: true }]);
      expect(await store.size()).toBe(3);
      expect(Buffer.from((await store.findEntry(first.id))!.bytes).toString()).toBe(first.json);
    });

    it('keeps each decision input once', async () => {
      const one = decision();
      const same = { ...decision(), inputs: one.inputs };
      await store.appendBatch([one, same]);
      await store.appendBatch([{ ...config(), inputs: one.inputs }, decision()]);
      const input = one.inputs[0]!;
      expect(await store.readInput(input.digest)).toBe(input.json);
      expect(await store.readInput('0'.repeat(64))).toBeNull();
      const all = await store.readInputs(null, 10);
      expect(all).toHaveLength(2);
      expect(all.map(({ digest }) => digest)).toEqual(all.map(({ digest }) => digest).sort());
      expect(await store.readInputs(all[0]!.digest, 10)).toEqual([all[1]]);
    });

    it('holds the longest entry', async () => {
      const long = config('x'.repeat(65_535 - Buffer.byteLength(config('').json)));
      expect(Buffer.byteLength(long.json)).toBe(65_535);
      await store.appendBatch([long]);
      expect((await store.readEntries(0, 1))[0]!.bytes).toHaveLength(65_535);
    });
  });

  describe('reading', () => {
    it('pages, filters by kind, and finds where the last ones begin', async () => {
      const drafts = Array.from({ length: 25 }, (_, i) => (i % 3 === 0 ? decision() : config()));
      await store.appendBatch(drafts);
      const indexes = async (...args: Parameters<LedgerStore['readEntries']>) =>
        (await store.readEntries(...args)).map((entry) => entry.index);
      expect(await indexes(20, 3)).toEqual([20, 21, 22]);
      expect(await indexes(23, 100)).toEqual([23, 24]);
      expect(await indexes(25, 100)).toEqual([]);
      expect(await indexes(4, 3, 'decision')).toEqual([6, 9, 12]);
      expect(await indexes(0, 10, 'admin')).toEqual([]);
      expect(await store.startOfLast(1)).toBe(24);
      expect(await store.startOfLast(100)).toBe(0);
      expect(await store.startOfLast(2, 'decision')).toBe(21);
      const leaves = await store.readLeaves(23, 10);
      expect(Buffer.from(leaves)).toEqual(
        Buffer.concat(drafts.slice(23).map((draft) => hashLeaf(nodeHash, Buffer.from(draft.json)))),
      );
    });
  });

  describe('open operations', () => {
    const later = { id: instance.id, incarnation: randomUUID() };

    it('are the allowed calls of earlier incarnations that nothing closed', async () => {
      const [open, redacted, denied, closed, together] = [
        decision(),
        decision({ decision: 'redact' }),
        decision({ decision: 'deny' }),
        decision(),
        decision(),
      ];
      await store.appendBatch([open, redacted, denied, closed, together, outcome(together.op!)]);
      await store.appendBatch([outcome(closed.op!)]);
      await store.appendBatch([prepareDraft(decisionDraft(testInstance()))]);
      await store.appendBatch([prepareDraft(decisionDraft(later))]);
      const ops = await store.openOperations(later.id, later.incarnation, 10);
      expect([...ops].sort()).toEqual([open.op, redacted.op].sort());
      expect(await store.openOperations(later.id, later.incarnation, 1)).toHaveLength(1);
      expect(await store.openOperations(randomUUID(), randomUUID(), 10)).toEqual([]);
    });
  });

  describe('budgets', () => {
    const day = 'key|day|2026-11-05|k-1';
    const team = 'team|month|2026-11-01|payments';
    const reserving = (amount: number, limits: { [key: string]: number } = { [day]: 100 }) =>
      prepareDraft(reservingDraft(instance, amount, limits));
    const settling = (op: string, cost: number | 'unpriced') =>
      prepareDraft(settlingDraft(instance, op, cost));
    const account = async (key: string) =>
      (await store.readAccounts(null, 10)).find((row) => row.key === key);

    it('hold what allowed calls reserve, and settle it at what they cost', async () => {
      const [first, second] = [reserving(40, { [day]: 100, [team]: 1000 }), reserving(60)];
      await store.appendBatch([first, config(), second]);
      expect(await store.readAccounts(null, 10)).toEqual([
        { key: day, limit: 100, reserved: 100, settled: 0, overrun: 0 },
        { key: team, limit: 1000, reserved: 40, settled: 0, overrun: 0 },
      ]);
      expect(await store.readAccounts(day, 10)).toHaveLength(1);
      const held = await store.readReservations(null, 10);
      expect(held).toContainEqual({ op: first.op, amount: 40, accounts: [day, team] });
      expect(await store.readReservations(held[0]!.op, 10)).toEqual([held[1]]);
      await store.appendBatch([settling(first.op!, 10), settling(second.op!, 'unpriced')]);
      expect(await account(day)).toEqual({ key: day, limit: 100, reserved: 0, settled: 70, overrun: 0 });
      expect(await account(team)).toMatchObject({ reserved: 0, settled: 10 });
      expect(await store.readReservations(null, 10)).toEqual([]);
    });

    it('refuse what has no room, without a gap and without harm to the rest of the batch', async () => {
      const [fits, full, later] = [reserving(70), reserving(40), reserving(30)];
      const receipts = await store.appendBatch([config(), fits, full, later, config()]);
      expect(receipts.map(({ index }) => index)).toEqual([0, 1, -1, 2, 3]);
      expect(receipts[2]).toMatchObject({ refused: { key: day, limit: 100, reserved: 70, settled: 0 } });
      expect(await store.indexOf(full.id)).toBeNull();
      expect(await store.readInput(full.inputs[0]!.digest)).toBeNull();
      expect(await account(day)).toMatchObject({ reserved: 100 });
      expect(await store.openOperations(instance.id, randomUUID(), 10)).not.toContain(full.op);
      expect(await store.appendBatch([reserving(1)])).toMatchObject([
        { index: -1, refused: { reserved: 100 } },
      ]);
      expect(await store.size()).toBe(4);
    });

    it('refuse a reservation beside a settlement and what is there already', async () => {
      const [early, other] = [reserving(60), reserving(30)];
      await store.appendBatch([early, other]);
      const [full, fits] = [reserving(80), reserving(50)];
      const receipts = await store.appendBatch([settling(early.op!, 20), other, full, fits, full]);
      expect(receipts.map(({ index }) => index)).toEqual([2, 1, -1, 3, -1]);
      expect(receipts[1]).toMatchObject({ duplicate: true });
      expect(await account(day)).toEqual({ key: day, limit: 100, reserved: 80, settled: 20, overrun: 0 });
      const held = await store.readReservations(null, 10);
      expect(held.map(({ op }) => op).sort()).toEqual([other.op, fits.op].sort());
      expect((await store.readEntries(0, 10)).map(({ index }) => index)).toEqual([0, 1, 2, 3]);
    });

    it('reserve in every account or in none', async () => {
      await store.appendBatch([reserving(5, { [team]: 10 })]);
      const [refused] = await store.appendBatch([reserving(6, { [day]: 100, [team]: 10 })]);
      expect(refused).toMatchObject({ refused: { key: team, reserved: 5 } });
      expect(await account(day)).toBeUndefined();
    });

    it('count a draft once, however often it comes', async () => {
      const draft = reserving(40);
      await store.appendBatch([draft, draft]);
      await store.appendBatch([draft, config()]);
      expect(await account(day)).toMatchObject({ reserved: 40 });
      const end = settling(draft.op!, 30);
      await store.appendBatch([end, end]);
      await store.appendBatch([end, prepareDraft(recoveryDraft(instance, draft.op!))]);
      expect(await account(day)).toMatchObject({ reserved: 0, settled: 30, overrun: 0 });
    });

    it('charge an unknown outcome as reserved, and keep what a call cost beyond that apart', async () => {
      const [lost, dear] = [reserving(40), reserving(20)];
      await store.appendBatch([lost, dear, settling(dear.op!, 50)]);
      await store.appendBatch([prepareDraft(recoveryDraft(instance, lost.op!))]);
      expect(await account(day)).toMatchObject({ reserved: 0, settled: 60, overrun: 30 });
      // What was overrun takes room from later calls.
      expect(await store.appendBatch([reserving(11)])).toMatchObject([{ refused: { overrun: 30 } }]);
      expect(await store.appendBatch([reserving(10)])).toMatchObject([{ index: 4 }]);
    });

    it('are declared, and given another limit', async () => {
      const declare = (limit: number) => ({
        ...config(),
        effect: { kind: 'declare', accounts: [{ key: team, limit }] } as const,
      });
      await store.appendBatch([declare(10)]);
      expect(await account(team)).toEqual({ key: team, limit: 10, reserved: 0, settled: 0, overrun: 0 });
      await store.appendBatch([reserving(8, { [team]: 10 }), declare(5)]);
      expect(await account(team)).toMatchObject({ limit: 5, reserved: 8 });
    });

    it('give a server what it begins with: all but idle sessions, and the paused keys', async () => {
      const session = (id: string) => `session|total||${id}`;
      const [open, over] = [reserving(1, { [session('a')]: 9 }), reserving(2, { [session('b')]: 9 })];
      await store.appendBatch([open, over, settling(over.op!, 2), reserving(3)]);
      const pause = (kind: 'pause' | 'resume', id: string) => prepareDraft(keyDraft(instance, kind, id));
      await store.appendBatch([pause('pause', 'k-2'), pause('pause', 'k-1'), pause('pause', 'k-3')]);
      await store.appendBatch([pause('pause', 'k-1'), pause('resume', 'k-3'), pause('resume', 'k-9')]);
      const { accounts, paused } = await store.readBudgets();
      expect(accounts.map(({ key }) => key).sort()).toEqual([day, session('a')]);
      expect(paused).toEqual(['k-1', 'k-2']);
    });
  });

  describe('sealing', () => {
    it('keeps checkpoints and tile hashes', async () => {
      const hash = (byte: number) => Buffer.alloc(32, byte);
      const seal = (size: number, hashes: { level: number; index: number; hash: Uint8Array }[]) =>
        store.seal({ checkpoint: { size, root: hash(size), note: `note ${size}` }, hashes });
      await seal(3, []);
      await seal(5, [
        { level: 1, index: 0, hash: hash(1) },
        { level: 1, index: 1, hash: hash(2) },
        { level: 2, index: 0, hash: hash(3) },
      ]);
      expect(await store.latestCheckpoint()).toEqual({ size: 5, root: hash(5), note: 'note 5' });
      expect((await store.readCheckpoints(-1, 10)).map(({ size }) => size)).toEqual([3, 5]);
      expect((await store.readCheckpoints(3, 10)).map(({ size }) => size)).toEqual([5]);
      expect(Buffer.from(await store.readTreeHashes(1, 0, 256))).toEqual(Buffer.concat([hash(1), hash(2)]));
      expect(Buffer.from(await store.readTreeHashes(1, 1, 1))).toEqual(hash(2));
      expect(await store.readTreeHashes(2, 1, 10)).toHaveLength(0);
      await expect(seal(5, [])).rejects.toThrow();
    });

    it('keeps the newest checkpoints only', async () => {
      for (let size = 1; size <= keptCheckpoints + 2; size += 1) {
        await store.seal({ checkpoint: { size, root: Buffer.alloc(32), note: 'n' }, hashes: [] });
      }
      const kept = await store.readCheckpoints(-1, 2000);
      expect([kept.length, kept[0]?.size]).toEqual([keptCheckpoints, 3]);
    });

    it('verifies as a whole, over more than one tile and with a sealer that starts again', async () => {
      const { signer, identity } = testLog();
      await store.setIdentity(identity);
      let last = '';
      const keep = (note: string) => {
        last = note;
        return true;
      };
      let sealer = await createSealer(store, signer, null, keep);
      for (const count of [1, 254, 1, 1, 300]) {
        await store.appendBatch(Array.from({ length: count }, () => config()));
        await sealer.seal();
      }
      sealer = await createSealer(store, signer, await store.latestCheckpoint(), keep);
      const open = decision();
      await store.appendBatch([open, outcome(open.op!)]);
      await sealer.seal();
      expect(sealer.published()?.size).toBe(559);
      const verdict = await verifyLog(store, { vkey: identity.vkey, lastSigned: last });
      expect(verdict).toMatchObject({
        ok: true,
        size: 559,
        signedSize: 559,
        problems: [],
        rollbackChecked: true,
      });
    });
  });

  it('gives ids back as they were', async () => {
    const id = uuidv7();
    await store.appendBatch([{ ...config(), id }]);
    expect((await store.readEntries(0, 1))[0]!.id).toBe(id);
  });
}

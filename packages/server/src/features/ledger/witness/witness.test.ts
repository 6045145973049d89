import { cpSync, existsSync, readFileSync, renameSync, rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { formatAddCheckpoint, peekCheckpoint } from '@fairlead/core/ledger';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { verifyLedger } from '../cli.ts';
import type { OpenLedger } from '../create.ts';
import { configDraft } from '../testing/entries.ts';
import { type LedgerFolder, ledgerFolder } from '../testing/folders.ts';
import { type RunningWitness, startWitness } from './server.ts';
import { openWitnessState } from './state.ts';

let folder: LedgerFolder;
let witnesses: RunningWitness[];
const clock = { now: Date.now };

beforeEach(() => {
  folder = ledgerFolder();
  witnesses = [];
});
afterEach(async () => {
  for (const witness of witnesses) await witness.close();
  await folder.remove();
});

/** The verifier key of the folder's log, which is made by the first start. */
async function logKey(): Promise<string> {
  const ledger = await folder.open();
  await ledger.append([configDraft(ledger.instance)]);
  await ledger.close();
  return ledger.vkey;
}

async function witnessOf(vkey: string, name = 'witness', port = 0): Promise<RunningWitness> {
  const witness = await startWitness({
    dataDir: join(folder.path, name),
    host: '127.0.0.1',
    port,
    logs: [vkey],
    clock,
  });
  witnesses.push(witness);
  return witness;
}

async function cosigned(ledger: OpenLedger): Promise<string> {
  await expect.poll(() => ledger.state().witness).toBe('cosigned');
  const file = await ledger.readLog('/log/checkpoint');
  return Buffer.from(file?.body ?? []).toString('utf8');
}

const post = async (witness: RunningWitness, body: string, path = '/add-checkpoint') => {
  const answer = await fetch(witness.url + path, { method: 'POST', body });
  return { status: answer.status, type: answer.headers.get('content-type'), text: await answer.text() };
};

describe('a witnessed log', () => {
  it('publishes checkpoints that its witnesses cosigned, and goes on after restarts of both', async () => {
    const vkey = await logKey();
    const [one, two] = [await witnessOf(vkey, 'one'), await witnessOf(vkey, 'two')];
    const ledger = await folder.open({ witnesses: [one, two] });
    await ledger.append([configDraft(ledger.instance)]);
    const note = await cosigned(ledger);
    expect(note.split('\n').filter((line) => line.startsWith('— '))).toHaveLength(3);
    await ledger.close();
    await one.close();
    const port = Number(new URL(one.url).port);
    const again = await witnessOf(vkey, 'one', port);
    expect(again.vkey).toBe(one.vkey);
    const later = await folder.open({ witnesses: [again, two] });
    await later.append([configDraft(later.instance), configDraft(later.instance)]);
    const size = async () => peekCheckpoint(await cosigned(later)).size;
    await expect.poll(size).toBe(4);
    await later.close();
    const named = { dataDir: folder.dataDir, witnessVkeys: [one.vkey, two.vkey] };
    expect(await verifyLedger(named)).toMatchObject({ ok: true, size: 4 });
  });

  it('does not verify against a witness that never cosigned', async () => {
    const vkey = await logKey();
    const stranger = await witnessOf(vkey);
    const verdict = await verifyLedger({ dataDir: folder.dataDir, witnessVkeys: [stranger.vkey] });
    expect(verdict).toMatchObject({ ok: false, problems: [{ problem: 'cosignature-missing' }] });
  });

  it('goes on without its witness, and catches up when it is back', async () => {
    const vkey = await logKey();
    const witness = await witnessOf(vkey);
    const port = Number(new URL(witness.url).port);
    await witness.close();
    const warnings: string[] = [];
    const ledger = await folder.open({ witnesses: [witness], log: (_, message) => warnings.push(message) });
    await ledger.append([configDraft(ledger.instance)]);
    await expect.poll(() => warnings.length).toBeGreaterThan(0);
    expect(ledger.state()).toMatchObject({ witness: 'pending', healthy: true });
    await witnessOf(vkey, 'witness', port);
    await ledger.append([configDraft(ledger.instance)]);
    expect(peekCheckpoint(await cosigned(ledger)).size).toBe(3);
  });

  it('that was rolled back with its key is caught', async () => {
    const vkey = await logKey();
    const witness = await witnessOf(vkey);
    const backup = ledgerFolder();
    cpSync(folder.dataDir, backup.dataDir, { recursive: true });
    cpSync(folder.keysDir, backup.keysDir, { recursive: true });
    const ledger = await folder.open({ witnesses: [witness] });
    await ledger.append(Array.from({ length: 5 }, () => configDraft(ledger.instance)));
    await cosigned(ledger);
    const restored = await backup.open({ witnesses: [witness] });
    await expect.poll(() => restored.state().witness).toBe('conflict');
    await backup.remove();
  });

  it('that shows two faces is caught: the second view is not cosigned', async () => {
    const vkey = await logKey();
    const witness = await witnessOf(vkey);
    const other = ledgerFolder();
    cpSync(folder.dataDir, other.dataDir, { recursive: true });
    cpSync(folder.keysDir, other.keysDir, { recursive: true });
    const first = await folder.open({ witnesses: [witness] });
    await first.append([configDraft(first.instance)]);
    await cosigned(first);
    const second = await other.open({ witnesses: [witness] });
    await second.append([configDraft(second.instance)]);
    await expect.poll(() => second.state().witness).toBe('conflict');
    await second.append(Array.from({ length: 3 }, () => configDraft(second.instance)));
    const file = await second.readLog('/log/checkpoint');
    expect(Buffer.from(file?.body ?? []).toString()).not.toContain('witness');
    await other.remove();
  });
});

describe('a witness', () => {
  it('answers as tlog-witness says', async () => {
    const vkey = await logKey();
    const witness = await witnessOf(vkey);
    const checkpoint = readFileSync(join(folder.keysDir, 'ledger-last-signed'), 'utf8');
    const request = { oldSize: 0, proof: [], checkpoint };
    expect(await post(witness, 'nonsense')).toMatchObject({ status: 400 });
    expect(await post(witness, formatAddCheckpoint({ ...request, oldSize: 9 }))).toMatchObject({
      status: 400,
    });
    const unknown = checkpoint.replaceAll('fairlead.local/', 'fairlead.other/');
    expect(await post(witness, formatAddCheckpoint({ ...request, checkpoint: unknown }))).toMatchObject({
      status: 404,
    });
    const forged = checkpoint.replace('\n1\n', '\n2\n');
    expect(await post(witness, formatAddCheckpoint({ ...request, checkpoint: forged }))).toMatchObject({
      status: 403,
    });
    const first = await post(witness, formatAddCheckpoint(request));
    expect(first.status).toBe(200);
    expect(first.text).toMatch(/^— fairlead\.witness\/\S+ \S+\n$/);
    const stale = await post(witness, formatAddCheckpoint(request));
    expect(stale).toEqual({ status: 409, type: 'text/x.tlog.size', text: '1\n' });
    expect(await post(witness, formatAddCheckpoint({ ...request, oldSize: 1 }))).toMatchObject({
      status: 200,
    });
    const wrong = { ...request, oldSize: 1, proof: [new Uint8Array(32)] };
    expect(await post(witness, formatAddCheckpoint(wrong))).toMatchObject({ status: 422 });
    expect((await post(witness, '', '/elsewhere')).status).toBe(404);
    expect((await fetch(`${witness.url}/add-checkpoint`)).status).toBe(405);
    expect((await post(witness, 'x'.repeat(70_000))).status).toBe(413);
    const page = await fetch(`${witness.url}/add-checkpoint`, {
      method: 'POST',
      headers: { origin: 'http://evil' },
    });
    expect(page.status).toBe(400);
  });

  it('listens on loopback only, and once per folder', async () => {
    const vkey = await logKey();
    const options = { dataDir: join(folder.path, 'w'), host: '0.0.0.0', port: 0, logs: [vkey], clock };
    await expect(startWitness(options)).rejects.toMatchObject({ code: 'server.listener-insecure' });
    await witnessOf(vkey);
    await expect(witnessOf(vkey)).rejects.toMatchObject({ code: 'store.locked' });
    const taken = Number(new URL(witnesses[0]?.url ?? '').port);
    for (const _ of [1, 2])
      await expect(witnessOf(vkey, 'other', taken)).rejects.toMatchObject({ code: 'server.listen-failed' });
  });

  it('lets one of two requests win that start from the same size', () => {
    const memory = { read: () => null, write: () => undefined };
    const state = openWitnessState(':memory:', memory, 'new');
    const [one, two] = [1, 2].map((fill) => ({ size: 7, root: new Uint8Array(32).fill(fill) }));
    expect(state.newest('log')).toMatchObject({ size: 0 });
    expect(state.advance('log', 0, one!)).toBe(true);
    expect(state.advance('log', 0, two!)).toBe(false);
    expect(new Uint8Array(state.newest('log').root)).toEqual(one!.root);
    state.close();
  });
});

describe('a witness that lost what it remembers', () => {
  const dataDir = () => join(folder.path, 'witness');
  const database = () => join(dataDir(), 'witness.db');
  const besideKey = () => join(`${dataDir()}.keys`, 'witness-cosigned.json');
  const told: string[] = [];

  async function start(vkey: string): Promise<RunningWitness> {
    told.length = 0;
    const log = (message: string) => void told.push(message);
    const options = { dataDir: dataDir(), host: '127.0.0.1', port: 0, logs: [vkey], clock, log };
    const witness = await startWitness(options);
    witnesses.push(witness);
    return witness;
  }

  /** A log of which the witness has cosigned five entries, and its checkpoint of one, as in a copy that was restored. */
  async function rolledBack(): Promise<{ vkey: string; old: string }> {
    const vkey = await logKey();
    const old = readFileSync(join(folder.keysDir, 'ledger-last-signed'), 'utf8');
    const witness = await start(vkey);
    const ledger = await folder.open({ witnesses: [witness] });
    await ledger.append(Array.from({ length: 4 }, () => configDraft(ledger.instance)));
    await expect.poll(async () => peekCheckpoint(await cosigned(ledger)).size).toBe(5);
    await ledger.close();
    await witness.close();
    return { vkey, old };
  }

  const lose = (file: string) => {
    for (const suffix of ['', '-wal', '-shm']) rmSync(`${file}${suffix}`, { force: true });
  };
  const asksForOld = async (witness: RunningWitness, checkpoint: string) =>
    post(witness, formatAddCheckpoint({ oldSize: 0, proof: [], checkpoint }));

  it.each([
    ['its database', database, true],
    ['the file beside its key', besideKey, false],
  ] as const)('still refuses an older tree without %s', async (_, lost, isTold) => {
    const { vkey, old } = await rolledBack();
    lose(lost());
    const witness = await start(vkey);
    expect(told.length > 0).toBe(isTold);
    expect(await asksForOld(witness, old)).toMatchObject({ status: 409, text: '5\n' });
    expect(existsSync(lost())).toBe(true);
  });

  it('goes by the newer one where a copy of its database was brought back', async () => {
    const { vkey, old } = await rolledBack();
    const older = join(folder.path, 'older.db');
    openWitnessState(older, { read: () => null, write: () => undefined }, 'new').close();
    lose(database());
    cpSync(older, database());
    expect(await asksForOld(await start(vkey), old)).toMatchObject({ status: 409, text: '5\n' });
    expect(told).toEqual([expect.stringContaining('witness.db was missing, or older')]);
  });

  it('does not start without either, until it is given a new key', async () => {
    const { vkey, old } = await rolledBack();
    const { vkey: before } = await start(vkey);
    await witnesses.at(-1)?.close();
    lose(database());
    rmSync(besideKey());
    for (const _ of [1, 2]) {
      await expect(start(vkey)).rejects.toMatchObject({
        code: 'ledger.witness-memory-lost',
        fix: expect.stringContaining('move the folder of keys (DIR.keys) away'),
      });
    }
    renameSync(`${dataDir()}.keys`, join(folder.path, 'forgotten'));
    const anew = await start(vkey);
    expect(anew.vkey).not.toBe(before);
    expect((await asksForOld(anew, old)).status).toBe(200);
  });

  it('does not start where what lies beside its key is no memory, or another one', async () => {
    const { vkey } = await rolledBack();
    const text = readFileSync(besideKey(), 'utf8');
    const [{ root }] = JSON.parse(text) as [{ root: string }];
    for (const wrong of [
      '',
      '{}',
      '[{}]',
      text.replace(root, root.replace(/^../, root.startsWith('00') ? '11' : '00')),
    ]) {
      writeFileSync(besideKey(), wrong);
      await expect(start(vkey)).rejects.toMatchObject({ code: 'ledger.witness-memory-lost' });
    }
    writeFileSync(besideKey(), text);
    await start(vkey);
  });

  it('says what to do about a damaged database, and goes on without it', async () => {
    const { vkey, old } = await rolledBack();
    lose(database());
    writeFileSync(database(), 'x'.repeat(8192));
    const refused = await start(vkey).catch((error: unknown) => error);
    expect(refused).toMatchObject({
      code: 'store.damaged',
      message: 'witness.db is damaged (SQLITE_NOTADB).',
    });
    expect((refused as { fix: string }).fix).not.toContain('restore');
    lose(database());
    expect((await asksForOld(await start(vkey), old)).status).toBe(409);
  });

  it('starts again when it was never asked anything', async () => {
    const vkey = await logKey();
    await (await start(vkey)).close();
    lose(database());
    const again = await start(vkey);
    expect(
      await asksForOld(again, readFileSync(join(folder.keysDir, 'ledger-last-signed'), 'utf8')),
    ).toMatchObject({
      status: 200,
    });
  });

  it('answers no cosignature that it could not remember beside the key', async () => {
    const vkey = await logKey();
    const witness = await start(vkey);
    const checkpoint = readFileSync(join(folder.keysDir, 'ledger-last-signed'), 'utf8');
    rmSync(`${dataDir()}.keys`, { recursive: true });
    expect((await asksForOld(witness, checkpoint)).status).toBe(500);
    expect(told).toEqual([expect.stringContaining('ENOENT')]);
  });
});

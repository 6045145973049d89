// What commands change in a shared ledger, beside the servers that use it: the signing key, holds, old bytes.
import { cpSync, existsSync, mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { peekCheckpoint } from '@fairlead/core/ledger';
import pg from 'pg';
import { afterEach, beforeEach, expect, it } from 'vitest';
import {
  createPostgresDatabase,
  describePostgres,
  type TestDatabase,
} from '../../../../../../test/setup/database.ts';
import {
  exportLedger,
  holds,
  listEntries,
  prepareNextKey,
  prune,
  rotateSharedKey,
  verifyLedger,
} from '../cli.ts';
import { type LedgerOptions, type OpenLedger, openLedger } from '../create.ts';
import { configDraft, decisionDraft, outcomeDraft } from '../testing/entries.ts';
import { tryToLead } from './leadership.ts';

let database: TestDatabase;
let folder: string;
let opened: OpenLedger[];
const said: string[] = [];

const at = (name: string) => join(folder, name);
const place = () => ({ database: database.url, keysDir: at('one.keys') });

async function replica(name: string, more: Partial<LedgerOptions> = {}): Promise<OpenLedger> {
  const ledger = await openLedger({
    dataDir: at(name),
    clock: { now: Date.now },
    sealAfterMs: 50,
    database: { url: database.url, maySign: true },
    log: (_level, message) => void said.push(message),
    ...more,
  });
  opened.push(ledger);
  return ledger;
}

async function sql(text: string): Promise<Record<string, unknown>[]> {
  const client = new pg.Client(database.url);
  await client.connect();
  try {
    return (await client.query(text)).rows;
  } finally {
    await client.end();
  }
}

async function fill(ledger: OpenLedger, calls: number): Promise<void> {
  const decisions = Array.from({ length: calls }, () => decisionDraft(ledger.instance));
  await ledger.append(decisions);
  await ledger.append(decisions.map(({ op }) => outcomeDraft(ledger.instance, op)));
}

const signed = async (ledger: OpenLedger) => {
  const file = await ledger.readLog('/log/checkpoint');
  return file === null ? 0 : peekCheckpoint(Buffer.from(file.body).toString()).size;
};
const grows = async (ledger: OpenLedger) => {
  const [receipt] = await ledger.append([configDraft(ledger.instance)]);
  await expect.poll(() => signed(ledger)).toBeGreaterThan(receipt!.index);
};
const unsaid = (text: RegExp) => expect.poll(() => said.join('\n')).toMatch(text);

describePostgres('a shared ledger beside its servers', () => {
  beforeEach(async () => {
    database = await createPostgresDatabase();
    folder = mkdtempSync(join(tmpdir(), 'fairlead-operations-'));
    opened = [];
    said.length = 0;
  });
  afterEach(async () => {
    for (const ledger of opened) await ledger.close().catch(() => undefined);
    await database.drop();
    rmSync(folder, { recursive: true, force: true });
  });

  it('changes its key while it is appended to; who has the new one signs on, and who has not signs nothing', async () => {
    const one = await replica('one');
    await grows(one);
    // A second one that may sign, with a copy of the key of now.
    cpSync(at('one.keys'), at('two.keys'), { recursive: true });
    const two = await replica('two');
    let writing = true;
    const load = (async () => {
      while (writing) await two.append([configDraft(two.instance)]);
    })();
    const { from, to, size } = await rotateSharedKey(place());
    writing = false;
    await load;
    expect(from).toBe(one.vkey);
    await grows(two);
    expect(Buffer.from((await two.readLog('/log/vkey'))!.body).toString()).toBe(`${to}\n`);
    // Without the first one nobody has the new key: the second one refuses to sign, says so, and goes on recording.
    await one.close();
    const stopped = await signed(two);
    await two.append([configDraft(two.instance)]);
    await unsaid(/cannot be signed at present: The signing key was changed at/);
    await two.append([configDraft(two.instance)]);
    expect(await signed(two)).toBe(stopped);
    expect(two.state().healthy).toBe(true);
    await expect(
      replica('three', { keysDir: at('two.keys'), database: { url: database.url, maySign: true } }),
    ).rejects.toMatchObject({ code: 'ledger.key-replaced' });
    // The new key in the place of the old one is taken without a restart.
    cpSync(at('one.keys/ledger-signing.pem'), at('two.keys/ledger-signing.pem'));
    await grows(two);
    const verdict = await verifyLedger({ database: database.url, keysDir: at('two.keys'), vkey: from });
    expect(verdict).toMatchObject({ ok: true, problems: [] });
    expect(verdict.signedSize).toBeGreaterThan(size);
    await exportLedger({ database: database.url }, at('export'));
    expect(readFileSync(at('export/vkey'), 'utf8').trim()).toBe(to);
  });

  it('changes its key without a pause where the next one was given out before', async () => {
    const one = await replica('one');
    await grows(one);
    const next = prepareNextKey(place());
    cpSync(at('one.keys'), at('two.keys'), { recursive: true });
    const two = await replica('two');
    expect(existsSync(at('two.keys/ledger-signing.next.pem'))).toBe(true);
    await rotateSharedKey(place());
    expect(existsSync(next)).toBe(false);
    await one.close();
    await grows(two);
    expect(existsSync(at('two.keys/ledger-signing.next.pem'))).toBe(false);
    expect(readFileSync(at('two.keys/ledger-signing.pem'))).toEqual(
      readFileSync(at('one.keys/ledger-signing.pem')),
    );
  });

  it('takes the lead from a leader that does not give it up, and that one can sign nothing afterwards', async () => {
    const one = await replica('one');
    await grows(one);
    await one.close();
    // It has the lock and the epoch, and never looks again.
    const hung = await tryToLead(database.url, crypto.randomUUID(), () => undefined);
    await rotateSharedKey(place());
    await expect(
      hung?.seal({ checkpoint: { size: 99, root: new Uint8Array(32), note: 'stale' }, hashes: [] }),
    ).rejects.toThrow();
    await hung?.end();
    expect(await sql('select 1 from ledger_checkpoints where size = 99')).toEqual([]);
    const again = await replica('one');
    await grows(again);
    expect(await verifyLedger(place())).toMatchObject({ ok: true, problems: [] });
  });

  it('does not change its key without the one of now', async () => {
    const one = await replica('one');
    await grows(one);
    await expect(rotateSharedKey({ ...place(), keysDir: at('none.keys') })).rejects.toMatchObject({
      code: 'ledger.key-invalid',
    });
    await grows(one);
    const empty = await createPostgresDatabase();
    await expect(rotateSharedKey({ ...place(), database: empty.url })).rejects.toMatchObject({
      code: 'ledger.not-found',
    });
    await empty.drop();
  });

  it('is pruned while it is appended to: hashes, proofs and rows stay as they were', async () => {
    const one = await replica('one');
    await fill(one, 600);
    const open = decisionDraft(one.instance);
    await one.append([open]);
    await grows(one);
    const before = await verifyLedger(place());
    const checkpoint = Buffer.from((await one.readLog('/log/checkpoint'))!.body).toString();
    let writing = true;
    const load = (async () => {
      while (writing) await fill(one, 5);
    })();
    const result = await prune(place(), Date.now() + 60_000);
    writing = false;
    await load;
    // The open call is entry 1,200.
    expect(result).toMatchObject({ minimum: 1_024, entries: 1_024 });
    expect(result.inputs).toBe(600);
    expect(before.ok).toBe(true);
    expect((await verifyLedger({ ...place(), checkpoint })).problems).toEqual([]);
    expect(await sql(`select count(*)::int as n from ledger_entries where bytes = ''`)).toEqual([
      { n: 1_024 },
    ]);
    expect(await one.readLog('/log/tile/entries/000')).toBeNull();
    await one.append([outcomeDraft(one.instance, open.op)]);
    await grows(one);
    expect((await verifyLedger(place())).problems).toEqual([]);
    const whats: string[] = [];
    await listEntries({ database: database.url }, { kind: 'admin' }, ({ bytes }) => {
      whats.push((JSON.parse(Buffer.from(bytes).toString()) as { what: string }).what);
    });
    expect(whats).toEqual(['ledger.pruned']);
    expect((await prune(place(), 0)).entries).toBe(0);
    expect(await sql('select 1 from ledger_pruned_inputs')).toEqual([]);
  });

  it('keeps the inputs that a younger decision names, too', async () => {
    const one = await replica('one');
    const shared = decisionDraft(one.instance);
    await one.append([shared, outcomeDraft(one.instance, shared.op)]);
    await fill(one, 300);
    await new Promise((done) => setTimeout(done, 20));
    const cut = Date.now();
    await new Promise((done) => setTimeout(done, 20));
    const { entry, inputs } = decisionDraft(one.instance);
    const again = { ...entry, input: (shared.entry as { input: string }).input };
    await one.append([
      { entry: again, inputs: shared.inputs ?? [] } as Parameters<OpenLedger['append']>[0][0],
    ]);
    expect(inputs?.length).toBe(1);
    await grows(one);
    const { entries, inputs: gone } = await prune(place(), cut);
    // The calls of before are 301, and one of their inputs is named again.
    expect([entries, gone]).toEqual([512, 300]);
    expect((await verifyLedger(place())).problems).toEqual([]);
  });

  it('stops being pruned when another server puts a hold on it, and ends it once that is lifted', async () => {
    const [one, two] = [await replica('one'), await replica('two', { keysDir: at('one.keys') })];
    await fill(one, 1_500);
    await grows(one);
    const cut = { before: Date.now() + 60_000, classes: {} };
    const emptied = async () => {
      const [row] = await sql(`select count(*)::int as n from ledger_entries where bytes = ''`);
      return row?.n as number;
    };
    const pruning = one.keeping.prune(cut, 'operator').catch((error: unknown) => error);
    await expect.poll(emptied, { timeout: 30_000, interval: 1 }).toBeGreaterThan(0);
    await expect(two.keeping.prune(cut, 'operator')).rejects.toMatchObject({ code: 'ledger.prune-busy' });
    await two.keeping.place({ id: 'late', reason: 'litigation', from: null }, 'operator');
    const held = await emptied();
    const result = await pruning;
    if (held < 2_816) expect(result).toMatchObject({ code: 'ledger.on-hold' });
    expect(await emptied()).toBe(held);
    expect((await verifyLedger(place())).problems).toEqual([]);
    await two.keeping.release('late', 'settled', 'operator');
    await one.keeping.prune(cut, 'operator');
    expect(await emptied()).toBeGreaterThanOrEqual(2_816);
    expect((await verifyLedger(place())).problems).toEqual([]);
  });

  it('is not pruned while a hold stands, and signs what a command wrote when no server is there to', async () => {
    const one = await replica('one');
    await fill(one, 300);
    await holds.add(place(), 'case-7', 'litigation');
    expect(await holds.list({ database: database.url })).toMatchObject([
      { id: 'case-7', reason: 'litigation' },
    ]);
    await expect(prune(place(), Date.now() + 1_000)).rejects.toMatchObject({ code: 'ledger.on-hold' });
    await expect(holds.remove(place(), 'case-8', 'none')).rejects.toMatchObject({
      code: 'ledger.hold-unknown',
    });
    await holds.remove(place(), 'case-7', 'settled');
    expect(await holds.list({ database: database.url })).toEqual([]);
    expect(await sql(`select 1 from ledger_entries where bytes = ''`)).toEqual([]);
    // With no server, the command signs what it wrote.
    await one.close();
    const { size, signedSize } = await verifyLedger(place());
    expect(signedSize).toBe(size);
    const held = { ...place(), keysDir: at('none.keys') };
    await expect(holds.add(held, 'a', 'b')).rejects.toMatchObject({ code: 'ledger.key-invalid' });
    expect((await prune(place(), Date.now() + 1_000)).entries).toBe(512);
    expect((await verifyLedger(place())).problems).toEqual([]);
  });
});

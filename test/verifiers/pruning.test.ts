// A log whose old calls were pruned: everything that is left verifies, here and by programs that aren't ours.
import { cpSync, existsSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import Database from 'better-sqlite3';
import { afterAll, beforeAll, describe, expect, it, vi } from 'vitest';
import {
  exportLedger,
  holds,
  listEntries,
  proveEntry,
  prune,
  verifyLedger,
} from '../../packages/server/src/features/ledger/cli.ts';
import { openLedger } from '../../packages/server/src/features/ledger/create.ts';
import {
  configDraft,
  decisionDraft,
  outcomeDraft,
} from '../../packages/server/src/features/ledger/testing/entries.ts';
import { fsckLedger } from '../../packages/server/src/features/upkeep/cli.ts';
import { type MadeLog, makeLog, removeTemporary, temporary } from './logs.ts';
import { verifiers } from './verifiers.ts';

const present = verifiers.filter(({ missing }) => missing === null);
afterAll(removeTemporary);

let log: MadeLog;
let folder: string;
let cut: number;
/** A call that was open when everything before `cut` was pruned. */
let open: string;

beforeAll(async () => {
  log = await makeLog(1_000);
  const ledger = await openLedger({ dataDir: log.dataDir, clock: { now: Date.now } });
  const call = decisionDraft(ledger.instance);
  open = call.op;
  await ledger.append([configDraft(ledger.instance), call]);
  await ledger.close();
  cut = Date.now() + 1;
  await new Promise((done) => setTimeout(done, 5));
  const result = await prune(log.dataDir, cut);
  expect(result).toMatchObject({ minimum: 768, entries: 768 });
  expect(result.inputs).toBe(384);
  folder = join(temporary('pruned'), 'export');
  await exportLedger(log.dataDir, folder);
});

describe('a pruned log', () => {
  it('verifies here, also against a checkpoint from before, and its rows fit', async () => {
    const checkpoint = readFileSync(join(log.folder, 'checkpoint'), 'utf8');
    expect((await verifyLedger({ dataDir: log.dataDir, checkpoint })).problems).toEqual([]);
    expect((await fsckLedger({ dataDir: log.dataDir })).problems).toEqual([]);
    const shown: number[] = [];
    await listEntries({ dataDir: log.dataDir }, {}, ({ index }) => void shown.push(index));
    expect(shown[0]).toBe(768);
  });

  it.each(present)('is accepted by $name, also against a checkpoint from before', ({ run }) => {
    expect(existsSync(join(folder, 'tile/entries/000'))).toBe(false);
    expect(readFileSync(join(folder, 'minimum'), 'utf8')).toBe('768\n');
    const { code, output } = run(folder, { vkey: log.vkey, checkpoint: join(log.folder, 'checkpoint') });
    expect(output).toContain('ok: 1003 entries');
    expect(code).toBe(0);
  });

  it.each(present)(
    'is rejected by $name when more is missing than an entry says, or a hash is another',
    ({ run }) => {
      const more = join(temporary('more'), 'export');
      cpSync(folder, more, { recursive: true });
      writeFileSync(join(more, 'minimum'), '1024\n');
      expect(run(more, { vkey: log.vkey }).code).toBe(1);
      const tile = join(temporary('tile'), 'export');
      cpSync(folder, tile, { recursive: true });
      const bytes = readFileSync(join(tile, 'tile/0/001'));
      bytes[40]! ^= 1;
      writeFileSync(join(tile, 'tile/0/001'), bytes);
      expect(run(tile, { vkey: log.vkey }).code).toBe(1);
      const none = join(temporary('none'), 'export');
      cpSync(folder, none, { recursive: true });
      rmSync(join(none, 'minimum'));
      expect(run(none, { vkey: log.vkey }).code).toBe(1);
    },
  );

  it('shows bytes that are missing without an entry that says so', async () => {
    const copy = join(temporary('emptied'), 'data');
    cpSync(log.dataDir, copy, { recursive: true });
    cpSync(`${log.dataDir}.keys`, `${copy}.keys`, { recursive: true });
    const database = new Database(join(copy, 'ledger.db'));
    database.prepare(`update entries set bytes = x'' where idx = 800`).run();
    database.close();
    const { ok, problems } = await verifyLedger({ dataDir: copy });
    expect(ok).toBe(false);
    expect(problems.map(({ problem }) => problem)).toContain('entry-missing');
  });

  it('still proves what is left, and says of the rest that it was pruned', async () => {
    expect(await proveEntry({ dataDir: log.dataDir }, open)).toContain('\nindex 1001\n');
    const database = new Database(join(log.dataDir, 'ledger.db'), { readonly: true });
    const hex = database.prepare('select lower(hex(id)) from entries where idx = 3').pluck().get() as string;
    database.close();
    const id = hex.replace(/(.{8})(.{4})(.{4})(.{4})(.{12})/, '$1-$2-$3-$4-$5');
    await expect(proveEntry({ dataDir: log.dataDir }, id)).rejects.toMatchObject({
      code: 'ledger.entry-pruned',
    });
  });

  it('goes on: the open call is closed, more is appended, and pruning again finds nothing to do', async () => {
    const ledger = await openLedger({ dataDir: log.dataDir, clock: { now: Date.now } });
    await ledger.append([outcomeDraft(ledger.instance, decisionDraft(ledger.instance).op)].slice(1));
    expect(ledger.recovered).toBe(1);
    await ledger.close();
    expect((await verifyLedger({ dataDir: log.dataDir })).problems).toEqual([]);
    expect(await prune(log.dataDir, cut)).toMatchObject({ entries: 0 });
  });
});

describe('a log that was pruned beside its server', () => {
  let exported: string;
  beforeAll(async () => {
    const made = await makeLog(700);
    const ledger = await openLedger({ dataDir: made.dataDir, clock: { now: Date.now } });
    await ledger.append([configDraft(ledger.instance)]);
    const cut = { before: Date.now() + 1, classes: {} };
    await vi.waitFor(() => expect(ledger.state().signedSize).toBe(701), { timeout: 30_000 });
    expect(await ledger.keeping.prune(cut, 'operator')).toMatchObject({ minimum: 512, entries: 512 });
    await ledger.close();
    exported = join(temporary('online'), 'export');
    await exportLedger(made.dataDir, exported);
  });

  it.each(present)('is accepted by $name', ({ run }) => {
    expect(readFileSync(join(exported, 'minimum'), 'utf8')).toBe('512\n');
    const { code, output } = run(exported, {});
    expect(output).toContain('ok: 702 entries');
    expect(code).toBe(0);
  });
});

it('is not pruned where a call is still open, nor behind it', async () => {
  const dataDir = join(temporary('open'), 'data');
  const ledger = await openLedger({ dataDir, clock: { now: Date.now } });
  await ledger.append([decisionDraft(ledger.instance)]);
  await ledger.append(
    Array.from({ length: 300 }, () => decisionDraft(ledger.instance, { decision: 'deny' })),
  );
  await ledger.close();
  expect(await prune(dataDir, Date.now() + 1_000)).toEqual({ minimum: 0, entries: 0, inputs: 0 });
});

describe('a legal hold', () => {
  it('keeps anything from being pruned until it is lifted, and each step is an entry', async () => {
    const made = await makeLog(300);
    await holds.add(made.dataDir, 'case-7', 'litigation');
    expect(await holds.list(made.dataDir)).toMatchObject([{ id: 'case-7', reason: 'litigation' }]);
    await expect(prune(made.dataDir, Date.now() + 1_000)).rejects.toMatchObject({ code: 'ledger.on-hold' });
    await expect(holds.remove(made.dataDir, 'case-8', 'none')).rejects.toMatchObject({
      code: 'ledger.hold-unknown',
    });
    await holds.remove(made.dataDir, 'case-7', 'settled');
    expect(await holds.list(made.dataDir)).toEqual([]);
    expect((await prune(made.dataDir, Date.now() + 1_000)).entries).toBe(256);
    const whats: string[] = [];
    await listEntries({ dataDir: made.dataDir }, { kind: 'admin' }, ({ bytes }) => {
      whats.push((JSON.parse(Buffer.from(bytes).toString()) as { what: string }).what);
    });
    expect(whats).toEqual(['ledger.hold-added', 'ledger.hold-removed', 'ledger.pruned']);
  });

  it('needs the ledger for itself', async () => {
    const made = await makeLog(3);
    const ledger = await openLedger({ dataDir: made.dataDir, clock: { now: Date.now } });
    await expect(holds.add(made.dataDir, 'a', 'b')).rejects.toMatchObject({ code: 'store.locked' });
    await expect(prune(made.dataDir, Date.now())).rejects.toMatchObject({ code: 'store.locked' });
    await ledger.close();
  });
});

import { chmodSync, copyFileSync, cpSync, readFileSync, rmSync, statSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { decodeBundle, verifyConsistency } from '@fairlead/core/ledger';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { nodeHash } from '../../platform/crypto/index.ts';
import { listEntries, proveEntry, verifyEvidence, verifyLedger } from './cli.ts';
import type { OpenLedger } from './create.ts';
import { openReader, readDecision } from './read.ts';
import { configDraft, decisionDraft, outcomeDraft } from './testing/entries.ts';
import { type LedgerFolder, ledgerFolder } from './testing/folders.ts';

let folder: LedgerFolder;
beforeEach(() => {
  folder = ledgerFolder();
});
afterEach(() => folder.remove());

const verify = () => verifyLedger({ dataDir: folder.dataDir });
const refused = (code: string) => expect.objectContaining({ code });

async function entriesOf(): Promise<Record<string, unknown>[]> {
  const entries: Record<string, unknown>[] = [];
  await listEntries(folder.dataDir, {}, ({ bytes }) => {
    entries.push(JSON.parse(Buffer.from(bytes).toString()));
  });
  return entries;
}

/** Some calls, closed ones and open ones, and a clean stop. */
async function someEntries(count = 5): Promise<void> {
  const ledger = await folder.open();
  for (let i = 0; i < count; i += 1) await ledger.append([configDraft(ledger.instance, `entry ${i}`)]);
  await ledger.close();
}

describe('openLedger', () => {
  it('records, signs and verifies, also while it is running', async () => {
    const ledger = await folder.open();
    const decision = decisionDraft(ledger.instance);
    expect(await ledger.append([decision])).toEqual([{ index: 0, duplicate: false }]);
    const outcome = outcomeDraft(ledger.instance, decision.op);
    expect(await ledger.append([outcome])).toEqual([{ index: 1, duplicate: false }]);
    expect(await ledger.append([outcome])).toEqual([{ index: 1, duplicate: true }]);
    expect(ledger.state()).toMatchObject({ size: 2, healthy: true });
    await expect.poll(() => ledger.state().signedSize).toBe(2);
    const expected = { ok: true, size: 2, signedSize: 2, problems: [], rollbackChecked: true };
    expect(await verify()).toMatchObject(expected);
    const reader = openReader(folder.dataDir);
    expect((await readDecision(reader, decision.op))?.inputs).toBe(decision.inputs?.[0]?.json);
    await reader.close();
    await ledger.close();
    expect(await verify()).toMatchObject(expected);
    await expect(ledger.append([outcome])).rejects.toEqual(refused('ledger.unavailable'));
  });

  it('commits many appends at once in few transactions and keeps the order of each caller', async () => {
    const ledger = await folder.open();
    const drafts = Array.from({ length: 500 }, (_, i) => configDraft(ledger.instance, `entry ${i}`));
    const receipts = await Promise.all(drafts.map((draft) => ledger.append([draft])));
    expect(receipts.map(([receipt]) => receipt!.index)).toEqual(drafts.map((_, i) => i));
    await ledger.close();
    expect(await verify()).toMatchObject({ ok: true, size: 500, signedSize: 500 });
  });

  it('signs what is pending at a clean stop', async () => {
    const ledger = await folder.open({ sealAfterMs: 60_000 });
    await ledger.append([configDraft(ledger.instance)]);
    expect(ledger.state().signedSize).toBe(0);
    await ledger.close();
    expect(await verify()).toMatchObject({ ok: true, size: 1, signedSize: 1 });
  });

  it('has one writer', async () => {
    const ledger = await folder.open();
    await expect(folder.open()).rejects.toEqual(refused('store.locked'));
    await ledger.close();
    await (await folder.open()).close();
  });

  it('keeps the instance and changes the incarnation', async () => {
    const first = await folder.open();
    await first.close();
    const second = await folder.open();
    expect(second.instance.id).toBe(first.instance.id);
    expect(second.instance.incarnation).not.toBe(first.instance.incarnation);
    expect(second.vkey).toBe(first.vkey);
  });

  it('keeps its key out of the data folder, for its owner only', async () => {
    await someEntries(1);
    const pem = join(folder.keysDir, 'ledger-signing.pem');
    expect(statSync(pem).mode & 0o777).toBe(0o600);
    expect(statSync(folder.keysDir).mode & 0o777).toBe(0o700);
    expect(readFileSync(pem, 'utf8')).toContain('BEGIN PRIVATE KEY');
    chmodSync(pem, 0o644);
    await expect(folder.open()).rejects.toEqual(refused('ledger.key-invalid'));
  });

  it('refuses drafts that it could not stand for', async () => {
    const ledger = await folder.open();
    const good = decisionDraft(ledger.instance);
    const bad = [
      { ...good, inputs: [] },
      { ...good, inputs: [{ ...good.inputs![0]!, json: '{}' }] },
      { entry: { ...good.entry, id: 'not-a-uuid' } as typeof good.entry },
      { entry: { ...configDraft(ledger.instance).entry, ts: 'yesterday' } },
      configDraft(ledger.instance, 'x'.repeat(70_000)),
    ];
    for (const draft of bad)
      await expect(ledger.append([draft])).rejects.toEqual(refused('ledger.entry-invalid'));
    expect(await ledger.append([good])).toEqual([{ index: 0, duplicate: false }]);
  });
});

describe('recovery at start', () => {
  async function crashWith(
    drafts: (ledger: OpenLedger) => Parameters<OpenLedger['append']>[0],
  ): Promise<void> {
    const ledger = await folder.open();
    await ledger.append(drafts(ledger));
    await ledger.close();
  }

  it('closes the open calls of earlier incarnations, once', async () => {
    let open = '';
    await crashWith((ledger) => {
      const [one, done, denied] = [
        decisionDraft(ledger.instance),
        decisionDraft(ledger.instance),
        decisionDraft(ledger.instance, { decision: 'deny' }),
      ];
      open = one.op;
      return [one, done, denied, outcomeDraft(ledger.instance, done.op)];
    });
    const second = await folder.open();
    expect(second.recovered).toBe(1);
    await second.close();
    const third = await folder.open();
    expect(third.recovered).toBe(0);
    await third.close();
    const recoveries = (await entriesOf()).filter((entry) => entry.kind === 'recovery');
    expect(recoveries).toHaveLength(1);
    expect(recoveries[0]).toMatchObject({ kind: 'recovery', op: open, outcome: 'unknown' });
    expect(await verify()).toMatchObject({ ok: true, size: 5, signedSize: 5 });
  });

  it('handles more open calls than one round takes', async () => {
    await crashWith((ledger) => Array.from({ length: 1100 }, () => decisionDraft(ledger.instance)));
    expect((await folder.open()).recovered).toBe(1100);
    expect((await verify()).ok).toBe(true);
  });

  it('closes the calls of another instance, too: a folder has one writer, so that one is gone', async () => {
    await crashWith((ledger) => [decisionDraft(ledger.instance)]);
    rmSync(join(folder.dataDir, 'instance.json'));
    expect((await folder.open()).recovered).toBe(1);
  });
});

describe('start refuses', () => {
  it('a clock that is behind', async () => {
    await someEntries(1);
    const now = Date.now();
    await expect(folder.open({ clock: { now: () => now - 6 * 60_000 } })).rejects.toEqual(
      refused('ledger.clock-behind'),
    );
    await (await folder.open({ clock: { now: () => now - 4 * 60_000 } })).close();
  });

  it('a restored backup', async () => {
    await someEntries(3);
    const backup = join(folder.path, 'backup.db');
    copyFileSync(join(folder.dataDir, 'ledger.db'), backup);
    await someEntries(3);
    copyFileSync(backup, join(folder.dataDir, 'ledger.db'));
    await expect(folder.open()).rejects.toMatchObject({
      code: 'ledger.rolled-back',
      message: 'A checkpoint of 6 entries was signed; the database has 3 entries.',
    });
    // Also when it is meant as a new start: the database is there, so it is a rollback.
    await expect(folder.open({ startNewLog: true })).rejects.toEqual(refused('ledger.rolled-back'));
    const { ok, problems } = await verify();
    expect([ok, problems.map(({ problem }) => problem)]).toEqual([false, ['rolled-back']]);
  });

  it('a database that is gone, unless a new log is wanted, which names the old one', async () => {
    await someEntries(3);
    rmSync(folder.dataDir, { recursive: true });
    await expect(folder.open()).rejects.toEqual(refused('ledger.rolled-back'));
    const ledger = await folder.open({ startNewLog: true });
    await ledger.close();
    const [first] = await entriesOf();
    expect(first).toMatchObject({
      kind: 'config',
      what: 'ledger.started-anew',
      details: { previousSize: 3 },
    });
    expect((await verify()).ok).toBe(true);
    await (await folder.open()).close();
  });

  it('another key, or none, for a log that has one', async () => {
    await someEntries(1);
    const other = ledgerFolder();
    await (await other.open()).close();
    const pem = join(folder.keysDir, 'ledger-signing.pem');
    copyFileSync(join(other.keysDir, 'ledger-signing.pem'), pem);
    await expect(folder.open()).rejects.toEqual(refused('ledger.key-invalid'));
    rmSync(pem);
    await expect(folder.open()).rejects.toEqual(refused('ledger.key-invalid'));
    await other.remove();
  });

  it('a last checkpoint that somebody else signed', async () => {
    await someEntries(1);
    const other = ledgerFolder();
    const foreign = await other.open();
    await foreign.append([configDraft(foreign.instance)]);
    await foreign.close();
    cpSync(join(other.keysDir, 'ledger-last-signed'), join(folder.keysDir, 'ledger-last-signed'));
    await expect(folder.open()).rejects.toEqual(refused('ledger.signature-invalid'));
    await other.remove();
  });

  it('a file that is no database', async () => {
    await someEntries(1);
    writeFileSync(join(folder.dataDir, 'ledger.db'), 'x'.repeat(8192));
    await expect(folder.open()).rejects.toEqual(refused('ledger.corrupt'));
  });
});

describe('the log that others read', () => {
  it('serves checkpoint, key, tiles and bundles up to the signed size', async () => {
    const ledger = await folder.open();
    expect(await ledger.readLog('/log/checkpoint')).toBeNull();
    const drafts = Array.from({ length: 300 }, (_, i) => configDraft(ledger.instance, `entry ${i}`));
    await ledger.append(drafts);
    await expect.poll(() => ledger.state().signedSize).toBe(300);
    const text = async (path: string) => Buffer.from((await ledger.readLog(path))!.body).toString();
    expect((await text('/log/checkpoint')).split('\n')[1]).toBe('300');
    expect(await text('/log/vkey')).toBe(`${ledger.vkey}\n`);
    expect((await ledger.readLog('/log/tile/0/000'))!.body).toHaveLength(256 * 32);
    expect((await ledger.readLog('/log/tile/0/001.p/44'))!.body).toHaveLength(44 * 32);
    expect((await ledger.readLog('/log/tile/1/000.p/1'))!.body).toHaveLength(32);
    const bundle = decodeBundle((await ledger.readLog('/log/tile/entries/001.p/44'))!.body);
    expect(bundle.map((entry) => Buffer.from(entry).toString())).toEqual(
      drafts.slice(256).map(({ entry }) => JSON.stringify(entry)),
    );
    for (const path of [
      '/log/tile/0/001',
      '/log/tile/0/001.p/45',
      '/log/tile/1/000',
      '/log/tile/2/000.p/1',
      '/log/../ledger.db',
      '/tile/0/000',
      '/log/',
    ]) {
      expect(await ledger.readLog(path)).toBeNull();
    }
  });

  it('grows consistently over restarts', async () => {
    const checkpoints: { size: number; root: Uint8Array }[] = [];
    for (let round = 0; round < 3; round += 1) {
      const ledger = await folder.open();
      await ledger.append(Array.from({ length: 130 }, () => configDraft(ledger.instance)));
      await ledger.close();
      const reader = openReader(folder.dataDir);
      checkpoints.push((await reader.latestCheckpoint())!);
      await reader.close();
    }
    const { proveConsistency } = await import('@fairlead/core/ledger');
    const { storeTiles } = await import('./sealer.ts');
    const reader = openReader(folder.dataDir);
    const [first, , third] = checkpoints;
    const proof = await proveConsistency(nodeHash, storeTiles(reader), first!.size, third!.size);
    const claim = {
      oldSize: first!.size,
      newSize: third!.size,
      oldRoot: first!.root,
      newRoot: third!.root,
      proof,
    };
    expect(verifyConsistency(nodeHash, claim)).toBe(true);
    await reader.close();
  });

  it('gives evidence of one entry that stands on its own', async () => {
    const ledger = await folder.open();
    const decision = decisionDraft(ledger.instance);
    await ledger.append([configDraft(ledger.instance), decision]);
    await ledger.close();
    const evidence = await proveEntry(folder.dataDir, decision.op);
    expect(await verifyEvidence(evidence, ledger.vkey)).toMatchObject({
      index: 1,
      size: 2,
      entry: JSON.stringify(decision.entry),
    });
    const other = ledgerFolder();
    const foreign = await other.open();
    expect(await verifyEvidence(evidence, foreign.vkey)).toHaveProperty('refused');
    await other.remove();
    await expect(proveEntry(folder.dataDir, 'nonsense')).rejects.toEqual(refused('ledger.entry-unknown'));
  });
});

import { randomBytes, randomUUID } from 'node:crypto';
import { existsSync, mkdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { type LedgerFolder, ledgerFolder } from '../../../../../test/setup/ledger.ts';
import { openSqlite } from '../../platform/db/index.ts';
import type { LedgerView } from '../ledger/reading/api.ts';
import { openAudit } from './create.ts';
import { createFollower } from './follow.ts';
import { createAuditIndex } from './index-queries.ts';
import { openAuditStore } from './store-sql.ts';
import { config, decision, outcome, stored } from './testing/entries.ts';
import { startAuditWorker } from './worker-host.ts';

/** A log in memory that tests change. */
function memoryLog(origin = 'log') {
  const state = { origin, entries: [...stored([config('a'), config('b'), config('c')])], reads: 0 };
  const view: LedgerView = {
    origin: async () => state.origin,
    size: async () => state.entries.length,
    signedSize: async () => state.entries.length,
    async readEntries(from, limit) {
      state.reads += 1;
      return state.entries.slice(from, from + limit);
    },
    findEntry: async (id) => state.entries.find((entry) => entry.id === id) ?? null,
    prove: async () => null,
    close: async () => undefined,
  };
  return { state, view };
}

describe('following a log', () => {
  it('takes every entry in once, however many ask', async () => {
    const store = await openAuditStore({ kind: 'sqlite', file: ':memory:' });
    const { state, view } = memoryLog();
    const follower = createFollower(store, view);
    await Promise.all([follower.catchUp(10), follower.catchUp(10), follower.catchUp(1)]);
    state.entries.push(...stored([config('d')], 3));
    expect(await follower.catchUp(10)).toEqual({ indexed: 4, size: 4 });
    expect((await store.facets()).kinds).toEqual([{ value: 'config', count: 4 }]);
    await store.close();
  });

  it('leaves entries for later while fewer than asked for wait', async () => {
    const store = await openAuditStore({ kind: 'sqlite', file: ':memory:' });
    const { state, view } = memoryLog();
    const follower = createFollower(store, view);
    expect(await follower.catchUp(10, 4)).toEqual({ indexed: 0, size: 3 });
    expect((await store.state()).next).toBe(0);
    state.entries.push(...stored([config('d')], 3));
    expect(await follower.catchUp(10, 4)).toEqual({ indexed: 4, size: 4 });
    await store.close();
  });

  it('answers with what it has while the disk is full, of its own log alone', async () => {
    const store = await openAuditStore({ kind: 'sqlite', file: ':memory:' });
    const { state, view } = memoryLog();
    await createFollower(store, view).catchUp(10);
    state.entries.push(...stored([config('d')], 3));
    let code = 'SQLITE_FULL';
    const fail = () => Promise.reject(Object.assign(new Error('no'), { code }));
    const follower = createFollower({ ...store, write: fail, reset: fail }, view);
    expect(await follower.catchUpIfRoom(10)).toEqual({ indexed: 3, size: 4 });
    await expect(follower.catchUp(10)).rejects.toMatchObject({ code });
    code = 'SQLITE_IOERR';
    await expect(follower.catchUpIfRoom(10)).rejects.toMatchObject({ code });
    code = 'SQLITE_FULL';
    state.origin = 'another';
    await expect(follower.catchUpIfRoom(10)).rejects.toMatchObject({ code });
    await store.close();
  });

  it('takes in what comes without being asked', async () => {
    const store = await openAuditStore({ kind: 'sqlite', file: ':memory:' });
    const { state, view } = memoryLog();
    const onFailed = (error: unknown) => expect.unreachable(String(error));
    const index = createAuditIndex(store, view, { pollMs: 2, onFailed });
    await expect.poll(async () => (await store.state()).next).toBe(3);
    state.entries.push(...stored([config('d')], 3));
    await expect.poll(async () => (await store.state()).next).toBe(4);
    await index.close();
  });

  it('goes on where it was, and begins again for another log, a shorter or a changed one', async () => {
    const store = await openAuditStore({ kind: 'sqlite', file: ':memory:' });
    const { state, view } = memoryLog();
    await createFollower(store, view).catchUp(2);
    state.reads = 0;
    expect(await createFollower(store, view).catchUp(10)).toEqual({ indexed: 3, size: 3 });
    expect(state.reads).toBe(2);

    state.entries = [...stored([config('x'), config('y'), config('z'), config('w')])];
    await createFollower(store, view).catchUp(10);
    expect((await store.rows({}, 10)).map(({ id }) => id)).toEqual(
      state.entries.map(({ id }) => id).reverse(),
    );
    state.entries.length = 1;
    await createFollower(store, view).catchUp(10);
    expect(await store.rows({}, 10)).toHaveLength(1);
    state.origin = 'another';
    await createFollower(store, view).catchUp(10);
    expect(await store.state()).toMatchObject({ origin: 'another', next: 1 });
    await store.close();
  });

  it('goes on after a failure without counting anything twice', async () => {
    const store = await openAuditStore({ kind: 'sqlite', file: ':memory:' });
    const { view } = memoryLog();
    let fail = true;
    const follower = createFollower(
      {
        ...store,
        async write(batch) {
          const written = await store.write(batch);
          if (fail) throw new Error('the connection broke after the commit');
          return written;
        },
      },
      view,
    );
    await expect(follower.catchUp(10)).rejects.toThrow('broke');
    fail = false;
    expect(await follower.catchUp(10)).toEqual({ indexed: 3, size: 3 });
    expect((await store.facets()).kinds).toEqual([{ value: 'config', count: 3 }]);
    await store.close();
  });

  it('passes over bytes that are no JSON, and kinds it does not know', async () => {
    const store = await openAuditStore({ kind: 'sqlite', file: ':memory:' });
    const { state, view } = memoryLog();
    const [odd, later] = stored([config('d'), { ...config('e'), kind: 'gate' } as never], 3);
    state.entries.push({ ...odd!, bytes: Buffer.from('{') }, later!);
    await createFollower(store, view).catchUp(10);
    expect((await store.rows({}, 2)).map(({ title }) => title)).toEqual([
      'An entry of the kind gate.',
      'An entry that is not readable.',
    ]);
    await store.close();
  });
});

describe('the read model of a data folder', () => {
  let folder: LedgerFolder;
  beforeEach(() => {
    folder = ledgerFolder();
  });
  afterEach(() => folder.remove());
  const quiet = () => undefined;

  it('answers with what was durable when asked, beside the writer', async () => {
    const ledger = await folder.open();
    const audit = await openAudit(folder.dataDir, quiet);
    for (let round = 0; round < 20; round += 1) {
      const call = decision();
      await ledger.append([{ entry: call }]);
      expect(await audit.entry(call.id)).toMatchObject({ row: { outcome: null } });
      await ledger.append([{ entry: outcome(call.id) }]);
      const found = await audit.entry(call.id);
      expect(found?.row.outcome).toBe('completed');
      expect(JSON.parse(found!.json)).toEqual(call);
      expect(found?.related.map(({ kind }) => kind)).toEqual(['outcome']);
    }
    expect(await audit.progress()).toEqual({ indexed: 40, size: 40 });
    await audit.close();
  });

  it('is built again when it was deleted, or belongs to another ledger', async () => {
    const ledger = await folder.open();
    await ledger.append(Array.from({ length: 700 }, () => ({ entry: config('x') })));
    const file = join(folder.dataDir, 'metrics.db');
    const first = await openAudit(folder.dataDir, quiet);
    expect((await first.entries({}, 1)).rows[0]?.index).toBe(699);
    await first.close();
    for (const suffix of ['', '-wal', '-shm']) rmSync(`${file}${suffix}`, { force: true });
    const second = await openAudit(folder.dataDir, quiet);
    expect((await second.facets()).kinds).toEqual([{ value: 'config', count: 700 }]);
    await second.close();
    const database = openSqlite(file);
    database.prepare('update audit_state set origin = ?').run('somewhere/else');
    database.prepare("update audit_entries set title = 'made up'").run();
    database.close();
    const third = await openAudit(folder.dataDir, quiet);
    expect((await third.entries({}, 200)).rows.every(({ title }) => title !== 'made up')).toBe(true);
    await third.close();
  });

  const damages: readonly (readonly [string, (bytes: Buffer) => Buffer])[] = [
    ['is no database', ({ length }) => randomBytes(length)],
    ['is cut off', (bytes) => bytes.subarray(0, 4_096 * 5)],
    ['is unreadable behind its first page', (bytes) => Buffer.from(bytes).fill(0xff, 4_096)],
  ];

  it.each(damages)('is set aside and built again when its file %s', async (_, damage) => {
    const ledger = await folder.open();
    await ledger.append(Array.from({ length: 700 }, () => ({ entry: config('x') })));
    const file = join(folder.dataDir, 'metrics.db');
    const first = await openAudit(folder.dataDir, quiet);
    await first.facets();
    await first.close();
    const damaged = damage(readFileSync(file));
    writeFileSync(file, damaged);
    const said: string[] = [];
    const second = await openAudit(folder.dataDir, (_level, message) => said.push(message));
    await expect
      .poll(() => second.facets().catch(() => null))
      .toMatchObject({ kinds: [{ value: 'config', count: 700 }] });
    await second.close();
    expect(said.join()).toContain('built again');
    expect(existsSync(`${file}.damaged`)).toBe(true);
  });

  it('is opened later where it can’t be opened yet, and leaves a damaged ledger alone', async () => {
    const ledger = await folder.open();
    await ledger.append([{ entry: config('x') }]);
    const file = join(folder.dataDir, 'metrics.db');
    mkdirSync(file);
    const said: string[] = [];
    const setup = { dataDir: folder.dataDir, file, pollMs: 20, retryMs: 20 };
    const audit = await startAuditWorker(setup, (message) => said.push(message));
    await expect(audit.facets()).rejects.toMatchObject({ code: 'audit.unavailable' });
    rmSync(file, { recursive: true });
    const kinds = { kinds: [{ value: 'config', count: 1 }] };
    await expect.poll(() => audit.facets().catch(() => null)).toMatchObject(kinds);
    await audit.close();
    await ledger.close();
    expect(said).toHaveLength(1);
    writeFileSync(join(folder.dataDir, 'ledger.db'), randomBytes(8_192));
    const other = await startAuditWorker(setup, quiet);
    await expect(other.facets()).rejects.toMatchObject({ code: 'audit.unavailable' });
    await other.close();
    expect(existsSync(`${file}.damaged`)).toBe(false);
  });

  it('pages without gap or repetition while entries are added', async () => {
    const ledger = await folder.open();
    await ledger.append(Array.from({ length: 55 }, () => ({ entry: config('x') })));
    const audit = await openAudit(folder.dataDir, quiet);
    const seen: number[] = [];
    for (let before: number | null | undefined; before !== null; ) {
      const page = await audit.entries(before === undefined ? {} : { before }, 10);
      seen.push(...page.rows.map(({ index }) => index));
      before = page.next;
      await ledger.append([{ entry: config('y') }]);
    }
    expect(seen).toEqual(Array.from({ length: 55 }, (_, at) => 54 - at));
    await audit.close();
  });

  it('says that it is unavailable instead of hanging', async () => {
    const nowhere = await openAudit(join(folder.path, 'nowhere'), quiet);
    await expect(nowhere.facets()).rejects.toMatchObject({ code: 'audit.unavailable' });
    await nowhere.close();
    const ledger = await folder.open();
    await ledger.append([{ entry: config('x') }]);
    const audit = await openAudit(folder.dataDir, quiet);
    await audit.close();
    await expect(audit.facets()).rejects.toMatchObject({ code: 'audit.unavailable' });
    await audit.close();
    expect(await ledger.append([{ entry: config(randomUUID()) }])).toHaveLength(1);
  });
});

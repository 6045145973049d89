import { join } from 'node:path';
import Database from 'better-sqlite3';
import pg from 'pg';
import { afterEach, beforeEach, expect, it, vi } from 'vitest';
import { refuseLeftFolder, refuseOtherStore } from '../../packages/server/src/app/places.ts';
import type { AppOptions } from '../../packages/server/src/app/types.ts';
import { openLedger } from '../../packages/server/src/features/ledger/create.ts';
import { configDraft, decisionDraft } from '../../packages/server/src/features/ledger/testing/entries.ts';
import {
  type LedgerFolder,
  ledgerFolder,
} from '../../packages/server/src/features/ledger/testing/folders.ts';
import { giveUpMove, moveToPostgres } from '../../packages/server/src/features/migrate/cli.ts';
import { createPostgresDatabase, describePostgres, type TestDatabase } from '../setup/database.ts';

vi.setConfig({ testTimeout: 60_000 });

describePostgres('a data folder that was moved goes to one database', () => {
  let folder: LedgerFolder;
  let database: TestDatabase;
  let second: TestDatabase;
  let admin: pg.Client;
  beforeEach(async () => {
    folder = ledgerFolder();
    [database, second] = [await createPostgresDatabase(), await createPostgresDatabase()];
    admin = new pg.Client(database.url);
    await admin.connect();
  });
  afterEach(async () => {
    await admin.end();
    await database.drop();
    await second.drop();
    await folder.remove();
  });
  const fill = async () => {
    const ledger = await folder.open();
    await ledger.append([decisionDraft(ledger.instance)]);
    await ledger.close();
  };
  const options = (url = database.url) => ({ dataDir: folder.dataDir, url });
  const move = () => moveToPostgres(options());
  const elsewhere = () => moveToPostgres(options(second.url));
  const nameOf = (url: string) => new URL(url).pathname.slice(1);
  const isEmpty = async (url: string) => {
    const client = new pg.Client(url);
    await client.connect();
    const { rowCount } = await client.query(
      "select 1 from pg_class where relnamespace = 'public'::regnamespace",
    );
    await client.end();
    return rowCount === 0;
  };
  const change = (sql: string) => {
    const ledger = new Database(join(folder.dataDir, 'ledger.db'));
    ledger.exec(sql);
    ledger.close();
  };
  /** As a kill leaves it between the commit and the mark. */
  const forgetTheEnd = () => change("delete from schema_migrations where area = 'moved'");
  const unfinished = {
    code: 'store.move-unfinished',
    message: expect.stringContaining('was begun'),
    fix: expect.stringMatching(/same database[\s\S]*--give-up/),
  };

  it('and is refused a second, also under another name, which is told without the account', async () => {
    await fill();
    await move();
    const refused = await elsewhere().catch((error: unknown) => error as Error);
    expect(refused).toMatchObject({ code: 'store.moved-elsewhere' });
    const { message } = refused as Error;
    expect(message).toContain(`${nameOf(database.url)} on `);
    expect(message).toContain(nameOf(second.url));
    const { username, password } = new URL(database.url);
    expect(message).not.toContain(`${username}:`);
    if (password !== '') expect(message).not.toContain(password);
    expect(await isEmpty(second.url)).toBe(true);
    await admin.query('drop schema public cascade; create schema public');
    const sameByAnotherName = new URL(database.url);
    sameByAnotherName.searchParams.set('application_name', 'another');
    expect(await moveToPostgres(options(sameByAnotherName.href))).toMatchObject({ ok: true });
    await expect(elsewhere()).rejects.toMatchObject({ code: 'store.moved-elsewhere' });
  });

  it('and is refused a second where it was moved by a version that did not say where', async () => {
    await fill();
    await move();
    change("delete from schema_migrations where area = 'move-target'");
    await expect(elsewhere()).rejects.toMatchObject({ code: 'store.moved-elsewhere' });
    expect(await isEmpty(second.url)).toBe(true);
  });

  it('where a kill came between commit and mark: nobody goes on, and moving again finds the copy', async () => {
    await fill();
    const first = await move();
    forgetTheEnd();
    await expect(folder.open()).rejects.toMatchObject(unfinished);
    const onDatabase = { dataDir: folder.dataDir, database: database.url } as AppOptions;
    expect(() => refuseOtherStore(onDatabase)).toThrow(expect.objectContaining(unfinished));
    expect(() => refuseLeftFolder(folder.dataDir)).toThrow(expect.objectContaining(unfinished));
    await expect(elsewhere()).rejects.toMatchObject(unfinished);
    await expect(giveUpMove(options(second.url))).rejects.toMatchObject(unfinished);
    expect(await move()).toMatchObject(first);
    await expect(folder.open()).rejects.toMatchObject({ code: 'store.moved' });
    forgetTheEnd();
    await expect(giveUpMove(options())).rejects.toMatchObject({ code: 'store.moved' });
    await expect(folder.open()).rejects.toMatchObject({ code: 'store.moved' });
  });

  it('finds the copy also after the log went on there', async () => {
    await fill();
    const { size, root } = await move();
    forgetTheEnd();
    const opening = { ...folder, clock: { now: Date.now }, database: { url: database.url, maySign: true } };
    const ledger = await openLedger(opening);
    await ledger.append([configDraft(ledger.instance)]);
    await ledger.close();
    const found = await move();
    expect(found).toMatchObject({ ok: true, size, root });
    expect(found.tables.ledger_entries).toBeGreaterThan(size);
    await expect(folder.open()).rejects.toMatchObject({ code: 'store.moved' });
  });

  it('and goes on by itself where that is said, once that database is seen to hold nothing of it', async () => {
    await fill();
    await move();
    forgetTheEnd();
    await admin.query('drop schema public cascade; create schema public');
    const away = 'postgres://someone:password-1@127.0.0.1:1/none';
    await expect(giveUpMove(options(away))).rejects.toMatchObject({ code: 'store.database-unreachable' });
    await expect(folder.open()).rejects.toMatchObject(unfinished);
    expect(await giveUpMove(options())).toMatchObject({ ok: false, tables: {}, problems: [] });
    await (await folder.open()).close();
    expect(await elsewhere()).toMatchObject({ ok: true });
    await expect(giveUpMove(options(second.url))).rejects.toMatchObject({ code: 'store.moved' });
  });
});

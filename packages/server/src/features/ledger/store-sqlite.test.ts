import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import Database from 'better-sqlite3';
import { describe, expect, it, vi } from 'vitest';
import { openSqliteReader, openSqliteWriter } from './sqlite-open.ts';
import { sqliteStore } from './store-sqlite.ts';
import { storeContract } from './testing/store-contract.ts';

describe('SQLite store, in memory', () => {
  storeContract(async () => ({
    store: sqliteStore(openSqliteWriter(':memory:')),
    remove: async () => undefined,
  }));
});

describe('SQLite store, in a file', () => {
  storeContract(async () => {
    const folder = mkdtempSync(join(tmpdir(), 'fairlead-store-'));
    return {
      store: sqliteStore(openSqliteWriter(join(folder, 'ledger.db'))),
      remove: async () => rmSync(folder, { recursive: true, force: true }),
    };
  });
});

describe('opening', () => {
  it.each(['journal_mode', 'synchronous'])('is refused where %s does not become durable', (setting) => {
    const folder = mkdtempSync(join(tmpdir(), 'fairlead-store-'));
    const file = join(folder, 'ledger.db');
    const { pragma } = Database.prototype;
    const other = vi.spyOn(Database.prototype, 'pragma').mockImplementation(function (
      this: Database.Database,
      text: string,
      options?: Database.PragmaOptions,
    ) {
      return text === setting ? 'other' : pragma.call(this, text, options);
    });
    try {
      expect(() => openSqliteWriter(file)).toThrow(expect.objectContaining({ code: 'store.not-durable' }));
    } finally {
      other.mockRestore();
    }
    // The refusal let go of the file.
    openSqliteWriter(file).close();
    rmSync(folder, { recursive: true, force: true });
  });

  it('is durable, exclusive for writers and open to readers', () => {
    const folder = mkdtempSync(join(tmpdir(), 'fairlead-store-'));
    const file = join(folder, 'ledger.db');
    const writer = openSqliteWriter(file);
    expect(writer.database.pragma('journal_mode', { simple: true })).toBe('wal');
    expect(writer.database.pragma('synchronous', { simple: true })).toBe(2);
    expect(() => openSqliteWriter(file)).toThrow(expect.objectContaining({ code: 'store.locked' }));
    const reader = openSqliteReader(file);
    expect(() => reader.exec('delete from entries')).toThrow(/readonly/);
    reader.close();
    writer.close();
    openSqliteWriter(file).close();
    rmSync(folder, { recursive: true, force: true });
  });

  it('refuses to go on from a write-ahead log that a reader keeps from being folded in', () => {
    const folder = mkdtempSync(join(tmpdir(), 'fairlead-store-'));
    const file = join(folder, 'ledger.db');
    openSqliteWriter(file).close();
    const [reader, other] = [new Database(file), new Database(file)];
    reader.exec('begin');
    reader.prepare('select count(*) from entries').get();
    other.exec("insert into log_identity (one, origin, vkey) values (1, 'o', 'v')");
    expect(() => openSqliteWriter(file)).toThrow(
      expect.objectContaining({ code: 'store.locked', message: expect.stringContaining('folded in') }),
    );
    for (const database of [reader, other]) database.close();
    openSqliteWriter(file).close();
    rmSync(folder, { recursive: true, force: true });
  }, 240_000);

  it('refuses what is no database', () => {
    expect(() => openSqliteReader('/nowhere/ledger.db')).toThrow(
      expect.objectContaining({ code: 'ledger.not-found' }),
    );
    const folder = mkdtempSync(join(tmpdir(), 'fairlead-store-'));
    const file = join(folder, 'ledger.db');
    writeFileSync(file, 'this is not a database, and is long enough to be told apart from an empty one');
    expect(() => openSqliteWriter(file)).toThrow(expect.objectContaining({ code: 'ledger.corrupt' }));
    expect(() => openSqliteReader(file)).toThrow(expect.objectContaining({ code: 'ledger.corrupt' }));
    writeFileSync(file, '');
    expect(() => openSqliteReader(file)).toThrow(expect.objectContaining({ code: 'ledger.not-found' }));
    rmSync(folder, { recursive: true, force: true });
  });
});

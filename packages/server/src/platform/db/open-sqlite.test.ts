import { existsSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { type TemporaryFolder, temporaryFolder } from '../../../../../test/setup/database.ts';
import { openSqlite, refuseNetworkFilesystem } from './index.ts';

let folder: TemporaryFolder;
beforeEach(() => {
  folder = temporaryFolder();
});
afterEach(() => folder.remove());

describe('openSqlite', () => {
  it('is durable on every connection', () => {
    const file = join(folder.path, 'a.db');
    for (const database of [openSqlite(file), openSqlite(file)]) {
      expect(database.pragma('journal_mode', { simple: true })).toBe('wal');
      expect(database.pragma('synchronous', { simple: true })).toBe(2);
      database.close();
    }
  });

  it('opens read-only beside the writer, and refuses to write there', () => {
    const file = join(folder.path, 'a.db');
    const writer = openSqlite(file);
    writer.exec('create table t (x int) strict; insert into t values (1)');
    const reader = openSqlite(file, { readonly: true });
    expect(reader.prepare('select x from t').all()).toEqual([{ x: 1 }]);
    expect(() => reader.exec('insert into t values (2)')).toThrow(/readonly|attempt to write/i);
    reader.close();
    writer.close();
  });

  it('says that a store is absent instead of making one', () => {
    const file = join(folder.path, 'absent.db');
    expect(() => openSqlite(file, { readonly: true })).toThrowError(
      expect.objectContaining({ code: 'store.unreadable', place: { file } }),
    );
    expect(existsSync(file)).toBe(false);
  });

  it('refuses a file that is no database', () => {
    const file = join(folder.path, 'junk.db');
    writeFileSync(file, 'x'.repeat(4096));
    expect(() => openSqlite(file)).toThrowError(
      expect.objectContaining({
        code: 'store.damaged',
        message: expect.stringContaining('junk.db is damaged (SQLITE_NOTADB)'),
        place: { file },
      }),
    );
  });
});

describe.skipIf(process.platform !== 'linux')('network filesystems (known on Linux only)', () => {
  it('are refused by type, local ones are not', () => {
    const file = join(folder.path, 'a.db');
    for (const type of [0x6969, 0xff534d42, 0xff534d42 | 0, 0xfe534d42]) {
      expect(() => refuseNetworkFilesystem(file, () => type)).toThrowError(
        expect.objectContaining({ code: 'store.network-filesystem' }),
      );
    }
    refuseNetworkFilesystem(file, () => 0xef53);
    refuseNetworkFilesystem(file);
  });
});

import Database from 'better-sqlite3';
import pg from 'pg';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import {
  createPostgresDatabase,
  describePostgres,
  type TestDatabase,
} from '../../../../../test/setup/database.ts';
import { type Migration, migratePostgres, migrateSqlite } from './migrations.ts';

const first: Migration = {
  id: '0001-things',
  sqlite: ['create table things (id text primary key) strict'],
  postgres: ['create table things (id text primary key)'],
};
const second: Migration = {
  id: '0002-size',
  sqlite: ['alter table things add column size integer'],
  postgres: ['alter table things add column size integer'],
};
const broken: Migration = {
  id: '0003-broken',
  sqlite: ['create table extra (id text) strict', 'create nonsense'],
  postgres: ['create table extra (id text)', 'create nonsense'],
};

describe('migrateSqlite', () => {
  it('applies each step once', () => {
    const database = new Database(':memory:');
    expect(migrateSqlite(database, [first])).toEqual(['0001-things']);
    expect(migrateSqlite(database, [first, second])).toEqual(['0002-size']);
    expect(migrateSqlite(database, [first, second])).toEqual([]);
    database.exec("insert into things (id, size) values ('a', 1)");
  });

  it('refuses a store that a newer version wrote', () => {
    const database = new Database(':memory:');
    migrateSqlite(database, [first, second]);
    expect(() => migrateSqlite(database, [first])).toThrowError(
      expect.objectContaining({ code: 'server.schema-newer', message: expect.stringContaining('0002-size') }),
    );
  });

  it('leaves nothing of a step that fails', () => {
    const database = new Database(':memory:');
    expect(() => migrateSqlite(database, [first, broken])).toThrow(/nonsense/);
    expect(
      database.prepare("select name from sqlite_master where name in ('things', 'extra')").all(),
    ).toEqual([]);
    expect(migrateSqlite(database, [first])).toEqual(['0001-things']);
  });

  it('keeps stores in one file apart by area', () => {
    const database = new Database(':memory:');
    migrateSqlite(database, [first], 'one');
    const other: Migration = {
      id: '0001-other',
      sqlite: ['create table other (id text) strict'],
      postgres: [],
    };
    expect(migrateSqlite(database, [other], 'two')).toEqual(['0001-other']);
    expect(migrateSqlite(database, [first], 'one')).toEqual([]);
  });

  it('refuses steps that are out of order', () => {
    expect(() => migrateSqlite(new Database(':memory:'), [second, first])).toThrow(/out of order/);
  });
});

describePostgres('migratePostgres', () => {
  let database: TestDatabase;
  let pool: pg.Pool;

  beforeAll(async () => {
    database = await createPostgresDatabase();
    pool = new pg.Pool({ connectionString: database.url });
  });
  afterAll(async () => {
    await pool.end();
    await database.drop();
  });

  it('applies each step once, also when replicas start together', async () => {
    const runs = await Promise.all(Array.from({ length: 5 }, () => migratePostgres(pool, [first, second])));
    expect(runs.filter((applied) => applied.length > 0)).toEqual([['0001-things', '0002-size']]);
  });

  it('takes a single client too and keeps areas apart', async () => {
    const client = new pg.Client(database.url);
    await client.connect();
    const other: Migration = { id: '0001-other', sqlite: [], postgres: ['create table other (id text)'] };
    expect(await migratePostgres(client, [other], 'elsewhere')).toEqual(['0001-other']);
    await client.end();
  });

  it('refuses a newer schema and leaves nothing of a step that fails', async () => {
    await expect(migratePostgres(pool, [first])).rejects.toMatchObject({ code: 'server.schema-newer' });
    await expect(migratePostgres(pool, [first, second, broken])).rejects.toThrow(/nonsense/);
    const { rows } = await pool.query("select to_regclass('extra') as name");
    expect(rows).toEqual([{ name: null }]);
  });
});

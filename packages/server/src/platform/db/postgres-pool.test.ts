import { createServer, type Server } from 'node:net';
import pg from 'pg';
import { afterEach, beforeEach, expect, it } from 'vitest';
import {
  createPostgresDatabase,
  describePostgres,
  type TestDatabase,
} from '../../../../../test/setup/database.ts';
import { isDatabaseAway, openPool, openSession, openState } from './index.ts';

/** A query that is given up after a while; the others of a test may take as long as a busy disk needs. */
const sleeping = { text: 'select pg_sleep(60)', query_timeout: 1_000 };

describePostgres('sessions with one of several hosts', () => {
  let database: TestDatabase;
  /** Takes connections and never answers. */
  let silent: Server;
  let port: string;
  const closing: (() => Promise<unknown>)[] = [];

  beforeEach(async () => {
    database = await createPostgresDatabase();
    silent = createServer(() => undefined).listen(0, '127.0.0.1');
    await new Promise((done) => silent.once('listening', done));
    port = String((silent.address() as { port: number }).port);
  });
  afterEach(async () => {
    for (const step of closing.splice(0).reverse()) await step();
    silent.close();
    await database.drop();
  });

  const behind = (host: string) => database.url.replace('127.0.0.1', `${host},127.0.0.1`);

  const asAdmin = async (sql: string) => {
    const client = new pg.Client(database.url);
    await client.connect();
    await client.query(sql).finally(() => client.end());
  };

  it('pass over one that is gone or silent, in a pool and alone, and remember where the primary was', async () => {
    for (const dead of ['127.0.0.1:1', `127.0.0.1:${port}`]) {
      const pool = openPool({ connectionString: behind(dead), max: 2, connectionTimeoutMillis: 3_000 });
      closing.push(() => pool.end());
      const asked = await Promise.all([pool.query('select 1 as one'), pool.query('select 1 as one')]);
      expect(asked.map(({ rows }) => rows[0])).toEqual([{ one: 1 }, { one: 1 }]);
      const session = await openSession(behind(dead), { connectionTimeoutMillis: 3_000 });
      closing.push(() => session.end());
      expect((await session.query('select 1 as one')).rows).toEqual([{ one: 1 }]);
    }
  });

  it('are away where no host takes writes, be it one; who only reads gets a session there', async () => {
    const name = new URL(database.url).pathname.slice(1);
    await asAdmin(`alter database ${name} set default_transaction_read_only = on`);
    for (const url of [database.url, behind('127.0.0.1:1')]) {
      const pool = openPool({ connectionString: url, max: 1 });
      closing.push(() => pool.end());
      for (const ask of [() => pool.query('select 1'), () => openSession(url)]) {
        const error = await ask().catch((failure: unknown) => failure);
        expect(isDatabaseAway(error), String(error)).toBe(true);
      }
      const reading = await openSession(url, { readsOnly: true });
      closing.push(() => reading.end());
      expect((await reading.query('select 1 as one')).rows).toEqual([{ one: 1 }]);
    }
  });

  it('are not tried elsewhere with a password that is wrong', async () => {
    const url = behind('127.0.0.1').replace(/:[^:@]+@/, ':another@');
    await expect(openSession(url)).rejects.toMatchObject({ code: '28P01' });
  });

  it('do not stay in the pool when they turned read-only, nor when they did not answer in time', async () => {
    const pool = openPool({ connectionString: database.url, max: 1 });
    closing.push(() => pool.end());
    const session = await pool.connect();
    await session.query('set default_transaction_read_only = on');
    await expect(session.query('create table x (n int)')).rejects.toMatchObject({ code: '25006' });
    session.release();
    await pool.query('create table x (n int)');
    const hanging = await pool.connect();
    await expect(hanging.query(sleeping)).rejects.toThrow('Query read timeout');
    hanging.release();
    expect((await pool.query('select 1 as one')).rows).toEqual([{ one: 1 }]);
  });

  it('that are idle are given up with one that did not answer in time', async () => {
    const pool = openPool({ connectionString: database.url, max: 3 });
    closing.push(() => pool.end());
    const [one, other, hanging] = [await pool.connect(), await pool.connect(), await pool.connect()];
    one.release();
    other.release();
    await expect(hanging.query(sleeping)).rejects.toThrow('Query read timeout');
    hanging.release();
    await expect.poll(() => pool.totalCount).toBe(0);
    expect((await pool.query('select 1 as one')).rows).toEqual([{ one: 1 }]);
    await expect(pool.query(sleeping)).rejects.toThrow('Query read timeout');
    expect((await pool.query('select 1 as one')).rows).toEqual([{ one: 1 }]);
  });

  it('serve the state as before', async () => {
    const state = await openState<{ n: { n: number } }>(
      { kind: 'postgres', url: behind('127.0.0.1:1') },
      'test',
      [{ id: '0001-n', sqlite: [], postgres: ['create table n (n int)'] }],
    );
    closing.push(() => state.close());
    await state.db.insertInto('n').values({ n: 1 }).execute();
    expect(await state.db.selectFrom('n').selectAll().execute()).toEqual([{ n: 1 }]);
  });
});

import { createServer } from 'node:net';
import { FairleadError } from '@fairlead/core/errors';
import pg from 'pg';
import { expect, it } from 'vitest';
import { createPostgresDatabase, describePostgres } from '../../../../../test/setup/database.ts';
import { describeDatabase, isDatabaseAway, openPool } from './index.ts';

const errorOf = async (running: Promise<unknown>) =>
  running.then(
    () => null,
    (error: unknown) => error,
  );

it('an unreachable database is away, and other errors are what they were', async () => {
  const server = createServer().listen(0, '127.0.0.1');
  await new Promise((done) => server.once('listening', done));
  const { port } = server.address() as { port: number };
  await new Promise((done) => server.close(done));
  const pool = openPool({ connectionString: `postgres://u:secret-word@127.0.0.1:${port}/d` });
  const refused = await errorOf(pool.query('select 1'));
  await pool.end();
  expect(isDatabaseAway(refused)).toBe(true);
  const told = describeDatabase(refused) as FairleadError;
  expect(told).toMatchObject({
    code: 'store.unavailable',
    status: 503,
    message: 'PostgreSQL: ECONNREFUSED.',
  });
  const others = [new TypeError('x'), new FairleadError('store.locked'), null, 'text'];
  for (const other of others) {
    expect(isDatabaseAway(other)).toBe(false);
    expect(describeDatabase(other)).toBe(other);
  }
});

describePostgres('errors of PostgreSQL', () => {
  it('are told by their code, without their text', async () => {
    const database = await createPostgresDatabase();
    const pool = openPool({ connectionString: database.url, max: 1 });
    const told = describeDatabase(await errorOf(pool.query("select 'secret-word'::int"))) as FairleadError;
    expect(told).toMatchObject({ code: 'store.unreadable', message: 'PostgreSQL: 22P02.' });
    expect(`${told.message}${told.fix}`).not.toContain('secret-word');
    const wrong = new URL(database.url);
    wrong.password = 'another';
    const other = new pg.Client(wrong.href);
    other.on('error', () => undefined);
    expect(describeDatabase(await errorOf(other.connect()))).toMatchObject({ message: 'PostgreSQL: 28P01.' });
    // One that is cut while it is used fails its query and nothing else.
    const sleeping = errorOf(pool.query('select pg_sleep(30)'));
    const admin = new pg.Client(database.url);
    await admin.connect();
    await expect
      .poll(
        async () =>
          (
            await admin.query(
              "select pg_terminate_backend(pid) from pg_stat_activity where datname = current_database() and query like 'select pg_sleep%'",
            )
          ).rowCount,
      )
      .toBe(1);
    expect(isDatabaseAway(await sleeping)).toBe(true);
    await admin.end();
    await pool.end();
    await database.drop();
  });
});

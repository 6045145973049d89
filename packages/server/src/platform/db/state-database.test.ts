import { existsSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { expect, it } from 'vitest';
import { describeDatabase, isDiskFull, type Migration, openState } from './index.ts';

const counters: Migration = {
  id: '0001-counters',
  sqlite: ['create table counters (name text primary key, value integer not null) strict'],
  postgres: ['create table counters (name text primary key, value bigint not null)'],
};

it('lets two connections read and then write in turn, without refusing either', async () => {
  const folder = mkdtempSync(join(tmpdir(), 'fairlead-state-'));
  const open = () =>
    openState<{ counters: { name: string; value: number } }>(
      { kind: 'sqlite', file: join(folder, 'state.db') },
      'counters',
      [counters],
    );
  const [one, other] = [await open(), await open()];
  await one.db.insertInto('counters').values({ name: 'all', value: 0 }).execute();
  await one.db.transaction().execute(async (transaction) => {
    const { value } = await transaction.selectFrom('counters').select('value').executeTakeFirstOrThrow();
    // The other one has a right to write between two statements of ours, if it can.
    other.sqlite?.pragma('busy_timeout = 0');
    const theirs = await other.db
      .updateTable('counters')
      .set({ value: 10 })
      .execute()
      .then(
        () => 'written',
        (error: { code?: string }) => error.code,
      );
    expect(theirs).toBe('SQLITE_BUSY');
    await transaction
      .updateTable('counters')
      .set({ value: value + 1 })
      .execute();
  });
  expect(await other.db.selectFrom('counters').select('value').execute()).toEqual([{ value: 1 }]);
  await one.close();
  await other.close();
  rmSync(folder, { recursive: true });
});

it('tells of a disk that is full in a transaction, and goes on when there is room', async () => {
  const state = await openState<{ counters: { name: string; value: number } }>(
    { kind: 'sqlite', file: ':memory:' },
    'counters',
    [counters],
  );
  const fill = () =>
    state.db.transaction().execute(async (transaction) => {
      for (let i = 0; i < 20; i += 1) {
        const name = `${i}${'x'.repeat(4_000)}`;
        await transaction.insertInto('counters').values({ name, value: i }).execute();
      }
    });
  const pages = Number(state.sqlite?.pragma('page_count', { simple: true }));
  state.sqlite?.pragma(`max_page_count = ${pages + 5}`);
  const refused = await fill().catch((error: unknown) => error);
  expect(refused).toMatchObject({ code: 'SQLITE_FULL' });
  expect([isDiskFull(refused), describeDatabase(refused)]).toMatchObject([true, { code: 'store.full' }]);
  expect(await state.db.selectFrom('counters').select('name').execute()).toEqual([]);
  state.sqlite?.pragma('max_page_count = 1000000');
  await fill();
  expect(await state.db.selectFrom('counters').select('name').execute()).toHaveLength(20);
  await state.close();
});

it('closes what was never asked anything too, which leaves no write-ahead log', async () => {
  const folder = mkdtempSync(join(tmpdir(), 'fairlead-state-'));
  const file = join(folder, 'state.db');
  const state = await openState({ kind: 'sqlite', file }, 'counters', [counters]);
  await state.close();
  await state.close();
  expect(existsSync(file)).toBe(true);
  expect(existsSync(`${file}-wal`)).toBe(false);
  rmSync(folder, { recursive: true });
});

it('names a file that is damaged behind its beginning', async () => {
  const folder = mkdtempSync(join(tmpdir(), 'fairlead-state-'));
  const file = join(folder, 'state.db');
  await (await openState({ kind: 'sqlite', file }, 'counters', [counters])).close();
  writeFileSync(file, readFileSync(file).fill(0xff, 4_096));
  await expect(openState({ kind: 'sqlite', file }, 'counters', [counters])).rejects.toMatchObject({
    code: 'store.damaged',
    place: { file },
  });
  rmSync(folder, { recursive: true });
});

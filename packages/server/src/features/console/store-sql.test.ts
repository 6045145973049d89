import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { createPostgresDatabase, describePostgres } from '../../../../../test/setup/database.ts';
import type { ConsoleStore } from './store.ts';
import { openConsoleStore } from './store-sql.ts';
import type { SessionRecord } from './types.ts';

const digest = (letter: string) => letter.repeat(64);
const link = { digest: digest('a'), principal: 'dana.moss', createdAt: 1_000, expiresAt: 2_000 };
const session: SessionRecord = {
  id: '0'.repeat(32),
  tokenDigest: digest('b'),
  principal: 'dana.moss',
  createdAt: 1_793_523_600_000,
  expiresAt: 1_793_566_800_000,
  seenAt: 1_793_523_600_000,
  generation: 0,
  rotatedAt: 1_793_523_600_000,
  endedAt: null,
};

function contract(open: () => Promise<{ store: ConsoleStore; remove(): Promise<void> }>): void {
  let store: ConsoleStore;
  let remove: () => Promise<void>;
  beforeEach(async () => {
    ({ store, remove } = await open());
  });
  afterEach(async () => {
    await store.close();
    await remove();
  });

  it('redeems a link once, before it is too old', async () => {
    await store.insertLink(link);
    expect(await store.redeemLink(digest('c'), 1_500)).toBeNull();
    expect(await store.redeemLink(link.digest, 2_000)).toBeNull();
    const answers = await Promise.all([1, 2, 3, 4].map(() => store.redeemLink(link.digest, 1_999)));
    expect(answers.filter((answer) => answer !== null)).toEqual(['dana.moss']);
    expect(await store.redeemLink(link.digest, 1_500)).toBeNull();
    await expect(store.insertLink(link)).rejects.toThrow();
  });

  it('keeps sessions as they are', async () => {
    expect(await store.session(session.id)).toBeNull();
    await store.insertSession(session);
    expect(await store.session(session.id)).toEqual(session);
    await store.touch(session.id, session.seenAt + 5);
    expect(await store.session(session.id)).toEqual({ ...session, seenAt: session.seenAt + 5 });
  });

  it('moves a session on to each generation once', async () => {
    await store.insertSession(session);
    const moved = await Promise.all([1, 2, 3].map(() => store.rotate(session.id, 1, 7)));
    expect(moved.filter(Boolean)).toHaveLength(1);
    expect(await store.session(session.id)).toMatchObject({ generation: 1, rotatedAt: 7 });
    expect(await store.rotate(session.id, 1, 8)).toBe(false);
    expect(await store.rotate('nobody', 1, 8)).toBe(false);
  });

  it('ends a session once; after that nothing about it changes', async () => {
    await store.insertSession(session);
    expect(await store.end(session.id, 9)).toBe(true);
    expect(await store.end(session.id, 10)).toBe(false);
    await store.touch(session.id, 11);
    expect(await store.rotate(session.id, 5, 11)).toBe(false);
    expect(await store.session(session.id)).toEqual({ ...session, endedAt: 9 });
  });

  it('forgets what can no longer be used', async () => {
    await store.insertSession(session);
    await store.forget(session.expiresAt);
    expect(await store.session(session.id)).not.toBeNull();
    await store.forget(session.expiresAt + 1);
    expect(await store.session(session.id)).toBeNull();
  });
}

describe('SQLite console store', () => {
  contract(async () => ({
    store: await openConsoleStore({ kind: 'sqlite', file: ':memory:' }),
    remove: async () => undefined,
  }));
});

describePostgres('PostgreSQL console store', () => {
  contract(async () => {
    const database = await createPostgresDatabase();
    return {
      store: await openConsoleStore({ kind: 'postgres', url: database.url }),
      remove: () => database.drop(),
    };
  });
});

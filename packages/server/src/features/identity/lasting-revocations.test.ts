import { expect, it } from 'vitest';
import { withLastingRevocations } from './lasting-revocations.ts';

const full = Object.assign(new Error('database or disk is full'), { code: 'SQLITE_FULL' });

function brokenStore() {
  const state = { works: false, revoked: [] as string[], closed: false };
  const store = {
    revokeKey: async (id: string, at: number) => {
      if (!state.works) throw full;
      state.revoked.push(`${id} ${at}`);
      return true;
    },
    keys: async () => ['a'],
    close: async () => {
      state.closed = true;
    },
  };
  return { state, store };
}

it('writes a revocation that found no room as soon as there is some, each once', async () => {
  const { state, store } = brokenStore();
  const lasting = withLastingRevocations(store, ['revokeKey'], 5);
  for (const id of ['a', 'b']) {
    await expect(lasting.revokeKey(id, 7)).rejects.toMatchObject({
      ...{ code: 'identity.revocation-pending', cause: full },
    });
  }
  await new Promise((done) => setTimeout(done, 50));
  expect(state.revoked).toEqual([]);
  state.works = true;
  await expect.poll(() => state.revoked, { timeout: 30_000 }).toEqual(['a 7', 'b 7']);
  expect(await lasting.revokeKey('c', 8)).toBe(true);
  await lasting.close();
  expect(state).toEqual({ works: true, revoked: ['a 7', 'b 7', 'c 8'], closed: true });
  expect(await lasting.keys()).toEqual(['a']);
});

it('tries once more before it closes, and closes whatever comes of it', async () => {
  for (const works of [true, false]) {
    const { state, store } = brokenStore();
    const lasting = withLastingRevocations(store, ['revokeKey'], 1e6);
    await expect(lasting.revokeKey('a', 7)).rejects.toThrow();
    state.works = works;
    await lasting.close();
    expect(state).toEqual({ works, revoked: works ? ['a 7'] : [], closed: true });
  }
});

import { afterEach, beforeEach, expect, it } from 'vitest';
import type { IdentityStore } from '../store.ts';
import type { KeyRecord, TokenRecord } from '../types.ts';

export function keyRecord(id: string, more: Partial<KeyRecord> = {}): KeyRecord {
  return {
    id,
    digest: `digest-of-${id}`,
    principal: 'dana.moss',
    repositories: ['github.com/acme/a', 'github.com/acme/b'],
    assistant: 'codex',
    device: null,
    vendor: null,
    label: null,
    createdAt: 1_000,
    expiresAt: 2_000_000_000_000,
    revokedAt: null,
    ...more,
  };
}

export function tokenRecord(id: string, more: Partial<TokenRecord> = {}): TokenRecord {
  const times = { createdAt: 1_000, expiresAt: 2_000_000_000_000, revokedAt: null };
  return { id, digest: `digest-of-${id}`, scope: 'metrics', label: null, ...times, ...more };
}

/** What every identity store must do. */
export function identityStoreContract(
  open: () => Promise<{ readonly store: IdentityStore; readonly remove: () => Promise<void> }>,
): void {
  let store: IdentityStore;
  let remove: () => Promise<void>;
  beforeEach(async () => {
    ({ store, remove } = await open());
  });
  afterEach(async () => {
    await store.close();
    await remove();
  });

  it('gives keys back as they were put in, oldest first', async () => {
    const late = keyRecord('k2', {
      createdAt: 3_000,
      device: 'laptop',
      vendor: 'openai',
      label: 'for the build',
    });
    const early = keyRecord('k1', { createdAt: 2_000 });
    await store.insertKey(late);
    await store.insertKey(early);
    expect(await store.keys()).toEqual([early, late]);
  });

  it('keeps ids and digests unique', async () => {
    await store.insertKey(keyRecord('k1'));
    await expect(store.insertKey(keyRecord('k1', { digest: 'another' }))).rejects.toThrow();
    await expect(store.insertKey(keyRecord('k2', { digest: 'digest-of-k1' }))).rejects.toThrow();
    expect(await store.keys()).toHaveLength(1);
  });

  it('revokes once, and only what is there', async () => {
    await store.insertKey(keyRecord('k1'));
    expect(await store.revokeKey('k1', 5_000)).toBe(true);
    expect(await store.revokeKey('k1', 6_000)).toBe(false);
    expect(await store.revokeKey('unknown', 6_000)).toBe(false);
    expect((await store.keys())[0]?.revokedAt).toBe(5_000);
  });

  it('does the same for tokens', async () => {
    const token = tokenRecord('t1', { scope: 'audit', label: 'for the auditor' });
    await store.insertToken(token);
    expect(await store.tokens()).toEqual([token]);
    expect(await store.revokeToken('t1', 5_000)).toBe(true);
    expect(await store.revokeToken('t1', 6_000)).toBe(false);
    expect((await store.tokens())[0]?.revokedAt).toBe(5_000);
  });

  it('gives one principal one pseudonym, also when asked twice at once', async () => {
    const given = await Promise.all(['p-1', 'p-2', 'p-3'].map((name) => store.pseudonym('dana.moss', name)));
    expect(new Set(given).size).toBe(1);
    expect(await store.pseudonym('dana.moss', 'p-4')).toBe(given[0]);
    expect(await store.pseudonym('ravi.kumar', 'p-5')).toBe('p-5');
  });

  it('takes names with quotes and markup as they are', async () => {
    const odd = `'); drop table identity_keys; -- <b>"`;
    await store.insertKey(keyRecord('k1', { label: odd, repositories: [odd] }));
    expect((await store.keys())[0]).toMatchObject({ label: odd, repositories: [odd] });
  });
}

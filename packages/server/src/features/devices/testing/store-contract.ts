import { afterEach, beforeEach, expect, it } from 'vitest';
import type { DeviceStore } from '../store.ts';
import type { CodeRecord, DeviceRecord } from '../types.ts';

export function codeRecord(id: string, more: Partial<CodeRecord> = {}): CodeRecord {
  const times = { loginExpiresAt: 2_000_000_000_000, createdAt: 1_000, expiresAt: 601_000, usedAt: null };
  return { id, digest: `digest-of-${id}`, principal: 'dana.moss', repositories: null, ...times, ...more };
}

export function deviceRecord(id: string, more: Partial<DeviceRecord> = {}): DeviceRecord {
  return {
    id,
    digest: `digest-of-${id}`,
    principal: 'dana.moss',
    repositories: null,
    name: 'laptop',
    codeId: `code-of-${id}`,
    createdAt: 1_000,
    expiresAt: 2_000_000_000_000,
    revokedAt: null,
    ...more,
  };
}

/** What every store of devices must do. */
export function deviceStoreContract(
  open: () => Promise<{ readonly store: DeviceStore; readonly remove: () => Promise<void> }>,
): void {
  let store: DeviceStore;
  let remove: () => Promise<void>;
  beforeEach(async () => {
    ({ store, remove } = await open());
  });
  afterEach(async () => {
    await store.close();
    await remove();
  });

  it('finds a code by its digest until it is used, which happens once', async () => {
    const code = codeRecord('c1', { repositories: ['github.com/acme/a'] });
    await store.insertCode(code);
    expect(await store.findCode('digest-of-c1')).toEqual(code);
    expect(await store.findCode('another')).toBeNull();
    const used = await Promise.all([1, 2, 3].map((at) => store.useCode('c1', at)));
    expect(used.filter(Boolean)).toHaveLength(1);
    expect(await store.findCode('digest-of-c1')).toBeNull();
    expect(await store.useCode('unknown', 1)).toBe(false);
  });

  it('gives devices back as they were put in, oldest first', async () => {
    const late = deviceRecord('d2', {
      createdAt: 3_000,
      repositories: ['github.com/acme/a'],
      name: `"'; <b>`,
    });
    const early = deviceRecord('d1', { createdAt: 2_000 });
    await store.insertDevice(late);
    await store.insertDevice(early);
    expect(await store.devices()).toEqual([early, late]);
  });

  it('keeps one device for a code, and digests unique', async () => {
    await store.insertDevice(deviceRecord('d1'));
    await expect(store.insertDevice(deviceRecord('d2', { codeId: 'code-of-d1' }))).rejects.toThrow();
    await expect(store.insertDevice(deviceRecord('d3', { digest: 'digest-of-d1' }))).rejects.toThrow();
    expect(await store.devices()).toHaveLength(1);
  });

  it('revokes a device once, and only one that is there', async () => {
    await store.insertDevice(deviceRecord('d1'));
    expect(await store.revokeDevice('d1', 5_000)).toBe(true);
    expect(await store.revokeDevice('d1', 6_000)).toBe(false);
    expect(await store.revokeDevice('unknown', 6_000)).toBe(false);
    expect((await store.devices())[0]?.revokedAt).toBe(5_000);
  });

  it('keeps the first revocation of a token until it would have expired', async () => {
    await store.insertRevocation({ jti: 't1', revokedAt: 1_000, until: 5_000 });
    await store.insertRevocation({ jti: 't1', revokedAt: 2_000, until: 9_000 });
    expect(await store.revocations(4_999)).toEqual([{ jti: 't1', revokedAt: 1_000, until: 5_000 }]);
    expect(await store.revocations(5_000)).toEqual([]);
  });

  it('forgets codes and revocations that have ended, and nothing else', async () => {
    await store.insertCode(codeRecord('old', { expiresAt: 1_000 }));
    await store.insertCode(codeRecord('new', { expiresAt: 9_000 }));
    await store.insertRevocation({ jti: 'old', revokedAt: 1, until: 1_000 });
    await store.insertRevocation({ jti: 'new', revokedAt: 1, until: 9_000 });
    await store.insertDevice(deviceRecord('d1', { expiresAt: 1_000 }));
    await store.prune(1_000);
    expect(await store.findCode('digest-of-old')).toBeNull();
    expect(await store.findCode('digest-of-new')).not.toBeNull();
    expect((await store.revocations(0)).map(({ jti }) => jti)).toEqual(['new']);
    expect(await store.devices()).toHaveLength(1);
  });
}

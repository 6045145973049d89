import { randomBytes, randomUUID } from 'node:crypto';
import { existsSync, readFileSync, statSync, truncateSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import {
  createPostgresDatabase,
  describePostgres,
  temporaryFolder,
} from '../../../../../test/setup/database.ts';
import type { StateLocation } from '../../platform/db/index.ts';
import { openContentStore } from './store-sql.ts';
import type { KeptItem, Part } from './types.ts';

const master = randomBytes(32);
const start = Date.parse('2026-11-26T10:00:00Z');
const day = 86_400_000;
const at = (now: number) => ({ now, longestDays: null, heldFrom: null });
const marker = 'zanzibar-4711';

function item(op: string, part: Part = 'request', changes: Partial<KeptItem> = {}): KeptItem {
  const bytes = Buffer.from(`${marker} of ${op} ${part}`);
  const own = { op, part, session: 's-1', actor: 'p-1', repository: null, days: 30, at: start };
  return { ...own, salt: randomBytes(32), bytes, ...changes };
}

/** What both databases do alike. */
function contract(make: () => Promise<{ location: StateLocation; remove(): Promise<void> | void }>): void {
  const using = async (use: (location: StateLocation) => Promise<void>) => {
    const { location, remove } = await make();
    try {
      await use(location);
    } finally {
      await remove();
    }
  };

  it('gives back what it was given, also after a restart, and nothing twice', () =>
    using(async (location) => {
      const [op, huge] = [randomUUID(), randomBytes(5_000_000)];
      const kept = item(op);
      const first = await openContentStore(location, master);
      await first.keep(kept);
      await first.keep(item(op, 'response', { bytes: huge }));
      await first.keep({ ...kept, bytes: Buffer.from('another') });
      await first.close();
      const again = await openContentStore(location, master);
      const opened = await again.open(op);
      expect(Buffer.from(opened!.request!.bytes)).toEqual(kept.bytes);
      expect(Buffer.from(opened!.request!.salt)).toEqual(kept.salt);
      expect(Buffer.from(opened!.response!.bytes).equals(huge)).toBe(true);
      expect(await again.open(randomUUID())).toBeNull();
      expect(await again.counts()).toEqual({ items: 2, periods: [{ period: '2026-11-26/30', items: 2 }] });
      await again.close();
    }));

  it('erases by call, session and person, once, and nothing else', () =>
    using(async (location) => {
      const store = await openContentStore(location, master);
      const ops = Array.from({ length: 4 }, () => randomUUID());
      await store.keep(item(ops[0]!));
      await store.keep(item(ops[0]!, 'response'));
      await store.keep(item(ops[1]!, 'request', { session: 's-2' }));
      await store.keep(item(ops[2]!, 'request', { session: null, actor: 'p-2' }));
      await store.keep(item(ops[3]!, 'request', { session: null, actor: 'p-3' }));
      expect(await store.erase({ kind: 'op', value: ops[0]! })).toBe(2);
      expect(await store.erase({ kind: 'op', value: ops[0]! })).toBe(0);
      expect(await store.erase({ kind: 'session', value: 's-2' })).toBe(1);
      expect(await store.erase({ kind: 'pseudonym', value: 'p-2' })).toBe(1);
      expect(await Promise.all(ops.map((op) => store.open(op).then((opened) => opened !== null)))).toEqual([
        false,
        false,
        false,
        true,
      ]);
      await store.close();
    }));

  it('shreds a period with its key, and periods whose time is over', () =>
    using(async (location) => {
      const store = await openContentStore(location, master);
      const [short, long, later] = [randomUUID(), randomUUID(), randomUUID()];
      await store.keep(item(short, 'request', { days: 1 }));
      await store.keep(item(long));
      await store.keep(item(later, 'request', { days: 1, at: start + day }));
      expect(await store.sweep(at(start + day))).toEqual([]);
      expect(await store.sweep(at(Date.parse('2026-11-28T00:00:00Z')))).toEqual([
        { period: '2026-11-26/1', items: 1 },
      ]);
      expect(await store.open(short)).toBeNull();
      expect(await store.open(long)).not.toBeNull();
      expect(await store.erase({ kind: 'period', value: '2026-11-26/30' })).toBe(1);
      // A new key for the same period opens nothing old, and new content is kept again.
      await store.keep(item(long));
      expect(await store.open(long)).not.toBeNull();
      expect((await store.counts()).periods.map(({ period }) => period)).toEqual([
        '2026-11-26/30',
        '2026-11-27/1',
      ]);
      await store.close();
    }));

  it('shreds what is older than anything may be kept, and nothing that a hold covers', () =>
    using(async (location) => {
      const store = await openContentStore(location, master);
      const [first, second, third] = [randomUUID(), randomUUID(), randomUUID()];
      await store.keep(item(first));
      await store.keep(item(second, 'request', { at: start + day }));
      await store.keep(item(third, 'request', { at: start + 2 * day, days: 1 }));
      const now = Date.parse('2026-12-01T00:00:00Z');
      const longest = { now, longestDays: 3, heldFrom: null };
      expect(await store.sweep({ ...longest, heldFrom: Number.NEGATIVE_INFINITY })).toEqual([]);
      // A hold from the evening of the second day covers that day.
      const evening = Date.parse('2026-11-27T20:00:00Z');
      expect(await store.sweep({ ...longest, heldFrom: evening })).toEqual([
        { period: '2026-11-26/30', items: 1 },
      ]);
      expect(await store.open(first)).toBeNull();
      expect((await store.sweep(longest)).map(({ period }) => period).sort()).toEqual([
        '2026-11-27/30',
        '2026-11-28/1',
      ]);
      await store.close();
    }));

  it('shreds everything from before a day', () =>
    using(async (location) => {
      const store = await openContentStore(location, master);
      const [first, second] = [randomUUID(), randomUUID()];
      await store.keep(item(first));
      await store.keep(item(first, 'response', { days: 7 }));
      await store.keep(item(second, 'request', { at: start + day }));
      expect(await store.erase({ kind: 'before', value: '2026-11-26' })).toBe(0);
      expect(await store.erase({ kind: 'before', value: '2026-11-27' })).toBe(2);
      expect(await store.open(first)).toBeNull();
      expect(await store.open(second)).not.toBeNull();
      await store.close();
    }));

  it('opens nothing with another key', () =>
    using(async (location) => {
      const store = await openContentStore(location, master);
      await store.keep(item(randomUUID()));
      await store.close();
      await expect(openContentStore(location, randomBytes(32))).rejects.toMatchObject({
        code: 'content.key-wrong',
      });
    }));
}

const inFile = async () => {
  const folder = temporaryFolder();
  return {
    folder: folder.path,
    location: { kind: 'sqlite', file: join(folder.path, 'content.db') } as const,
    remove: () => folder.remove(),
  };
};

describe('SQLite content store', () => {
  contract(inFile);

  it('leaves no plain text in its files, and none of the ciphertext after an erasure', async () => {
    const { folder, location, remove } = await inFile();
    const files = () =>
      ['content.db', 'content.db-wal'].map((name) => join(folder, name)).filter((path) => existsSync(path));
    const onDisk = () => Buffer.concat(files().map((path) => readFileSync(path)));
    const store = await openContentStore(location, master);
    const op = randomUUID();
    await store.keep(item(op));
    expect(onDisk().includes(op)).toBe(true);
    expect(onDisk().includes(marker)).toBe(false);
    await store.erase({ kind: 'op', value: op });
    expect(onDisk().includes(op)).toBe(false);
    await store.close();
    remove();
  });

  it('gives the room of what was erased back, and of what ended', async () => {
    const { location, remove } = await inFile();
    const store = await openContentStore(location, master);
    const size = () => statSync(location.file).size;
    const huge = () => randomBytes(1_000_000);
    const op = randomUUID();
    await store.keep(item(op, 'request', { bytes: huge() }));
    await store.keep(item(randomUUID(), 'request', { bytes: huge() }));
    await store.erase({ kind: 'op', value: op });
    expect(size()).toBeGreaterThan(1_000_000);
    expect(size()).toBeLessThan(1_200_000);
    await store.sweep(at(start + 40 * day));
    expect(size()).toBeLessThan(200_000);
    await store.close();
    remove();
  });

  it('opens nothing that was moved to another call, or changed', async () => {
    const { location, remove } = await inFile();
    const store = await openContentStore(location, master);
    const [one, two] = [randomUUID(), randomUUID()];
    await store.keep(item(one));
    await store.keep(item(two));
    const { openSqlite } = await import('../../platform/db/index.ts');
    const database = openSqlite(location.file);
    database.exec(
      `update content_items set sealed = (select sealed from content_items where op = '${one}') where op = '${two}'`,
    );
    database.close();
    expect(await store.open(one)).not.toBeNull();
    await expect(store.open(two)).rejects.toMatchObject({ code: 'content.key-wrong' });
    await store.close();
    remove();
  });

  it('says that a cut file cannot be used', async () => {
    const { location, remove } = await inFile();
    const store = await openContentStore(location, master);
    for (let i = 0; i < 20; i += 1)
      await store.keep(item(randomUUID(), 'request', { bytes: randomBytes(20_000) }));
    await store.close();
    truncateSync(location.file, 5_000);
    await expect(openContentStore(location, master)).rejects.toThrow();
    remove();
  });
});

describePostgres('PostgreSQL content store', () => {
  contract(async () => {
    const database = await createPostgresDatabase();
    return { location: { kind: 'postgres', url: database.url } as const, remove: () => database.drop() };
  });
});

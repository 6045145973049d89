import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { deliveryImportExample } from '@fairlead/core/delivery';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { importInto } from './cli.ts';
import { deliveryFile } from './create.ts';
import type { DeliveryReader } from './reader.ts';
import { deliveryReader } from './worker-host.ts';

let folder: string;
let reader: DeliveryReader;
const troubles: string[] = [];
beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), 'fairlead-reader-'));
  troubles.length = 0;
  reader = deliveryReader(
    {
      location: { kind: 'sqlite', file: deliveryFile(folder) },
      program: { teams: { 'git.example.com/shop/web': 'shop' }, members: ['ann'] },
    },
    (message) => troubles.push(message),
  );
});
afterEach(async () => {
  await reader.close();
  rmSync(folder, { recursive: true, force: true });
});

const window = { from: Date.UTC(2026, 0, 5) / 1000, to: Date.UTC(2026, 6, 6) / 1000 };
const take = async () => {
  const file = join(folder, 'facts.jsonl');
  writeFileSync(file, deliveryImportExample.map((line) => `${JSON.stringify(line)}\n`).join(''));
  await importInto(folder, 'jsonl', file, () => undefined);
};

describe('reading facts in a thread of its own', () => {
  it('finds nothing where nothing was imported, makes no file, and sees an import at once', async () => {
    expect(await reader.rows(window)).toEqual([]);
    expect((await reader.health()).sources.every(({ connected }) => !connected)).toBe(true);
    expect(await reader.timeline('git.example.com/shop/web#7')).toBeNull();
    await take();
    expect((await reader.timeline('git.example.com/shop/web#7'))?.total).toBe(78_600);
    expect((await reader.health()).repositories).toEqual(['git.example.com/shop/web']);
    expect((await reader.rows(window)).length).toBeGreaterThan(10);
    expect(await reader.timeline('git.example.com/shop/web#8')).toBeNull();
  });

  it('refuses questions when too many wait, and answers the others', async () => {
    await take();
    const answers = await Promise.allSettled(
      Array.from({ length: 60 }, () => reader.rows({ ...window, by: 'team' })),
    );
    const refused = answers.filter(({ status }) => status === 'rejected') as PromiseRejectedResult[];
    expect(refused).toHaveLength(10);
    for (const { reason } of refused) expect(reason).toMatchObject({ code: 'delivery.unavailable' });
  });

  it('says what failed to the log only, and goes on', async () => {
    writeFileSync(deliveryFile(folder), 'this is no database, and long enough to be looked at as one');
    await expect(reader.health()).rejects.toMatchObject({
      code: 'delivery.unavailable',
      message: 'The delivery facts can’t be read at the moment.',
    });
    expect(troubles).toHaveLength(1);
    rmSync(deliveryFile(folder));
    expect((await reader.health()).repositories).toEqual([]);
  });

  it('closes before it was ever asked, and twice', async () => {
    await reader.close();
    await expect(reader.close()).resolves.toBeUndefined();
  });
});

import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { ChangeHistory } from '@fairlead/core/delivery';
import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest';
import { nodeRandom } from '../../platform/crypto/index.ts';
import type { StateLocation } from '../../platform/db/index.ts';
import { openDelivery } from './create.ts';
import { rowsOfPage } from './fact-row.ts';
import { packed, unpacked } from './packed-page.ts';
import type { CollectedPage, DeliveryStore } from './store.ts';
import { openDeliveryStore } from './store-sql.ts';
import { describeTrouble } from './trouble.ts';
import { type PageThread, pageThread } from './writing-apart.ts';

// A thread is started from source.
vi.setConfig({ testTimeout: 60_000 });

const repository = 'github.com/acme/web';
const source = `github ${repository}`;

function change(number: number, title = 'Fix'): ChangeHistory {
  const id = `${repository}#${number}`;
  const at = '2026-03-02T09:00:00Z';
  const by = { login: 'p-1', kind: 'human' } as const;
  const size = { additions: 1, deletions: 0, files: 1 };
  return {
    change: {
      ...{ type: 'change', id, repository, number, author: by, openedAt: at, updatedAt: at, isDraft: false },
      ...{ base: 'main', head: 'work', title, ...size },
    },
    events: [{ type: 'event', change: id, id: `review-${number}`, at, kind: 'review', by }],
    commits: [
      {
        ...{ type: 'commit', repository, change: id, sha: `${number}`, message: '', author: {} },
        ...{ authoredAt: at, committedAt: at },
      },
    ],
  };
}

const page = (from: number, count: number, state: string, title?: string): CollectedPage => ({
  ...{ source, state, facts: [] },
  whole: Array.from({ length: count }, (_, i) => change(from + i, title)),
});

let folder: string;
let file: string;
beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), 'fairlead-apart-'));
  file = join(folder, 'delivery.db');
});
afterEach(() => rmSync(folder, { recursive: true, force: true }));

async function historiesIn(store: DeliveryStore) {
  return Array.fromAsync(store.histories());
}

it('a page on its way to another thread loses nothing', () => {
  const rows = rowsOfPage(page(1, 3, '{}'));
  expect(unpacked(structuredClone(packed(rows)))).toEqual(rows);
});

describe('the thread that writes pages', () => {
  let store: DeliveryStore;
  let thread: PageThread;
  beforeEach(async () => {
    const location: StateLocation = { kind: 'sqlite', file };
    store = await openDeliveryStore(location, nodeRandom, 'many');
    thread = pageThread(location);
  });
  afterEach(async () => {
    await thread.close();
    await store.close();
  });

  it('takes a page with its state, and what changed of it the next time', async () => {
    const counts = { added: 0, changed: 0, unchanged: 0, forgotten: 0 };
    expect(await thread.collect(page(1, 40, '1'))).toEqual({ ...counts, added: 120 });
    expect(await store.progress(source)).toBe('1');
    expect(await thread.collect(page(1, 40, '2', 'Other'))).toEqual({
      ...{ ...counts, changed: 40, unchanged: 80 },
    });
    const less = { ...change(1, 'Other'), events: [] };
    expect(await thread.collect({ source, state: '3', facts: [], whole: [less] })).toEqual({
      ...{ ...counts, unchanged: 2, forgotten: 1 },
    });
    expect(await historiesIn(store)).toHaveLength(40);
    expect(await store.progress(source)).toBe('3');
  });

  it('takes nothing of a page that fails, says why, and goes on', async () => {
    const bad = change(2);
    const whole = [change(1), { ...bad, change: { ...bad.change, id: null as unknown as string } }];
    const failed = await thread.collect({ source, state: '1', facts: [], whole }).catch((error) => error);
    expect(describeTrouble(failed, file)).toMatchObject({ code: 'delivery.unwritable' });
    expect(await store.progress(source)).toBeNull();
    expect(await historiesIn(store)).toEqual([]);
    await thread.collect(page(1, 1, '1'));
    expect(await store.progress(source)).toBe('1');
  });
});

it('a store that writes apart knows the same in the end, whichever thread wrote', async () => {
  const apart = await openDelivery(join(folder, 'apart'), 'apart');
  const here = await openDelivery(join(folder, 'here'), 'many');
  for (const store of [apart, here]) {
    for (let i = 0; i < 6; i++) expect((await store.collect(page(i * 250, 300, `${i}`))).forgotten).toBe(0);
    expect(await store.progress(source)).toBe('5');
  }
  expect(await historiesIn(apart)).toEqual(await historiesIn(here));
  await apart.close();
  await here.close();
});

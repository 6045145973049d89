import { chunkRows, type DeliveryFact, measuredAt, reversalsOf } from '@fairlead/core/delivery';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { createPostgresDatabase, describePostgres } from '../../../../../test/setup/database.ts';
import { nodeRandom } from '../../platform/crypto/index.ts';
import type { StateLocation } from '../../platform/db/index.ts';
import { takeFacts } from './service.ts';
import type { DeliveryStore } from './store.ts';
import { openDeliveryStore } from './store-sql.ts';

/*
 * What texts say was taken back, once facts are kept: the same as before, in whatever repository, under whatever name.
 */

const web = 'github.com/acme/web';
const other = 'github.com/acme/other';

interface Said {
  readonly title?: string;
  readonly message?: string;
}

/** Merged on the first of March, or a day later where it says something. */
function changeOf(repository: string, number: number, { title, message = '' }: Said = {}): DeliveryFact[] {
  const id = `${repository}#${number}`;
  const day = title === undefined && message === '' ? '01' : '02';
  return [
    {
      ...{ type: 'change', id, repository, number, author: { login: 'ann', kind: 'human' }, isDraft: false },
      ...{ openedAt: `2026-03-${day}T09:00:00Z`, mergedAt: `2026-03-${day}T13:00:00Z`, base: 'main' },
      ...{ head: `topic-${number}`, additions: 1, deletions: 0, files: 1, ...(title && { title }) },
    },
    {
      ...{ type: 'commit', repository, change: id, sha: `${number}`.repeat(20), author: {}, message },
      ...{ authoredAt: '2026-03-01T09:00:00Z', committedAt: '2026-03-01T09:00:00Z' },
    },
  ];
}

function contract(open: () => Promise<{ location: StateLocation; remove(): Promise<void> }>): void {
  let store: DeliveryStore;
  let remove: () => Promise<void>;
  beforeEach(async () => {
    const { location, remove: drop } = await open();
    [store, remove] = [await openDeliveryStore(location, nodeRandom), drop];
  });
  afterEach(async () => {
    await store.close();
    await remove();
  });
  const take = (...facts: DeliveryFact[][]) => takeFacts(store, facts.flat(), 'jsonl');
  /** The changes that were taken back, by the facts; the columns, which follow them, say the same. */
  const reversed = async () => {
    const histories = await Array.fromAsync(store.histories());
    const found = new Set(reversalsOf(histories).keys());
    const snapshot = store.snapshot();
    await snapshot.follow();
    const { columns } = snapshot.published;
    const measured = Array.from({ length: columns.chunks.length * chunkRows }, (_, row) =>
      measuredAt(columns, row),
    );
    const repositories = measured.flatMap((one) => (one?.reversed === true ? [one.repository] : []));
    const expected = histories.flatMap(({ change }) => (found.has(change.id) ? [change.repository] : []));
    expect(repositories.sort()).toEqual(expected.sort());
    return [...found].sort();
  };

  it('is taken back in the repository that is named, and in no other', async () => {
    const undo = { message: 'Undo elsewhere\n\nReverts acme/other#10' };
    await take(changeOf(web, 10), changeOf(other, 10), changeOf(web, 60, undo));
    expect(await reversed()).toEqual([`${other}#10`]);
    await take(changeOf(web, 61, { title: 'Fix the total, see acme/other#12' }), changeOf(web, 12));
    expect(await reversed()).toEqual([`${other}#10`]);
  });

  it('may be of the same number in two repositories', async () => {
    const undo = { message: 'Undo both\n\nReverts acme/other#10\nReverts #10' };
    await take(changeOf(web, 60, undo), changeOf(web, 10), changeOf(other, 10));
    expect(await reversed()).toEqual([`${other}#10`, `${web}#10`]);
  });

  it('is read of what is kept as of what came', async () => {
    const titles = ['Fixed crash of #1', 'Fixing #2', 'Reverts #3', 'Reverts acme/web#4', 'hotfix: #5'];
    const undone = titles.map((_, i) => changeOf(web, i + 1));
    const facts = [...undone, ...titles.map((title, i) => changeOf(web, 60 + i, { title }))];
    await take(...facts, changeOf(web, 9), changeOf(web, 70, { title: 'Fixtures of #9' }));
    expect(await reversed()).toEqual(titles.map((_, i) => `${web}#${i + 1}`));
  });

  it('is no fix of what has its title, as long as it has', async () => {
    const [first, second] = ['fix: crash of the cart (#1)', 'fix: crash of the cart #1'];
    await take(changeOf(web, 1, { title: first }), changeOf(web, 2, { title: second }));
    expect(await reversed()).toEqual([]);
    await take(changeOf(web, 1, { title: 'fix: crash of the basket (#1)' }));
    expect(await reversed()).toEqual([`${web}#1`]);
    await take(changeOf(web, 1, { title: first }));
    expect(await reversed()).toEqual([]);
  });

  it('stays named by a repository that has another name now, whoever names it', async () => {
    const undo = changeOf(web, 60, { message: 'Undo\n\nReverts acme/Other#10' });
    await take(changeOf(other, 10), changeOf(other, 11), undo);
    await take(changeOf(other, 61, { title: 'Fix acme/other#11' }));
    const present = 'github.com/acme/shop';
    await store.rename(other, present, 10);
    expect(await reversed()).toEqual([`${present}#10`, `${present}#11`]);
    expect(await take(undo)).toEqual({ added: 0, changed: 0, unchanged: 2 });
    const whole = (await store.change(web, 60))!;
    const old = [{ ...whole, commits: [{ ...whole.commits[0]!, message: 'Reverts acme/other#10' }] }];
    const page = { source: 'test', state: '{}', whole: old, facts: [] };
    expect(await store.collect(page)).toMatchObject({ changed: 0, unchanged: 2, forgotten: 0 });
    expect(await reversed()).toEqual([`${present}#10`, `${present}#11`]);
  });
}

describe('what texts say, in SQLite', () =>
  contract(async () => ({ location: { kind: 'sqlite', file: ':memory:' }, remove: async () => undefined })));

describePostgres('what texts say, in PostgreSQL', () =>
  contract(async () => {
    const database = await createPostgresDatabase();
    return { location: { kind: 'postgres', url: database.url }, remove: () => database.drop() };
  }),
);

import type { ChangeHistory, DeliveryFact } from '@fairlead/core/delivery';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { createPostgresDatabase, describePostgres } from '../../../../../test/setup/database.ts';
import { nodeRandom } from '../../platform/crypto/index.ts';
import { openState, type StateLocation } from '../../platform/db/index.ts';
import { deliveryMigrations } from './migrations.ts';
import { takeCollected, takeFacts } from './service.ts';
import type { DeliveryStore } from './store.ts';
import { openDeliveryStore } from './store-sql.ts';
import type { Tables } from './store-tables.ts';

const repository = 'github.com/acme/web';
const human = (login: string) => ({ login, kind: 'human' }) as const;

/** A change by one person, reviewed by another, with a commit of a third. */
function history(number: number, author = 'Ann', reviewer = 'bob', email = 'ann@example.com'): ChangeHistory {
  const change = `${repository}#${number}`;
  return {
    change: {
      ...{ type: 'change', id: change, repository, number, author: human(author), isDraft: false },
      ...{ openedAt: '2026-03-02T09:00:00Z', mergedAt: '2026-03-02T13:00:00Z', base: 'main' },
      ...{ head: `${author}/faster-${number}`, additions: 1, deletions: 0, files: 1 },
    },
    events: [
      {
        ...{ type: 'event', change, id: 'review-1', at: '2026-03-02T11:00:00Z', kind: 'review' },
        ...{ by: human(reviewer), state: 'approved' },
      },
    ],
    commits: [
      {
        ...{ type: 'commit', repository, change, sha: `c${number}`, author: { email }, message: '' },
        ...{ authoredAt: '2026-03-01T09:00:00Z', committedAt: '2026-03-01T09:00:00Z' },
      },
    ],
  };
}
const factsOf = ({ change, events, commits }: ChangeHistory): DeliveryFact[] => [
  change,
  ...events,
  ...commits,
];

function contract(open: () => Promise<{ location: StateLocation; remove(): Promise<void> }>): void {
  let location: StateLocation;
  let store: DeliveryStore;
  let remove: () => Promise<void>;
  beforeEach(async () => {
    ({ location, remove } = await open());
    store = await openDeliveryStore(location, nodeRandom);
  });
  afterEach(async () => {
    await store.close();
    await remove();
  });

  /** Everything that is kept, as text. */
  async function everything(): Promise<string> {
    const { db, close } = await openState<Tables>(location, 'delivery', deliveryMigrations);
    const tables = [
      'delivery_facts',
      'delivery_people',
      'delivery_forgotten',
      'delivery_accounts',
      'delivery_progress',
    ] as const;
    const rows = [];
    for (const table of tables) rows.push(await db.selectFrom(table).selectAll().execute());
    await close();
    return JSON.stringify(rows);
  }
  const take = (...all: readonly ChangeHistory[]) => takeFacts(store, all.flatMap(factsOf), 'jsonl');
  const one = async (number: number) => (await store.change(repository, number))!;

  it('forgets a person for good: neither an import nor a poll brings the name back, and no fact changes', async () => {
    await take(history(1), history(2, 'cyn', 'Ann'));
    const before = await one(1);
    const pseudonym = before.change.author.login!;
    expect(await store.forget(['ANN', 'ann@example.com'], 1)).toEqual({ known: 2, before: 0, renamed: 1 });
    expect(await everything()).not.toMatch(/ann/i);
    expect((await one(1)).change).toEqual({ ...before.change, head: `${pseudonym}/faster-1` });
    expect((await one(2)).events[0]!.by.login).toBe(pseudonym);

    const page = { source: 'github github.com/acme/web', state: '{}', facts: [] };
    const counts = await takeCollected(store, { ...page, whole: [history(1), history(2, 'cyn', 'Ann')] });
    expect(counts).toEqual({ added: 0, changed: 0, unchanged: 6, forgotten: 0 });
    await take(history(3, 'ann'));
    expect((await one(3)).change.author.login).toBe(pseudonym);
    expect(await everything()).not.toMatch(/ann/i);
    expect((await store.knownPseudonyms(['ann'])).get('ann')).toBe(pseudonym);
    expect(await store.forget(['ann'], 2)).toEqual({ known: 0, before: 1, renamed: 0 });
  });

  it('forgets whom it does not know yet, and nobody else', async () => {
    expect(await store.forget(['ann', 'ann@example.com'], 1)).toEqual({ known: 0, before: 0, renamed: 0 });
    await take(history(1));
    const text = await everything();
    expect(text).not.toMatch(/ann/i);
    expect(text).toContain('bob');
    const { change, events } = await one(1);
    expect(new Set([change.author.login, events[0]!.by.login]).size).toBe(2);
  });

  it('shows what is held of a person, and of others nothing', async () => {
    await take(history(1), history(2, 'cyn', 'Ann'), history(3, 'cyn', 'bob', 'cyn@example.com'));
    const held = await store.held(['Ann', 'nobody'], 100);
    expect(held.accounts).toEqual([
      { account: 'ann', pseudonym: expect.stringMatching(/^p-/), forgotten: false },
      { account: 'nobody', pseudonym: null, forgotten: false },
    ]);
    expect(held.facts.map(({ type }) => type)).toEqual(['change', 'event']);
    expect(held.facts[0]).toMatchObject({ number: 1, author: { login: 'ann' } });
    expect(JSON.stringify(held.facts)).not.toMatch(/p-[0-9a-f]{16}|cyn|bob/);
    expect(await store.held(['ann'], 1)).toMatchObject({ facts: [{ type: 'change' }], isCut: true });
    await store.forget(['ann'], 1);
    const after = await store.held(['ann'], 100);
    expect(after.accounts).toMatchObject([{ forgotten: true }]);
    expect(after.facts).toHaveLength(2);
  });

  it('takes accounts that are said to be one person’s for one, also of facts that are known', async () => {
    await take(history(1), history(2, 'renovate-own', 'bob', 'bob@example.com'));
    const accounts = [
      { account: 'ann', person: 'ann.lee' },
      { account: 'Ann@example.com', person: 'ann.lee' },
      { account: 'renovate-own', person: null },
    ];
    await store.takeAccounts(accounts);
    const { change, commits } = await one(1);
    expect(commits[0]!.author.login).toBe(change.author.login);
    expect((await store.knownPseudonyms(['ann.lee'])).get('ann.lee')).toBe(change.author.login);
    expect((await one(2)).change).toMatchObject({ author: { login: 'renovate-own', kind: 'bot' } });
    expect((await one(2)).change.drivers).toBeUndefined();
    const before = await everything();
    await store.takeAccounts(accounts);
    expect(await everything()).toBe(before);

    const [driven, assigned] = [history(4, 'Renovate-Own'), history(3)];
    await take(
      { ...assigned, change: { ...assigned.change, drivers: ['bob'] } },
      { ...driven, change: { ...driven.change, drivers: ['Ann', 'renovate-own'] } },
    );
    // To whom a person's change is assigned reviews it; only an agent is driven.
    expect((await one(3)).change.drivers).toBeUndefined();
    expect((await one(3)).commits[0]!.author.login).toBe(change.author.login);
    expect((await one(4)).change).toMatchObject({
      author: { login: 'renovate-own', kind: 'bot' },
      drivers: [change.author.login],
    });
    // The whole person goes, whichever account is named.
    await store.forget(['ann@example.com'], 1);
    expect(await everything()).not.toMatch(/ann/i);
    await take(history(5));
    expect((await one(5)).change.author.login).toBe(change.author.login);
    await store.takeAccounts(accounts);
    await take(history(6));
    expect((await one(6)).change.author.login).toBe(change.author.login);
  });
}

describe('people in delivery facts: SQLite', () => {
  contract(async () => {
    const { mkdtempSync, rmSync } = await import('node:fs');
    const { tmpdir } = await import('node:os');
    const folder = mkdtempSync(`${tmpdir()}/fairlead-people-`);
    return {
      location: { kind: 'sqlite', file: `${folder}/delivery.db` },
      remove: async () => rmSync(folder, { recursive: true, force: true }),
    };
  });
});

describePostgres('people in delivery facts: PostgreSQL', () => {
  contract(async () => {
    const database = await createPostgresDatabase();
    return { location: { kind: 'postgres', url: database.url }, remove: () => database.drop() };
  });
});

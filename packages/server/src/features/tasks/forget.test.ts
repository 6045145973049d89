import { writeFileSync } from 'node:fs';
import type { Change } from '@fairlead/core/delivery';
import type { SessionAtBranch } from '@fairlead/core/tasks';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import {
  createPostgresDatabase,
  describePostgres,
  temporaryFolder,
} from '../../../../../test/setup/database.ts';
import { nodeRandom } from '../../platform/crypto/index.ts';
import { openState, type StateLocation } from '../../platform/db/index.ts';
import { type DeliveryStore, importFacts, openDeliveryStore } from '../delivery/api.ts';
import { takeTaskFacts } from './import.ts';
import { taskMigrations } from './migrations.ts';
import { openTaskSnapshot, type TaskSnapshot } from './snapshot/snapshot.ts';
import type { TaskStore } from './store.ts';
import { openTaskStore } from './store-sql.ts';

const repository = 'github.com/acme/web';
const names = { defaultHost: 'github.com' };
const now = Date.UTC(2026, 5, 1) / 1000;

function change(number: number, author: string, head: string, base = 'main'): Change {
  return {
    ...{ type: 'change', id: `${repository}#${number}`, repository, number, isDraft: false, head, base },
    ...{ author: { login: author, kind: 'human' }, additions: 1, deletions: 0, files: 1 },
    ...{ openedAt: '2026-03-02T09:00:00Z', mergedAt: '2026-03-02T13:00:00Z' },
  };
}

function stay(id: string, principal: string, branch: string): SessionAtBranch {
  const at = { from: '2026-03-02T08:00:00Z', firstWriteAt: '2026-03-02T08:10:00Z' };
  return { type: 'session', id, session: `of ${id}`, repository, branch, ...at, principal };
}

function contract(open: () => Promise<{ location: StateLocation; remove(): Promise<void> }>): void {
  let location: StateLocation;
  let delivery: DeliveryStore;
  let tasks: TaskStore;
  let snapshot: TaskSnapshot;
  let remove: () => Promise<void>;
  const folder = temporaryFolder();
  beforeEach(async () => {
    ({ location, remove } = await open());
    delivery = await openDeliveryStore(location, nodeRandom);
    tasks = await openTaskStore(location);
    snapshot = await openTaskSnapshot(location);
  });
  afterEach(async () => {
    await snapshot.close();
    await tasks.close();
    await delivery.close();
    await remove();
    folder.remove();
  });

  const take = (facts: readonly unknown[]) =>
    takeTaskFacts(tasks, facts, { names, pseudonyms: (logins) => delivery.pseudonyms(logins) });
  const takeChanges = async (...changes: readonly Change[]) => {
    const file = `${folder.path}/changes.jsonl`;
    writeFileSync(file, changes.map((one) => `${JSON.stringify(one)}\n`).join(''));
    await importFacts(delivery, { format: 'jsonl', file, names });
  };
  const follow = () => snapshot.follow({ ledger: null, agentAccounts: new Set(), now });

  /** Everything that is kept of facts and of what was measured of tasks, as text. */
  async function everything(): Promise<string> {
    const { db, close } = await openState<{ [table: string]: { [column: string]: unknown } }>(
      location,
      'tasks',
      taskMigrations,
    );
    const tables = ['delivery_facts', 'delivery_people', 'task_facts'];
    const measured = ['measured_task_rows', 'measured_task_keys', 'measured_task_touched'];
    const rows = [];
    for (const table of [...tables, ...measured]) rows.push(await db.selectFrom(table).selectAll().execute());
    await close();
    return JSON.stringify(rows);
  }

  it('forgets a person in facts of tasks, too: they go on naming the branches of the changes', async () => {
    const ask = { type: 'escalation', cause: 'E2', at: '2026-03-02T10:00:00Z' };
    const facts = [
      stay('one', 'Ann', 'ann/faster_1'),
      stay('two', 'bob', 'bob/other'),
      stay('three', 'ann', 'topic/"ann"'),
      { ...ask, id: 'asked', repository, branch: 'ann/faster_1' },
    ];
    await takeChanges(
      change(1, 'ann', 'ann/faster_1'),
      change(2, 'bob', 'bob/other', 'ann/faster_1'),
      change(3, 'deps', 'topic/"ann"'),
    );
    await take(facts);
    await follow();
    const before = (await tasks.facts()).find(({ id }) => id === 'one') as SessionAtBranch;
    const pseudonym = before.principal!;
    expect(await delivery.forget(['ann'], 1)).toMatchObject({ known: 1 });
    const after = await tasks.facts();
    const branchOf = (id: string) => (after.find((fact) => fact.id === id) as SessionAtBranch).branch;
    const { change: own } = (await delivery.change(repository, 1))!;
    expect(own.head).toBe(`${pseudonym}/faster_1`);
    expect([branchOf('one'), branchOf('asked')]).toEqual([own.head, own.head]);
    expect((await delivery.change(repository, 2))!.change.base).toBe(own.head);
    // Whoever's change it is: the session that was there names the branch after its person.
    expect((await delivery.change(repository, 3))!.change.head).toBe(branchOf('three'));
    expect(branchOf('two')).toBe('bob/other');
    expect(after.find(({ id }) => id === 'one')).toEqual({ ...before, branch: own.head });
    await follow();
    expect(await everything()).not.toMatch(/ann/i);

    // A later import has the same facts with the name in them.
    expect(await take(facts.slice(0, 3))).toMatchObject({ added: 0, changed: 0, unchanged: 3 });
    await take([stay('four', 'ANN', 'ann/later')]);
    await takeChanges(change(4, 'ann', 'ann/later'));
    await follow();
    expect(await everything()).not.toMatch(/ann/i);
    const later = (await tasks.facts()).find(({ id }) => id === 'four') as SessionAtBranch;
    expect(later).toMatchObject({ principal: pseudonym, branch: `${pseudonym}/later` });
    expect((await delivery.change(repository, 4))!.change.head).toBe(later.branch);
  });
}

describe('people in facts of tasks: SQLite', () => {
  contract(async () => {
    const folder = temporaryFolder();
    return {
      location: { kind: 'sqlite', file: `${folder.path}/delivery.db` },
      remove: async () => folder.remove(),
    };
  });
});

describePostgres('people in facts of tasks: PostgreSQL', () => {
  contract(async () => {
    const database = await createPostgresDatabase();
    return { location: { kind: 'postgres', url: database.url }, remove: () => database.drop() };
  });
});

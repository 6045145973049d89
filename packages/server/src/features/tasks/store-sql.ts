import type { TaskFact } from '@fairlead/core/tasks';
import { type Kysely, sql } from 'kysely';
import { openState, type StateLocation } from '../../platform/db/index.ts';
import { taskMigrations } from './migrations.ts';
import type { TaskStore, TaskUpsertCounts } from './store.ts';

interface FactRow {
  type: TaskFact['type'];
  id: string;
  body: string;
}
interface Tables {
  task_facts: FactRow;
}

/** Below the number of variables that either dialect binds at once. */
const rowsPerStatement = 300;

/** The store on SQLite (`delivery.db`) or PostgreSQL. */
export async function openTaskStore(location: StateLocation): Promise<TaskStore> {
  const { db, close } = await openState<Tables>(location, 'tasks', taskMigrations);
  return {
    upsert: (facts) => db.transaction().execute((transaction) => upsert(transaction, facts)),
    async facts() {
      const rows = await db.selectFrom('task_facts').select('body').orderBy('type').orderBy('id').execute();
      return rows.map(({ body }) => JSON.parse(body) as TaskFact);
    },
    close,
  };
}

async function upsert(db: Kysely<Tables>, facts: readonly TaskFact[]): Promise<TaskUpsertCounts> {
  const counts = { added: 0, changed: 0, unchanged: 0 };
  // The last version of a fact counts: one statement can't write a row twice.
  const latest = new Map(facts.map((fact) => [keyOf(fact), rowOf(fact)]));
  const rows = [...latest.values()];
  for (let i = 0; i < rows.length; i += rowsPerStatement) {
    const bite = rows.slice(i, i + rowsPerStatement);
    const known = await knownBodies(db, bite);
    const taken = bite.filter((row) => {
      const before = known.get(keyOf(row));
      if (before === undefined) counts.added++;
      else counts[before === row.body ? 'unchanged' : 'changed']++;
      return before !== row.body;
    });
    if (taken.length > 0) await write(db, taken);
  }
  return counts;
}

async function knownBodies(
  db: Kysely<Tables>,
  rows: readonly FactRow[],
): Promise<ReadonlyMap<string, string>> {
  const found = await db
    .selectFrom('task_facts')
    .selectAll()
    .where(
      'id',
      'in',
      rows.map(({ id }) => id),
    )
    .execute();
  return new Map(found.map((row) => [keyOf(row), row.body]));
}

function write(db: Kysely<Tables>, rows: readonly FactRow[]) {
  return db
    .insertInto('task_facts')
    .values([...rows])
    .onConflict((conflict) => conflict.columns(['type', 'id']).doUpdateSet({ body: sql`excluded.body` }))
    .execute();
}

function keyOf({ type, id }: Pick<FactRow, 'type' | 'id'>): string {
  return `${type} ${id}`;
}

function rowOf(fact: TaskFact): FactRow {
  return { type: fact.type, id: fact.id, body: JSON.stringify(fact) };
}

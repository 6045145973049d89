import type { Change } from '@fairlead/core/delivery';
import { type Kysely, sql } from 'kysely';
import { withoutName } from './pseudonymise.ts';
import type { Tables } from './store-tables.ts';

/*
 * Branches named after a person who is forgotten. The person's changes name them, and so do facts about what assistants did
 * there, which lie in the same database once there are any: both must go on naming the same branch, or figures would change.
 */

type Db = Kysely<Tables>;

/** Of a fact of tasks, what names people and branches. */
interface AtBranch {
  readonly repository: string;
  readonly branch?: string | undefined;
}

/** A branch by its old name, in a repository, and its new name. */
type Renames = ReadonlyMap<string, string>;

const keyOf = (repository: string, branch: string) => `${repository} ${branch}`;

/** Takes names out of the branches of a person's changes and sessions. @returns of how many changes. */
export async function withoutBranches(db: Db, pseudonym: string, names: readonly string[]): Promise<number> {
  const hasTasks = (await db.introspection.getTables()).some(({ name }) => name === 'task_facts');
  const sessions = hasTasks ? await taskFactsWith(db, `"principal":${JSON.stringify(pseudonym)}`) : [];
  const own = [...(await branchesOf(db, pseudonym)), ...sessions.map(({ fact }) => fact)];
  const renames = new Map<string, string>();
  const old = new Set<string>();
  for (const { repository, branch } of own) {
    if (branch === undefined) continue;
    const renamed = names.reduce((text, name) => withoutName(text, name, pseudonym), branch);
    if (renamed === branch) continue;
    renames.set(keyOf(repository, branch), renamed);
    old.add(branch);
  }
  let renamed = 0;
  for (const branch of old) {
    renamed += await renameInChanges(db, branch, renames);
    if (hasTasks) await renameInTaskFacts(db, branch, renames);
  }
  return renamed;
}

async function branchesOf(db: Db, pseudonym: string): Promise<readonly AtBranch[]> {
  const rows = await db
    .selectFrom('delivery_facts')
    .select('body')
    .where('type', '=', 'change')
    .where('body', 'like', `%"author":{"login":"${pseudonym}"%`)
    .execute();
  return rows.map(({ body }) => {
    const { repository, head } = JSON.parse(body) as Change;
    return { repository, branch: head };
  });
}

async function renameInChanges(db: Db, branch: string, renames: Renames): Promise<number> {
  const text = JSON.stringify(branch);
  const rows = await db
    .selectFrom('delivery_facts')
    .select(['id', 'body'])
    .where('type', '=', 'change')
    .where(({ or }) => or([bodyHas(`"head":${text}`), bodyHas(`"base":${text}`)]))
    .execute();
  let renamed = 0;
  for (const { id, body } of rows) {
    const change = JSON.parse(body) as Change;
    const nameOf = (one: string) => renames.get(keyOf(change.repository, one)) ?? one;
    const next = { ...change, head: nameOf(change.head), base: nameOf(change.base) };
    if (next.head === change.head && next.base === change.base) continue;
    renamed++;
    await db
      .updateTable('delivery_facts')
      .set({ body: JSON.stringify(next) })
      .where('type', '=', 'change')
      .where('id', '=', id)
      .execute();
  }
  return renamed;
}

async function renameInTaskFacts(db: Db, branch: string, renames: Renames): Promise<void> {
  for (const { type, id, fact } of await taskFactsWith(db, `"branch":${JSON.stringify(branch)}`)) {
    const renamed = renames.get(keyOf(fact.repository, fact.branch ?? ''));
    if (renamed === undefined) continue;
    const body = JSON.stringify({ ...fact, branch: renamed });
    await sql`update task_facts set body = ${body} where type = ${type} and id = ${id}`.execute(db);
  }
}

interface TaskFactRow {
  readonly type: string;
  readonly id: string;
  readonly fact: AtBranch;
}

async function taskFactsWith(db: Db, text: string): Promise<readonly TaskFactRow[]> {
  const { rows } = await sql<{ type: string; id: string; body: string }>`
    select type, id, body from task_facts where type in ('session', 'escalation') and ${bodyHas(text)}`.execute(
    db,
  );
  return rows.map(({ type, id, body }) => ({ type, id, fact: JSON.parse(body) as AtBranch }));
}

/** Exactly, in either dialect: `like` has characters of its own, which branches may have. */
function bodyHas(text: string) {
  return sql<boolean>`replace(body, ${text}, '') <> body`;
}

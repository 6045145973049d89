import { taskLayoutVersion } from '@fairlead/core/tasks';
import { sql } from 'kysely';
import { nodeHash } from '../../../platform/crypto/index.ts';
import { openState, type StateLocation } from '../../../platform/db/index.ts';
import { snapshotParts } from '../../delivery/api.ts';
import { measureUnits } from './branches.ts';
import { type FollowedLedger, followCalls } from './calls.ts';
import { followChanges } from './changes.ts';
import { type LoadedColumns, loadColumns, noColumns } from './chunks.ts';
import { measureDeployments } from './deployments.ts';
import { followFacts } from './keys.ts';
import { taskSnapshotMigrations } from './schema.ts';
import { deliveryOf, type TaskDb, type TaskTables, takeTouched, touch } from './tables.ts';

const { alone, changesAfter, followLinks, newestSeq, readState, writeState } = snapshotParts;

const changesAtOnce = 1_000;
const factsAtOnce = 1_000;
const deploymentsAtOnce = 2_000;

/** Measured tasks in memory, kept up with facts and ledger in the database, whichever process takes them. */
export interface TaskSnapshot {
  readonly db: TaskDb;
  readonly columns: LoadedColumns;
  /** Measures what came since, and reads what others measured. `ledger`: null while there is none. */
  follow(options: FollowOptions): Promise<void>;
  /** Reads what was measured, and measures nothing. False: nothing ever was. */
  load(): Promise<boolean>;
  /** Something came that isn't measured. */
  isBehind(): Promise<boolean>;
  /** Whether what is measured, if anything is, is so with these accounts. */
  isOf(agentAccounts: ReadonlySet<string>): Promise<boolean>;
  close(): Promise<void>;
}

export interface FollowOptions {
  readonly ledger: FollowedLedger | null;
  /** Logins and pseudonyms of the assistants' own accounts; with other ones everything is measured again. */
  readonly agentAccounts: ReadonlySet<string>;
  /** Seconds since the epoch. */
  readonly now: number;
}

/** Where the facts of delivery and of tasks are; both schemas must be there. */
export async function openTaskSnapshot(location: StateLocation): Promise<TaskSnapshot> {
  const { db, kind, close } = await openState<TaskTables & snapshotParts.SnapshotTables>(
    location,
    'task-snapshot',
    taskSnapshotMigrations,
  );
  const columns = noColumns();
  const dialect = { kind };
  const step = (work: (db: TaskDb) => Promise<boolean>) =>
    alone(deliveryOf(db), dialect, async (transaction) => {
      const own = transaction as unknown as TaskDb;
      await loadColumns(own, columns);
      return work(own);
    });
  const follow = async ({ ledger, agentAccounts, now }: FollowOptions) => {
    const definition = definitionOf(agentAccounts);
    await loadColumns(db, columns);
    if ((await readState(deliveryOf(db))).get('tasks definition') !== definition) {
      await step((own) => beginAnew(own, definition));
    }
    while (await step((own) => followLinks(deliveryOf(own), dialect))) await breath();
    if (ledger !== null) while (await step((own) => followCalls(own, columns, ledger))) await breath();
    const options = { dialect, agentAccounts, now };
    while ((await isBehind(db)) && (await step((own) => measure(own, columns, options)))) await breath();
    await loadColumns(db, columns);
    // What was read is in memory: its pages needn't be, too.
    if (kind === 'sqlite') await sql`pragma shrink_memory`.execute(db);
  };
  let running: Promise<void> = Promise.resolve();
  return {
    ...{ db, columns, close },
    // Who asks while it's under way may have brought facts that it no longer sees.
    follow(options) {
      running = running.catch(() => undefined).then(() => follow(options));
      return running;
    },
    async load() {
      if ((await readState(deliveryOf(db))).get('tasks definition') === undefined) return false;
      await running.catch(() => undefined);
      await loadColumns(db, columns);
      return true;
    },
    async isBehind() {
      const touched = await deliveryOf(db).selectFrom('measured_touched').select('id').limit(1).execute();
      return touched.length > 0 || (await isBehind(db));
    },
    async isOf(agentAccounts) {
      const known = (await readState(deliveryOf(db))).get('tasks definition');
      return known === undefined || known === definitionOf(agentAccounts);
    },
  };
}

/** Lets others have their turn. */
function breath(): Promise<void> {
  return new Promise((resolve) => setImmediate(resolve));
}

function definitionOf(agentAccounts: ReadonlySet<string>): string {
  const text = JSON.stringify([...agentAccounts].sort());
  const digest = Buffer.from(nodeHash.sha256(Buffer.from(text))).toString('hex');
  return `tasks/v${taskLayoutVersion} ${digest.slice(0, 32)}`;
}

/** Everything but the calls is measured again. */
async function beginAnew(db: TaskDb, definition: string): Promise<boolean> {
  const facts = await db.selectFrom('measured_task_keys').select('fact').distinct().execute();
  await touch(
    db,
    'fact',
    facts.map(({ fact }) => fact),
  );
  await writeState(deliveryOf(db), 'tasks seq', '0');
  await writeState(deliveryOf(db), 'tasks definition', definition);
  return false;
}

const seqOf = async (db: TaskDb) => Number((await readState(deliveryOf(db))).get('tasks seq') ?? 0);

async function isBehind(db: TaskDb): Promise<boolean> {
  const touched = await db.selectFrom('measured_task_touched').select('id').limit(1).executeTakeFirst();
  return touched !== undefined || (await seqOf(db)) < (await newestSeq(deliveryOf(db)));
}

/** Measures some of what was touched, within a transaction; deployments once all changes have their rows. */
async function measure(
  db: TaskDb,
  columns: LoadedColumns,
  options: Parameters<typeof measureUnits>[3],
): Promise<boolean> {
  const { dialect } = options;
  // What links changes is found out first, whatever came meanwhile.
  if (await followLinks(deliveryOf(db), dialect)) return true;
  const changes = await changesAfter(deliveryOf(db), await seqOf(db), changesAtOnce);
  const units = new Set<string>();
  if (changes.length > 0) {
    const ids = changes.map((row) => row.change_id);
    for (const unit of await followChanges(db, dialect, ids)) units.add(unit);
    await writeState(deliveryOf(db), 'tasks seq', String(changes.at(-1)!.seq));
  } else {
    const facts = await takeTouched(db, 'fact', factsAtOnce);
    for (const unit of await followFacts(db, dialect, facts)) units.add(unit);
  }
  await measureUnits(db, columns, units, options);
  if (changes.length > 0 || units.size > 0) return true;
  const deployments = await takeTouched(db, 'deployment', deploymentsAtOnce);
  await measureDeployments(db, dialect, columns, deployments);
  return true;
}

import { nodeHash } from '../../../platform/crypto/index.ts';
import { snapshotParts } from '../../delivery/api.ts';
import { deliveryOf, type TaskDb, touch } from './tables.ts';

const { bySlices, inSlices } = snapshotParts;

/** The numbers of sessions, from 1 on, given where there was none. */
export async function sessionNumbers(
  db: TaskDb,
  sessions: ReadonlyMap<string, string | null>,
): Promise<ReadonlyMap<string, number>> {
  const known = await bySlices(sessions.keys(), (some) =>
    db.selectFrom('measured_task_sessions').selectAll().where('session', 'in', some).execute(),
  );
  const numbers = new Map(known.map(({ session, number }) => [session, number]));
  for (const { session, assistant } of known) {
    const now = sessions.get(session) ?? null;
    if (assistant !== null || now === null) continue;
    await db
      .updateTable('measured_task_sessions')
      .set({ assistant: now })
      .where('session', '=', session)
      .execute();
  }
  const fresh = [...sessions.keys()].filter((session) => !numbers.has(session));
  if (fresh.length === 0) return numbers;
  const last = await db
    .selectFrom('measured_task_sessions')
    .select(({ fn }) => fn.max('number').as('number'))
    .executeTakeFirst();
  const first = Number(last?.number ?? 0) + 1;
  const rows = fresh.map((session, i) => ({
    ...{ number: first + i, session, assistant: sessions.get(session) ?? null },
  }));
  await inSlices(rows, (some) =>
    db
      .insertInto('measured_task_sessions')
      .values([...some])
      .execute(),
  );
  for (const { session, number } of rows) numbers.set(session, number);
  return numbers;
}

/** Sessions by their numbers, with the assistant where it's known. */
export async function sessionsNumbered(
  db: TaskDb,
  numbers: Iterable<number>,
): Promise<ReadonlyMap<string, string | null>> {
  const rows = await bySlices(numbers, (some) =>
    db.selectFrom('measured_task_sessions').selectAll().where('number', 'in', some).execute(),
  );
  return new Map(rows.map(({ session, assistant }) => [session, assistant]));
}

/** How git-ai names the tools that the ledger knows as assistants. */
const noteTools: { readonly [assistant: string]: readonly string[] } = {
  'claude-code': ['claude', 'claude-code'],
  codex: ['codex'],
  'copilot-cli': ['copilot_cli', 'copilot-cli', 'github-copilot'],
  cursor: ['cursor'],
  opencode: ['opencode'],
};

/** git-ai names a session by a hash of its tool and conversation: `s_` and 14 hex digits, 16 digits in older notes. */
export function aliasesOf(session: string, assistant: string): readonly string[] {
  return (noteTools[assistant] ?? [assistant]).flatMap((tool) => {
    const digest = Buffer.from(nodeHash.sha256(Buffer.from(`${tool}:${session}`))).toString('hex');
    return [`s_${digest.slice(0, 14)}`, digest.slice(0, 16)];
  });
}

/** Says that calls of sessions came: facts that end with them, or that name them, are looked at again. */
export async function touchSessions(db: TaskDb, sessions: ReadonlyMap<string, string | null>): Promise<void> {
  const sessionOf = new Map<string, string>();
  const keys = [...sessions].flatMap(([session, assistant]) => {
    const aliases = assistant === null ? [] : aliasesOf(session, assistant);
    for (const alias of aliases) sessionOf.set(alias, session);
    return [`s ${session}`, `a ${session}`, ...aliases.map((alias) => `a ${alias}`)];
  });
  const found = await bySlices(keys, (some) =>
    db.selectFrom('measured_task_keys').selectAll().where('key', 'in', some).execute(),
  );
  await keepAliases(
    db,
    found.flatMap(({ key }) => {
      const session = sessionOf.get(key.slice(2));
      return session === undefined ? [] : [[key.slice(2), session] as const];
    }),
  );
  await touch(db, 'fact', new Set(found.map(({ fact }) => fact)));
}

async function keepAliases(
  db: TaskDb,
  aliases: readonly (readonly [alias: string, session: string])[],
): Promise<void> {
  const rows = [...new Map(aliases)].map(([alias, session]) => ({ alias, session }));
  await inSlices(rows, (some) =>
    db
      .insertInto('measured_task_aliases')
      .values([...some])
      .onConflict((conflict) => conflict.doNothing())
      .execute(),
  );
}

/** Looks for the sessions that new notes name among those that are known. */
export async function findAliases(db: TaskDb, names: readonly string[]): Promise<void> {
  const wanted = new Set(names.filter((name) => /^(?:s_[0-9a-f]{14}|[0-9a-f]{16})$/.test(name)));
  const known = await aliasesIn(db, [...wanted]);
  for (const alias of known.keys()) wanted.delete(alias);
  let after = 0;
  while (wanted.size > 0) {
    const rows = await db
      .selectFrom('measured_task_sessions')
      .selectAll()
      .where('number', '>', after)
      .orderBy('number')
      .limit(5_000)
      .execute();
    if (rows.length === 0) return;
    const found = rows.flatMap(({ session, assistant }) =>
      assistant === null
        ? []
        : aliasesOf(session, assistant).flatMap((alias) =>
            wanted.has(alias) ? [[alias, session] as const] : [],
          ),
    );
    for (const [alias] of found) wanted.delete(alias);
    await keepAliases(db, found);
    after = rows.at(-1)!.number;
  }
}

export async function aliasesIn(db: TaskDb, names: readonly string[]): Promise<ReadonlyMap<string, string>> {
  const rows = await bySlices(names, (some) =>
    db.selectFrom('measured_task_aliases').selectAll().where('alias', 'in', some).execute(),
  );
  return new Map(rows.map(({ alias, session }) => [alias, session]));
}

/** Forgets calls and what is known of sessions by them; their numbers stay. */
export async function forgetCalls(db: TaskDb): Promise<void> {
  await db.deleteFrom('measured_task_open').execute();
  await db.deleteFrom('measured_task_aliases').execute();
  await db.deleteFrom('measured_task_chunks').where('series', '=', 'calls').execute();
  const facts = await db.selectFrom('measured_task_keys').select('fact').distinct().execute();
  await touch(
    db,
    'fact',
    facts.map(({ fact }) => fact),
  );
  const { readState, writeState } = snapshotParts;
  const era = Number((await readState(deliveryOf(db))).get('tasks era') ?? 0) + 1;
  await writeState(deliveryOf(db), 'tasks era', String(era));
  await writeState(deliveryOf(db), 'tasks entries', '0');
  await writeState(deliveryOf(db), 'tasks calls', '0');
}

import type { ChangeHistory } from '@fairlead/core/delivery';
import { branchKey, type TaskFact } from '@fairlead/core/tasks';
import { snapshotParts } from '../../delivery/api.ts';
import { findAliases } from './sessions.ts';
import { deliveryOf, type TaskDb } from './tables.ts';

const { bySlices, changesOfDigits, inSlices } = snapshotParts;

/*
 * What a fact is about: `b` a branch, `n` a change by its number, `c` a commit; and whose calls it depends on: `s` a
 * session, `a` a session as a note names it.
 */

/** The keys of a fact. */
export function keysOf(fact: TaskFact): readonly string[] {
  switch (fact.type) {
    case 'session': {
      const at = `b ${branchKey(fact.repository, fact.branch)}`;
      return fact.until === undefined ? [at, `s ${fact.session}`] : [at];
    }
    case 'authorship':
      return [`c ${fact.repository} ${fact.commit}`, ...fact.sessions.map(({ id }) => `a ${id}`)];
    case 'attestation':
      return [`c ${fact.repository} ${fact.commit}`];
    case 'edits':
    case 'gate':
    case 'finding':
      return [`n ${fact.repository}#${fact.number}`];
    case 'escalation':
      return [
        fact.number === undefined
          ? `b ${branchKey(fact.repository, fact.branch ?? '')}`
          : `n ${fact.repository}#${fact.number}`,
      ];
    default:
      return [];
  }
}

export const commitKeysOf = ({ change, commits }: ChangeHistory): readonly string[] => [
  ...new Set(
    [change.mergeCommit, ...commits.map(({ sha }) => sha)].flatMap((sha) =>
      sha === undefined ? [] : `c ${change.repository} ${sha}`,
    ),
  ),
];

/** Facts that have some keys, by type and id. */
export async function factsAbout(db: TaskDb, keys: Iterable<string>): Promise<readonly TaskFact[]> {
  const found = await bySlices(keys, (some) =>
    db.selectFrom('measured_task_keys').select('fact').where('key', 'in', some).execute(),
  );
  const facts = await factsNamed(db, new Set(found.map(({ fact }) => fact)));
  return [...facts].sort(([a], [b]) => (a < b ? -1 : 1)).map(([, fact]) => fact);
}

async function factsNamed(db: TaskDb, names: Iterable<string>): Promise<ReadonlyMap<string, TaskFact>> {
  const byType = Map.groupBy(names, (name) => name.slice(0, name.indexOf(' ')) as TaskFact['type']);
  const found = new Map<string, TaskFact>();
  for (const [type, own] of byType) {
    const rows = await bySlices(
      own.map((name) => name.slice(type.length + 1)),
      (some) =>
        db.selectFrom('task_facts').selectAll().where('type', '=', type).where('id', 'in', some).execute(),
    );
    for (const { id, body } of rows) found.set(`${type} ${id}`, JSON.parse(body) as TaskFact);
  }
  return found;
}

/** Takes up facts that came, changed or went; the branches that they are, or were, about. */
export async function followFacts(
  db: TaskDb,
  dialect: snapshotParts.Dialect,
  names: readonly string[],
): Promise<ReadonlySet<string>> {
  if (names.length === 0) return new Set();
  const facts = await factsNamed(db, names);
  const before = await bySlices(names, (some) =>
    db.selectFrom('measured_task_keys').selectAll().where('fact', 'in', some).execute(),
  );
  const after = [...facts].flatMap(([fact, body]) =>
    [...new Set(keysOf(body))].map((key) => ({ fact, key })),
  );
  await inSlices(names, (some) =>
    db
      .deleteFrom('measured_task_keys')
      .where('fact', 'in', [...some])
      .execute(),
  );
  await inSlices(after, (some) =>
    db
      .insertInto('measured_task_keys')
      .values([...some])
      .execute(),
  );
  await findAliases(
    db,
    after.flatMap(({ key }) => (key.startsWith('a ') ? [key.slice(2)] : [])),
  );
  return unitsOfKeys(
    db,
    dialect,
    [...before, ...after].map(({ key }) => key),
  );
}

/** The branches that keys are about. */
export async function unitsOfKeys(
  db: TaskDb,
  dialect: snapshotParts.Dialect,
  keys: readonly string[],
): Promise<ReadonlySet<string>> {
  const units = new Set(keys.flatMap((key) => (key.startsWith('b ') ? [key.slice(2)] : [])));
  const ids = new Set<string>();
  const numbered = keys.filter((key) => key.startsWith('n ')).map((key) => key.slice(2).split('#'));
  for (const [repository, own] of Map.groupBy(numbered, ([name]) => name!)) {
    const rows = await bySlices(
      own.map(([, number]) => Number(number)),
      (some) =>
        db
          .selectFrom('delivery_facts')
          .select('id')
          .where('type', '=', 'change')
          .where('repository', '=', repository)
          .where('number', 'in', some)
          .execute(),
    );
    for (const { id } of rows) ids.add(id);
  }
  const digits = keys.flatMap((key) => (key.startsWith('c ') ? [key.split(' ')[2]!.slice(0, 7)] : []));
  for (const { id } of await changesOfDigits(deliveryOf(db), dialect, digits)) ids.add(id);
  const rows = await bySlices(
    [...ids].map((id) => `change ${id}`),
    (some) => db.selectFrom('measured_task_rows').select('unit').where('key', 'in', some).execute(),
  );
  for (const { unit } of rows) units.add(unit);
  return units;
}

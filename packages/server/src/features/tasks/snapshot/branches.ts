import { type ChangeHistory, type Reversal, timeOf } from '@fairlead/core/delivery';
import {
  branchKey,
  eachSlot,
  type MeasuredRow,
  measureBranches,
  type SessionSpan,
  type TaskFact,
  withStaysOfNotes,
} from '@fairlead/core/tasks';
import { snapshotParts } from '../../delivery/api.ts';
import { basesIn } from './changes.ts';
import { type LoadedColumns, type Writes, writeChunks } from './chunks.ts';
import { commitKeysOf, factsAbout } from './keys.ts';
import { aliasesIn, sessionNumbers } from './sessions.ts';
import { deliveryOf, nextPlace, type TaskDb } from './tables.ts';

const { bySlices, changesOfDigits, historiesIn, inSlices, numbersOf } = snapshotParts;

export interface MeasureOptions {
  readonly dialect: snapshotParts.Dialect;
  readonly agentAccounts: ReadonlySet<string>;
  /** Seconds since the epoch. */
  readonly now: number;
}

/** Measures whole branches anew. */
export async function measureUnits(
  db: TaskDb,
  columns: LoadedColumns,
  units: ReadonlySet<string>,
  { dialect, agentAccounts, now }: MeasureOptions,
): Promise<void> {
  if (units.size === 0) return;
  const known = await bySlices(units, (some) =>
    db.selectFrom('measured_task_rows').select(['place', 'key', 'unit']).where('unit', 'in', some).execute(),
  );
  const ids = known.flatMap(({ key }) => (key.startsWith('change ') ? [key.slice(7)] : []));
  const histories = [...(await historiesIn(deliveryOf(db), ids))].sort((a, b) =>
    a.change.id < b.change.id ? -1 : 1,
  );
  const bases = await basesIn(db, [...units]);
  const rows = measureBranches({
    histories,
    facts: await factsOf(db, dialect, columns, units, histories),
    reversals: await reversalsOf(db, ids),
    isBase: (branch) => bases.has(branch),
    ...{ agentAccounts, now },
  });
  await write(db, columns, known, rows);
}

/** Facts about branches and their changes; stays with their ends, and those that notes tell of. */
async function factsOf(
  db: TaskDb,
  dialect: snapshotParts.Dialect,
  columns: LoadedColumns,
  units: ReadonlySet<string>,
  histories: readonly ChangeHistory[],
): Promise<readonly TaskFact[]> {
  const keys = [
    ...[...units].map((unit) => `b ${unit}`),
    ...histories.map(({ change }) => `n ${change.repository}#${change.number}`),
    ...histories.flatMap(commitKeysOf),
  ];
  // A stay that changed, and waits to be measured at its new branch, is found by its old one too.
  const facts = (await factsAbout(db, keys)).filter(
    (fact) => fact.type !== 'session' || units.has(branchKey(fact.repository, fact.branch)),
  );
  const notes = facts.filter((fact) => fact.type === 'authorship');
  const names = notes.flatMap(({ sessions }) => sessions.map(({ id }) => id));
  const aliases = await aliasesIn(db, names);
  const sessionOf = (name: string) => aliases.get(name) ?? name;
  const open = facts.flatMap((fact) =>
    fact.type === 'session' && fact.until === undefined ? [fact.session] : [],
  );
  const spans = await spansOf(db, columns, [...names.map(sessionOf), ...open]);
  const owners = await ownersOf(db, dialect, notes, histories);
  const ended = facts.map((fact) => {
    const span = fact.type === 'session' && fact.until === undefined ? spans.get(fact.session) : undefined;
    return span === undefined ? fact : { ...fact, until: timeOf(span.to) };
  });
  return withStaysOfNotes(ended, {
    changeOf: (commit) => owners.get(commit),
    spanOf: (session) => spans.get(session),
    sessionOf,
  });
}

/** The change that a noted commit belongs to: of several the one whose id comes last. Others than those here have none. */
async function ownersOf(
  db: TaskDb,
  dialect: snapshotParts.Dialect,
  notes: readonly { readonly repository: string; readonly commit: string }[],
  histories: readonly ChangeHistory[],
): Promise<ReadonlyMap<string, ChangeHistory>> {
  const own = new Map(histories.map((history) => [history.change.id, history]));
  const digits = notes.map(({ commit }) => commit.slice(0, 7));
  const others = (await changesOfDigits(deliveryOf(db), dialect, digits)).filter(({ id }) => !own.has(id));
  const all = [
    ...histories,
    ...(await historiesIn(
      deliveryOf(db),
      others.map(({ id }) => id),
    )),
  ].sort((a, b) => (a.change.id < b.change.id ? -1 : 1));
  const last = new Map(all.flatMap((history) => commitKeysOf(history).map((key) => [key.slice(2), history])));
  return new Map([...last].filter(([, { change }]) => own.has(change.id)));
}

/** From the first to the last call of some sessions, as the columns have them. */
async function spansOf(
  db: TaskDb,
  { calls, people }: LoadedColumns,
  sessions: readonly string[],
): Promise<ReadonlyMap<string, SessionSpan>> {
  const rows = await bySlices(sessions, (some) =>
    db
      .selectFrom('measured_task_sessions')
      .select(['number', 'session'])
      .where('session', 'in', some)
      .execute(),
  );
  const names = new Map(rows.map(({ number, session }) => [number, session]));
  const spans = new Map<string, { from: number; to: number; person: string | null }>();
  if (names.size === 0) return spans;
  eachSlot(calls, (chunk, slot) => {
    const session = names.get(chunk.session[slot]!);
    if (session === undefined) return;
    const at = chunk.at[slot]!;
    const known = spans.get(session);
    if (known === undefined) {
      const person = chunk.person[slot]!;
      spans.set(session, { from: at, to: at, person: person === 0 ? null : people[person]! });
    } else {
      known.from = Math.min(known.from, at);
      known.to = Math.max(known.to, at);
    }
  });
  return spans;
}

async function reversalsOf(db: TaskDb, ids: readonly string[]): Promise<ReadonlyMap<string, Reversal>> {
  const rows = await bySlices(ids, (some) =>
    db.selectFrom('measured_reversals').selectAll().where('change_id', 'in', some).execute(),
  );
  return new Map(
    rows.map((row) => [row.change_id, { at: Number(row.at), by: row.by_change, evidence: row.evidence }]),
  );
}

async function write(
  db: TaskDb,
  columns: LoadedColumns,
  known: readonly { readonly place: number; readonly key: string }[],
  rows: readonly MeasuredRow[],
): Promise<void> {
  const placeOf = new Map(known.map(({ key, place }) => [key, place]));
  let next = await nextPlace(db, 'measured_task_rows');
  const fresh = rows
    .filter(({ key }) => !placeOf.has(key))
    .map(({ key, unit }) => ({ key, unit, place: next++ }));
  for (const { key, place } of fresh) placeOf.set(key, place);
  await inSlices(fresh, (some) =>
    db
      .insertInto('measured_task_rows')
      .values(some.map((row) => ({ ...row, base: null, merge_commit: null })))
      .execute(),
  );
  const kept = new Set(rows.map(({ key }) => key));
  const gone = known.filter(({ key }) => !kept.has(key)).map(({ place }) => place);
  await inSlices(gone, (some) =>
    db
      .deleteFrom('measured_task_rows')
      .where('place', 'in', [...some])
      .execute(),
  );
  const names = rows.flatMap(({ person, author }) => [person ?? [], author ?? []].flat());
  const people = await numbersOf(deliveryOf(db), 'contributor', names);
  const repositories = await numbersOf(
    deliveryOf(db),
    'repository',
    rows.map(({ repository }) => repository),
  );
  const sessions = await sessionNumbers(
    db,
    new Map(rows.flatMap(({ stays }) => stays.map(({ session }) => [session, null] as const))),
  );
  const numberOf = (person: string | null) => (person === null ? 0 : people.get(person)!);
  const writes = new Map(gone.map((place): [number, null] => [place, null])) as Map<
    number,
    Writes<'rows'> extends ReadonlyMap<number, infer Value> ? Value : never
  >;
  for (const { key, repository, person, author, values, stays } of rows) {
    writes.set(placeOf.get(key)!, {
      ...values,
      ...{ repository: repositories.get(repository)!, person: numberOf(person), author: numberOf(author) },
      stays: stays.flatMap(({ session, from, order }) => [sessions.get(session)!, from, order]),
    });
  }
  await writeChunks(db, 'rows', columns.rows, writes);
}

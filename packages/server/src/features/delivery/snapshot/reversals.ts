import {
  type Change,
  countedReversal,
  isSameFix,
  mergedSeconds,
  type Reversal,
  type ReversalClaim,
  standingReversals,
} from '@fairlead/core/delivery';
import { namedKeys, referringTo } from './keys.ts';
import { bySlices, changesOfDigits, type Dialect, type SnapshotDb, type SnapshotTables } from './tables.ts';
import { touch } from './touched.ts';

type Reference = SnapshotTables['measured_references'];

/** Where what takes back what may have changed. */
export interface Suspicion {
  /** Changes whose references changed. */
  readonly changed: readonly string[];
  /** Changes that refer to keys whose change may be another one now. */
  readonly naming: readonly string[];
  /** References that there were. */
  readonly former: readonly Reference[];
}

/**
 * Finds anew which reversals count among all changes that are linked to those under suspicion, and touches those for
 * which it's another one than before.
 */
export async function followReversals(
  db: SnapshotDb,
  dialect: Dialect,
  { changed, naming, former }: Suspicion,
): Promise<void> {
  const targets = await resolve(db, dialect, former);
  const members = new Set([...changed, ...naming, ...targets.map(({ target }) => target)]);
  // What they took back before may be linked to them no longer.
  const reversed = await bySlices(members, (some) =>
    db.selectFrom('measured_reversals').select('change_id').where('by_change', 'in', some).execute(),
  );
  for (const { change_id: id } of reversed) members.add(id);
  const claims: Omit<ReversalClaim, 'targetMerged'>[] = [];
  for (let frontier = [...members]; frontier.length > 0; ) {
    const references = await bySlices(frontier, (some) =>
      db.selectFrom('measured_references').selectAll().where('change_id', 'in', some).execute(),
    );
    const found = await resolve(db, dialect, references);
    const titles = await titlesOfFixes(db, found);
    for (const { target, reference } of found) {
      const { change_id: by, at, evidence } = reference;
      if (at === null || (evidence === 'fix' && isSameFix(titles.get(by), titles.get(target)))) continue;
      claims.push({ target, by, at: Number(at), evidence });
    }
    const referring = await referringTo(db, await namedKeys(db, dialect, frontier));
    const next = new Set([...found.map(({ target }) => target), ...referring]);
    frontier = [...next].filter((id) => !members.has(id));
    for (const id of frontier) members.add(id);
  }
  if (members.size > 0) await store(db, members, await countedAmong(db, members, claims));
}

/** Which reversals count, of what changes claim and incidents name. */
async function countedAmong(
  db: SnapshotDb,
  members: ReadonlySet<string>,
  claims: readonly Omit<ReversalClaim, 'targetMerged'>[],
): Promise<ReadonlyMap<string, Reversal>> {
  const blames = await bySlices(members, (some) =>
    db
      .selectFrom('measured_blames')
      .select(['change_id', 'incident', 'at'])
      .where('change_id', 'in', some)
      .where('evidence', '=', 'explicit_link')
      .execute(),
  );
  const merged = await mergedIn(db, [
    ...claims.map(({ target }) => target),
    ...blames.map((row) => row.change_id),
  ]);
  const counted = new Map(
    standingReversals(claims.map((claim) => ({ ...claim, targetMerged: merged.get(claim.target) ?? null }))),
  );
  for (const [id, rows] of Map.groupBy(blames, (row) => row.change_id)) {
    const namings = rows.map(({ incident, at }) => ({ incident, at: Number(at) }));
    const reversal = countedReversal(merged.get(id) ?? null, counted.get(id), namings);
    if (reversal !== undefined) counted.set(id, reversal);
  }
  return counted;
}

async function mergedIn(db: SnapshotDb, ids: readonly string[]): Promise<ReadonlyMap<string, number | null>> {
  const changes = await changesIn(db, ids);
  return new Map(changes.map((change) => [change.id, mergedSeconds(change)]));
}

/** Titles of the changes that fixes name, and of those fixes. */
async function titlesOfFixes(
  db: SnapshotDb,
  found: readonly Resolved[],
): Promise<ReadonlyMap<string, string | undefined>> {
  const fixes = found.filter(({ reference }) => reference.evidence === 'fix');
  const changes = await changesIn(
    db,
    fixes.flatMap(({ reference, target }) => [reference.change_id, target]),
  );
  return new Map(changes.map(({ id, title }) => [id, title]));
}

async function changesIn(db: SnapshotDb, ids: readonly string[]): Promise<readonly Change[]> {
  const rows = await bySlices(ids, (some) =>
    db
      .selectFrom('delivery_facts')
      .select('body')
      .where('type', '=', 'change')
      .where('id', 'in', some)
      .execute(),
  );
  return rows.map(({ body }) => JSON.parse(body) as Change);
}

async function store(
  db: SnapshotDb,
  members: ReadonlySet<string>,
  counted: ReadonlyMap<string, Reversal>,
): Promise<void> {
  const known = await bySlices(members, (some) =>
    db.selectFrom('measured_reversals').selectAll().where('change_id', 'in', some).execute(),
  );
  const before = new Map(known.map((row) => [row.change_id, row]));
  const touched: string[] = [];
  for (const id of members) {
    const [was, is] = [before.get(id), counted.get(id)];
    if (was === undefined && is === undefined) continue;
    const isSame = was?.by_change === is?.by && was?.evidence === is?.evidence;
    if (isSame && Number(was?.at) === is?.at) continue;
    touched.push(id);
    await db.deleteFrom('measured_reversals').where('change_id', '=', id).execute();
    if (is === undefined) continue;
    const { by, at, evidence } = is;
    await db
      .insertInto('measured_reversals')
      .values({ change_id: id, by_change: by, at, evidence })
      .execute();
  }
  await touch(db, 'change', touched);
}

interface Resolved {
  readonly reference: Reference;
  readonly target: string;
}

/** The changes that references mean: one by its number, or by a commit that is of one change only. */
async function resolve(
  db: SnapshotDb,
  dialect: Dialect,
  references: readonly Reference[],
): Promise<readonly Resolved[]> {
  if (references.length === 0) return [];
  const keys = new Set(references.map(({ key }) => key));
  const index = new Map<string, Set<string>>();
  const add = (key: string, id: string) => {
    if (!index.has(key)) index.set(key, new Set());
    index.get(key)!.add(id);
  };
  for (const [repository, some] of Map.groupBy(references, (one) => one.repository)) {
    const numbers = some.map(({ key }) => (key.startsWith('#') ? Number(key.slice(1)) : Number.NaN));
    const sane = numbers.filter((number) => Number.isSafeInteger(number) && number < 2 ** 31);
    const rows = await bySlices(sane, (own) =>
      db
        .selectFrom('delivery_facts')
        .select(['id', 'number'])
        .where('type', '=', 'change')
        .where('repository', '=', repository)
        .where('number', 'in', own)
        .execute(),
    );
    for (const { id, number } of rows) add(`${repository} #${number}`, id);
  }
  const byDigits = await changesOfDigits(
    db,
    dialect,
    [...keys].filter((key) => !key.startsWith('#')),
  );
  const places = await bySlices(
    byDigits.map(({ id }) => id),
    (some) =>
      db
        .selectFrom('delivery_facts')
        .select(['id', 'repository'])
        .where('type', '=', 'change')
        .where('id', 'in', some)
        .execute(),
  );
  const repositoryOf = new Map(places.map(({ id, repository }) => [id, repository]));
  for (const { digits, id } of byDigits) add(`${repositoryOf.get(id)} ${digits}`, id);
  return references.flatMap((reference) => {
    const ids = [...(index.get(`${reference.repository} ${reference.key}`) ?? [])].sort();
    // Numbers are of one change; where two have one, it's the last of them.
    const isMeant = ids.length === 1 || reference.key.startsWith('#');
    const target = ids.at(-1);
    return target === undefined || !isMeant ? [] : [{ reference, target }];
  });
}

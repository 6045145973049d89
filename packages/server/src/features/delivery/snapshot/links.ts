import type { Blame, ChangeHistory, ChangeLinks, DeployedAt, Reversal } from '@fairlead/core/delivery';
import { bringersOfCommits, deployingOf, followDeployments } from './deployed.ts';
import { followIncidents } from './incidents.ts';
import { followChanges, followNames } from './references.ts';
import { readState, touchChanges, writeState } from './state.ts';
import { bySlices, type Dialect, type SnapshotDb } from './tables.ts';
import { takeTouched } from './touched.ts';

/** Handles up to `limit` of something that waits; how many it were. */
type Step = (db: SnapshotDb, dialect: Dialect, limit: number) => Promise<number>;

const taking =
  (
    kind: Parameters<typeof takeTouched>[1],
    follow: (db: SnapshotDb, dialect: Dialect, ids: readonly string[]) => Promise<void>,
  ): Step =>
  async (db, dialect, limit) => {
    const ids = await takeTouched(db, kind, limit);
    if (ids.length > 0) await follow(db, dialect, ids);
    return ids.length;
  };

const readChanges: Step = async (db, dialect, limit) => {
  const seq = Number((await readState(db)).get('links') ?? 0);
  const rows = await changesAfter(db, seq, limit);
  if (rows.length === 0) return 0;
  await followChanges(
    db,
    dialect,
    rows.map((row) => row.change_id),
  );
  await writeState(db, 'links', String(rows.at(-1)!.seq));
  return rows.length;
};

/** What others depend on comes first: in the end nothing waits. */
const steps: readonly Step[] = [
  taking('deployment', followDeployments),
  taking('name', followNames),
  taking('change', (db, _, ids) => touchChanges(db, ids)),
  readChanges,
  taking('incident', followIncidents),
];

const atOnce = 2_000;

/**
 * Brings what links changes (deployments, reversals, incidents) up to the facts, within a transaction. True: there may
 * be more to do.
 */
export async function followLinks(db: SnapshotDb, dialect: Dialect): Promise<boolean> {
  let done = 0;
  for (let i = 0; i < steps.length && done < atOnce; ) {
    const handled = await steps[i]!(db, dialect, atOnce);
    done += handled;
    i = handled > 0 ? 0 : i + 1;
  }
  return done >= atOnce;
}

/** Changes touched since, in the order in which they were. */
export async function changesAfter(
  db: SnapshotDb,
  seq: number,
  limit: number,
): Promise<readonly { readonly change_id: string; readonly place: number; readonly seq: number }[]> {
  const rows = await db
    .selectFrom('measured_changes')
    .selectAll()
    .where('seq', '>', seq)
    .orderBy('seq')
    .limit(limit)
    .execute();
  return rows.map((row) => ({ ...row, seq: Number(row.seq) }));
}

/** What other facts say of each change. */
export async function linksOf(
  db: SnapshotDb,
  histories: readonly ChangeHistory[],
): Promise<ReadonlyMap<string, ChangeLinks>> {
  const ids = histories.map(({ change }) => change.id);
  const deployed = await deployedOf(db, histories);
  const reversals = await reversalsOf(db, ids);
  const blames = await blamesOf(db, ids);
  return new Map(
    ids.map((id) => [
      id,
      { deployed: deployed.get(id)!, reversal: reversals.get(id), blames: blames.get(id) ?? [] },
    ]),
  );
}

async function deployedOf(
  db: SnapshotDb,
  histories: readonly ChangeHistory[],
): Promise<ReadonlyMap<string, DeployedAt>> {
  const merges = histories.flatMap(({ change: { repository, mergeCommit: sha } }) =>
    sha === undefined ? [] : [{ repository, sha }],
  );
  const earliest = new Map<string, number>();
  for (const { repository, sha, finished } of await bringersOfCommits(db, merges)) {
    const key = `${repository} ${sha}`;
    earliest.set(key, Math.min(earliest.get(key) ?? Number.POSITIVE_INFINITY, Number(finished)));
  }
  const deploying = await deployingOf(db, new Set(histories.map(({ change }) => change.repository)));
  return new Map(
    histories.map(({ change: { id, repository, mergeCommit } }): [string, DeployedAt] => {
      const at = mergeCommit === undefined ? undefined : earliest.get(`${repository} ${mergeCommit}`);
      if (at !== undefined) return [id, { kind: 'deployed', at }];
      return [id, { kind: deploying.has(repository) ? 'pending' : 'not_applicable' }];
    }),
  );
}

async function reversalsOf(db: SnapshotDb, ids: readonly string[]): Promise<ReadonlyMap<string, Reversal>> {
  const rows = await bySlices(ids, (some) =>
    db.selectFrom('measured_reversals').selectAll().where('change_id', 'in', some).execute(),
  );
  return new Map(
    rows.map((row) => [row.change_id, { at: Number(row.at), by: row.by_change, evidence: row.evidence }]),
  );
}

/** In the order of their incidents. */
async function blamesOf(
  db: SnapshotDb,
  ids: readonly string[],
): Promise<ReadonlyMap<string, readonly Blame[]>> {
  const rows = await bySlices(ids, (some) =>
    db.selectFrom('measured_blames').selectAll().where('change_id', 'in', some).execute(),
  );
  const sorted = [...rows].sort((a, b) =>
    a.incident === b.incident ? a.ordinal - b.ordinal : a.incident < b.incident ? -1 : 1,
  );
  return Map.groupBy(
    sorted.map(
      (row): Blame => ({
        change: row.change_id,
        evidence: row.evidence,
        weight: Number(row.weight),
        at: Number(row.at),
      }),
    ),
    ({ change }) => change,
  );
}

import {
  type AtomOptions,
  type Cohort,
  type ColumnAtom,
  chunkRows,
  type HeldRow,
  measuredAt,
  monthStart,
  type RowVersion,
  restate,
  waitingIn,
} from '@fairlead/core/delivery';
import type { OpenClosedAtoms } from './closed-atoms.ts';
import { sayChanged } from './late-notes.ts';
import { numbersOf } from './names.ts';
import type { DeliverySnapshot } from './snapshot.ts';
import { touchChanges } from './state.ts';
import { alone, type Dialect, inSlices, type SnapshotDb, type SnapshotTables } from './tables.ts';

/** What is published of some cohorts, and for which of it changes wait. */
export interface RestatedAtoms<C extends Cohort> {
  readonly atoms: { readonly [Each in C]: readonly ColumnAtom[] };
  readonly waiting: ReadonlySet<ColumnAtom>;
}

/** What is published of a snapshot by one tree, with values that are restated monthly. */
export interface RestatedTree {
  /**
   * Follows the facts, shows of them what may be shown, and keeps the bounds of what is published. It holds until
   * somebody follows the facts again.
   */
  atoms<C extends Cohort>(
    cohorts: readonly C[],
    options: Pick<AtomOptions, 'now' | 'teamOf'>,
  ): Promise<RestatedAtoms<C>>;
}

export type OpenTree = (snapshot: DeliverySnapshot, tree: string) => RestatedTree;

/** What is withheld, as it was read or written last. */
interface Known {
  readonly version: number;
  readonly month: number;
  /** By row. */
  readonly held: ReadonlyMap<number, HeldRow>;
}

interface ViewRow {
  readonly view: string;
  readonly clock: string;
  readonly cohort: Cohort;
}

/** By row, and with the change's id. */
type Read = ReadonlyMap<number, HeldRow & { readonly id: string }>;

export function restatedTrees(db: SnapshotDb, dialect: Dialect, closedAtoms: OpenClosedAtoms): OpenTree {
  return (snapshot, tree) => {
    let known: { readonly [C in Cohort]?: Known } = {};
    const show = async (on: SnapshotDb, cohort: Cohort, asked: Pick<AtomOptions, 'now' | 'teamOf'>) => {
      const name = `${tree} ${cohort}`;
      const bounds = closedAtoms.within(on);
      const options = { ...asked, closed: await bounds.of(name) };
      const view = { view: `${name} ${snapshot.clock}`, clock: snapshot.clock, cohort };
      const shown = await follow(on, snapshot, view, known[cohort], options);
      if (shown === null) return null;
      const atoms = snapshot.published.atoms(cohort, options);
      await bounds.close(name, atoms);
      return { atoms, waiting: waitingIn(atoms, cohort, shown.held.values(), asked.teamOf), shown };
    };
    /** Null: others measured something meanwhile, or took note of something. */
    const attempt = async (
      on: SnapshotDb,
      cohorts: readonly Cohort[],
      options: Pick<AtomOptions, 'now' | 'teamOf'>,
    ) => {
      if (!(await snapshot.isCurrent(on))) return null;
      const found: { [C in Cohort]?: NonNullable<Awaited<ReturnType<typeof show>>> } = {};
      for (const cohort of cohorts) {
        const one = await show(on, cohort, options);
        if (one === null) return null;
        found[cohort] = one;
      }
      return found;
    };
    return {
      async atoms(cohorts, options) {
        for (;;) {
          await snapshot.follow();
          const before = known;
          let found: Awaited<ReturnType<typeof attempt>> = null;
          try {
            found = await alone(db, dialect, (on) => attempt(on, cohorts, options));
          } finally {
            // Unless it was committed, what is in memory isn't what is kept.
            if (found === null) known = {};
          }
          if (found === null) continue;
          const each = Object.entries(found);
          known = { ...before, ...Object.fromEntries(each.map(([cohort, { shown }]) => [cohort, shown])) };
          return {
            atoms: Object.fromEntries(each.map(([cohort, { atoms }]) => [cohort, atoms])) as never,
            waiting: new Set(each.flatMap(([, { waiting }]) => [...waiting])),
          };
        }
      },
    };
  };
}

type Options = Pick<AtomOptions, 'now' | 'teamOf'> & { readonly closed: NonNullable<AtomOptions['closed']> };

/** Null: the database had to take note of something first. */
async function follow(
  on: SnapshotDb,
  { published }: DeliverySnapshot,
  view: ViewRow,
  known: Known | undefined,
  options: Options,
): Promise<Known | null> {
  const month = monthStart(options.now);
  const row = await on
    .selectFrom('delivery_restated')
    .select(['month', 'version'])
    .where('view', '=', view.view)
    .executeTakeFirst();
  const version = Number(row?.version ?? 0);
  if (row === undefined || Number(row.month) < month) {
    published.withhold(view.cohort, new Map());
    await restateAll(on, view, { month, version: version + 1, at: options.now * 1000 });
    return { version: version + 1, month, held: new Map() };
  }
  if (known?.version === version && known.month === month) return known;
  const read = await readHeld(on, published, view.view);
  if (read === null) return null;
  const { cohort } = view;
  const { withheld, settled } = restate(published, cohort, read, { ...options, maturedBy: month });
  const isWritten = await write(on, view.view, read, withheld, settled);
  if (isWritten) await sayChanged(on, [view]);
  const held = [...withheld].map(([at, shown]) => [at, { ...read.get(at)!, shown }] as const);
  return { version: version + Number(isWritten), month, held: new Map(held) };
}

async function restateAll(
  on: SnapshotDb,
  { view, clock, cohort }: ViewRow,
  state: { readonly month: number; readonly version: number; readonly at: number },
): Promise<void> {
  await on.deleteFrom('delivery_withheld').where('view', '=', view).execute();
  await on
    .insertInto('delivery_restated')
    .values({ view, clock, cohort, ...state })
    .onConflict((conflict) => conflict.column('view').doUpdateSet(state))
    .execute();
}

/** Null: some had no place, or names without a number, and now have. */
async function readHeld(
  on: SnapshotDb,
  { columns }: DeliverySnapshot['published'],
  view: string,
): Promise<Read | null> {
  const rows = await on
    .selectFrom('delivery_withheld')
    .leftJoin('measured_changes', 'measured_changes.change_id', 'delivery_withheld.change_id')
    .select(['delivery_withheld.change_id as id', 'body', 'is_settled', 'measured_changes.place as place'])
    .where('view', '=', view)
    .where('is_held', '=', 1)
    .execute();
  const homeless = rows.filter(({ place }) => place === null).map(({ id }) => id);
  const bodies = rows.map(({ body }) => (body === null ? null : (JSON.parse(body) as Body)));
  const repositories = await numbersOf(
    on,
    'repository',
    bodies.flatMap((body) => body?.repository ?? []),
  );
  const contributors = await numbersOf(
    on,
    'contributor',
    bodies.flatMap((body) => body?.contributor ?? []),
  );
  await touchChanges(on, homeless);
  const isNew = (numbers: ReadonlyMap<string, number>, names: readonly string[]) =>
    [...numbers.values()].some((number) => number >= names.length);
  if (
    homeless.length > 0 ||
    isNew(repositories, columns.repositories) ||
    isNew(contributors, columns.contributors)
  ) {
    return null;
  }
  const versionOf = (id: string, body: Body | null): RowVersion => ({
    measured: body === null ? null : { id, ...body },
    repository: body === null ? 0 : repositories.get(body.repository)!,
    contributor: body?.contributor == null ? 0 : contributors.get(body.contributor)!,
  });
  return new Map(
    rows.map(({ id, place, is_settled: settled }, i) => {
      const at = Number(place);
      const [shown, fact] = [versionOf(id, bodies[i]!), factAt(columns, id, at)];
      return [at, { id, shown, fact, isSettled: settled === 1 }];
    }),
  );
}

type Body = NonNullable<ReturnType<typeof measuredAt>>;

function factAt(columns: DeliverySnapshot['published']['columns'], id: string, row: number): RowVersion {
  const measured = measuredAt(columns, row);
  const chunk = columns.chunks[Math.floor(row / chunkRows)];
  const slot = row % chunkRows;
  return {
    measured: measured === null ? null : { id, ...measured },
    repository: measured === null ? 0 : chunk!.repository[slot]!,
    contributor: measured === null ? 0 : chunk!.contributor[slot]!,
  };
}

/** True: something was written. */
async function write(
  on: SnapshotDb,
  view: string,
  read: Read,
  withheld: ReadonlyMap<number, RowVersion>,
  settled: ReadonlySet<number>,
): Promise<boolean> {
  const gone: string[] = [];
  const kept: SnapshotTables['delivery_withheld'][] = [];
  for (const [row, { id, shown, isSettled }] of read) {
    const now = withheld.get(row);
    if (now === shown) continue;
    const isMarked = isSettled || settled.has(row);
    if (now === undefined && !isMarked) gone.push(id);
    else kept.push({ view, change_id: id, ...stateOf(now), is_settled: Number(isMarked) });
  }
  await inSlices(gone, (some) =>
    on.deleteFrom('delivery_withheld').where('view', '=', view).where('change_id', 'in', some).execute(),
  );
  await inSlices(kept, (some) =>
    on
      .insertInto('delivery_withheld')
      .values([...some])
      .onConflict((conflict) =>
        conflict.columns(['view', 'change_id']).doUpdateSet(({ ref }) => ({
          ...{ body: ref('excluded.body'), is_held: ref('excluded.is_held') },
          is_settled: ref('excluded.is_settled'),
        })),
      )
      .execute(),
  );
  return gone.length + kept.length > 0;
}

function stateOf(version: RowVersion | undefined) {
  if (version === undefined) return { body: null, is_held: 0 };
  const { measured } = version;
  if (measured === null) return { body: null, is_held: 1 };
  const { id, ...body } = measured;
  return { body: JSON.stringify(body), is_held: 1 };
}

import type { AtomBounds } from '@fairlead/core/delivery';
import { sql } from 'kysely';
import { readState, writeState } from './state.ts';
import { alone, type Dialect, type SnapshotDb } from './tables.ts';

/** Bounds of atoms that were published; a tree is one way of assigning repositories to teams, and one cohort. */
export interface ClosedAtoms {
  /** The same list as long as nothing was added. */
  of(tree: string): Promise<readonly AtomBounds[]>;
  /** Keeps the bounds of atoms for good. */
  close(tree: string, atoms: readonly AtomBounds[]): Promise<void>;
}

export interface OpenClosedAtoms extends ClosedAtoms {
  /** The same within somebody's transaction that is `alone`. */
  within(transaction: SnapshotDb): ClosedAtoms;
}

/** What is known of a tree. */
interface Tree {
  readonly version: string;
  readonly bounds: readonly AtomBounds[];
  /** First weeks by team and repository. */
  readonly begins: Begins;
}

export function closedAtoms(db: SnapshotDb, dialect: Dialect): OpenClosedAtoms {
  const known = new Map<string, Tree>();
  /** By tree, the list that was looked at last: as long as nothing is cut anew it's the same one. */
  const seen = new Map<string, readonly AtomBounds[]>();
  const read = async (on: SnapshotDb, tree: string): Promise<Tree> => {
    const version = (await readState(on)).get(`atoms ${tree}`) ?? '';
    const before = known.get(tree);
    if (before?.version === version) return before;
    const rows = await on.selectFrom('delivery_atoms').selectAll().where('tree', '=', tree).execute();
    const one = oneOfEach();
    const bounds = rows.map(
      ({ team, repository, from_week: from, to_week: to }): AtomBounds => ({
        ...{ team: one(team), repository: one(repository), from, to },
      }),
    );
    const now = { version, bounds, begins: beginsOf(bounds) };
    known.set(tree, now);
    return now;
  };
  const keep = async (on: SnapshotDb | null, tree: string, atoms: readonly AtomBounds[]) => {
    const before = await read(on ?? db, tree);
    const added = atoms.filter(
      ({ team, repository, from }) => before.begins.get(team)?.get(repository)?.has(from) !== true,
    );
    if (added.length === 0) return;
    const add = async (transaction: SnapshotDb) => {
      await insert(transaction, dialect, tree, added);
      const next = Number((await readState(transaction)).get(`atoms ${tree}`) ?? 0) + 1;
      await writeState(transaction, `atoms ${tree}`, String(next));
      return next;
    };
    // What isn't committed yet may never be: it's read again.
    if (on !== null) return void (await add(on));
    const version = await alone(db, dialect, add);
    if (dialect.kind === 'sqlite') await sql`pragma shrink_memory`.execute(db);
    // Unless others published meanwhile, too, what is there needn't be read.
    if (version !== Number(before.version) + 1) return;
    const bounds = added.map(
      ({ team, repository, from, to }): AtomBounds => ({ team, repository, from, to }),
    );
    const all = [...before.bounds, ...bounds];
    known.set(tree, { version: String(version), bounds: all, begins: beginsOf(bounds, before.begins) });
  };
  return {
    of: async (tree) => (await read(db, tree)).bounds,
    async close(tree, atoms) {
      if (seen.get(tree) === atoms) return;
      await keep(null, tree, atoms);
      seen.set(tree, atoms);
    },
    within: (transaction) => ({
      of: async (tree) => (await read(transaction, tree)).bounds,
      close: (tree, atoms) => keep(transaction, tree, atoms),
    }),
  };
}

/** A database gives every row texts of its own. */
function oneOfEach(): (text: string) => string {
  const texts = new Map<string, string>();
  return (text) => {
    const known = texts.get(text);
    if (known !== undefined) return known;
    texts.set(text, text);
    return text;
  };
}

type Begins = Map<string, Map<string, Set<number>>>;

/** Adds to those that are known. */
function beginsOf(bounds: readonly AtomBounds[], begins: Begins = new Map()): Begins {
  for (const { team, repository, from } of bounds) {
    const ofTeam = begins.get(team) ?? new Map<string, Set<number>>();
    const weeks = ofTeam.get(repository) ?? new Set<number>();
    weeks.add(from);
    ofTeam.set(repository, weeks);
    begins.set(team, ofTeam);
  }
  return begins;
}

const atomsAtOnce = 5_000;

/** As documents: there may be tens of thousands, and a statement has room for few variables. */
async function insert(
  db: SnapshotDb,
  { kind }: Dialect,
  tree: string,
  atoms: readonly AtomBounds[],
): Promise<void> {
  for (let i = 0; i < atoms.length; i += atomsAtOnce) {
    const some = atoms.slice(i, i + atomsAtOnce);
    const text = JSON.stringify(some.map(({ team, repository, from, to }) => [team, repository, from, to]));
    const rows =
      kind === 'sqlite'
        ? sql`select ${tree}, value ->> 0, value ->> 1, value ->> 2, value ->> 3 from json_each(${text}) where true`
        : sql`select ${tree}::text, one ->> 0, one ->> 1, (one ->> 2)::integer, (one ->> 3)::integer
            from jsonb_array_elements(${text}::jsonb) as list (one)`;
    const into = sql`insert into delivery_atoms (tree, team, repository, from_week, to_week)`;
    await sql`${into} ${rows} on conflict do nothing`.execute(db);
  }
}

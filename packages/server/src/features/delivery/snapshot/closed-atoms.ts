import type { AtomBounds } from '@fairlead/core/delivery';
import { readState, writeState } from './state.ts';
import { alone, type Dialect, inSlices, type SnapshotDb } from './tables.ts';

/** Bounds of atoms that were published; a tree is one way of assigning repositories to teams, and one cohort. */
export interface ClosedAtoms {
  /** The same list as long as nothing was added. */
  of(tree: string): Promise<readonly AtomBounds[]>;
  /** Keeps the bounds of atoms for good. */
  close(tree: string, atoms: readonly AtomBounds[]): Promise<void>;
}

/** What is known of a tree. */
interface Tree {
  readonly version: string;
  readonly bounds: readonly AtomBounds[];
  /** First weeks by team and repository. */
  readonly begins: ReadonlyMap<string, ReadonlyMap<string, ReadonlySet<number>>>;
}

export function closedAtoms(db: SnapshotDb, dialect: Dialect): ClosedAtoms {
  const known = new Map<string, Tree>();
  /** By tree, the list that was looked at last: as long as nothing is cut anew it's the same one. */
  const seen = new Map<string, readonly AtomBounds[]>();
  const read = async (tree: string): Promise<Tree> => {
    const version = (await readState(db)).get(`atoms ${tree}`) ?? '';
    const before = known.get(tree);
    if (before?.version === version) return before;
    const rows = await db.selectFrom('delivery_atoms').selectAll().where('tree', '=', tree).execute();
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
  const keep = async (tree: string, atoms: readonly AtomBounds[]) => {
    const { begins } = await read(tree);
    const added = atoms.filter(
      ({ team, repository, from }) => begins.get(team)?.get(repository)?.has(from) !== true,
    );
    if (added.length === 0) return;
    await alone(db, dialect, async (transaction) => {
      const rows = added.map(({ team, repository, from, to }) => ({
        ...{ tree, team, repository },
        ...{ from_week: from, to_week: to },
      }));
      await inSlices(rows, (some) =>
        transaction
          .insertInto('delivery_atoms')
          .values([...some])
          .onConflict((conflict) => conflict.doNothing())
          .execute(),
      );
      const version = Number((await readState(transaction)).get(`atoms ${tree}`) ?? 0) + 1;
      await writeState(transaction, `atoms ${tree}`, String(version));
    });
  };
  return {
    of: async (tree) => (await read(tree)).bounds,
    async close(tree, atoms) {
      if (seen.get(tree) === atoms) return;
      await keep(tree, atoms);
      seen.set(tree, atoms);
    },
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

function beginsOf(bounds: readonly AtomBounds[]): Tree['begins'] {
  const begins = new Map<string, Map<string, Set<number>>>();
  for (const { team, repository, from } of bounds) {
    const ofTeam = begins.get(team) ?? new Map<string, Set<number>>();
    const weeks = ofTeam.get(repository) ?? new Set<number>();
    weeks.add(from);
    ofTeam.set(repository, weeks);
    begins.set(team, ofTeam);
  }
  return begins;
}

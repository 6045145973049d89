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

const keyOf = ({ team, repository, from }: AtomBounds) => JSON.stringify([team, repository, from]);

export function closedAtoms(db: SnapshotDb, dialect: Dialect): ClosedAtoms {
  const known = new Map<
    string,
    { readonly version: string; readonly bounds: readonly AtomBounds[]; readonly keys: ReadonlySet<string> }
  >();
  /** Atoms that were looked at, and whole lists of them: as long as nothing is cut anew they are the same objects. */
  const seen = new WeakSet<object>();
  const read = async (tree: string) => {
    const version = (await readState(db)).get(`atoms ${tree}`) ?? '';
    const before = known.get(tree);
    if (before?.version === version) return before;
    const rows = await db.selectFrom('delivery_atoms').selectAll().where('tree', '=', tree).execute();
    const bounds = rows.map(
      ({ team, repository, from_week: from, to_week: to }): AtomBounds => ({ team, repository, from, to }),
    );
    const now = { version, bounds, keys: new Set(bounds.map(keyOf)) };
    known.set(tree, now);
    return now;
  };
  const keep = async (tree: string, atoms: readonly AtomBounds[]) => {
    const { keys } = await read(tree);
    const added = atoms.filter((atom) => !keys.has(keyOf(atom)));
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
      if (seen.has(atoms)) return;
      const unseen = atoms.filter((atom) => !seen.has(atom));
      if (unseen.length > 0) await keep(tree, unseen);
      for (const one of [...unseen, atoms]) seen.add(one);
    },
  };
}

import { type AtomBounds, atomKey, otherName } from '../atoms.ts';
import { type WeekNumber, weekOf } from '../weeks.ts';
import type { Cohort } from './cells.ts';
import type { HeldRow } from './restate.ts';

/** The atoms that changes which wait are counted in, or will be. */
export function waitingIn<A extends AtomBounds>(
  atoms: readonly A[],
  cohort: Cohort,
  held: Iterable<Pick<HeldRow, 'shown' | 'fact'>>,
  teamOf: (repository: string) => string,
): ReadonlySet<A> {
  const waiting = new Set<A>();
  const named = Map.groupBy(atoms, atomKey);
  const isIn = (week: WeekNumber) => (atom: A) => atom.from <= week && week < atom.to;
  for (const { measured } of versionsOf(held)) {
    const at = cohort === 'opened' ? measured.opened : measured.status === 'merged' ? measured.ended : null;
    if (at === null) continue;
    const { repository } = measured;
    const team = teamOf(repository);
    const names = [
      { team, repository },
      { team, repository: otherName },
      { team: otherName, repository: otherName },
    ];
    for (const name of names) {
      const atom = named.get(atomKey(name))?.find(isIn(weekOf(at)));
      if (atom === undefined) continue;
      waiting.add(atom);
      break;
    }
  }
  return waiting;
}

function* versionsOf(held: Iterable<Pick<HeldRow, 'shown' | 'fact'>>) {
  for (const { shown, fact } of held) {
    if (shown.measured !== null) yield { measured: shown.measured };
    if (fact.measured !== null) yield { measured: fact.measured };
  }
}

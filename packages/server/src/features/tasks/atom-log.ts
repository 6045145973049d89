import type { AtomBounds } from '@fairlead/core/delivery';
import { type AtomLog, taskKpiDefinitions, treeOf } from '@fairlead/core/tasks';
import type { DeliveryStore } from '../delivery/api.ts';

type ClosedAtoms = DeliveryStore['closedAtoms'];

const trees = new Set(taskKpiDefinitions.map(treeOf));

/** What the bounds of a tree of tasks are kept by. */
export const atomTreeName = (tree: string, of: string) => `${tree} tasks: ${of}`;

/**
 * Computes with the bounds that were published before, and keeps those that are published now, for good; each figure's
 * values are those of today. `tree` names the way in which repositories and people belong to teams.
 */
export async function withAtomLog<Value>(
  closedAtoms: ClosedAtoms,
  tree: string,
  compute: (log: AtomLog) => Value,
): Promise<Value> {
  const nameOf = (of: string) => atomTreeName(tree, of);
  const closed = new Map<string, readonly AtomBounds[]>();
  for (const of of trees) closed.set(of, await closedAtoms.of(nameOf(of)));
  const published = new Map<string, readonly AtomBounds[]>();
  const value = compute({
    closed: (of) => closed.get(of) ?? [],
    publish: (of, atoms) => published.set(of, atoms),
  });
  for (const [of, atoms] of published) await closedAtoms.close(nameOf(of), atoms);
  return value;
}

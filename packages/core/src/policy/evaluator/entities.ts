import { Fault } from './fault.ts';
import type { EntityUid, RecordValue, Value } from './values.ts';

/** An entity in the evaluator's own form. */
export interface EntityNode {
  readonly uid: EntityUid;
  readonly attrs: RecordValue;
  readonly parents: readonly EntityUid[];
  readonly tags: ReadonlyMap<string, Value> | null;
}

/** Up to this many entities a scan beats building look-up tables. */
const scanLimit = 16;

/** The entities of one request. Refuses an entity given twice and a hierarchy with a cycle. */
export class EntityStore {
  readonly #nodes: readonly EntityNode[];
  readonly #byType: Map<string, Map<string, EntityNode>> | null;
  readonly #base: EntityStore | null;

  /**
   * @param options.base entities that belong to every request (the actions), looked up last
   * @param options.acyclic true when the schema already rules cycles out
   */
  constructor(
    nodes: readonly EntityNode[],
    options: { readonly base: EntityStore | null; readonly acyclic: boolean },
  ) {
    this.#nodes = nodes;
    this.#base = options.base;
    this.#byType = nodes.length > scanLimit ? tablesOf(nodes) : null;
    if (this.#byType === null) refuseRepeats(nodes);
    if (!options.acyclic) refuseCycles(this, nodes);
  }

  /** The entity, or undefined when the request does not have it. */
  get(uid: EntityUid): EntityNode | undefined {
    if (uid.foundIn === this) return uid.found as EntityNode | undefined;
    const node = this.#find(uid);
    uid.found = node;
    uid.foundIn = this;
    return node;
  }

  #find(uid: EntityUid): EntityNode | undefined {
    if (this.#byType !== null) {
      return this.#byType.get(uid.type)?.get(uid.id) ?? this.#base?.get(uid);
    }
    const nodes = this.#nodes;
    for (let i = 0; i < nodes.length; i += 1) {
      const node = nodes[i]!;
      if (node.uid.id === uid.id && node.uid.type === uid.type) return node;
    }
    return this.#base?.get(uid);
  }

  /** True when `uid` is `group` or lies below it. An entity that is not in the store is only in itself. */
  isIn(uid: EntityUid, group: EntityUid): boolean {
    if (uid.id === group.id && uid.type === group.type) return true;
    const node = this.get(uid);
    if (node === undefined || node.parents.length === 0) return false;
    for (const parent of node.parents) {
      if (parent.id === group.id && parent.type === group.type) return true;
    }
    for (const ancestor of this.ancestors(uid)) {
      if (ancestor.id === group.id && ancestor.type === group.type) return true;
    }
    return false;
  }

  /** Everything above `uid`, nearest first, without `uid` itself. */
  ancestors(uid: EntityUid): readonly EntityUid[] {
    const found: EntityUid[] = [...(this.get(uid)?.parents ?? [])];
    const seen = new Set<EntityNode>();
    for (let i = 0; i < found.length; i += 1) {
      const node = this.get(found[i]!);
      if (node === undefined || node.parents.length === 0 || seen.has(node)) continue;
      seen.add(node);
      found.push(...node.parents);
    }
    return found;
  }
}

function tablesOf(nodes: readonly EntityNode[]): Map<string, Map<string, EntityNode>> {
  const byType = new Map<string, Map<string, EntityNode>>();
  for (const node of nodes) {
    const byId = byType.get(node.uid.type) ?? new Map<string, EntityNode>();
    byType.set(node.uid.type, byId);
    if (byId.has(node.uid.id)) throw new Fault(`an entity of type ${node.uid.type} is given twice`);
    byId.set(node.uid.id, node);
  }
  return byType;
}

function refuseRepeats(nodes: readonly EntityNode[]): void {
  for (let i = 1; i < nodes.length; i += 1) {
    const { id, type } = nodes[i]!.uid;
    for (let j = 0; j < i; j += 1) {
      const other = nodes[j]!.uid;
      if (other.id === id && other.type === type) throw new Fault(`an entity of type ${type} is given twice`);
    }
  }
}

/** A hierarchy is a directed acyclic graph; Cedar refuses anything else, and so does this. */
function refuseCycles(store: EntityStore, nodes: readonly EntityNode[]): void {
  const state = new Map<EntityNode, 'open' | 'done'>();
  for (const start of nodes) {
    if (start.parents.length === 0 || state.has(start)) continue;
    const path: { node: EntityNode; next: number }[] = [{ node: start, next: 0 }];
    state.set(start, 'open');
    while (path.length > 0) {
      const top = path[path.length - 1]!;
      const parent = top.node.parents[top.next];
      top.next += 1;
      if (parent === undefined) {
        state.set(top.node, 'done');
        path.pop();
        continue;
      }
      const above = store.get(parent);
      if (above === undefined || state.get(above) === 'done') continue;
      if (state.get(above) === 'open') throw new Fault('the entity hierarchy has a cycle');
      // An entity without parents of its own cannot close a cycle.
      if (above.parents.length === 0) continue;
      state.set(above, 'open');
      path.push({ node: above, next: 0 });
    }
  }
}

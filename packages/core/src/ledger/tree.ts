import type { Hash } from '../ports/index.ts';

/** Bytes of one SHA-256 hash. */
export const hashBytes = 32;

const leafPrefix = Uint8Array.of(0);
const nodePrefix = Uint8Array.of(1);

/** RFC 6962 leaf hash of the exact stored bytes of an entry. */
export function hashLeaf(hash: Hash, entry: Uint8Array): Uint8Array {
  return hash.sha256(leafPrefix, entry);
}

/** RFC 6962 hash of an inner node. */
export function hashChildren(hash: Hash, left: Uint8Array, right: Uint8Array): Uint8Array {
  return hash.sha256(nodePrefix, left, right);
}

/** A perfect subtree: `level` 0 is a leaf, and the subtree covers leaves `index * 2^level` up to the next one. */
export interface TreeNode {
  readonly level: number;
  readonly index: number;
}

/** Leaves `start` (inclusive) to `end` (exclusive). */
export interface LeafRange {
  readonly start: number;
  readonly end: number;
}

/**
 * The perfect subtrees that a range is made of, largest first. The range must start at a multiple of its largest
 * subtree, as every range in an RFC 6962 proof does.
 */
export function perfectNodes(range: LeafRange): readonly TreeNode[] {
  const nodes: TreeNode[] = [];
  let start = range.start;
  while (start < range.end) {
    let level = 0;
    let width = 1;
    while (width * 2 <= range.end - start) {
      width *= 2;
      level += 1;
    }
    nodes.push({ level, index: start / width });
    start += width;
  }
  return nodes;
}

/** Hash of a range from the hashes of its perfect subtrees, largest first. */
export function foldNodes(hash: Hash, nodes: readonly Uint8Array[]): Uint8Array {
  let folded = nodes.at(-1);
  if (folded === undefined) return hash.sha256();
  for (let i = nodes.length - 2; i >= 0; i -= 1) folded = hashChildren(hash, nodes[i]!, folded);
  return folded;
}

/**
 * The right edge of a growing tree (a compact range): all that is needed to append leaves and to state the root.
 * `nodes` are the perfect subtrees of the first `size` leaves, largest first.
 */
export interface Frontier {
  size: number;
  readonly nodes: Uint8Array[];
}

export function emptyFrontier(): Frontier {
  return { size: 0, nodes: [] };
}

/** An independent copy, for working ahead of what is committed. */
export function copyFrontier(frontier: Frontier): Frontier {
  return { size: frontier.size, nodes: [...frontier.nodes] };
}

/** Appends one leaf hash in place. `completed` is told of every perfect subtree that the leaf completes. */
export function appendLeaf(
  hash: Hash,
  frontier: Frontier,
  leaf: Uint8Array,
  completed?: (node: TreeNode, value: Uint8Array) => void,
): void {
  let value = leaf;
  let level = 0;
  let index = frontier.size;
  completed?.({ level, index }, value);
  while (index % 2 === 1) {
    value = hashChildren(hash, frontier.nodes.pop()!, value);
    level += 1;
    index = (index - 1) / 2;
    completed?.({ level, index }, value);
  }
  frontier.nodes.push(value);
  frontier.size += 1;
}

/** Root of the tree; SHA-256 of nothing when it is empty. */
export function frontierRoot(hash: Hash, frontier: Frontier): Uint8Array {
  return foldNodes(hash, frontier.nodes);
}

export function equalBytes(a: Uint8Array, b: Uint8Array): boolean {
  return a.length === b.length && a.every((byte, i) => byte === b[i]);
}

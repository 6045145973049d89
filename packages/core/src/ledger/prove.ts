import { FairleadError } from '../errors/index.ts';
import type { Hash } from '../ports/index.ts';
import { tileHeight, tileWidth, widthAt } from './tiles.ts';
import {
  type Frontier,
  foldNodes,
  hashBytes,
  hashChildren,
  type LeafRange,
  perfectNodes,
  type TreeNode,
} from './tree.ts';

/**
 * Reads the first `width` hashes (32 bytes each, concatenated) of a tile. A store, a folder and a remote log can
 * all be read this way.
 */
export type TileReader = (level: number, index: number, width: number) => Promise<Uint8Array>;

/** Proof that the leaf at `index` is in the tree of `size` leaves, from the leaf's sibling up. */
export async function proveInclusion(
  hash: Hash,
  readTile: TileReader,
  index: number,
  size: number,
): Promise<readonly Uint8Array[]> {
  return hashRanges(hash, readTile, size, inclusionRanges(index, size));
}

/** Proof that the tree of `newSize` leaves begins with the tree of `oldSize` leaves. */
export async function proveConsistency(
  hash: Hash,
  readTile: TileReader,
  oldSize: number,
  newSize: number,
): Promise<readonly Uint8Array[]> {
  return hashRanges(hash, readTile, newSize, consistencyRanges(oldSize, newSize));
}

/** The right edge of the tree of `size` leaves, from its tiles. */
export async function readFrontier(hash: Hash, readTile: TileReader, size: number): Promise<Frontier> {
  const nodes: Uint8Array[] = [];
  for (const node of perfectNodes({ start: 0, end: size })) {
    nodes.push(await readNode(hash, readTile, size, node));
  }
  return { size, nodes };
}

/** RFC 6962, 2.1.1: PATH(index, D[size]). */
function inclusionRanges(index: number, size: number): readonly LeafRange[] {
  if (index < 0 || index >= size) throw outside(`Entry ${index} is not in a tree of ${size}.`);
  const path: LeafRange[] = [];
  let start = 0;
  let end = size;
  while (end - start > 1) {
    const middle = start + splitPoint(end - start);
    path.unshift(index < middle ? { start: middle, end } : { start, end: middle });
    if (index < middle) end = middle;
    else start = middle;
  }
  return path;
}

/** RFC 6962, 2.1.2: PROOF(oldSize, D[newSize]). */
function consistencyRanges(oldSize: number, newSize: number): readonly LeafRange[] {
  if (oldSize < 0 || oldSize > newSize) throw outside(`A tree of ${newSize} has no prefix of ${oldSize}.`);
  if (oldSize === 0) return [];
  const path: LeafRange[] = [];
  let start = 0;
  let end = newSize;
  while (end !== oldSize) {
    const middle = start + splitPoint(end - start);
    path.unshift(oldSize <= middle ? { start: middle, end } : { start, end: middle });
    if (oldSize <= middle) end = middle;
    else start = middle;
  }
  // The old tree itself is known to the verifier when it is a subtree of the new one.
  return start === 0 ? path : [{ start, end }, ...path];
}

/** The largest power of two below `size`. */
function splitPoint(size: number): number {
  let width = 1;
  while (width * 2 < size) width *= 2;
  return width;
}

async function hashRanges(
  hash: Hash,
  readTile: TileReader,
  size: number,
  ranges: readonly LeafRange[],
): Promise<readonly Uint8Array[]> {
  const hashes: Uint8Array[] = [];
  for (const range of ranges) {
    const parts: Uint8Array[] = [];
    for (const node of perfectNodes(range)) parts.push(await readNode(hash, readTile, size, node));
    hashes.push(foldNodes(hash, parts));
  }
  return hashes;
}

async function readNode(hash: Hash, readTile: TileReader, size: number, node: TreeNode): Promise<Uint8Array> {
  const tileLevel = Math.floor(node.level / tileHeight);
  const count = 2 ** (node.level % tileHeight);
  const first = node.index * count;
  const tileIndex = Math.floor(first / tileWidth);
  const width = widthAt(size, tileLevel, tileIndex);
  const tile = await readTile(tileLevel, tileIndex, width);
  const offset = first - tileIndex * tileWidth;
  if (tile.length !== width * hashBytes || offset + count > width) {
    throw new FairleadError('ledger.corrupt', {
      message: `Tile ${tileIndex} of level ${tileLevel} does not have the ${width} hashes it should.`,
    });
  }
  let row: Uint8Array[] = Array.from({ length: count }, (_, i) =>
    tile.slice((offset + i) * hashBytes, (offset + i + 1) * hashBytes),
  );
  while (row.length > 1) {
    row = Array.from({ length: row.length / 2 }, (_, i) => hashChildren(hash, row[2 * i]!, row[2 * i + 1]!));
  }
  return row[0]!;
}

function outside(message: string): FairleadError {
  return new FairleadError('ledger.entry-unknown', { message });
}

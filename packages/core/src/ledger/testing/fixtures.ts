import { createHash, createHmac, createPublicKey, generateKeyPairSync, sign, verify } from 'node:crypto';
import type { Hash } from '../../ports/index.ts';
import { type NoteSigner, type NoteVerifier, noteKeyId, parseVerifierKey } from '../note.ts';
import type { TileReader } from '../prove.ts';
import { tileWidth } from '../tiles.ts';
import { appendLeaf, emptyFrontier, hashBytes, hashLeaf } from '../tree.ts';

export const nodeHash: Hash = {
  sha256: (...parts) => {
    const hash = createHash('sha256');
    for (const part of parts) hash.update(part);
    return new Uint8Array(hash.digest());
  },
  hmacSha256: (key, data) => new Uint8Array(createHmac('sha256', key).update(data).digest()),
};

/** Leaf hashes of `count` distinct entries. */
export function testLeaves(count: number): Uint8Array[] {
  return Array.from({ length: count }, (_, i) => hashLeaf(nodeHash, new TextEncoder().encode(`entry ${i}`)));
}

/** MTH of RFC 6962, 2.1, written as the text says it: the reference that everything else is compared with. */
export function naiveRoot(leaves: readonly Uint8Array[]): Uint8Array {
  if (leaves.length === 0) return nodeHash.sha256();
  if (leaves.length === 1) return leaves[0]!;
  let k = 1;
  while (k * 2 < leaves.length) k *= 2;
  return nodeHash.sha256(Uint8Array.of(1), naiveRoot(leaves.slice(0, k)), naiveRoot(leaves.slice(k)));
}

/** All tile levels of a tree in memory, and a reader over them. */
export function memoryTiles(leaves: readonly Uint8Array[]): TileReader {
  const levels: Uint8Array[][] = [];
  const frontier = emptyFrontier();
  for (const leaf of leaves) {
    appendLeaf(nodeHash, frontier, leaf, (node, value) => {
      if (node.level % 8 !== 0) return;
      const level = levels[node.level / 8] ?? [];
      levels[node.level / 8] = level;
      level.push(value);
    });
  }
  return async (level, index, width) => {
    const row = (levels[level] ?? []).slice(index * tileWidth, index * tileWidth + width);
    const tile = new Uint8Array(row.length * hashBytes);
    row.forEach((value, i) => {
      tile.set(value, i * hashBytes);
    });
    return tile;
  };
}

const spkiPrefix = Buffer.from('302a300506032b6570032100', 'hex');

export function nodeVerifier(vkey: string): NoteVerifier {
  const key = parseVerifierKey(nodeHash, vkey);
  const publicKey = createPublicKey({
    key: Buffer.concat([spkiPrefix, key.publicKey]),
    format: 'der',
    type: 'spki',
  });
  return {
    name: key.name,
    keyId: key.keyId,
    verify: (message, signature) => verify(null, message, publicKey, signature),
  };
}

/** A fresh Ed25519 key under a name. */
export function newSigner(name: string): NoteSigner & { readonly publicKey: Uint8Array } {
  const pair = generateKeyPairSync('ed25519');
  const publicKey = new Uint8Array(pair.publicKey.export({ format: 'der', type: 'spki' }).subarray(-32));
  return {
    name,
    publicKey,
    keyId: noteKeyId(nodeHash, name, 1, publicKey),
    sign: (message) => new Uint8Array(sign(null, message, pair.privateKey)),
  };
}

import type { Hash } from '../ports/index.ts';
import { equalBytes, hashBytes, hashChildren } from './tree.ts';

// The rest of what a browser needs to check an entry: whether the checkpoint is signed, and what it says.
export { type Checkpoint, openCheckpoint } from './checkpoint.ts';
export { type NoteVerifier, parseVerifierKey, type VerifierKey } from './note.ts';
export { equalBytes, hashLeaf } from './tree.ts';
export type { Hash };

/*
 * Verifying RFC 6962 proofs (the algorithms of RFC 9162, 2.1.3.2 and 2.1.4.2). Needs nothing but a hash, so that a
 * browser or an editor can check an entry by itself. Positions stay below 2^53, hence division instead of shifts.
 */

/** An inclusion claim: the leaf hash at `index` is part of the tree of `size` leaves with this root. */
export interface InclusionClaim {
  readonly index: number;
  readonly size: number;
  readonly leaf: Uint8Array;
  readonly root: Uint8Array;
  /** From the leaf's sibling up. */
  readonly proof: readonly Uint8Array[];
}

/** True when the proof shows the claim. False for every malformed claim too. */
export function verifyInclusion(hash: Hash, claim: InclusionClaim): boolean {
  const steps = inclusionSteps(hash, claim);
  if (steps === null) return false;
  return equalBytes(steps.at(-1)?.value ?? claim.leaf, claim.root);
}

/** One step from a leaf to the root: the sibling, the side it stands on, and the hash of both. */
export interface InclusionStep {
  readonly sibling: Uint8Array;
  readonly side: 'left' | 'right';
  readonly value: Uint8Array;
}

/** The steps of a proof, to show or to check: the last value is the root that the proof leads to. Null: malformed. */
export function inclusionSteps(
  hash: Hash,
  claim: Omit<InclusionClaim, 'root'>,
): readonly InclusionStep[] | null {
  if (!validSize(claim.index) || !validSize(claim.size) || claim.index >= claim.size) return null;
  if (claim.leaf.length !== hashBytes) return null;
  let node = claim.index;
  let last = claim.size - 1;
  let value = claim.leaf;
  const steps: InclusionStep[] = [];
  for (const sibling of claim.proof) {
    if (last === 0 || sibling.length !== hashBytes) return null;
    const side = node % 2 === 1 || node === last ? 'left' : 'right';
    if (side === 'left') {
      value = hashChildren(hash, sibling, value);
      while (node % 2 === 0 && node !== 0) {
        node /= 2;
        last = Math.floor(last / 2);
      }
    } else {
      value = hashChildren(hash, value, sibling);
    }
    steps.push({ sibling, side, value });
    node = Math.floor(node / 2);
    last = Math.floor(last / 2);
  }
  return last === 0 ? steps : null;
}

/** A consistency claim: the tree of `newSize` leaves begins with the tree of `oldSize` leaves. */
export interface ConsistencyClaim {
  readonly oldSize: number;
  readonly newSize: number;
  readonly oldRoot: Uint8Array;
  readonly newRoot: Uint8Array;
  readonly proof: readonly Uint8Array[];
}

/** True when the proof shows the claim. The empty tree is a prefix of every tree and needs an empty proof. */
export function verifyConsistency(hash: Hash, claim: ConsistencyClaim): boolean {
  const { oldSize, newSize, oldRoot, newRoot, proof } = claim;
  if (!validSize(oldSize) || !validSize(newSize) || oldSize > newSize) return false;
  if (proof.some((part) => part.length !== hashBytes)) return false;
  if (oldSize === newSize) return proof.length === 0 && equalBytes(oldRoot, newRoot);
  if (oldSize === 0) return proof.length === 0 && equalBytes(oldRoot, hash.sha256());
  return proof.length > 0 && walkConsistency(hash, claim);
}

function walkConsistency(hash: Hash, claim: ConsistencyClaim): boolean {
  let node = claim.oldSize - 1;
  let last = claim.newSize - 1;
  while (node % 2 === 1) {
    node = (node - 1) / 2;
    last = Math.floor(last / 2);
  }
  // A power of two is itself a subtree of the new tree, so the proof leaves its root out.
  const parts = node === 0 ? [claim.oldRoot, ...claim.proof] : claim.proof;
  let oldValue = parts[0]!;
  let newValue = parts[0]!;
  for (const part of parts.slice(1)) {
    if (last === 0) return false;
    if (node % 2 === 1 || node === last) {
      oldValue = hashChildren(hash, part, oldValue);
      newValue = hashChildren(hash, part, newValue);
      while (node % 2 === 0 && node !== 0) {
        node /= 2;
        last = Math.floor(last / 2);
      }
    } else {
      newValue = hashChildren(hash, newValue, part);
    }
    node = Math.floor(node / 2);
    last = Math.floor(last / 2);
  }
  return last === 0 && equalBytes(oldValue, claim.oldRoot) && equalBytes(newValue, claim.newRoot);
}

function validSize(value: number): boolean {
  return Number.isSafeInteger(value) && value >= 0;
}

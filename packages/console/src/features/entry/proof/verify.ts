import {
  type Checkpoint,
  equalBytes,
  type Hash,
  hashLeaf,
  type InclusionStep,
  inclusionSteps,
  type NoteVerifier,
  openCheckpoint,
  parseVerifierKey,
  type VerifierKey,
} from '@fairlead/core/ledger/proof';
import type { InclusionProof } from '../../../api/types.ts';
import { bytesOf, hexOf, sameJson } from './bytes.ts';
import { noEd25519 } from './web-crypto.ts';

export type StepState = 'verified' | 'invalid' | 'unknown';

/** One step of the check, with the value it came to. */
export interface ProofStep {
  readonly id: 'bytes' | 'leaf' | 'path' | 'signature' | 'root';
  readonly state: StepState;
  /** Lower-case hex, a name or a count; empty when there is none. */
  readonly value: string;
}

export interface ProofReport {
  /** `unknown` when something could not be checked and nothing is wrong. */
  readonly result: StepState;
  readonly steps: readonly ProofStep[];
  readonly path: readonly InclusionStep[];
  readonly checkpoint: Checkpoint | null;
  readonly key: VerifierKey | null;
}

export interface ProofPorts {
  readonly hash: Hash;
  readonly verifier: (key: VerifierKey) => NoteVerifier;
}

/**
 * Checks, from the bytes up, that an entry stands in the signed log. `shown` is the entry as the page shows it: it has
 * to be the one that is proven. Never throws; whatever is malformed is a step that failed.
 */
export async function verifyProof(
  ports: ProofPorts,
  proof: InclusionProof,
  shown: unknown,
): Promise<ProofReport> {
  const entry = bytesOf(proof.entry);
  const same = entry !== null && sameJson(entry, shown);
  const bytes: ProofStep = {
    id: 'bytes',
    state: same ? 'verified' : 'invalid',
    value: String(entry?.length ?? 0),
  };
  const leaf = hashLeaf(ports.hash, entry ?? new Uint8Array());
  const leafStep: ProofStep = {
    id: 'leaf',
    state: entry === null ? 'invalid' : 'verified',
    value: hexOf(leaf),
  };
  const siblings = proof.path.map(bytesOf);
  const path = siblings.includes(null)
    ? null
    : inclusionSteps(ports.hash, {
        index: proof.index,
        size: proof.size,
        leaf,
        proof: siblings as Uint8Array[],
      });
  const root = path === null ? null : (path.at(-1)?.value ?? leaf);
  const pathStep: ProofStep = {
    id: 'path',
    state: root === null ? 'invalid' : 'verified',
    value: root === null ? '' : hexOf(root),
  };
  const signed = await openSigned(ports, proof);
  const rootStep = compareRoots(signed, root, proof.size);
  const steps = [bytes, leafStep, pathStep, signed.step, rootStep];
  return { result: worst(steps), steps, path: path ?? [], checkpoint: signed.checkpoint, key: signed.key };
}

interface Signed {
  readonly step: ProofStep;
  readonly checkpoint: Checkpoint | null;
  readonly key: VerifierKey | null;
}

async function openSigned({ hash, verifier }: ProofPorts, proof: InclusionProof): Promise<Signed> {
  let key: VerifierKey | null = null;
  try {
    key = parseVerifierKey(hash, proof.vkey);
    const checkpoint = await openCheckpoint(proof.checkpoint, verifier(key));
    return { step: { id: 'signature', state: 'verified', value: key.name }, checkpoint, key };
  } catch (error) {
    const state = error instanceof Error && error.message === noEd25519 ? 'unknown' : 'invalid';
    return { step: { id: 'signature', state, value: key?.name ?? '' }, checkpoint: null, key };
  }
}

function compareRoots({ checkpoint, step }: Signed, root: Uint8Array | null, size: number): ProofStep {
  if (checkpoint === null) return { id: 'root', state: step.state, value: '' };
  const equal = root !== null && checkpoint.size === size && equalBytes(root, checkpoint.root);
  return { id: 'root', state: equal ? 'verified' : 'invalid', value: hexOf(checkpoint.root) };
}

function worst(steps: readonly ProofStep[]): StepState {
  if (steps.some(({ state }) => state === 'invalid')) return 'invalid';
  return steps.some(({ state }) => state === 'unknown') ? 'unknown' : 'verified';
}

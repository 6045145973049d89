import { sha256Hex } from '../../platform/crypto/index.ts';

/** Content-free, canonical inputs of a decision, written in the same transaction as its entry. */
export interface DecisionInput {
  /** Lower-case hex sha256 of `json`. */
  readonly digest: string;
  /** RFC 8785 canonical JSON. */
  readonly json: string;
}

/** Inputs whose digest was computed here, so that nobody need compute it again. They are frozen. */
const own = new WeakSet<DecisionInput>();

/** The inputs of a decision with their digest. @param json RFC 8785 canonical JSON */
export function decisionInput(json: string): DecisionInput {
  const input = Object.freeze({ digest: sha256Hex(json), json });
  own.add(input);
  return input;
}

/** Whether the digest is that of the JSON. */
export function isDigested(input: DecisionInput): boolean {
  return own.has(input) || sha256Hex(input.json) === input.digest;
}

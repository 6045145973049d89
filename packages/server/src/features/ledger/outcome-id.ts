import { outcomeId as outcomeIdOf } from '@fairlead/core/ledger';
import { nodeHash } from '../../platform/crypto/index.ts';

/** Id of the outcome entry of `op`: a retry of the append writes the same entry. */
export function outcomeId(op: string): string {
  return outcomeIdOf(nodeHash, op);
}

import { FairleadError } from '@fairlead/core/errors';
import { frontierRoot, proveConsistency, readFrontier } from '@fairlead/core/ledger';
import { nodeHash } from '../../platform/crypto/index.ts';
import { storeTiles } from './sealer.ts';
import type { LedgerReader } from './store.ts';

/** Shows that one tree begins with another: RFC 6962, 2.1.2. Hashes are base64, as in checkpoints. */
export interface Growth {
  readonly origin: string;
  readonly from: { readonly size: number; readonly root: string };
  readonly to: { readonly size: number; readonly root: string };
  readonly proof: readonly string[];
}

/** @throws FairleadError `ledger.entry-unknown` for sizes that aren't signed yet, or in the wrong order */
export async function growthOf(reader: LedgerReader, from: number, to: number | null): Promise<Growth> {
  const [identity, signed] = [await reader.identity(), await reader.latestCheckpoint()];
  if (identity === null || signed === null) throw new FairleadError('ledger.not-found');
  const end = to ?? signed.size;
  if (from < 1 || from > end || end > signed.size) {
    throw new FairleadError('ledger.entry-unknown', {
      message: `Sizes run from 1 to ${signed.size}, the smaller one first.`,
      fix: 'Read the sizes off two checkpoints.',
    });
  }
  const tiles = storeTiles(reader);
  const rootAt = async (size: number) => {
    const root = frontierRoot(nodeHash, await readFrontier(nodeHash, tiles, size));
    return { size, root: Buffer.from(root).toString('base64') };
  };
  const proof = await proveConsistency(nodeHash, tiles, from, end);
  const hashes = proof.map((hash) => Buffer.from(hash).toString('base64'));
  return { origin: identity.origin, from: await rootAt(from), to: await rootAt(end), proof: hashes };
}

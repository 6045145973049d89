import { FairleadError } from '@fairlead/core/errors';
import { formatEvidence, proveInclusion } from '@fairlead/core/ledger';
import { nodeHash } from '../../platform/crypto/index.ts';
import { isUuid } from './rows.ts';
import { storeTiles } from './sealer.ts';
import type { LedgerReader } from './store.ts';

/**
 * The evidence file (`.tlog-proof`) of one entry: its bytes, its inclusion proof and the newest signed checkpoint.
 * @throws FairleadError `ledger.entry-unknown`, also while the entry isn't under a signed checkpoint yet.
 */
export async function evidenceOf(reader: LedgerReader, id: string): Promise<string> {
  const entry = isUuid(id) ? await reader.findEntry(id) : null;
  if (entry === null)
    throw new FairleadError('ledger.entry-unknown', { message: `There is no entry ${id}.` });
  if (entry.bytes.length === 0) throw new FairleadError('ledger.entry-pruned');
  const checkpoint = await reader.latestCheckpoint();
  if (checkpoint === null || checkpoint.size <= entry.index) {
    throw new FairleadError('ledger.entry-unknown', {
      message: `Entry ${id} is recorded, but no signed checkpoint covers it yet.`,
      fix: 'A running server signs within a second; one that crashed signs at its next start.',
    });
  }
  const proof = await proveInclusion(nodeHash, storeTiles(reader), entry.index, checkpoint.size);
  return formatEvidence({ index: entry.index, proof, checkpoint: checkpoint.note, entry: entry.bytes });
}

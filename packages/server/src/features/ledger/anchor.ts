import { FairleadError } from '@fairlead/core/errors';
import { equalBytes, frontierRoot, parseNote, peekCheckpoint, readFrontier } from '@fairlead/core/ledger';
import { nodeHash } from '../../platform/crypto/index.ts';
import { storeTiles } from './sealer.ts';
import type { LedgerReader } from './store.ts';
import { originOf } from './verify.ts';

/** The newest checkpoint of a log, to be kept where whoever holds the log can't change it. */
export interface Anchor {
  readonly note: string;
  readonly origin: string;
  readonly size: number;
  /** Whether witnesses cosigned this very checkpoint. */
  readonly cosigned: boolean;
}

/**
 * The newest checkpoint, once every earlier anchor of this log is shown to be the beginning of it.
 * @param lastCosigned stands in for the checkpoint when it is that very one
 * @throws FairleadError `ledger.not-found` when nothing is signed yet; `ledger.anchor-differs`
 */
export async function newestAnchor(
  reader: LedgerReader,
  lastCosigned: string | null,
  earlier: readonly string[],
): Promise<Anchor> {
  const signed = await reader.latestCheckpoint();
  if (signed === null) {
    throw new FairleadError('ledger.not-found', { message: 'Nothing of this ledger has been signed yet.' });
  }
  const { origin, size } = peekCheckpoint(signed.note);
  for (const note of earlier) if (originOf(note) === origin) await assertContinues(reader, note, size);
  const cosigned = lastCosigned !== null && parseNote(lastCosigned).text === parseNote(signed.note).text;
  return { note: cosigned ? lastCosigned : signed.note, origin, size, cosigned };
}

async function assertContinues(reader: LedgerReader, note: string, signedSize: number): Promise<void> {
  const { size, root } = peekCheckpoint(note);
  if (size > signedSize) {
    throw new FairleadError('ledger.anchor-differs', {
      message: `An earlier anchor has ${size} entries, this log has ${signedSize} signed ones: it was rolled back.`,
    });
  }
  const frontier = await readFrontier(nodeHash, storeTiles(reader), size);
  if (equalBytes(frontierRoot(nodeHash, frontier), root)) return;
  throw new FairleadError('ledger.anchor-differs', {
    message: `The first ${size} entries are not those of an earlier anchor: this is another history.`,
  });
}

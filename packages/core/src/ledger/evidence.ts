import { FairleadError } from '../errors/index.ts';
import type { Hash } from '../ports/index.ts';
import { fromBase64, toBase64 } from '../text/index.ts';
import { type Checkpoint, openCheckpoint } from './checkpoint.ts';
import type { NoteVerifier } from './note.ts';
import { verifyInclusion } from './proof.ts';
import { hashBytes, hashLeaf } from './tree.ts';

/*
 * The evidence file of one entry, in the format of c2sp.org/tlog-proof. `extra` holds the entry's exact bytes, so that
 * the file and the log's verifier key are all that a third party needs.
 */

const firstLine = 'c2sp.org/tlog-proof@v1';

export interface Evidence {
  readonly index: number;
  readonly proof: readonly Uint8Array[];
  /** The log's signed checkpoint, verbatim. */
  readonly checkpoint: string;
  /** The entry's stored bytes; null when they are handed over separately. */
  readonly entry: Uint8Array | null;
}

/** The text of a `.tlog-proof` file. */
export function formatEvidence(evidence: Evidence): string {
  const extra = evidence.entry === null ? [] : [`extra ${toBase64(evidence.entry)}`];
  const lines = [firstLine, ...extra, `index ${evidence.index}`, ...evidence.proof.map(toBase64), ''];
  return `${lines.join('\n')}\n${evidence.checkpoint}`;
}

/** @throws FairleadError `ledger.note-invalid`. */
export function parseEvidence(text: string): Evidence {
  const end = text.indexOf('\n\n');
  const lines = text.slice(0, Math.max(end, 0)).split('\n');
  if (lines.shift() !== firstLine) throw malformed(`The first line is not ${firstLine}.`);
  const extra = lines[0]?.startsWith('extra ') ? lines.shift()!.slice('extra '.length) : null;
  const index = /^index (0|[1-9]\d{0,15})$/.exec(lines.shift() ?? '')?.[1];
  if (index === undefined || !Number.isSafeInteger(Number(index)))
    throw malformed('The index line is missing.');
  return {
    index: Number(index),
    proof: lines.map((line) => bytesOf(line, hashBytes)),
    checkpoint: text.slice(end + 2),
    entry: extra === null ? null : bytesOf(extra),
  };
}

/** What evidence shows: the entry stood at `index` of the log when the checkpoint was signed. */
export interface ShownInclusion {
  readonly index: number;
  readonly entry: Uint8Array;
  readonly checkpoint: Checkpoint;
}

/**
 * Verifies the text of an evidence file against the log's key. `entry` gives the bytes when the file lacks them.
 * @throws FairleadError `ledger.note-invalid` or `ledger.signature-invalid`.
 */
export async function verifyEvidence(
  hash: Hash,
  text: string,
  log: NoteVerifier,
  entry: Uint8Array | null = null,
): Promise<ShownInclusion> {
  const evidence = parseEvidence(text);
  const checkpoint = await openCheckpoint(evidence.checkpoint, log);
  const bytes = entry ?? evidence.entry;
  if (bytes === null) throw malformed("The file does not hold the entry's bytes; give them separately.");
  const claim = {
    index: evidence.index,
    size: checkpoint.size,
    leaf: hashLeaf(hash, bytes),
    root: checkpoint.root,
    proof: evidence.proof,
  };
  if (!verifyInclusion(hash, claim)) {
    throw new FairleadError('ledger.signature-invalid', {
      message: 'The proof does not show that this entry is in the signed log.',
    });
  }
  return { index: evidence.index, entry: bytes, checkpoint };
}

function bytesOf(base64: string, length?: number): Uint8Array {
  try {
    const bytes = fromBase64(base64);
    if (length === undefined || bytes.length === length) return bytes;
  } catch {
    // Reported below, with the wrong length.
  }
  throw malformed('A line is not the base64 it should be.');
}

function malformed(message: string): FairleadError {
  return new FairleadError('ledger.note-invalid', { message });
}

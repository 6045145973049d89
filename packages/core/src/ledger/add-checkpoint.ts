import { FairleadError } from '../errors/index.ts';
import { fromBase64, toBase64 } from '../text/index.ts';
import { hashBytes } from './tree.ts';

/* The request of C2SP tlog-witness, `POST /add-checkpoint`. Source: c2sp.org/tlog-witness. */

/** A log asks a witness to cosign `checkpoint`, whose tree begins with the one of `oldSize` that the witness last saw. */
export interface AddCheckpoint {
  readonly oldSize: number;
  /** Consistency proof from `oldSize` to the checkpoint's size. */
  readonly proof: readonly Uint8Array[];
  /** The signed note. */
  readonly checkpoint: string;
}

const maxProof = 63;

export function formatAddCheckpoint({ oldSize, proof, checkpoint }: AddCheckpoint): string {
  return `${[`old ${oldSize}`, ...proof.map(toBase64), ''].join('\n')}\n${checkpoint}`;
}

/** @throws FairleadError `ledger.note-invalid`. */
export function parseAddCheckpoint(text: string): AddCheckpoint {
  const end = text.indexOf('\n\n');
  const [first = '', ...lines] = text.slice(0, Math.max(end, 0)).split('\n');
  const oldSize = Number(/^old (0|[1-9]\d{0,15})$/.exec(first)?.[1] ?? Number.NaN);
  if (end < 0 || !Number.isSafeInteger(oldSize))
    throw malformed('The request does not begin with the old size.');
  if (lines.length > maxProof) throw malformed(`The proof has more than ${maxProof} hashes.`);
  return { oldSize, proof: lines.map(proofHash), checkpoint: text.slice(end + 2) };
}

function proofHash(line: string): Uint8Array {
  try {
    const bytes = fromBase64(line);
    if (bytes.length === hashBytes) return bytes;
  } catch {
    // Reported below, with the wrong length.
  }
  throw malformed('A line of the proof is not a hash.');
}

function malformed(message: string): FairleadError {
  return new FairleadError('ledger.note-invalid', { message });
}

import { FairleadError } from '../errors/index.ts';
import { fromBase64, toBase64 } from '../text/index.ts';
import { type NoteSigner, type NoteVerifier, openNote, parseNote, signNote } from './note.ts';
import { hashBytes } from './tree.ts';

/* C2SP tlog-checkpoint: origin, size and root as the lines of a signed note. Source: c2sp.org/tlog-checkpoint. */

/** What a log signs: the tree of `size` leaves has this root. */
export interface Checkpoint {
  /** The log's identity; also the name of its key. */
  readonly origin: string;
  readonly size: number;
  readonly root: Uint8Array;
}

/** The text that is signed. */
export function formatCheckpoint(checkpoint: Checkpoint): string {
  return `${checkpoint.origin}\n${checkpoint.size}\n${toBase64(checkpoint.root)}\n`;
}

/**
 * Reads a checkpoint's text. Extension lines are allowed and ignored.
 * @throws FairleadError `ledger.note-invalid`.
 */
export function parseCheckpoint(text: string): Checkpoint {
  const lines = text.split('\n');
  const [origin = '', size = '', root = ''] = lines;
  const formed = lines.length >= 4 && lines.at(-1) === '' && lines.slice(0, -1).every((line) => line !== '');
  if (!formed || !/^(0|[1-9]\d{0,15})$/.test(size) || !Number.isSafeInteger(Number(size))) {
    throw new FairleadError('ledger.note-invalid', { message: 'The text is not that of a checkpoint.' });
  }
  return { origin, size: Number(size), root: parseRoot(root) };
}

function parseRoot(base64: string): Uint8Array {
  try {
    const root = fromBase64(base64);
    if (root.length === hashBytes) return root;
  } catch {
    // Reported below, with the wrong length.
  }
  throw new FairleadError('ledger.note-invalid', { message: "The checkpoint's root is not a hash." });
}

/** The signed note of a checkpoint. */
export function signCheckpoint(checkpoint: Checkpoint, signer: NoteSigner): string {
  return signNote(formatCheckpoint(checkpoint), [signer]);
}

/** Reads a checkpoint without trusting it: for comparing with one that is trusted. */
export function peekCheckpoint(note: string): Checkpoint {
  return parseCheckpoint(parseNote(note).text);
}

/**
 * The checkpoint of a signed note: signed by the log whose key is given, and about that log.
 * @throws FairleadError `ledger.note-invalid` or `ledger.signature-invalid`.
 */
export async function openCheckpoint(note: string, log: NoteVerifier): Promise<Checkpoint> {
  const { text } = await openNote(note, [log]);
  const checkpoint = parseCheckpoint(text);
  if (checkpoint.origin !== log.name) {
    throw new FairleadError('ledger.signature-invalid', {
      message: `The checkpoint is about ${checkpoint.origin}, the key belongs to ${log.name}.`,
    });
  }
  return checkpoint;
}

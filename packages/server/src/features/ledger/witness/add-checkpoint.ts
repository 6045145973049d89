import { isFairleadError } from '@fairlead/core/errors';
import {
  type AddCheckpoint,
  type Checkpoint,
  equalBytes,
  type NoteSigner,
  type NoteVerifier,
  openCheckpoint,
  parseAddCheckpoint,
  parseNote,
  peekCheckpoint,
  signatureLine,
  verifyConsistency,
} from '@fairlead/core/ledger';
import { nodeHash } from '../../../platform/crypto/index.ts';
import type { WitnessedTree } from './memory.ts';
import type { WitnessState } from './state.ts';

export interface WitnessAnswer {
  readonly status: 200 | 400 | 403 | 404 | 409 | 422;
  readonly contentType: string;
  readonly body: string;
}

const plain = 'text/plain; charset=utf-8';
const sizeType = 'text/x.tlog.size';

/**
 * Answers `POST /add-checkpoint` as c2sp.org/tlog-witness says: 404 for a log that isn't known, 403 for a checkpoint that
 * its key didn't sign, 409 with the newest size when the request starts from another one, 422 when the proof doesn't
 * hold, and 200 with the cosignature once the tree is durably remembered.
 */
export async function addCheckpoint(
  state: WitnessState,
  logs: readonly NoteVerifier[],
  signer: NoteSigner,
  body: string,
): Promise<WitnessAnswer> {
  const request = readRequest(body);
  if (request === null) return refuse(400, 'The request is not that of tlog-witness.');
  const { origin } = peekCheckpoint(request.checkpoint);
  // A log whose key changed is known by both.
  const known = logs.filter(({ name }) => name === origin);
  if (known.length === 0) return refuse(404, 'This witness does not know that log.');
  const checkpoint = await openSigned(request.checkpoint, known);
  if (checkpoint === null) return refuse(403, 'The log did not sign this checkpoint.');
  if (request.oldSize > checkpoint.size) return refuse(400, 'The old size is larger than the checkpoint.');
  const newest = state.newest(origin);
  if (request.oldSize !== newest.size) return conflict(newest);
  if (!continues(newest, checkpoint, request))
    return refuse(422, 'The checkpoint does not continue the tree seen before.');
  if (!state.advance(origin, newest.size, checkpoint)) return conflict(state.newest(origin));
  const { text } = parseNote(request.checkpoint);
  return { status: 200, contentType: plain, body: signatureLine(text, signer) };
}

function readRequest(body: string): AddCheckpoint | null {
  try {
    const request = parseAddCheckpoint(body);
    peekCheckpoint(request.checkpoint);
    return request;
  } catch (error) {
    if (isFairleadError(error)) return null;
    throw error;
  }
}

async function openSigned(note: string, logs: readonly NoteVerifier[]): Promise<Checkpoint | null> {
  for (const log of logs) {
    try {
      return await openCheckpoint(note, log);
    } catch (error) {
      if (!isFairleadError(error)) throw error;
    }
  }
  return null;
}

/** A tree of the same size must be the same tree: that is where a split view shows. */
function continues(newest: WitnessedTree, { size, root }: Checkpoint, { proof }: AddCheckpoint): boolean {
  if (newest.size === size) return proof.length === 0 && (size === 0 || equalBytes(newest.root, root));
  if (newest.size === 0) return proof.length === 0;
  return verifyConsistency(nodeHash, {
    oldSize: newest.size,
    newSize: size,
    oldRoot: newest.root,
    newRoot: root,
    proof,
  });
}

function conflict({ size }: WitnessedTree): WitnessAnswer {
  return { status: 409, contentType: sizeType, body: `${size}\n` };
}

function refuse(status: 400 | 403 | 404 | 422, why: string): WitnessAnswer {
  return { status, contentType: plain, body: `${why}\n` };
}

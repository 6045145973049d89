import { request as httpRequest } from 'node:http';
import { request as httpsRequest } from 'node:https';
import { FairleadError } from '@fairlead/core/errors';
import {
  cosignatureType,
  cosignatureVerifier,
  formatAddCheckpoint,
  type NoteVerifier,
  openNote,
  parseVerifierKey,
  peekCheckpoint,
  proveConsistency,
  type TileReader,
} from '@fairlead/core/ledger';
import { nodeHash, verifyEd25519 } from '../../../platform/crypto/index.ts';

/** A witness that a log asks for cosignatures. */
export interface WitnessAddress {
  readonly url: string;
  /** Its verifier key. */
  readonly vkey: string;
}

/** The witness remembers a tree that this log doesn't have: it was rolled back, or shows two faces. */
export class WitnessConflict extends Error {}

/** Verifies a witness's cosignatures. @throws FairleadError `ledger.key-invalid`. */
export function witnessVerifier(vkey: string): NoteVerifier {
  const key = parseVerifierKey(nodeHash, vkey, cosignatureType);
  return cosignatureVerifier(key, (message, signature) => verifyEd25519(key.publicKey, message, signature));
}

/** One witness; remembers which tree it has cosigned last. Calls must not overlap. */
export interface WitnessClient {
  readonly name: string;
  /**
   * The checkpoint with the witness's cosignature added.
   * @throws WitnessConflict when the witness saw a tree that this one doesn't continue.
   * @throws FairleadError `ledger.witness-unreachable` when it gave no usable answer.
   */
  cosign(checkpoint: string, readTile: TileReader): Promise<string>;
}

export function witnessClient(address: WitnessAddress): WitnessClient {
  const verifier = witnessVerifier(address.vkey);
  let seen = 0;
  const ask = async (checkpoint: string, readTile: TileReader, isRetry: boolean): Promise<string> => {
    const { size } = peekCheckpoint(checkpoint);
    if (seen > size) throw new WitnessConflict(`The witness has seen ${seen} entries; this log has ${size}.`);
    const proof = seen === 0 || seen === size ? [] : await proveConsistency(nodeHash, readTile, seen, size);
    const { status, body } = await post(
      address.url,
      formatAddCheckpoint({ oldSize: seen, proof, checkpoint }),
    );
    if (status === 409 && !isRetry && /^(0|[1-9]\d{0,15})\n?$/.test(body)) {
      seen = Number(body);
      return ask(checkpoint, readTile, true);
    }
    if (status === 422) throw new WitnessConflict(`The witness saw another tree of ${seen} entries.`);
    if (status !== 200) throw unreachable(`The witness answered ${status}.`);
    const cosigned = checkpoint + body;
    const { signedBy } = await openNote(cosigned, [verifier]);
    if (!signedBy.includes(verifier.name))
      throw unreachable('The answer carries no cosignature of the witness.');
    seen = size;
    return cosigned;
  };
  return { name: verifier.name, cosign: (checkpoint, readTile) => ask(checkpoint, readTile, false) };
}

const answerBoundMs = 10_000;
const maxAnswer = 4_096;

function post(base: string, body: string): Promise<{ readonly status: number; readonly body: string }> {
  const url = new URL(`${base.replace(/\/+$/, '')}/add-checkpoint`);
  const headers = { 'content-type': 'text/plain', 'content-length': Buffer.byteLength(body) };
  return new Promise((resolve, reject) => {
    const fail = (cause: Error) => reject(unreachable('The witness could not be reached.', cause));
    const send = url.protocol === 'https:' ? httpsRequest : httpRequest;
    const request = send(url, { method: 'POST', headers, timeout: answerBoundMs });
    request.on('timeout', () => request.destroy(new Error('no answer in time')));
    request.on('error', fail);
    request.on('response', (response) => {
      let text = '';
      response.setEncoding('utf8').on('data', (chunk: string) => {
        text += chunk;
        if (text.length > maxAnswer) request.destroy(new Error('the answer is too long'));
      });
      response.on('error', fail);
      response.on('end', () => resolve({ status: response.statusCode ?? 0, body: text }));
    });
    request.end(body);
  });
}

function unreachable(message: string, cause?: unknown): FairleadError {
  return new FairleadError('ledger.witness-unreachable', { message, cause });
}

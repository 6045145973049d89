import { FairleadError } from '../errors/index.ts';
import type { Hash } from '../ports/index.ts';
import { concatBytes, encodeUtf8, fromBase64, toBase64, toHex } from '../text/index.ts';

/*
 * C2SP signed notes: text, a blank line, and signature lines `— name base64(key id ‖ signature)`.
 * Source of the format: c2sp.org/signed-note.
 */

/** The signature type of plain Ed25519 keys. */
export const ed25519Type = 0x01;

const keyIdBytes = 4;
const maxSignatures = 100;
const maxNoteLength = 1_000_000;

/** Signs note texts under a name. Core has no cryptography: servers make one from their private key. */
export interface NoteSigner {
  readonly name: string;
  readonly keyId: Uint8Array;
  sign(message: Uint8Array): Uint8Array;
}

/** Checks signatures of one trusted key. Browsers can only do that asynchronously. */
export interface NoteVerifier {
  readonly name: string;
  readonly keyId: Uint8Array;
  verify(message: Uint8Array, signature: Uint8Array): boolean | Promise<boolean>;
}

/** What a verifier key string says. */
export interface VerifierKey {
  readonly name: string;
  readonly keyId: Uint8Array;
  readonly type: number;
  readonly publicKey: Uint8Array;
}

export interface NoteSignature {
  readonly name: string;
  readonly keyId: Uint8Array;
  readonly signature: Uint8Array;
}

/** A note taken apart; nothing in it is trusted before `openNote` says so. */
export interface ParsedNote {
  /** With its final newline: exactly what was signed. */
  readonly text: string;
  readonly signatures: readonly NoteSignature[];
}

/** First four bytes of SHA-256(name ‖ newline ‖ type ‖ public key). */
export function noteKeyId(hash: Hash, name: string, type: number, publicKey: Uint8Array): Uint8Array {
  return hash.sha256(encodeUtf8(`${name}\n`), Uint8Array.of(type), publicKey).slice(0, keyIdBytes);
}

/** `name+hex(key id)+base64(type ‖ public key)` of an Ed25519 key; a log's unless `type` says a witness's. */
export function formatVerifierKey(
  hash: Hash,
  name: string,
  publicKey: Uint8Array,
  type: number = ed25519Type,
): string {
  if (!validKeyName(name)) throw keyError(`"${name}" can't be the name of a key.`);
  const id = toHex(noteKeyId(hash, name, type, publicKey));
  return `${name}+${id}+${toBase64(concatBytes(Uint8Array.of(type), publicKey))}`;
}

/**
 * The key of a log, or of a witness when `expected` is its type.
 * @throws FairleadError `ledger.key-invalid`, also when the key id doesn't belong to the key.
 */
export function parseVerifierKey(hash: Hash, text: string, expected: number = ed25519Type): VerifierKey {
  const match = /^([^+]+)\+([0-9a-f]{8})\+([A-Za-z0-9+/=]+)$/.exec(text.trim());
  const name = match?.[1] ?? '';
  if (match === null || !validKeyName(name)) throw keyError('A verifier key reads name+hash+base64.');
  const encoded = decode(match[3]!) ?? Uint8Array.of();
  const type = encoded[0];
  const publicKey = encoded.slice(1);
  if (type !== expected || publicKey.length !== 32) {
    const wanted = expected === ed25519Type ? "a log's Ed25519 key" : "a witness's Ed25519 key";
    throw keyError(`The key is not ${wanted}.`);
  }
  const keyId = noteKeyId(hash, name, type, publicKey);
  if (toHex(keyId) !== match[2]) throw keyError('The key id does not belong to the name and the key.');
  return { name, keyId, type, publicKey };
}

/** The signed note of `text`, which must end with a newline. */
export function signNote(text: string, signers: readonly NoteSigner[]): string {
  if (!text.endsWith('\n') || hasControls(text)) throw noteError('A note is lines of text without controls.');
  return `${text}\n${signers.map((signer) => signatureLine(text, signer)).join('')}`;
}

/** One signature line of a note, with its newline: what a witness answers with. */
export function signatureLine(text: string, signer: NoteSigner): string {
  if (!validKeyName(signer.name)) throw keyError(`"${signer.name}" can't be the name of a key.`);
  const signature = concatBytes(signer.keyId, signer.sign(encodeUtf8(text)));
  return `— ${signer.name} ${toBase64(signature)}\n`;
}

/** @throws FairleadError `ledger.note-invalid` when the note isn't formed as one. */
export function parseNote(note: string): ParsedNote {
  if (note.length > maxNoteLength || hasControls(note))
    throw noteError('The note is too long or holds controls.');
  const split = note.lastIndexOf('\n\n');
  const body = note.slice(split + 2);
  if (split < 0 || !body.endsWith('\n')) throw noteError('The note has no signature lines.');
  const lines = body.slice(0, -1).split('\n');
  if (lines.length > maxSignatures) throw noteError('The note has too many signatures.');
  return { text: note.slice(0, split + 1), signatures: lines.map(parseSignature) };
}

function parseSignature(line: string): NoteSignature {
  const match = /^— (\S+) ([A-Za-z0-9+/=]+)$/.exec(line);
  const bytes = match === null ? null : decode(match[2]!);
  if (match === null || bytes === null || bytes.length <= keyIdBytes || !validKeyName(match[1]!)) {
    throw noteError('A signature line is malformed.');
  }
  return { name: match[1]!, keyId: bytes.slice(0, keyIdBytes), signature: bytes.slice(keyIdBytes) };
}

/**
 * The text of a note that at least one of `verifiers` signed, and the names of those that did. Signatures of unknown
 * keys are ignored; a wrong one of a known key spoils the note.
 * @throws FairleadError `ledger.note-invalid` or `ledger.signature-invalid`.
 */
export async function openNote(
  note: string,
  verifiers: readonly NoteVerifier[],
): Promise<{ readonly text: string; readonly signedBy: readonly string[] }> {
  const parsed = parseNote(note);
  const message = encodeUtf8(parsed.text);
  const signedBy = new Set<string>();
  for (const signature of parsed.signatures) {
    const verifier = verifiers.find(
      (known) => known.name === signature.name && toHex(known.keyId) === toHex(signature.keyId),
    );
    if (verifier === undefined) continue;
    if (!(await verifier.verify(message, signature.signature))) {
      throw new FairleadError('ledger.signature-invalid', {
        message: `The signature of ${verifier.name} does not verify.`,
      });
    }
    signedBy.add(verifier.name);
  }
  if (signedBy.size === 0) {
    throw new FairleadError('ledger.signature-invalid', { message: 'No trusted key signed this note.' });
  }
  return { text: parsed.text, signedBy: [...signedBy] };
}

function validKeyName(name: string): boolean {
  return name !== '' && !/[\s+]/u.test(name) && !hasControls(name);
}

/** Below U+0020 other than newline. */
function hasControls(text: string): boolean {
  for (let i = 0; i < text.length; i += 1) {
    const code = text.charCodeAt(i);
    if (code < 0x20 && code !== 0x0a) return true;
  }
  return false;
}

function decode(base64: string): Uint8Array | null {
  try {
    return fromBase64(base64);
  } catch {
    return null;
  }
}

function noteError(message: string): FairleadError {
  return new FairleadError('ledger.note-invalid', { message });
}

function keyError(message: string): FairleadError {
  return new FairleadError('ledger.key-invalid', { message });
}

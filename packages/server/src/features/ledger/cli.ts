import { FairleadError, isFairleadError } from '@fairlead/core/errors';
import { type NoteVerifier, openNote, verifyEvidence as verifyEvidenceText } from '@fairlead/core/ledger';
import { nodeHash } from '../../platform/crypto/index.ts';
import { type Anchor, newestAnchor } from './anchor.ts';
import { evidenceOf } from './evidence.ts';
import { type ExportedLog, exportLog } from './export.ts';
import { exportReader } from './export-reader.ts';
import { type Growth, growthOf } from './growth.ts';
import type { Hold } from './holds.ts';
import { defaultKeysDir, readLastCosigned, readLastSigned, readVerifierKey } from './keys.ts';
import { nodeVerifier } from './note-keys.ts';
import { type LedgerPlace, type OpenedReader, readingFrom } from './open-reader.ts';
import { addHold, listHolds, type Pruned, planPruning, pruneLedger, removeHold } from './prune.ts';
import { type EntryQuery, readEntries } from './read.ts';
import type { SharedPlace } from './replicas/database-work.ts';
import {
  addSharedHold,
  listSharedHolds,
  planShared,
  pruneShared,
  removeSharedHold,
} from './replicas/keeping-postgres.ts';
import { type Rotation, rotateKey } from './rotate-key.ts';
import type { LedgerReader } from './store.ts';
import type { StoredEntry } from './types.ts';
import { type LedgerVerdict, type TrustedOutside, verifyLog, verifyLogAlone } from './verify.ts';
import { type LedgerProblem, ledgerProblems } from './verify-types.ts';
import { witnessVerifier } from './witness/client.ts';

/* What the command line needs of the ledger. Everything opens the data folder, or the database, for reading only. */

export type { Anchor } from './anchor.ts';
export type { LedgerPlace } from './open-reader.ts';
export type { LedgerVerdict } from './verify.ts';
export { type RunningWitness, startWitness, type WitnessOptions } from './witness/server.ts';
export { type LedgerProblem, ledgerProblems };

/** A ledger as commands are told of it: its data folder, or the place of one. */
export type NamedLedger = string | LedgerPlace;

export interface VerifyOptions {
  readonly dataDir?: string;
  /** A folder that `exportLedger` wrote instead: the log alone, without what a ledger keeps beside it. */
  readonly directory?: string;
  /** A PostgreSQL database instead of a data folder; what lies outside then needs `keysDir`. */
  readonly database?: string;
  readonly keysDir?: string;
  /** A verifier key from elsewhere, instead of the one that lies beside the data folder. */
  readonly vkey?: string;
  /** A signed checkpoint from elsewhere, instead of the last one that lies beside the data folder. */
  readonly checkpoint?: string;
  /** Signed checkpoints that were kept elsewhere, besides. */
  readonly anchors?: readonly string[];
  /** Verifier keys of witnesses: the checkpoint must carry the cosignature of each. */
  readonly witnessVkeys?: readonly string[];
}

/**
 * Verifies a whole ledger. A database that can't be read to its end is one that doesn't verify.
 * @throws FairleadError `ledger.not-found`, `store.unreadable`.
 */
export async function verifyLedger(options: VerifyOptions): Promise<LedgerVerdict> {
  if (options.directory !== undefined) return verifyExport(options.directory, options);
  const place = placeOf(options);
  const keysDir = options.keysDir ?? keysOf(place);
  // Read before the database's snapshot is taken: a running server writes the database first.
  const outside = {
    vkey: options.vkey ?? (keysDir === null ? null : readVerifierKey(keysDir)),
    lastSigned: options.checkpoint ?? (keysDir === null ? null : readLastSigned(keysDir)),
    anchors: options.anchors ?? [],
  };
  try {
    const verdict = await readingFrom(place, (reader) => verifyWhole(reader, outside));
    return withProblems(verdict, await missingCosignatures(options, keysDir));
  } catch (error) {
    if (!isFairleadError(error) || error.code !== 'ledger.corrupt') throw error;
    return unreadable(error.message);
  }
}

/** Errors that say that files are not what they should be, and not that they can't be reached. */
const damages = ['ledger.corrupt', 'ledger.note-invalid', 'ledger.key-invalid'];

async function verifyExport(directory: string, options: VerifyOptions): Promise<LedgerVerdict> {
  const { vkey = null, checkpoint: lastSigned = null, anchors = [], witnessVkeys = [] } = options;
  try {
    const reader = exportReader(directory);
    const verdict = await verifyLogAlone(reader, { vkey, lastSigned, anchors });
    const [own] = await reader.readCheckpoints(-1, 1);
    const checkpoint = lastSigned ?? own?.note ?? '';
    return withProblems(verdict, await missingCosignatures({ witnessVkeys, checkpoint }, null));
  } catch (error) {
    if (!isFairleadError(error) || !damages.includes(error.code)) throw error;
    return unreadable(error.message);
  }
}

function withProblems(verdict: LedgerVerdict, more: readonly LedgerProblem[]): LedgerVerdict {
  return more.length === 0 ? verdict : { ...verdict, ok: false, problems: [...verdict.problems, ...more] };
}

/** The log, and the file's own pages: those of a table with nothing in it too. */
async function verifyWhole(reader: OpenedReader, outside: TrustedOutside): Promise<LedgerVerdict> {
  if (reader.kind === 'sqlite') {
    const [first] = await reader.rows('pragma quick_check(1)');
    if (first?.quick_check !== 'ok') return unreadable('The database file is damaged.');
  }
  return verifyLog(reader, outside);
}

function keysOf(place: LedgerPlace): string | null {
  return 'dataDir' in place ? defaultKeysDir(place.dataDir) : null;
}

function placeOf({ dataDir, database }: Pick<VerifyOptions, 'dataDir' | 'database'>): LedgerPlace {
  if (dataDir !== undefined) return { dataDir };
  if (database !== undefined) return { database };
  throw new FairleadError('ledger.not-found');
}

/**
 * The newest checkpoint of a log, cosigned where it is, to be kept elsewhere.
 * @throws FairleadError those of `newestAnchor`
 */
export async function anchorOf(
  place: LedgerPlace,
  earlier: readonly string[],
  keysDir: string | null = keysOf(place),
): Promise<Anchor> {
  const cosigned = keysDir === null ? null : readLastCosigned(keysDir);
  return readingFrom(place, (reader) => newestAnchor(reader, cosigned, earlier));
}

/** Witnesses that did not cosign the given checkpoint, or the last one kept here that they all did. */
async function missingCosignatures(
  { witnessVkeys = [], checkpoint }: VerifyOptions,
  keysDir: string | null,
): Promise<readonly LedgerProblem[]> {
  const note = checkpoint ?? (keysDir === null ? null : readLastCosigned(keysDir));
  const problems: LedgerProblem[] = [];
  for (const verifier of witnessVkeys.map(witnessVerifier)) {
    const signed = note !== null && (await isSignedBy(note, verifier));
    if (signed) continue;
    const message = `No cosignature of ${verifier.name} that verifies stands on the checkpoint.`;
    problems.push({ problem: 'cosignature-missing', index: null, message });
  }
  return problems;
}

async function isSignedBy(note: string, verifier: NoteVerifier): Promise<boolean> {
  try {
    return (await openNote(note, [verifier])).signedBy.includes(verifier.name);
  } catch (error) {
    if (isFairleadError(error)) return false;
    throw error;
  }
}

/** Whether a text is the verifier key of a witness. */
export function isWitnessKey(text: string): boolean {
  try {
    return witnessVerifier(text).name !== '';
  } catch (error) {
    if (isFairleadError(error)) return false;
    throw error;
  }
}

function unreadable(message: string): LedgerVerdict {
  const problem: LedgerProblem = { problem: 'database-unreadable', index: null, message };
  return {
    ok: false,
    size: 0,
    signedSize: 0,
    root: '',
    problems: [problem],
    more: 0,
    rollbackChecked: false,
  };
}

/** Calls `each` with every entry asked for, oldest first. */
export async function listEntries(
  ledger: NamedLedger,
  query: EntryQuery,
  each: (entry: StoredEntry) => void | Promise<void>,
): Promise<void> {
  await reading(ledger, async (reader) => {
    for await (const entry of readEntries(reader, query)) await each(entry);
  });
}

/** The text of the evidence file of one entry. */
export async function proveEntry(ledger: NamedLedger, id: string): Promise<string> {
  return reading(ledger, (reader) => evidenceOf(reader, id));
}

/** What an evidence file shows under a verifier key, or why it shows nothing. */
export async function verifyEvidence(
  text: string,
  vkey: string,
): Promise<
  | { readonly index: number; readonly size: number; readonly origin: string; readonly entry: string }
  | { readonly refused: string }
> {
  const log = nodeVerifier(vkey);
  try {
    const shown = await verifyEvidenceText(nodeHash, text, log);
    const { origin, size } = shown.checkpoint;
    return { index: shown.index, size, origin, entry: Buffer.from(shown.entry).toString() };
  } catch (error) {
    if (!isFairleadError(error)) throw error;
    return { refused: error.message };
  }
}

/** Writes the signed log as files into a new folder. @throws FairleadError those of `exportLog`. */
export async function exportLedger(ledger: NamedLedger, directory: string): Promise<ExportedLog> {
  const place = typeof ledger === 'string' ? { dataDir: ledger } : ledger;
  const lastCosigned = 'dataDir' in place ? readLastCosigned(defaultKeysDir(place.dataDir)) : null;
  return reading(place, (reader) => exportLog(reader, directory, lastCosigned));
}

/** Where a command changes the log: a data folder that no server uses, or a database, with the keys of its log. */
export type ChangedLedger = string | SharedPlace;

/** Changes the signing key of a data folder that no server uses. @throws FairleadError those of `rotateKey` */
export function rotateLedgerKey(dataDir: string, keysDir = defaultKeysDir(dataDir)): Promise<Rotation> {
  return rotateKey(dataDir, keysDir, 'operator', Date.now());
}

/** The same in a database, beside its servers; and the key that the next change is to, made before it. */
export { prepareNextKey, rotateSharedKey } from './replicas/rotate-postgres.ts';

/**
 * Removes the bytes of entries before an instant, milliseconds.
 * @throws FairleadError those of `pruneLedger` and of `pruneShared`
 */
export const prune = (ledger: ChangedLedger, before: number): Promise<Pruned> =>
  typeof ledger === 'string'
    ? pruneLedger(ledger, defaultKeysDir(ledger), before)
    : pruneShared(ledger, before);

/** What that would remove, also beside a running server. @throws FairleadError `ledger.on-hold` and those of reading */
export const planPrune = (ledger: ChangedLedger, before: number): Promise<Pruned> =>
  typeof ledger === 'string' ? planPruning(ledger, before) : planShared(ledger, before);

/** Puts a legal hold on everything, or on what was recorded from an instant on; lifts one; lists them. */
export const holds = {
  add: (ledger: ChangedLedger, id: string, reason: string, from: string | null = null): Promise<void> =>
    typeof ledger === 'string'
      ? addHold(ledger, defaultKeysDir(ledger), { id, reason, from })
      : addSharedHold(ledger, { id, reason, from }),
  remove: (ledger: ChangedLedger, id: string, reason: string): Promise<void> =>
    typeof ledger === 'string'
      ? removeHold(ledger, defaultKeysDir(ledger), id, reason)
      : removeSharedHold(ledger, id, reason),
  list: (ledger: NamedLedger): Promise<readonly Hold[]> => {
    const place = typeof ledger === 'string' ? { dataDir: ledger } : ledger;
    return 'database' in place ? listSharedHolds(place.database) : listHolds(place.dataDir);
  },
};

/** Shows that the log of `to` entries (all signed ones unless told) begins with that of `from`. */
export function proveGrowth(place: LedgerPlace, from: number, to: number | null): Promise<Growth> {
  return readingFrom(place, (reader) => growthOf(reader, from, to));
}

/** The verifier key that the database names. @throws FairleadError `ledger.not-found`. */
export async function ledgerVerifierKey(ledger: NamedLedger): Promise<string> {
  const identity = await reading(ledger, (reader) => reader.identity());
  if (identity === null) throw new FairleadError('ledger.not-found');
  return identity.vkey;
}

function reading<Result>(
  ledger: NamedLedger,
  use: (reader: LedgerReader) => Promise<Result>,
): Promise<Result> {
  return readingFrom(typeof ledger === 'string' ? { dataDir: ledger } : ledger, use);
}

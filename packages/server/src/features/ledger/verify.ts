import { isFairleadError } from '@fairlead/core/errors';
import { type Checkpoint, peekCheckpoint } from '@fairlead/core/ledger';
import { sha256Hex } from '../../platform/crypto/index.ts';
import { openByAny } from './note-keys.ts';
import type { LedgerReader, LogCompanions, LogReader } from './store.ts';
import type { LogIdentity, StoredCheckpoint } from './types.ts';
import { createEntryChecks, type EntryFollower } from './verify-entries.ts';
import { type KeyChain, readKeyChain } from './verify-keys.ts';
import { createTreeChecks } from './verify-tree.ts';
import type { LedgerProblem, Report } from './verify-types.ts';

/** What a full verification found. */
export interface LedgerVerdict {
  readonly ok: boolean;
  /** Entries in the database. */
  readonly size: number;
  /** Entries under the newest checkpoint that verifies. */
  readonly signedSize: number;
  /** Root of all entries, lower-case hex, recomputed. */
  readonly root: string;
  readonly problems: readonly LedgerProblem[];
  /** Problems beyond those listed. */
  readonly more: number;
  /** False when there was no checkpoint from outside the database to compare with. */
  readonly rollbackChecked: boolean;
}

/** Checkpoints and keys that don't come out of the database that is verified. */
export interface TrustedOutside {
  readonly vkey: string | null;
  readonly lastSigned: string | null;
  /** Anchors: signed checkpoints that were kept elsewhere. Those of other logs are passed over. */
  readonly anchors?: readonly string[];
}

const entriesPerRead = 256;
const maxProblems = 100;

/**
 * Recomputes everything from the stored bytes: leaves, tree, checkpoints, inputs and the joins of operations. Reads a
 * page at a time, so memory stays bounded whatever the size. Changes above the last signed entry that are consistent
 * in themselves can't be seen; that is the last second before a crash.
 */
export function verifyLog(
  reader: LedgerReader,
  outside: TrustedOutside,
  followers: readonly EntryFollower[] = [],
): Promise<LedgerVerdict> {
  return verifyParts(reader, reader, outside, followers);
}

/** The same of a log without what a ledger keeps beside it. */
export function verifyLogAlone(reader: LogReader, outside: TrustedOutside): Promise<LedgerVerdict> {
  return verifyParts(reader, null, outside, []);
}

async function verifyParts(
  reader: LogReader,
  companions: LogCompanions | null,
  outside: TrustedOutside,
  followers: readonly EntryFollower[],
): Promise<LedgerVerdict> {
  const problems: LedgerProblem[] = [];
  let more = 0;
  const report: Report = (problem, message, index) => {
    if (problems.length < maxProblems) problems.push({ problem, message, index: index ?? null });
    else more += 1;
  };
  const identity = await reader.identity();
  const chain = await readKeyChain(reader, identity?.vkey ?? null, report);
  const keys = trustedKeys(identity, chain, outside, report);
  const own = (outside.anchors ?? []).filter((note) => originOf(note) === identity?.origin);
  const notes = outside.lastSigned === null ? own : [outside.lastSigned, ...own];
  const kept = (await Promise.all(notes.map((note) => openOutside(note, keys.vkeys, report)))).flat();
  const tree = await createTreeChecks(reader, keys.vkeyFor, [...kept, ...chain.transitions], report);
  const entries = createEntryChecks(reader, companions, report, [chain, ...followers]);
  let next = 0;
  for (;;) {
    const page = await reader.readEntries(next, entriesPerRead);
    for (const entry of page) {
      if (entry.index !== next)
        report('entry-missing', `The entry after ${next - 1} is ${entry.index}.`, next);
      next = entry.index + 1;
      await tree.take(entry);
    }
    if (page.length === 0) break;
    await entries.take(page);
  }
  await entries.finish();
  chain.finish();
  const { root, signedSize } = await tree.finish();
  if (companions) await checkInputs(companions, report);
  const rollbackChecked = kept.length > 0;
  return { ok: problems.length === 0, size: next, signedSize, root, problems, more, rollbackChecked };
}

/** A key from outside must be one that signed this log, which leads to those after it; else it alone is believed. */
function trustedKeys(
  identity: LogIdentity | null,
  chain: KeyChain,
  { vkey }: TrustedOutside,
  report: Report,
): Pick<KeyChain, 'vkeys' | 'vkeyFor'> {
  if (identity === null) report('identity-missing', 'The database does not say which log it holds.');
  if (vkey === null || chain.vkeys.includes(vkey)) return chain;
  if (identity !== null)
    report('key-differs', 'The verifier key in the database is not the one that was given or kept outside.');
  return { vkeys: [vkey], vkeyFor: () => vkey };
}

/** The log that a note speaks of; null for what is no checkpoint. */
export function originOf(note: string): string | null {
  try {
    return peekCheckpoint(note).origin;
  } catch (error) {
    if (isFairleadError(error)) return null;
    throw error;
  }
}

async function openOutside(
  note: string,
  vkeys: readonly string[],
  report: Report,
): Promise<readonly (Checkpoint & StoredCheckpoint)[]> {
  if (vkeys.length === 0) return [];
  try {
    return [{ ...(await openByAny(note, vkeys)), note }];
  } catch (error) {
    if (!isFairleadError(error)) throw error;
    report('outside-checkpoint-invalid', `The checkpoint kept outside the database: ${error.message}`);
    return [];
  }
}

/** Every kept input is the one that its digest names. That those of each decision are there, the entries' pass checks. */
async function checkInputs(reader: LogCompanions, report: Report): Promise<void> {
  let after: string | null = null;
  for (;;) {
    const page = await reader.readInputs(after, entriesPerRead);
    for (const { digest, json } of page) {
      if (sha256Hex(json) !== digest) report('inputs-changed', `The decision inputs ${digest} were changed.`);
    }
    after = page.at(-1)?.digest ?? null;
    if (after === null) return;
  }
}

import { isFairleadError } from '@fairlead/core/errors';
import { openCheckpoint } from '@fairlead/core/ledger';
import { nodeVerifier } from './note-keys.ts';
import { keyRotated } from './rotate-key.ts';
import type { LogReader } from './store.ts';
import type { StoredCheckpoint, StoredRotation } from './types.ts';
import type { EntryFollower } from './verify-entries.ts';
import type { Report } from './verify-types.ts';

/** The keys that signed a log, each from the one before. */
export interface KeyChain extends EntryFollower {
  /** Oldest first; the last one signs now. */
  readonly vkeys: readonly string[];
  /** The key that signs a checkpoint of this size. */
  vkeyFor(size: number): string | null;
  /** The checkpoints at which keys changed, each signed by the key before it: the tree must have their roots. */
  readonly transitions: readonly StoredCheckpoint[];
  /** Reports changes of the key that no entry below their checkpoint describes. */
  finish(): void;
}

/**
 * Follows the changes of a log's key from the first to `current`, the one that the database names. A change counts only
 * where the key before it signed the checkpoint; the entry that describes it stands below that one.
 */
export async function readKeyChain(
  reader: LogReader,
  current: string | null,
  report: Report,
): Promise<KeyChain> {
  const rotations = await reader.readRotations();
  const transitions: StoredCheckpoint[] = [];
  for (const [i, { from, to, size, note }] of rotations.entries()) {
    const next = rotations[i + 1]?.from ?? current;
    const opened = await signedBy(from, note);
    if (opened === null || opened.size !== size || next !== to) {
      report('rotation-unsigned', `The key before it did not sign the change of the key at ${size} entries.`);
    } else transitions.push({ size, root: opened.root, note });
  }
  const described: { readonly index: number; readonly from: unknown; readonly to: unknown }[] = [];
  const last = current === null ? [] : [current];
  return {
    vkeys: [...rotations.map(({ from }) => from), ...last],
    vkeyFor: (size) => rotations.find((rotation) => size <= rotation.size)?.from ?? current,
    transitions,
    take: (page) => {
      for (const { entry, fields } of page) {
        const { what, details } = fields as {
          readonly what?: unknown;
          readonly details?: Record<string, unknown>;
        };
        if (fields.kind !== 'admin' || what !== keyRotated) continue;
        described.push({ index: entry.index, from: details?.from, to: details?.to });
      }
    },
    finish: () => {
      for (const rotation of rotations)
        if (!isDescribed(rotation, described)) reportUndescribed(rotation, report);
    },
  };
}

function isDescribed(
  { size, from, to }: StoredRotation,
  described: readonly { readonly index: number; readonly from: unknown; readonly to: unknown }[],
): boolean {
  return described.some((entry) => entry.index < size && entry.from === from && entry.to === to);
}

function reportUndescribed({ size }: StoredRotation, report: Report): void {
  report('rotation-unsigned', `No entry below ${size} describes the change of the key there.`);
}

async function signedBy(vkey: string, note: string) {
  try {
    return await openCheckpoint(note, nodeVerifier(vkey));
  } catch (error) {
    if (isFairleadError(error)) return null;
    throw error;
  }
}

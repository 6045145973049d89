import { isFairleadError } from '@fairlead/core/errors';
import {
  appendLeaf,
  emptyFrontier,
  equalBytes,
  frontierRoot,
  hashLeaf,
  openCheckpoint,
  tileHeight,
} from '@fairlead/core/ledger';
import { nodeHash } from '../../platform/crypto/index.ts';
import { nodeVerifier } from './note-keys.ts';
import type { LogReader } from './store.ts';
import type { StoredCheckpoint, StoredEntry } from './types.ts';
import type { Report } from './verify-types.ts';

const checkpointsPerRead = 256;

/** Checks of the tree, fed with every entry in order. */
export interface TreeChecks {
  take(entry: StoredEntry): Promise<void>;
  /** Root of everything taken (hex), and the size under the newest checkpoint that holds. */
  finish(): Promise<{ readonly root: string; readonly signedSize: number }>;
}

/** Recomputes the tree and compares it with the stored hashes, every kept checkpoint and those from outside. */
export async function createTreeChecks(
  reader: LogReader,
  vkeyFor: (size: number) => string | null,
  outside: readonly StoredCheckpoint[],
  report: Report,
): Promise<TreeChecks> {
  const frontier = emptyFrontier();
  const kept = [...outside].sort((a, b) => a.size - b.size);
  const checkpoints = walkCheckpoints(reader);
  let pending = await checkpoints.next();
  let signedSize = 0;
  const completed: { level: number; index: number; hash: Uint8Array }[] = [];

  const compare = async (checkpoint: StoredCheckpoint, where: string): Promise<void> => {
    const holds =
      equalBytes(frontierRoot(nodeHash, frontier), checkpoint.root) &&
      (where === 'outside' || (await isSigned(checkpoint, vkeyFor(checkpoint.size), report)));
    if (holds) signedSize = Math.max(signedSize, checkpoint.size);
    else
      report(
        'checkpoint-differs',
        `The ${checkpoint.size} entries are not those of the ${where} checkpoint.`,
      );
  };
  const atSize = async (): Promise<void> => {
    while (!pending.done && pending.value.size === frontier.size) {
      await compare(pending.value, 'stored');
      pending = await checkpoints.next();
    }
    for (; kept[0]?.size === frontier.size; kept.shift()) await compare(kept[0], 'outside');
  };
  await atSize();
  return {
    take: async (entry) => {
      // Of a pruned entry the hash is left; that it is the one that was signed, the root shows.
      const leaf = entry.bytes.length === 0 ? entry.leaf : hashLeaf(nodeHash, entry.bytes);
      if (!equalBytes(leaf, entry.leaf)) {
        report('entry-changed', `Entry ${entry.index} is not the one that was hashed.`, entry.index);
      }
      appendLeaf(nodeHash, frontier, leaf, (node, hash) => {
        if (node.level > 0 && node.level % tileHeight === 0) {
          completed.push({ level: node.level / tileHeight, index: node.index, hash });
        }
      });
      for (const { level, index, hash } of completed.splice(0)) {
        const stored = await reader.readTreeHashes(level, index, 1);
        // Not there yet: the tail that isn't signed.
        if (stored.length > 0 && !equalBytes(stored, hash)) {
          report(
            'tile-changed',
            `Hash ${index} of tile level ${level} is not that of its entries.`,
            entry.index,
          );
        }
      }
      await atSize();
    },
    finish: async () => {
      for (; !pending.done; pending = await checkpoints.next()) {
        report(
          'truncated',
          `A checkpoint of ${pending.value.size} entries was signed; ${frontier.size} are there.`,
        );
      }
      for (const { size } of kept) {
        const message = `A checkpoint kept outside has ${size} entries; the database has ${frontier.size}.`;
        report('rolled-back', message);
      }
      return { root: Buffer.from(frontierRoot(nodeHash, frontier)).toString('hex'), signedSize };
    },
  };
}

async function isSigned(checkpoint: StoredCheckpoint, vkey: string | null, report: Report): Promise<boolean> {
  if (vkey === null) return false;
  try {
    const opened = await openCheckpoint(checkpoint.note, nodeVerifier(vkey));
    return opened.size === checkpoint.size && equalBytes(opened.root, checkpoint.root);
  } catch (error) {
    if (!isFairleadError(error)) throw error;
    report('signature-invalid', `Checkpoint of ${checkpoint.size} entries: ${error.message}`);
    return false;
  }
}

async function* walkCheckpoints(reader: LogReader): AsyncGenerator<StoredCheckpoint, undefined> {
  let after = -1;
  for (;;) {
    const page = await reader.readCheckpoints(after, checkpointsPerRead);
    yield* page;
    const last = page.at(-1);
    if (last === undefined) return undefined;
    after = last.size;
  }
}

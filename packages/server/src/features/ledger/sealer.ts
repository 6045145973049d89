import { FairleadError } from '@fairlead/core/errors';
import {
  appendLeaf,
  copyFrontier,
  emptyFrontier,
  equalBytes,
  type Frontier,
  formatCheckpoint,
  frontierRoot,
  hashBytes,
  type NoteSigner,
  readFrontier,
  signNote,
  type TileReader,
  tileHeight,
  tileWidth,
} from '@fairlead/core/ledger';
import { nodeHash } from '../../platform/crypto/index.ts';
import type { LedgerReader, LedgerStore } from './store.ts';
import type { StoredCheckpoint, TreeHash } from './types.ts';

const leavesPerRead = 4096;

/** Tiles out of a ledger database. */
export function storeTiles(reader: LedgerReader): TileReader {
  return (level, index, width) =>
    level === 0
      ? reader.readLeaves(index * tileWidth, width)
      : reader.readTreeHashes(level, index * tileWidth, width);
}

/** A checkpoint that is kept outside the database too, and may be shown to others. */
export interface Published {
  readonly size: number;
  readonly note: string;
}

/** Integrates new entries into the tree and signs checkpoints of it. */
export interface Sealer {
  published(): Published | null;
  /**
   * Signs all durable entries when there are new ones, and publishes. False when the checkpoint could not be kept
   * outside the database and has to be tried again. Calls must not overlap.
   * @throws what the database throws; it has then failed in an unknown state.
   */
  seal(): Promise<boolean>;
}

/**
 * A sealer that continues from `last`, the newest checkpoint that was ever signed: its tree is read back and must have
 * the signed root, and all later trees grow out of it, so that nothing inconsistent or smaller can be signed.
 * `alsoSign` are further keys of the log's name, over a rotation. `keep` stores a checkpoint outside the database and says whether it could; only then is it the published one.
 * @throws FairleadError `ledger.rolled-back`.
 */
export async function createSealer(
  store: LedgerStore,
  signer: NoteSigner,
  last: StoredCheckpoint | null,
  keep: (note: string) => boolean,
  alsoSign: readonly NoteSigner[] = [],
): Promise<Sealer> {
  let frontier = last === null ? emptyFrontier() : await readFrontier(nodeHash, storeTiles(store), last.size);
  if (last !== null && !equalBytes(frontierRoot(nodeHash, frontier), last.root)) {
    throw new FairleadError('ledger.rolled-back', {
      message: `The ${last.size} entries under the last signed checkpoint are not those that were signed.`,
    });
  }
  let signed: Published | null = last;
  let published: Published | null = last !== null && keep(last.note) ? last : null;
  return {
    published: () => published,
    seal: async () => {
      const size = await store.size();
      if (size > frontier.size) {
        const grown = await integrate(store, frontier, size);
        const root = frontierRoot(nodeHash, grown.frontier);
        const note = signNote(formatCheckpoint({ origin: signer.name, size, root }), [signer, ...alsoSign]);
        await store.seal({ checkpoint: { size, root, note }, hashes: grown.completed });
        frontier = grown.frontier;
        signed = { size, note };
      }
      if (signed !== published && signed !== null && keep(signed.note)) published = signed;
      return signed === published;
    },
  };
}

interface Grown {
  readonly frontier: Frontier;
  /** Hashes of the tile levels above 0 that became whole. */
  readonly completed: readonly TreeHash[];
}

async function integrate(store: LedgerReader, from: Frontier, size: number): Promise<Grown> {
  const frontier = copyFrontier(from);
  const completed: TreeHash[] = [];
  while (frontier.size < size) {
    const count = Math.min(leavesPerRead, size - frontier.size);
    const leaves = await store.readLeaves(frontier.size, count);
    if (leaves.length !== count * hashBytes) {
      throw new FairleadError('ledger.corrupt', { message: `Entries are missing after ${frontier.size}.` });
    }
    for (let i = 0; i < count; i += 1) {
      appendLeaf(nodeHash, frontier, leaves.subarray(i * hashBytes, (i + 1) * hashBytes), (node, hash) => {
        if (node.level > 0 && node.level % tileHeight === 0) {
          completed.push({ level: node.level / tileHeight, index: node.index, hash });
        }
      });
    }
  }
  return { frontier, completed };
}

import { join } from 'node:path';
import { FairleadError } from '@fairlead/core/errors';
import { z } from 'zod';
import { readIfPresent, writeDurably } from '../../../platform/files/index.ts';

/*
 * A witness's key is worth as much as its memory: with the key alone it would cosign a log that was rolled back. So what
 * it cosigned is kept a second time, beside the key, written before any cosignature leaves.
 */

/** The newest tree of a log that a witness has vouched for. */
export interface WitnessedTree {
  readonly size: number;
  readonly root: Uint8Array;
}

/** The newest tree of each log, by the log's name. */
export type WitnessedTrees = ReadonlyMap<string, WitnessedTree>;

export interface WitnessMemory {
  /** Null where there is no such file: a new key, or one of an earlier version. @throws FairleadError `ledger.witness-memory-lost` */
  read(): WitnessedTrees | null;
  /** Durable when it returns. */
  write(trees: WitnessedTrees): void;
}

const memoryFile = 'witness-cosigned.json';

const kept = z.array(
  z.strictObject({
    origin: z.string(),
    size: z.int().nonnegative(),
    /** Lower-case hex; empty for the tree without entries. */
    root: z.string().regex(/^(?:[0-9a-f]{64})?$/),
  }),
);

/** What is kept beside the key in this folder. */
export function memoryBeside(keysDir: string): WitnessMemory {
  const file = join(keysDir, memoryFile);
  return {
    read: () => {
      const text = readIfPresent(file);
      return text === null ? null : parse(text, file);
    },
    write: (trees) => {
      const list = [...trees].map(([origin, { size, root }]) => ({
        origin,
        size,
        root: Buffer.from(root).toString('hex'),
      }));
      writeDurably(file, `${JSON.stringify(list, null, 2)}\n`, 0o600);
    },
  };
}

function parse(text: string, file: string): WitnessedTrees {
  let json: unknown = null;
  try {
    json = JSON.parse(text);
  } catch {
    // Said below.
  }
  const parsed = kept.safeParse(json);
  if (!parsed.success) {
    throw new FairleadError('ledger.witness-memory-lost', {
      message: 'What this witness cosigned can’t be read from the file beside its key.',
      place: { file },
    });
  }
  return new Map(
    parsed.data.map(({ origin, size, root }) => [origin, { size, root: Buffer.from(root, 'hex') }]),
  );
}

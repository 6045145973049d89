import { peekCheckpoint, type TileReader, tilePath } from '@fairlead/core/ledger';
import type { LogFile } from '../log-files.ts';
import { type WitnessAddress, type WitnessClient, WitnessConflict, witnessClient } from './client.ts';

/** How the newest checkpoint stands with the witnesses. */
export type WitnessStanding = 'none' | 'pending' | 'cosigned' | 'conflict';

export interface Witnessing {
  standing(): WitnessStanding;
  /** The newest checkpoint that every witness cosigned. */
  cosigned(): { readonly size: number; readonly note: string } | null;
  /** A new checkpoint has been published. */
  advance(): void;
  close(): Promise<void>;
}

export interface WitnessingOptions {
  readonly witnesses: readonly WitnessAddress[];
  readonly readLog: (path: string) => Promise<LogFile | null>;
  /** Keeps the cosigned checkpoint outside the database. */
  readonly keep: (note: string) => void;
  readonly log: (level: 'warn' | 'error', message: string) => void;
  readonly retryMs?: number;
}

/** Used where no witness is configured. */
export const noWitness: Witnessing = {
  standing: () => 'none',
  cosigned: () => null,
  advance: () => undefined,
  close: async () => undefined,
};

/**
 * Asks every witness to cosign each published checkpoint, off the path of appends. A witness that is away delays
 * cosignatures, never calls; one that saw another tree is a conflict, which stays until an operator has looked.
 */
export function startWitnessing(options: WitnessingOptions): Witnessing {
  const clients = options.witnesses.map(witnessClient);
  let standing: WitnessStanding = 'pending';
  let cosigned: { size: number; note: string } | null = null;
  let wanted = false;
  let closed = false;
  let timer: NodeJS.Timeout | null = null;
  let running: Promise<void> | null = null;

  const round = async (): Promise<void> => {
    while (wanted && !closed && standing !== 'conflict') {
      wanted = false;
      const note = await publishedNote(options.readLog);
      if (note === null) return;
      const all = await cosignAll(clients, note, tilesOf(options.readLog));
      cosigned = { size: peekCheckpoint(all).size, note: all };
      options.keep(all);
      if (!wanted) standing = 'cosigned';
    }
  };
  const begin = () => {
    running ??= round()
      .catch((error: unknown) => {
        const conflict = error instanceof WitnessConflict;
        standing = conflict ? 'conflict' : 'pending';
        options.log(conflict ? 'error' : 'warn', `Witness: ${(error as Error).message}`);
        if (!conflict && !closed) timer = setTimeout(advance, options.retryMs ?? 5_000).unref();
      })
      .finally(() => {
        running = null;
        if (wanted && !closed && timer === null) begin();
      });
  };
  const advance = () => {
    if (timer !== null) clearTimeout(timer);
    timer = null;
    wanted = true;
    if (standing === 'cosigned') standing = 'pending';
    if (!closed && standing !== 'conflict') begin();
  };
  return {
    standing: () => standing,
    cosigned: () => cosigned,
    advance,
    async close() {
      // What was signed last is worth one more try.
      await running;
      closed = true;
      if (timer !== null) clearTimeout(timer);
    },
  };
}

async function publishedNote(readLog: WitnessingOptions['readLog']): Promise<string | null> {
  const file = await readLog('/log/checkpoint');
  return file === null ? null : Buffer.from(file.body).toString('utf8');
}

/** Each witness adds its line to what the ones before it cosigned. */
async function cosignAll(
  clients: readonly WitnessClient[],
  note: string,
  readTile: TileReader,
): Promise<string> {
  let all = note;
  for (const client of clients) all = await client.cosign(all, readTile);
  return all;
}

function tilesOf(readLog: WitnessingOptions['readLog']): TileReader {
  return async (level, index, width) =>
    (await readLog(`/log/${tilePath({ level, index, width })}`))?.body ?? new Uint8Array();
}

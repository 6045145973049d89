import { readFileSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import { FairleadError } from '@fairlead/core/errors';
import { encodeBundle, parseNote, peekCheckpoint, tilePath, tileWidth, widthAt } from '@fairlead/core/ledger';
import { fillFolder, type Put } from './export-folder.ts';
import { storeTiles } from './sealer.ts';
import type { LedgerReader } from './store.ts';

const verifier = fileURLToPath(new URL('../../../../../verifiers/python/verify.py', import.meta.url));

/** What an export holds. */
export interface ExportedLog {
  readonly origin: string;
  /** Entries under the exported checkpoint. */
  readonly size: number;
  readonly files: number;
}

/**
 * Writes the log up to its newest checkpoint as files: tlog-tiles below `tile/`, `checkpoint`, `vkey`, `rotations`
 * (where the key changed: the checkpoints that the key before signed too), `minimum` (after pruning: the index below which
 * there are hashes only), `policy` (c2sp.org/tlog-policy) and `verify.py`, with which a third party checks it without any of our code. The folder must
 * be new or empty, and stays so when the export fails; `lastCosigned` stands in for the checkpoint when witnesses cosigned
 * that very one. The checkpoint comes last, so that a broken export never looks whole.
 * @throws FairleadError `ledger.not-found`, `ledger.export-exists`, `ledger.export-unwritable`.
 */
export async function exportLog(
  reader: LedgerReader,
  directory: string,
  lastCosigned: string | null = null,
): Promise<ExportedLog> {
  const identity = await reader.identity();
  const checkpoint = await reader.latestCheckpoint();
  if (identity === null || checkpoint === null) {
    throw new FairleadError('ledger.not-found', { message: 'Nothing of this ledger has been signed yet.' });
  }
  const { size } = peekCheckpoint(checkpoint.note);
  const isCosigned =
    lastCosigned !== null && parseNote(lastCosigned).text === parseNote(checkpoint.note).text;
  let files = 0;
  await fillFolder(directory, async (write) => {
    const put: Put = (path, content) => {
      write(path, content);
      files += 1;
    };
    const minimum = await putTiles(reader, size, put);
    if (minimum > 0) put('minimum', `${minimum}\n`);
    put('vkey', `${identity.vkey}\n`);
    const rotations = await reader.readRotations();
    if (rotations.length > 0) put('rotations', rotations.map(({ note }) => note).join('\n'));
    put('policy', `log ${identity.vkey}\nquorum none\n`);
    put('verify.py', readFileSync(verifier));
    put('checkpoint', isCosigned ? lastCosigned : checkpoint.note);
  });
  return { origin: identity.origin, size, files };
}

async function putTiles(reader: LedgerReader, size: number, put: Put): Promise<number> {
  let minimum = 0;
  const readTile = storeTiles(reader);
  for (let level = 0; size >= tileWidth ** level; level += 1) {
    for (let index = 0; widthAt(size, level, index) > 0; index += 1) {
      const width = widthAt(size, level, index);
      put(tilePath({ level, index, width }), await readTile(level, index, width));
      if (level > 0) continue;
      const entries = await reader.readEntries(index * tileWidth, width);
      if (entries.some(({ bytes }) => bytes.length === 0)) {
        minimum = (index + 1) * tileWidth;
        continue;
      }
      put(tilePath({ level: 'entries', index, width }), encodeBundle(entries.map(({ bytes }) => bytes)));
    }
  }
  return minimum;
}

import { FairleadError, isFairleadError } from '@fairlead/core/errors';
import { isDiskFull } from '../../../platform/db/index.ts';

/** A part of a backup, and the file that it is copied from; null for tables of a database. */
export interface PartSource {
  readonly name: string;
  readonly file: string | null;
}

/**
 * Runs what reads a part where it comes from, or its copy; errors of reading name the part. Those of writing the copy
 * stay what they are.
 * @throws FairleadError `backup.source-damaged`, `store.unreadable`
 */
export async function readingPart<Result>(
  part: PartSource,
  work: () => Result | Promise<Result>,
): Promise<Result> {
  try {
    return await work();
  } catch (error) {
    throw describePart(error, part);
  }
}

function describePart(error: unknown, part: PartSource): unknown {
  const { code = '' } = (error ?? {}) as { code?: string };
  if (/^SQLITE_(?:CORRUPT|NOTADB)/.test(code) || code === 'ledger.corrupt')
    return damagedPart(part, code, error);
  const isOfWriting = isDiskFull(error) || /^SQLITE_IOERR_(?!READ|SHORT_READ)/.test(code);
  if (isFairleadError(error) || isOfWriting || !/^(?:E[A-Z]+$|SQLITE_)/.test(code)) return error;
  return new FairleadError('store.unreadable', {
    message: `${part.name} cannot be read (${code}), so no backup was written.`,
    ...(part.file !== null && { place: { file: part.file } }),
    cause: error,
  });
}

/** What can be had again in another way than by a restore. */
const otherwise: Readonly<Record<string, string>> = {
  'delivery.db':
    'Stop the server, move the file away with its -wal and -shm, and import again what it held; or restore the newest good backup. Keep the backups that you have.',
};

/** @param how what found it, in a word: neither content nor secrets */
export function damagedPart({ name, file }: PartSource, how: string, cause?: unknown): FairleadError {
  const fix = otherwise[name];
  return new FairleadError('backup.source-damaged', {
    message: `${name} is damaged (${how}), so no backup was written.`,
    ...(file !== null && { place: { file } }),
    ...(fix !== undefined && { fix }),
    cause,
  });
}

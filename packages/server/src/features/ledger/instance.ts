import { randomUUID } from 'node:crypto';
import { join } from 'node:path';
import { FairleadError } from '@fairlead/core/errors';
import { readIfPresent, writeDurably } from '../../platform/files/index.ts';
import { isUuid } from './rows.ts';

/** Which process wrote an entry: `id` stays with the data folder, `incarnation` is new at every start. */
export interface Instance {
  readonly id: string;
  readonly incarnation: string;
}

/** The instance of this data folder, in a new incarnation. */
export function loadInstance(dataDir: string): Instance {
  const file = join(dataDir, 'instance.json');
  const text = readIfPresent(file);
  if (text !== null) return { id: readId(text, file), incarnation: randomUUID() };
  const id = randomUUID();
  writeDurably(file, `${JSON.stringify({ id })}\n`, 0o600);
  return { id, incarnation: randomUUID() };
}

function readId(text: string, file: string): string {
  try {
    const { id } = JSON.parse(text) as { id?: unknown };
    if (typeof id === 'string' && isUuid(id)) return id;
  } catch {
    // Reported below.
  }
  throw new FairleadError('ledger.corrupt', {
    message: 'The instance file is not readable.',
    place: { file },
    fix: 'Put the file back from a backup or another copy of the data folder.',
  });
}

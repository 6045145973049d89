import {
  closeSync,
  existsSync,
  fstatSync,
  fsyncSync,
  ftruncateSync,
  openSync,
  readFileSync,
  rmSync,
  writeFileSync,
} from 'node:fs';
import { FairleadError } from '@fairlead/core/errors';

/** The signed checkpoints in a file of anchors: notes one after the other, with an empty line between them. */
export function readAnchors(file: string): readonly string[] {
  const text = reading(file, () => readFileSync(file, 'utf8'));
  // A note is its text, an empty line and its signatures.
  const blocks = text.split('\n\n').filter((block) => block.trim() !== '');
  const notes: string[] = [];
  for (let i = 0; i + 1 < blocks.length; i += 2) notes.push(`${blocks[i]}\n\n${blocks[i + 1]?.trimEnd()}\n`);
  if (blocks.length % 2 === 0 && notes.every((note) => note.includes('\n\n— '))) return notes;
  throw new FairleadError('ledger.note-invalid', {
    message: 'The file does not hold signed checkpoints with an empty line between them.',
    place: { file },
    fix: 'Name a file that `fairlead ledger anchor --file` wrote; where a note in it was cut off, remove what is left of that one.',
  });
}

/** Adds a checkpoint to a file of anchors, durably and whole. False when it is the last one there already. */
export function appendAnchor(file: string, note: string): boolean {
  const isThere = existsSync(file);
  const earlier = isThere ? readAnchors(file) : [];
  if (earlier.at(-1) === note) return false;
  reading(file, () => {
    const handle = openSync(file, 'a', 0o644);
    const { size } = fstatSync(handle);
    try {
      writeFileSync(handle, earlier.length === 0 ? note : `\n${note}`);
      fsyncSync(handle);
    } catch (error) {
      // Half a note would make the file one that can't be read.
      if (isThere) ftruncateSync(handle, size);
      else rmSync(file);
      throw error;
    } finally {
      closeSync(handle);
    }
  });
  return true;
}

function reading<Result>(file: string, use: () => Result): Result {
  try {
    return use();
  } catch (cause) {
    throw new FairleadError('ledger.anchor-unwritable', {
      message: `The anchor file can't be read or written (${(cause as { code?: string }).code}).`,
      place: { file },
      cause,
    });
  }
}

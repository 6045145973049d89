import { closeSync, existsSync, fsyncSync, openSync, readFileSync, writeSync } from 'node:fs';
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
  });
}

/** Adds a checkpoint to a file of anchors, durably. False when it is the last one there already. */
export function appendAnchor(file: string, note: string): boolean {
  const earlier = existsSync(file) ? readAnchors(file) : [];
  if (earlier.at(-1) === note) return false;
  reading(file, () => {
    const handle = openSync(file, 'a', 0o644);
    try {
      writeSync(handle, earlier.length === 0 ? note : `\n${note}`);
      fsyncSync(handle);
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

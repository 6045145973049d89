import { FairleadError, isFairleadError } from '@fairlead/core/errors';
import { git, repositoryRoot } from '../run/git.ts';

const manyTags = 64 * 1024 * 1024;

/** The signed checkpoints in the annotated tags of a working copy that begin with `prefix`. */
export async function readTagAnchors(folder: string, prefix: string): Promise<readonly string[]> {
  const root = await workingCopy(folder);
  const format = '--format=%(objecttype)%00%(contents)%00';
  const answer = await git(root, ['for-each-ref', format, `refs/tags/${prefix}*`], { maxBuffer: manyTags });
  if (answer.code !== 0) throw failed('git could not list the tags.');
  const parts = answer.stdout.split('\0');
  const notes: string[] = [];
  for (let i = 0; i + 1 < parts.length; i += 2) {
    if (parts[i]?.trim() === 'tag') notes.push(`${(parts[i + 1] as string).trimEnd()}\n`);
  }
  return notes;
}

/**
 * Keeps a checkpoint as an annotated tag `<prefix><size>`, whose message is the signed note; on the commit checked out,
 * or on the empty tree where there is none. Null when the tag is there already and says the same.
 * @throws FairleadError `ledger.anchor-differs` when it says something else
 */
export async function tagAnchor(
  folder: string,
  prefix: string,
  size: number,
  note: string,
): Promise<string | null> {
  const root = await workingCopy(folder);
  const name = `${prefix}${size}`;
  const found = await git(root, ['for-each-ref', '--format=%(contents)', `refs/tags/${name}`]);
  if (found.stdout !== '') {
    if (`${found.stdout.trimEnd()}\n` === note) return null;
    // Cosignatures come later; what is signed must be the same.
    if (textOf(found.stdout) === textOf(note)) return null;
    throw new FairleadError('ledger.anchor-differs', {
      message: `The tag ${name} is there and holds another checkpoint.`,
    });
  }
  const head = await git(root, ['rev-parse', '--verify', '--quiet', 'HEAD']);
  const target = head.code === 0 ? 'HEAD' : await emptyTree(root);
  const args = ['tag', '--annotate', '--no-sign', '--cleanup=verbatim', '--file=-', name, target];
  const tagged = await git(root, [...(await identity(root)), ...args], { input: note });
  if (tagged.code !== 0) throw failed(`git could not make the tag ${name}.`);
  return name;
}

async function workingCopy(folder: string): Promise<string> {
  return repositoryRoot(folder).catch((error: unknown) => {
    if (!isFairleadError(error) || error.code !== 'run.no-repository') throw error;
    throw new FairleadError('ledger.anchor-unwritable', {
      message: 'This folder is in no git working copy.',
      place: { file: folder },
      cause: error,
    });
  });
}

function textOf(note: string): string {
  return note.split('\n\n')[0] as string;
}

async function emptyTree(root: string): Promise<string> {
  const made = await git(root, ['hash-object', '-t', 'tree', '-w', '--stdin'], { input: '' });
  if (made.code !== 0) throw failed('git could not write to this repository.');
  return made.stdout.trim();
}

/** Who the tag is by where nobody is configured, such as on a machine that only keeps anchors. */
async function identity(root: string): Promise<readonly string[]> {
  const known = await git(root, ['config', 'user.email']);
  if (known.code === 0) return [];
  return ['-c', 'user.name=fairlead', '-c', 'user.email=fairlead@localhost'];
}

function failed(message: string): FairleadError {
  return new FairleadError('ledger.anchor-unwritable', { message });
}

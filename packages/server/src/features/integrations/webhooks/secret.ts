import { statSync } from 'node:fs';
import { FairleadError } from '@fairlead/core/errors';
import { readIfPresent } from '../../../platform/files/index.ts';

const shortest = 16;

/**
 * The secret that a host signs its webhooks with: the file's text without the end of its line. Null when there is no
 * file and none was asked for.
 * @throws FairleadError `store.secret-invalid` when it is missing, short, or others can read it.
 */
export function readHookSecret(file: string, isRequired: boolean): Uint8Array | null {
  const text = readIfPresent(file)?.trim();
  if (text === undefined && !isRequired) return null;
  const problem = problemOf(text, file);
  if (problem !== null) {
    throw new FairleadError('store.secret-invalid', {
      message: problem,
      place: { file },
      fix: 'Write the secret of the webhook into it (openssl rand -hex 32), and run chmod 600 on it.',
    });
  }
  return Buffer.from(text!, 'utf8');
}

function problemOf(text: string | undefined, file: string): string | null {
  if (text === undefined) return 'The file with the webhook’s secret is not there.';
  if (text.length < shortest) return `The webhook’s secret is shorter than ${shortest} characters.`;
  const isOpen = process.platform !== 'win32' && (statSync(file).mode & 0o077) !== 0;
  return isOpen ? 'Others on this machine can read the webhook’s secret.' : null;
}

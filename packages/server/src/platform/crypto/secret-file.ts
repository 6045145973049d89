import { randomBytes } from 'node:crypto';
import { statSync } from 'node:fs';
import { dirname } from 'node:path';
import { FairleadError } from '@fairlead/core/errors';
import { makeFolder, readIfPresent, writeDurably } from '../files/index.ts';

const secretBytes = 32;

/**
 * A random secret of 32 bytes in a file of its own (hex, 0600), made the first time. It belongs outside the data folder,
 * so that a copy of the data alone confirms no guess.
 * @throws FairleadError `store.secret-invalid` when the file holds something else or others can read it.
 */
export function loadSecret(file: string): Uint8Array {
  const text = readIfPresent(file);
  if (text === null) {
    makeFolder(dirname(file), 0o700);
    const secret = randomBytes(secretBytes);
    writeDurably(file, `${secret.toString('hex')}\n`, 0o600);
    return secret;
  }
  if (process.platform !== 'win32' && (statSync(file).mode & 0o077) !== 0) {
    throw new FairleadError('store.secret-invalid', {
      message: 'Others on this machine can read a secret of this installation.',
      place: { file },
      fix: 'Run chmod 600 on it, and replace it if somebody may have copied it.',
    });
  }
  if (!/^[0-9a-f]{64}\s*$/.test(text)) throw new FairleadError('store.secret-invalid', { place: { file } });
  return Buffer.from(text.trim(), 'hex');
}

import { chmodSync, readFileSync, statSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { type TemporaryFolder, temporaryFolder } from '../../../../../test/setup/database.ts';
import { openSigningKeys } from './signing-keys.ts';

let folder: TemporaryFolder;
let file: string;
beforeEach(() => {
  folder = temporaryFolder();
  file = join(folder.path, 'keys', 'assistant-tokens.json');
});
afterEach(() => folder.remove());

describe('the keys that sign tokens', () => {
  it('are made once, readable by their owner alone, and there again', () => {
    const { kid } = openSigningKeys(file).current(0);
    if (process.platform !== 'win32') expect(statSync(file).mode & 0o777).toBe(0o600);
    expect(openSigningKeys(file).current(0).kid).toBe(kid);
    expect(kid).toMatch(/^[0-9a-f]{16}$/);
  });

  it('verify after a rotation until their time is over', async () => {
    const ring = openSigningKeys(file);
    const before = ring.current(0).kid;
    const after = (await ring.rotate(1_000, 0)).kid;
    expect(after).not.toBe(before);
    expect(ring.current(999).verifying.size).toBe(2);
    expect(openSigningKeys(file).current(999).verifying.size).toBe(2);
    expect(ring.current(1_000).verifying.size).toBe(1);
    expect(ring.current(1_000).kid).toBe(after);
    expect(readFileSync(file, 'utf8')).not.toContain(before);
  });

  it('verify no longer after a rotation at once, not even those that were rotated before', async () => {
    const ring = openSigningKeys(file);
    await ring.rotate(1_000, 0);
    await ring.rotate(5, 5);
    expect(ring.current(5).verifying.size).toBe(1);
    expect(openSigningKeys(file).current(5).verifying.size).toBe(1);
  });

  it('that others can read, or that are none, are refused without a word of them', () => {
    openSigningKeys(file);
    chmodSync(file, 0o644);
    if (process.platform !== 'win32') {
      expect(() => openSigningKeys(file)).toThrow(
        expect.objectContaining({ code: 'identity.signing-key-invalid' }),
      );
    }
    for (const text of [
      '',
      '{}',
      '{"keys":[]}',
      '{"keys":[{"kid":"a","pem":"secret-text","verifiesUntil":null}]}',
    ]) {
      writeFileSync(file, text, { mode: 0o600 });
      chmodSync(file, 0o600);
      expect(() => openSigningKeys(file)).toThrow(
        expect.objectContaining({ code: 'identity.signing-key-invalid' }),
      );
      try {
        openSigningKeys(file);
      } catch (error) {
        expect(`${(error as Error).message}${(error as Error).cause ?? ''}`).not.toContain('secret-text');
      }
    }
  });

  it('can live in the process alone', () => {
    const ring = openSigningKeys(null);
    expect(ring.current(0).kid).toBe(ring.current(1).kid);
  });
});

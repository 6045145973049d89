import { existsSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { expect, it } from 'vitest';
import { openSqliteWriter } from './sqlite-open.ts';

it('names the file of its lock when something else is in it, and opens once that is removed', () => {
  const folder = mkdtempSync(join(tmpdir(), 'fairlead-open-'));
  const file = join(folder, 'ledger.db');
  writeFileSync(`${file}.lock`, 'x'.repeat(8192));
  expect(() => openSqliteWriter(file)).toThrowError(
    expect.objectContaining({
      code: 'store.unreadable',
      place: { file: `${file}.lock` },
      fix: expect.stringContaining('remove it while no server runs'),
    }),
  );
  expect(existsSync(file)).toBe(false);
  rmSync(`${file}.lock`);
  openSqliteWriter(file).close();
  rmSync(folder, { recursive: true });
});

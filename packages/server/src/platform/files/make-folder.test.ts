import { mkdirSync, statSync, symlinkSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { afterEach, beforeEach, expect, it } from 'vitest';
import { type TemporaryFolder, temporaryFolder } from '../../../../../test/setup/database.ts';
import { makeFolder } from './index.ts';

let folder: TemporaryFolder;
beforeEach(() => {
  folder = temporaryFolder();
});
afterEach(() => folder.remove());

it('makes a folder with its parents, all of one mode, and says whether it was there', () => {
  const [parent, child] = [join(folder.path, 'a'), join(folder.path, 'a', 'b')];
  expect(makeFolder(child, 0o700)).toBe(true);
  for (const made of [parent, child]) expect(statSync(made).mode & 0o777).toBe(0o700);
  expect(makeFolder(child, 0o700)).toBe(false);
  expect(makeFolder(join(parent, '..', 'a', '.'), 0o700)).toBe(false);
  symlinkSync(child, join(folder.path, 'link'));
  expect(makeFolder(join(folder.path, 'link', 'c'), 0o700)).toBe(true);
});

it('fails where there is something else, or nothing can be made', () => {
  const file = join(folder.path, 'file');
  writeFileSync(file, '');
  expect(() => makeFolder(file, 0o700)).toThrow(/EEXIST/);
  expect(() => makeFolder(join(file, 'below'), 0o700)).toThrow(/ENOTDIR/);
  symlinkSync(join(folder.path, 'nowhere'), join(folder.path, 'dangling'));
  expect(() => makeFolder(join(folder.path, 'dangling'), 0o700)).toThrow(/EEXIST/);
  mkdirSync(join(folder.path, 'there'));
  expect(makeFolder(join(folder.path, 'there'), 0o700)).toBe(false);
});

// Making it with its parents at once never returns there: each time one is missing.
it.runIf(process.platform === 'linux')('ends on a filesystem that has no such thing as a new folder', () => {
  expect(() => makeFolder('/proc/fairlead/data', 0o700)).toThrow(/ENOENT/);
});

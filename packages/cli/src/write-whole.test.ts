import { spawnSync } from 'node:child_process';
import {
  lstatSync,
  mkdirSync,
  mkdtempSync,
  readdirSync,
  readFileSync,
  rmSync,
  statSync,
  symlinkSync,
  writeFileSync,
} from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { appendAnchor } from './anchors/file.ts';
import { writeProgram } from './commands/init.ts';
import { writeWhole } from './write-whole.ts';

let folder: string;
beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), 'fairlead-whole-'));
});
afterEach(() => rmSync(folder, { recursive: true, force: true }));

/** A disk of 64 KiB; null where this account may mount none. */
function smallDisk(): { readonly path: string; unmount(): void } | null {
  const path = join(folder, 'small');
  mkdirSync(path);
  if (spawnSync('mount', ['-t', 'tmpfs', '-o', 'size=64k', 'fairlead-test', path]).status !== 0) {
    process.stderr.write('SKIPPED: mounting is not permitted here, so the full disk is not tried\n');
    return null;
  }
  return { path, unmount: () => void spawnSync('umount', [path]) };
}

describe('a file that is written whole', () => {
  it('is private, replaces what was there, and leaves links what they are', () => {
    const [file, link] = [join(folder, 'file'), join(folder, 'link')];
    writeWhole(file, 'one');
    if (process.platform !== 'win32') expect(statSync(file).mode & 0o777).toBe(0o600);
    symlinkSync(file, link);
    writeWhole(link, 'two');
    expect(lstatSync(link).isSymbolicLink()).toBe(true);
    expect(readFileSync(file, 'utf8')).toBe('two');
    expect(readdirSync(folder).sort()).toEqual(['file', 'link']);
  });

  it.runIf(process.platform === 'linux')('is no device', () => {
    writeWhole('/dev/null', 'gone');
    expect(statSync('/dev/null').isCharacterDevice()).toBe(true);
  });

  it('is no folder, and lies in no file', () => {
    const file = join(folder, 'file');
    writeFileSync(file, 'mine');
    expect(() => writeWhole(folder, 'x')).toThrow(/EISDIR/);
    expect(() => writeWhole(join(file, 'x'), 'x')).toThrow(/ENOTDIR/);
    expect(readdirSync(folder)).toEqual(['file']);
  });
});

describe('a disk that is full', () => {
  it('leaves of each what was there before', async (context) => {
    const disk = smallDisk();
    if (disk === null) return context.skip();
    try {
      const [proof, anchors] = [join(disk.path, 'proof'), join(disk.path, 'anchors')];
      writeFileSync(proof, 'whole');
      const big = 'x'.repeat(100_000);
      expect(() => writeWhole(proof, big)).toThrow(/ENOSPC/);
      const first = 'log\n1\nroot\n\n— log signature\n';
      expect(appendAnchor(anchors, first)).toBe(true);
      expect(() => appendAnchor(anchors, `log\n2\n${big}\n\n— log signature\n`)).toThrow(/ENOSPC/);
      expect(readFileSync(anchors, 'utf8')).toBe(first);
      expect(appendAnchor(anchors, 'log\n2\nroot\n\n— log signature\n')).toBe(true);
      expect(() => appendAnchor(join(disk.path, 'other'), big)).toThrow(/ENOSPC/);
      const program = new Map([
        ['a.yaml', 'a'],
        ['policies/b.cedar', big],
      ]);
      for (const place of [disk.path, join(disk.path, 'new', 'program')])
        await expect(writeProgram(place, program)).rejects.toMatchObject({ code: 'program.unwritable' });
      expect(readdirSync(disk.path).sort()).toEqual(['anchors', 'proof']);
      expect(readFileSync(proof, 'utf8')).toBe('whole');
    } finally {
      disk.unmount();
    }
  });
});

import { execFileSync } from 'node:child_process';
import { createHash } from 'node:crypto';
import { mkdirSync, mkdtempSync, rmSync, symlinkSync, truncateSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { programLimits, readProgramFiles } from './read-files.ts';

let outside: string;
let root: string;

beforeEach(() => {
  outside = mkdtempSync(join(tmpdir(), 'fairlead-program-'));
  root = join(outside, 'program');
  mkdirSync(root);
  write('fairlead.yaml', '');
});
afterEach(() => rmSync(outside, { recursive: true, force: true }));

function write(path: string, content: string | Buffer): string {
  const place = join(root, path);
  mkdirSync(dirname(place), { recursive: true });
  writeFileSync(place, content);
  return place;
}

async function refusals(): Promise<string[]> {
  return (await readProgramFiles(root)).findings.map((item) => `${item.file} ${item.code}`);
}

describe('readProgramFiles', () => {
  it('reads texts by path and leaves dot names out', async () => {
    write('fairlead.yaml', 'a: 1\n');
    write('policies/calls/x.cedar', '// é\n');
    write('.git/config', 'secret');
    write('.fairlead-schemas/a.json', '{}');
    const { texts, findings } = await readProgramFiles(root);
    expect([...texts]).toEqual([
      ['fairlead.yaml', 'a: 1\n'],
      ['policies/calls/x.cedar', '// é\n'],
    ]);
    expect(findings).toEqual([]);
  });

  it('takes a folder without a file of a program for none, and reads nothing of it', async () => {
    rmSync(join(root, 'fairlead.yaml'));
    write('notes.yaml', 'a: 1');
    write('deep/secret.pdf', Buffer.from([0xff, 0xfe]));
    const refused = { code: 'program.not-found', place: { path: root } };
    await expect(readProgramFiles(root)).rejects.toMatchObject(refused);
    // What lacks only its first file is a broken program, and is told so.
    write('models.yaml', 'models: {}');
    expect((await readProgramFiles(root)).texts.has('models.yaml')).toBe(true);
  });

  it('digests the canonical manifest of paths and hashes', async () => {
    write('b.yaml', 'b');
    write('a/c.yaml', 'c');
    const hex = (text: string) => createHash('sha256').update(text).digest('hex');
    const manifest = `{"a/c.yaml":"${hex('c')}","b.yaml":"${hex('b')}","fairlead.yaml":"${hex('')}"}`;
    const { digest } = await readProgramFiles(root);
    expect(digest).toBe(`sha256:${hex(manifest)}`);
    write('b.yaml', 'B');
    expect((await readProgramFiles(root)).digest).not.toBe(digest);
  });

  it('refuses links that lead out, nowhere, to folders, and reads those that stay', async () => {
    writeFileSync(join(outside, 'secret.yaml'), 'password: 1');
    write('real.yaml', 'a: 1');
    mkdirSync(join(root, 'folder'));
    symlinkSync('../secret.yaml', join(root, 'out.yaml'));
    symlinkSync('/etc/hostname', join(root, 'absolute.yaml'));
    symlinkSync('nowhere.yaml', join(root, 'broken.yaml'));
    symlinkSync('.', join(root, 'loop'));
    symlinkSync('real.yaml', join(root, 'link.yaml'));
    const { texts, findings } = await readProgramFiles(root);
    expect(findings.map((item) => item.file)).toEqual(['absolute.yaml', 'broken.yaml', 'loop', 'out.yaml']);
    expect(new Set(findings.map((item) => item.code))).toEqual(new Set(['program.file-place']));
    expect([...texts.keys()]).toEqual(['fairlead.yaml', 'link.yaml', 'real.yaml']);
  });

  it('refuses a 100 MB file without reading it', async () => {
    truncateSync(write('huge.yaml', ''), 100 * 1024 * 1024);
    const before = process.memoryUsage().rss;
    expect(await refusals()).toEqual(['huge.yaml program.file-too-large']);
    expect(process.memoryUsage().rss - before).toBeLessThan(50 * 1024 * 1024);
  });

  it('takes a file of exactly the limit and refuses one byte more', async () => {
    write('full.yaml', Buffer.alloc(programLimits.fileBytes, 0x20));
    expect(await refusals()).toEqual([]);
    write('full.yaml', Buffer.alloc(programLimits.fileBytes + 1, 0x20));
    expect(await refusals()).toEqual(['full.yaml program.file-too-large']);
  });

  it('stops at the size of the whole', async () => {
    for (let index = 0; index < 18; index += 1)
      write(`f${10 + index}.txt`, Buffer.alloc(programLimits.fileBytes, 0x20));
    expect(await refusals()).toEqual(['f26.txt program.file-too-large']);
  });

  it.each([
    ['invalid UTF-8', Buffer.from([0x61, 0xff, 0xfe])],
    ['an overlong form', Buffer.from([0xc0, 0xaf])],
    ['a lone surrogate', Buffer.from([0xed, 0xa0, 0x80])],
    ['a byte order mark', Buffer.from('\ufeffa: 1')],
    ['UTF-16', Buffer.from('a: 1', 'utf16le').subarray(0, 7).fill(0xff, 6)],
  ])('refuses %s', async (_, bytes) => {
    write('x.yaml', bytes);
    expect(await refusals()).toEqual(['x.yaml program.file-encoding']);
  });

  it('refuses pipes, hostile names and deep folders without waiting', async () => {
    execFileSync('mkfifo', [join(root, 'pipe.yaml')]);
    write('a\u001b[31m.yaml', 'x');
    write(`${'d/'.repeat(12)}x.yaml`, 'x');
    expect(await refusals()).toEqual([
      'a?[31m.yaml program.file-place',
      'd/d/d/d/d/d/d/d/d program.file-place',
      'pipe.yaml program.file-place',
    ]);
  });

  it('says when there is no such directory', async () => {
    await expect(readProgramFiles(join(root, 'nothing'))).rejects.toMatchObject({
      code: 'program.not-found',
    });
    await expect(readProgramFiles(write('file.yaml', ''))).rejects.toMatchObject({
      code: 'program.not-found',
    });
  });
});

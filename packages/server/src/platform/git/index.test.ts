import { execFileSync } from 'node:child_process';
import { chmodSync, existsSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { git } from './index.ts';

let folder: string;
let clone: string;
let marker: string;

const run = (...args: readonly string[]) =>
  execFileSync('git', ['-C', clone, '-c', 'user.name=a', '-c', 'user.email=a@a.example', ...args], {
    encoding: 'utf8',
    stdio: ['ignore', 'pipe', 'ignore'],
  }).trim();

beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), 'fairlead-git-'));
  clone = join(folder, 'clone');
  marker = join(folder, 'ran');
  const program = join(folder, 'program.sh');
  writeFileSync(program, `#!/bin/sh\necho "$@" > ${marker}\nexit 1\n`);
  chmodSync(program, 0o755);
  execFileSync('git', ['init', '--quiet', clone]);
  writeFileSync(join(clone, 'a.ts'), 'one\n');
  run('add', '.');
  run('commit', '-q', '-m', 'one');
  // Not what `run` uses: it is what somebody else put there.
  writeFileSync(join(clone, '.gitattributes'), '*.ts diff=own filter=own\n');
  const config = [
    `[core]\n\tsshCommand = ${program}\n\tfsmonitor = ${program}\n\tgitProxy = ${program}\n\trepositoryformatversion = 1`,
    '[extensions]\n\tpartialClone = origin',
    '[remote "origin"]\n\tpromisor = true\n\turl = ssh://a.example/x\n\tpartialclonefilter = blob:none',
    `[log]\n\tshowSignature = true\n[gpg]\n\tprogram = ${program}`,
    `[diff]\n\texternal = ${program}\n[diff "own"]\n\ttextconv = ${program}\n\tcommand = ${program}`,
    `[filter "own"]\n\tsmudge = ${program}\n\tclean = ${program}\n\tprocess = ${program}`,
    '[protocol "ssh"]\n\tallow = always\n[protocol]\n\tallow = always',
  ].join('\n');
  writeFileSync(join(clone, '.git', 'config'), config, { flag: 'a' });
});
afterEach(() => rmSync(folder, { recursive: true, force: true }));

describe('a repository whose config names programs', () => {
  it('is not fetched for, where it says that it is incomplete', async () => {
    const blob = run('rev-parse', 'HEAD:a.ts');
    rmSync(join(clone, '.git', 'objects', blob.slice(0, 2), blob.slice(2)));
    await expect(git(clone, ['show', 'HEAD:a.ts'])).rejects.toMatchObject({ code: 'git.failed' });
    await expect(git(clone, ['blame', '--no-textconv', 'HEAD', '--', 'a.ts'])).rejects.toMatchObject({
      code: 'git.failed',
    });
    expect(existsSync(marker)).toBe(false);
  });

  it('has no signatures checked', async () => {
    const [tree, time] = [run('rev-parse', 'HEAD^{tree}'), '1700000000 +0000'];
    const signed = `tree ${tree}\nauthor a <a> ${time}\ncommitter a <a> ${time}\ngpgsig -----BEGIN PGP SIGNATURE-----\n \n x\n -----END PGP SIGNATURE-----\n\nsigned\n`;
    const file = join(folder, 'commit');
    writeFileSync(file, signed);
    const sha = run('hash-object', '-t', 'commit', '-w', file);
    expect(await git(clone, ['log', '-1', '--format=%s', sha])).toEqual(['signed']);
    expect(existsSync(marker)).toBe(false);
    // The test of the test: a git that is not told so runs it.
    expect(run('log', '-1', '--format=%s', sha)).toBe('signed');
    expect(existsSync(marker)).toBe(true);
  });

  it('is compared and looked at without them', async () => {
    writeFileSync(join(clone, 'a.ts'), 'two\n');
    run(
      '-c',
      'filter.own.clean=cat',
      '-c',
      'filter.own.process=',
      '-c',
      'core.fsmonitor=false',
      'commit',
      '-qam',
      'two',
    );
    rmSync(marker, { force: true });
    const diff = await git(clone, ['diff', '-U0', '--no-ext-diff', '--no-textconv', 'HEAD^', 'HEAD', '--']);
    expect(diff).toContain('+two');
    expect(existsSync(marker)).toBe(false);
  });
});

it('reads a repository without a working copy where it is named, and takes none that lies in a folder', async () => {
  const bare = join(folder, 'bare');
  execFileSync('git', ['clone', '--quiet', '--bare', clone, bare], { stdio: 'ignore' });
  expect(await git(bare, ['log', '--format=%s'])).toEqual(['one']);
  await expect(git(join(bare, 'refs'), ['log', '--format=%s'])).rejects.toMatchObject({ code: 'git.failed' });
});

it('says what a place is that is no folder', async () => {
  await expect(git(join(folder, 'none'), ['status'])).rejects.toThrow('There is no such folder.');
  await expect(git(join(folder, 'program.sh'), ['status'])).rejects.toThrow('This is not a folder.');
});

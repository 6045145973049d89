import { execFileSync } from 'node:child_process';
import { existsSync, mkdirSync, mkdtempSync, realpathSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { readRemotes, repositoryRoot } from './git.ts';

let folder: string;
beforeEach(() => {
  folder = realpathSync(mkdtempSync(join(tmpdir(), 'fairlead-git-')));
});
afterEach(() => rmSync(folder, { recursive: true, force: true }));

function repository(config = ''): string {
  const dir = join(folder, 'repository');
  mkdirSync(join(dir, 'deep', 'er'), { recursive: true });
  execFileSync('git', ['init', '-q', dir]);
  writeFileSync(join(dir, '.git', 'config'), config, { flag: 'a' });
  return dir;
}

const remote = (name: string, ...urls: string[]) =>
  `[remote "${name}"]\n${urls.map((url) => `\turl = ${url}\n`).join('')}`;
const code = (expected: string) => expect.objectContaining({ code: expected });

describe('the root', () => {
  it('is found from a folder below', async () => {
    const dir = repository();
    expect(await repositoryRoot(join(dir, 'deep', 'er'))).toBe(dir);
  });

  it('is not there outside of a repository, in a bare one, and not the one that a variable names', async () => {
    await expect(repositoryRoot(folder)).rejects.toThrow(code('run.no-repository'));
    execFileSync('git', ['init', '-q', '--bare', join(folder, 'bare')]);
    await expect(repositoryRoot(join(folder, 'bare'))).rejects.toThrow(code('run.no-repository'));
    process.env.GIT_DIR = join(repository(), '.git');
    try {
      await expect(repositoryRoot(folder)).rejects.toThrow(code('run.no-repository'));
    } finally {
      delete process.env.GIT_DIR;
    }
  });

  it('cannot be asked for in a folder that is not there', async () => {
    await expect(repositoryRoot(join(folder, 'absent'))).rejects.toThrow(code('run.git-failed'));
  });
});

describe('the remotes', () => {
  it('are all there, with every URL', async () => {
    const dir = repository(
      remote('origin', 'git@a.example:o/n.git', 'https://b.example/o/n') + remote('up', 'x:y/z'),
    );
    expect(await readRemotes(dir, null)).toEqual([
      { name: 'origin', urls: ['git@a.example:o/n.git', 'https://b.example/o/n'] },
      { name: 'up', urls: ['x:y/z'] },
    ]);
    expect(await readRemotes(dir, 'up')).toEqual([{ name: 'up', urls: ['x:y/z'] }]);
    await expect(readRemotes(dir, 'down')).rejects.toThrow(code('run.no-remote'));
  });

  it('are those that git would fetch from', async () => {
    const config = `[url "git@github.com:"]\n\tinsteadOf = gh:\n${remote('origin', 'gh:acme/payments-api')}`;
    expect(await readRemotes(repository(config), null)).toEqual([
      { name: 'origin', urls: ['git@github.com:acme/payments-api'] },
    ]);
  });

  it('whose names look like options are names', async () => {
    const dir = repository(remote('--upload-pack=touch ran', 'git@a.example:o/n.git'));
    const found = await readRemotes(dir, null).catch(() => []);
    expect(found.flatMap(({ urls }) => urls).every((url) => url === 'git@a.example:o/n.git')).toBe(true);
    expect(existsSync(join(dir, 'ran'))).toBe(false);
  });

  it('are too many where there are more than anybody has', async () => {
    const many = Array.from({ length: 21 }, (_, at) => remote(`r${at}`, 'git@a.example:o/n.git')).join('');
    await expect(readRemotes(repository(many), null)).rejects.toThrow(code('run.git-failed'));
  });

  it('are read without running what the repository’s config names', async () => {
    const marker = join(folder, 'ran');
    const config = [
      `[core]\n\tfsmonitor = "touch ${marker}"\n\thooksPath = ${folder}\n\tpager = "touch ${marker}"`,
      `\tsshCommand = "touch ${marker}"\n[alias]\n\tremote = "!touch ${marker}"\n`,
      remote('origin', 'git@a.example:o/n.git'),
    ].join('\n');
    expect(await readRemotes(repository(config), null)).toHaveLength(1);
    expect(existsSync(marker)).toBe(false);
  });

  it('of a broken config are an error', async () => {
    await expect(readRemotes(repository('[remote "x\n'), null)).rejects.toThrow();
  });
});

/* The one way in which the command line asks git. What a repository's own config could make git run is switched off. */
import { execFile } from 'node:child_process';
import { FairleadError } from '@fairlead/core/errors';
import { gitEnvironment, safeGitOptions } from '@fairlead/core/git';

/** A remote with the URLs that git would fetch from, `insteadOf` resolved. */
export interface Remote {
  readonly name: string;
  readonly urls: readonly string[];
}

const mostRemotes = 20;

interface GitAnswer {
  readonly code: number | null;
  readonly stdout: string;
  readonly stderr: string;
}

/** Runs git, with `input` as its standard input. @throws FairleadError `run.git-failed` when it can't be run */
export function git(
  cwd: string,
  args: readonly string[],
  { input = '', maxBuffer = 1024 * 1024 }: { readonly input?: string; readonly maxBuffer?: number } = {},
): Promise<GitAnswer> {
  const env = { ...gitEnvironment(process.env) };
  return new Promise((resolve, reject) => {
    const options = { cwd, env, timeout: 10_000, maxBuffer, encoding: 'utf8' } as const;
    const child = execFile('git', [...safeGitOptions, ...args], options, (error, stdout, stderr) => {
      if (error && typeof error.code !== 'number') {
        reject(
          new FairleadError('run.git-failed', {
            message: `git could not be run (${error.code ?? 'killed'}).`,
          }),
        );
        return;
      }
      resolve({ code: error ? Number(error.code) : 0, stdout, stderr });
    });
    // A git that doesn't read it, or never started, is reported above.
    child.stdin?.on('error', () => undefined).end(input);
  });
}

/** Root of the working copy around a folder. @throws FairleadError `run.no-repository`, `run.git-failed` */
export async function repositoryRoot(cwd: string): Promise<string> {
  const { code, stdout, stderr } = await git(cwd, ['rev-parse', '--show-toplevel']);
  if (stderr.includes('dubious ownership')) {
    throw new FairleadError('run.git-failed', {
      message: 'This repository belongs to somebody else, so git does not trust it.',
      place: { file: cwd },
      fix: 'Make it yours, or say that you trust it with `git config --global --add safe.directory PATH`.',
    });
  }
  const root = stdout.replace(/\r?\n$/, '');
  if (code !== 0 || root === '') throw new FairleadError('run.no-repository', { place: { file: cwd } });
  return root;
}

/**
 * The remotes of a working copy: all, or the one named.
 * @throws FairleadError `run.no-remote`, `run.git-failed`
 */
export async function readRemotes(root: string, only: string | null): Promise<readonly Remote[]> {
  const { stdout } = await git(root, ['remote']);
  const names = stdout.split('\n').filter((name) => name !== '' && (only === null || name === only));
  if (names.length === 0) {
    throw new FairleadError('run.no-remote', {
      ...(only === null ? {} : { message: 'This repository has no remote of that name.' }),
      place: { file: root },
    });
  }
  if (names.length > mostRemotes) {
    throw new FairleadError('run.git-failed', {
      message: `This repository has more than ${mostRemotes} remotes.`,
      fix: 'Name the one meant with `fairlead run --remote NAME`.',
    });
  }
  return Promise.all(names.map((name) => readRemote(root, name)));
}

async function readRemote(root: string, name: string): Promise<Remote> {
  const { code, stdout } = await git(root, ['remote', 'get-url', '--all', '--end-of-options', name]);
  const urls = stdout.split('\n').filter((url) => url !== '');
  if (code === 0 && urls.length > 0) return { name, urls };
  throw new FairleadError('run.git-failed', { message: 'git could not tell the URL of a remote.' });
}

/* git, for reading repositories that belong to somebody else: what their config could make git run is switched off. */
import { spawn } from 'node:child_process';
import { existsSync, statSync } from 'node:fs';
import { join } from 'node:path';
import { createInterface } from 'node:readline';
import { FairleadError } from '@fairlead/core/errors';
import { gitEnvironment, safeGitOptions } from '@fairlead/core/git';

const longestError = 400;

export interface GitRun {
  /** By which git may fetch; none unless told. */
  readonly protocols?: readonly string[];
}

/**
 * The lines that git prints, as they come; stopping early ends git.
 * @throws FairleadError `git.failed` with what git said; `git.missing` when there is no git.
 */
export async function* gitLines(
  cwd: string,
  args: readonly string[],
  { protocols = [] }: GitRun = {},
): AsyncGenerator<string> {
  const child = start(cwd, args, protocols);
  let said = '';
  child.stderr.setEncoding('utf8').on('data', (text: string) => {
    if (said.length < longestError) said += text;
  });
  const ended = new Promise<number | null>((resolve, reject) => {
    child.on('error', (cause) => reject(unstarted(cwd, cause)));
    child.on('close', (code) => resolve(code));
  });
  // The reader may have gone before the end is asked for.
  ended.catch(() => undefined);
  let isRead = false;
  try {
    yield* createInterface({ input: child.stdout, crlfDelay: Number.POSITIVE_INFINITY });
    isRead = true;
  } finally {
    if (!isRead) child.kill();
  }
  const code = await ended;
  if (code !== 0) {
    const [line = ''] = said.trim().split('\n');
    throw new FairleadError('git.failed', {
      message: `git ${args[0]} ended with ${code}: ${line.slice(0, longestError)}`,
      place: { file: cwd },
    });
  }
}

function start(cwd: string, args: readonly string[], protocols: readonly string[]) {
  try {
    return spawn('git', [...safeGitOptions, ...place(cwd), ...args], {
      cwd,
      env: { ...gitEnvironment(process.env, protocols) },
      stdio: ['ignore', 'pipe', 'pipe'],
    });
  } catch (error) {
    throw unstarted(cwd, error as Error);
  }
}

/** A repository without a working copy has to be named: git is told to take none that it comes across. */
function place(cwd: string): readonly string[] {
  const isBare =
    !existsSync(join(cwd, '.git')) &&
    ['HEAD', 'objects', 'refs'].every((name) => existsSync(join(cwd, name)));
  return isBare ? ['--git-dir=.'] : [];
}

/** A missing folder looks to `spawn` like a missing program, and a file like neither. */
function unstarted(cwd: string, cause: Error): FairleadError {
  const found = statSync(cwd, { throwIfNoEntry: false });
  if (found?.isDirectory()) return new FairleadError('git.missing', { cause });
  return new FairleadError('git.failed', {
    message: found === undefined ? 'There is no such folder.' : 'This is not a folder.',
    place: { file: cwd },
    cause,
  });
}

/** All that git prints, in lines. @throws as `gitLines` */
export async function git(
  cwd: string,
  args: readonly string[],
  run: GitRun = {},
): Promise<readonly string[]> {
  const lines: string[] = [];
  for await (const line of gitLines(cwd, args, run)) lines.push(line);
  return lines;
}

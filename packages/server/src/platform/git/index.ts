/* git, for reading repositories that belong to somebody else: what their config could make git run is switched off. */
import { spawn } from 'node:child_process';
import { existsSync } from 'node:fs';
import { createInterface } from 'node:readline';
import { FairleadError } from '@fairlead/core/errors';

const fixedOptions = [
  '--no-pager',
  '--no-optional-locks',
  '-c',
  'core.fsmonitor=false',
  '-c',
  'core.hooksPath=/dev/null',
  '-c',
  'core.quotePath=false',
  '-c',
  'diff.external=',
  '-c',
  'protocol.ext.allow=never',
] as const;

/** Of git's own variables only those that say where a person's config lies. */
const keptVariables = new Set(['GIT_CONFIG_GLOBAL', 'GIT_CONFIG_SYSTEM', 'GIT_CONFIG_NOSYSTEM']);
const longestError = 400;

function environment(): NodeJS.ProcessEnv {
  const own = Object.entries(process.env).filter(([name]) => !/^GIT_/i.test(name) || keptVariables.has(name));
  return { ...Object.fromEntries(own), GIT_TERMINAL_PROMPT: '0', LC_ALL: 'C' };
}

/**
 * The lines that git prints, as they come; stopping early ends git.
 * @throws FairleadError `git.failed` with what git said; `git.missing` when there is no git.
 */
export async function* gitLines(cwd: string, args: readonly string[]): AsyncGenerator<string> {
  const child = spawn('git', [...fixedOptions, ...args], {
    cwd,
    env: environment(),
    stdio: ['ignore', 'pipe', 'pipe'],
  });
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

/** A missing folder looks to `spawn` like a missing program. */
function unstarted(cwd: string, cause: Error): FairleadError {
  if (existsSync(cwd)) return new FairleadError('git.missing', { cause });
  return new FairleadError('git.failed', {
    message: 'There is no such folder.',
    place: { file: cwd },
    cause,
  });
}

/** All that git prints, in lines. @throws as `gitLines` */
export async function git(cwd: string, args: readonly string[]): Promise<readonly string[]> {
  const lines: string[] = [];
  for await (const line of gitLines(cwd, args)) lines.push(line);
  return lines;
}

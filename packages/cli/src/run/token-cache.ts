/* The token of a run that is going on, shared by the calls of its credential command. Loads nothing but Node. */
import { readFileSync, renameSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';

/** What a run tells its credential command. Holds no secret. */
export interface RunFile {
  readonly server: string;
  /** Path of the logins. */
  readonly logins: string;
  readonly assistant: string;
  readonly remotes: readonly string[];
}

interface CachedToken {
  readonly token: string;
  /** Milliseconds since the epoch; from then on a new one is minted. */
  readonly freshUntil: number;
}

export function writeRun(folder: string, run: RunFile): void {
  writeFileSync(join(folder, 'run.json'), JSON.stringify(run), { mode: 0o600 });
}

export function readRun(folder: string): RunFile {
  return JSON.parse(readFileSync(join(folder, 'run.json'), 'utf8')) as RunFile;
}

/** The token while at least half of its life is left. */
export function cachedToken(folder: string, now: number): string | null {
  try {
    const { token, freshUntil } = JSON.parse(readFileSync(join(folder, 'token.json'), 'utf8')) as CachedToken;
    return now < freshUntil ? token : null;
  } catch {
    return null;
  }
}

export function cacheToken(folder: string, token: string, lifeSeconds: number, now: number): void {
  const cached: CachedToken = { token, freshUntil: now + lifeSeconds * 500 };
  const temporary = join(folder, `token.${process.pid}`);
  writeFileSync(temporary, JSON.stringify(cached), { mode: 0o600 });
  renameSync(temporary, join(folder, 'token.json'));
}

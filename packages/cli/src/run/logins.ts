/* The logins of this device, in the user's own config folder. bin/credential.js reads them too. */
import { readFileSync, statSync } from 'node:fs';
import { homedir } from 'node:os';
import { dirname, isAbsolute, join } from 'node:path';
import { writeWhole } from '../write-whole.ts';

/** A login at one server. */
export interface Login {
  /** Control URL, its origin only. */
  readonly server: string;
  readonly deviceId: string;
  /** `fld_…` */
  readonly login: string;
  readonly principal: string;
  /** RFC 3339. */
  readonly expiresAt: string;
}

/** Where logins are kept: XDG's config folder, `%APPDATA%` on Windows. */
export function loginsFile(env: NodeJS.ProcessEnv = process.env): string {
  const { XDG_CONFIG_HOME: xdg, APPDATA: appData } = env;
  if (process.platform === 'win32' && appData) return join(appData, 'fairlead', 'logins.json');
  // The standard says to ignore a relative path.
  const base = xdg && isAbsolute(xdg) ? xdg : join(env.HOME ?? homedir(), '.config');
  return join(base, 'fairlead', 'logins.json');
}

/** What a file of logins holds, or why it can't be used. */
export interface Logins {
  /** The newest first. */
  readonly logins: readonly Login[];
  readonly problem: string | null;
}

/** Every login; none when there is no file. */
export function readLogins(file: string): Logins {
  const unusable = (problem: string) => ({ logins: [], problem });
  try {
    const text = readFileSync(file, 'utf8');
    if (process.platform !== 'win32' && (statSync(file).mode & 0o077) !== 0) {
      return unusable('Others on this machine can read the logins of this device.');
    }
    const { logins } = JSON.parse(text) as { readonly logins: readonly Login[] };
    const whole = logins.every(
      ({ server, login }) => typeof server === 'string' && typeof login === 'string',
    );
    return whole ? { logins, problem: null } : unusable('The file of logins holds something else.');
  } catch (error) {
    const absent = (error as { code?: string }).code === 'ENOENT';
    return absent ? { logins: [], problem: null } : unusable('The file of logins can’t be read.');
  }
}

/** Keeps a login, in the place of an earlier one at the same server. */
export async function keepLogin(file: string, login: Login): Promise<void> {
  const { makeFolder } = await import('@fairlead/server/cli-api');
  const others = readLogins(file).logins.filter(({ server }) => server !== login.server);
  makeFolder(dirname(file), 0o700);
  writeWhole(file, `${JSON.stringify({ logins: [login, ...others] }, null, 2)}\n`);
}

/** The login at a server, or the newest one when none is named; null when there is none. */
export function findLogin(logins: readonly Login[], server: string | null): Login | null {
  return (server === null ? logins[0] : logins.find((login) => login.server === server)) ?? null;
}

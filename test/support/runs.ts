import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { type Incoming, send } from './client.ts';
import { type Developer, enrolmentCode, newDeveloper } from './developer.ts';
import { freshDir, type LedgerLine } from './fairlead.ts';
import { type Governed, startGoverned } from './governed.ts';
import { writeStandIns } from './stand-ins.ts';

/** The demo with tokens that live a few seconds, and the stand-ins' folder for people who are enrolled with it. */
export interface Runs {
  readonly governed: Governed;
  /** A machine with the stand-ins, enrolled for a person of the example program. */
  enrolled(principal?: string, ...more: string[]): Promise<Developer>;
  /** Decisions that the steps add. */
  decisions(steps: () => Promise<void>): Promise<readonly LedgerLine[]>;
  /** Posts to the control plane, with a device's login. */
  post(path: string, body: object, login?: string): Promise<Incoming>;
}

/** Remote of a repository that dana.moss is granted. */
export const payments = 'git@github.com:acme/payments-api.git';
/** Life of a token: short enough to outlive in a test, longer than a busy machine needs to start a command. */
export const lifeSeconds = 15;

export async function startRuns(): Promise<Runs> {
  const governed = await startGoverned(undefined, { args: ['--token-life', String(lifeSeconds)] });
  const bin = writeStandIns(join(freshDir('stand-ins'), 'bin'));
  return {
    governed,
    async enrolled(principal = 'dana.moss', ...more) {
      const developer = newDeveloper([bin]);
      const code = await enrolmentCode(governed.app, '--principal', principal, ...more);
      await developer.enroll(governed.app, code);
      return developer;
    },
    async decisions(steps) {
      const size = (await governed.app.entries()).length;
      await steps();
      return (await governed.app.entries()).slice(size).filter(({ kind }) => kind === 'decision');
    },
    post: (path, body, login) =>
      send(governed.app.ready.console, {
        method: 'POST',
        path,
        headers: ['content-type', 'application/json', ...(login ? ['authorization', `Bearer ${login}`] : [])],
        body: JSON.stringify(body),
      }),
  };
}

/** The login that a machine keeps. */
export function loginOf(developer: Developer): { readonly login: string; readonly deviceId: string } {
  return JSON.parse(readFileSync(developer.logins, 'utf8')).logins[0];
}

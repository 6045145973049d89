import { execFileSync, spawn } from 'node:child_process';
import { mkdirSync, writeFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { expect } from 'vitest';
import { fairlead, freshDir, type RunningFairlead, root } from './fairlead.ts';

/** How a `fairlead run` ended, and everything it showed. */
export interface RunEnded {
  readonly code: number | null;
  readonly stdout: string;
  readonly stderr: string;
}

export interface StartedRun {
  readonly ended: Promise<RunEnded>;
  stdout(): string;
  /** Ends what is still running of it, assistant and shells included. */
  stop(): Promise<RunEnded>;
}

/** A person's machine: a home of its own, and working copies. */
export interface Developer {
  readonly home: string;
  readonly logins: string;
  /** Makes a device's login of a code. */
  enroll(app: RunningFairlead, code: string): Promise<void>;
  /** A git repository with one commit and this remote. */
  repository(remote: string | null, files?: { readonly [path: string]: string }): string;
  git(cwd: string, ...args: string[]): void;
  /** Starts `fairlead run` with these arguments in a folder. */
  start(cwd: string, args: readonly string[], env?: { readonly [name: string]: string }): StartedRun;
  run(cwd: string, args: readonly string[], env?: { readonly [name: string]: string }): Promise<RunEnded>;
}

/** `path` holds the folders that come before the system's own on the search path. */
export function newDeveloper(path: readonly string[]): Developer {
  const home = freshDir('home');
  const temporary = join(home, 'tmp');
  mkdirSync(temporary);
  const base = {
    HOME: home,
    PATH: [...path, '/usr/local/bin', '/usr/bin', '/bin'].join(':'),
    TMPDIR: temporary,
  };
  let repositories = 0;
  const git = (cwd: string, ...args: string[]) => {
    const who = ['-c', 'user.name=Test', '-c', 'user.email=test@acme.example'];
    execFileSync('git', [...who, ...args], { cwd, env: base, stdio: ['ignore', 'pipe', 'pipe'] });
  };
  const start: Developer['start'] = (cwd, args, env = {}) => {
    const launcher = join(root, 'bin', 'fairlead');
    const child = spawn(process.execPath, [launcher, 'run', ...args], {
      cwd,
      env: { ...base, ...env },
      stdio: ['ignore', 'pipe', 'pipe'],
      detached: true,
    });
    let stdout = '';
    let stderr = '';
    child.stdout.on('data', (chunk) => {
      stdout += chunk;
    });
    child.stderr.on('data', (chunk) => {
      stderr += chunk;
    });
    // The whole group: an assistant's shell must not outlive it.
    const end = () => {
      try {
        process.kill(-(child.pid as number), 'SIGKILL');
      } catch {
        // It has ended by itself.
      }
    };
    const timer = setTimeout(end, 150_000);
    const ended = new Promise<RunEnded>((resolve, reject) => {
      child.on('error', reject);
      child.on('close', (code) => {
        clearTimeout(timer);
        resolve({ code, stdout, stderr });
      });
    });
    const stop = () => {
      end();
      return ended;
    };
    return { ended, stop, stdout: () => stdout };
  };
  return {
    home,
    logins: join(home, '.config', 'fairlead', 'logins.json'),
    async enroll(app, code) {
      const args = ['enroll', '--server', app.ready.console, '--code', code, '--name', 'test laptop'];
      const { code: exit, stderr } = await fairlead(args, { env: { HOME: home } });
      expect(exit, stderr).toBe(0);
    },
    repository(remote, files = {}) {
      repositories += 1;
      const dir = join(home, `repository-${repositories}`);
      for (const [file, text] of Object.entries({ 'README.md': '# Payments\n', ...files })) {
        mkdirSync(dirname(join(dir, file)), { recursive: true });
        writeFileSync(join(dir, file), text);
      }
      git(dir, 'init', '-q', '-b', 'main');
      if (remote !== null) git(dir, 'remote', 'add', 'origin', remote);
      git(dir, 'add', '.');
      git(dir, 'commit', '-q', '-m', 'Begin');
      return dir;
    },
    git,
    start,
    run: (cwd, args, env) => start(cwd, args, env).ended,
  };
}

/** A new code, from the operator's side of the server. */
export async function enrolmentCode(app: RunningFairlead, ...more: string[]): Promise<string> {
  const args = ['enroll', 'code', '--data', app.dataDir, '--format', 'json', ...more];
  const { code, stdout, stderr } = await fairlead(args);
  expect(code, stderr).toBe(0);
  return (JSON.parse(stdout) as { code: string }).code;
}

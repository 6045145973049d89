/* Builds the console from source where it has not been built: a checkout has no `dist`. */
import { spawn } from 'node:child_process';
import { existsSync } from 'node:fs';
import { createRequire } from 'node:module';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';

const sources = fileURLToPath(new URL('../../../../console', import.meta.url));

/** Where the built console stands in a checkout. */
export const consoleDist = join(sources, 'dist');

/**
 * The folder of the built console, built now if it is not there yet (some seconds; a line on standard error says so).
 * What can't be built is left out: the server then serves a page that says so.
 */
export async function builtConsole(): Promise<string> {
  const made = existsSync(join(consoleDist, 'index.html'));
  if (made || !existsSync(join(sources, 'vite.config.ts'))) return consoleDist;
  process.stderr.write('building the console: this happens once\n');
  const vite = viteCommand();
  const built = vite !== null && (await run(vite));
  if (!built) process.stderr.write('the console could not be built: only the API is served\n');
  return consoleDist;
}

function viteCommand(): string | null {
  try {
    const manifest = createRequire(join(sources, 'package.json')).resolve('vite/package.json');
    return join(manifest, '..', 'bin', 'vite.js');
  } catch {
    return null;
  }
}

function run(vite: string): Promise<boolean> {
  return new Promise((resolve) => {
    const child = spawn(process.execPath, [vite, 'build', '--logLevel', 'warn'], {
      cwd: sources,
      // Standard output belongs to the ready line.
      stdio: ['ignore', 2, 2],
    });
    child.on('error', () => resolve(false));
    child.on('exit', (code) => resolve(code === 0));
  });
}

/* Builds the console from its sources where that hasn't been done: a checkout has no `dist`. */
import { spawn } from 'node:child_process';
import {
  chmodSync,
  existsSync,
  mkdirSync,
  mkdtempSync,
  readdirSync,
  renameSync,
  rmSync,
  statSync,
} from 'node:fs';
import { createRequire } from 'node:module';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';

const checkout = fileURLToPath(new URL('../../../../console', import.meta.url));

/** Where the built console stands in a checkout. */
export const consoleDist = join(checkout, 'dist');

/** Writes the built console of `sources` into `outDir`. False when it could not. */
export type BuildConsole = (sources: string, outDir: string) => Promise<boolean>;

/**
 * The folder of the built console, built now if it is absent or older than its sources (some seconds; a line on standard
 * error says so). What can't be built is left out: the server then serves an older one, or a page that says so.
 */
export async function builtConsole(sources = checkout, build: BuildConsole = buildWithVite): Promise<string> {
  const dist = join(sources, 'dist');
  // An installed package has the built console and no sources.
  if (!existsSync(join(sources, 'vite.config.ts')) || isCurrent(sources, dist)) return dist;
  process.stderr.write('building the console: this happens once\n');
  // Built elsewhere and then moved, since several servers may start at once.
  mkdirSync(join(sources, 'node_modules'), { recursive: true });
  const made = mkdtempSync(join(sources, 'node_modules', '.console-'));
  const built = await build(sources, made);
  if (built) replace(dist, made);
  else process.stderr.write('the console could not be built: only what was built before is served\n');
  rmSync(made, { recursive: true, force: true });
  return dist;
}

function isCurrent(sources: string, dist: string): boolean {
  const page = join(dist, 'index.html');
  if (!existsSync(page)) return false;
  const made = statSync(page).mtimeMs;
  const inputs = ['index.html', 'package.json', 'vite.config.ts'].map((name) => join(sources, name));
  return [...inputs, ...filesUnder(join(sources, 'src'))].every(
    (file) => !existsSync(file) || statSync(file).mtimeMs <= made,
  );
}

function filesUnder(folder: string): readonly string[] {
  if (!existsSync(folder)) return [];
  return readdirSync(folder, { withFileTypes: true, recursive: true })
    .filter((entry) => entry.isFile())
    .map((entry) => join(entry.parentPath, entry.name));
}

/** Whoever comes second keeps what the first one made: both built the same sources. */
function replace(dist: string, made: string): void {
  const old = `${made}-old`;
  try {
    chmodSync(made, 0o755);
    if (existsSync(dist)) renameSync(dist, old);
    renameSync(made, dist);
  } catch (error) {
    if (!existsSync(join(dist, 'index.html'))) throw error;
  } finally {
    rmSync(old, { recursive: true, force: true });
  }
}

async function buildWithVite(sources: string, outDir: string): Promise<boolean> {
  const vite = viteCommand(sources);
  if (vite === null) return false;
  return new Promise((resolve) => {
    const args = [vite, 'build', '--outDir', outDir, '--emptyOutDir', '--logLevel', 'warn'];
    // Standard output belongs to the ready line.
    const child = spawn(process.execPath, args, { cwd: sources, stdio: ['ignore', 2, 2] });
    child.on('error', () => resolve(false));
    child.on('exit', (code) => resolve(code === 0));
  });
}

function viteCommand(sources: string): string | null {
  try {
    const manifest = createRequire(join(sources, 'package.json')).resolve('vite/package.json');
    return join(manifest, '..', 'bin', 'vite.js');
  } catch {
    return null;
  }
}

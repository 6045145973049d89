import { spawn, spawnSync } from 'node:child_process';
import { existsSync, readFileSync } from 'node:fs';
import { createServer } from 'node:net';
import { join } from 'node:path';
import { setTimeout as pause } from 'node:timers/promises';
import { endProcess } from './child.ts';

/** The peer's package and version are pinned in a folder of their own, outside the workspaces. */
const folder = join(import.meta.dirname, 'peer');
const name = '@portkey-ai/gateway';
const entry = join(folder, 'node_modules', name, 'build', 'start-server.js');

interface Manifest {
  readonly version?: string;
  readonly dependencies?: Readonly<Record<string, string>>;
}

const readManifest = (path: string): Manifest => JSON.parse(readFileSync(path, 'utf8'));

/** The pinned version, as it stands in the folder's package.json. */
export const peerVersion = readManifest(join(folder, 'package.json')).dependencies?.[name] ?? '';

function isInstalled(): boolean {
  const manifest = join(folder, 'node_modules', name, 'package.json');
  return existsSync(entry) && existsSync(manifest) && readManifest(manifest).version === peerVersion;
}

/** Installs the peer when it's not there. Returns why it could not be, or null. */
function install(): string | null {
  if (isInstalled()) return null;
  process.stderr.write(`installing the peer, ${name}@${peerVersion}\n`);
  const options = { cwd: folder, encoding: 'utf8', timeout: 300_000 } as const;
  const { status, stderr, error } = spawnSync('npm', ['ci', '--no-workspaces'], options);
  if (status === 0 && isInstalled()) return null;
  const words = error?.message ?? stderr.trim().split('\n')[0] ?? '';
  return `${name}@${peerVersion} could not be installed: ${words.slice(0, 200)}`;
}

async function freePort(): Promise<number> {
  const server = createServer();
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  const address = server.address();
  await new Promise((resolve) => server.close(resolve));
  return typeof address === 'object' && address !== null ? address.port : 0;
}

export interface RunningPeer {
  readonly url: string;
  readonly pid: number;
  stop(): Promise<void>;
}

/** Installs and starts the peer. It has no option for the address it listens on, but it's called on loopback only. */
export async function startPeer(): Promise<RunningPeer | { readonly missing: string }> {
  const missing = install();
  if (missing !== null) return { missing };
  const port = await freePort();
  const child = spawn(process.execPath, [entry, `--port=${port}`, '--headless'], {
    cwd: folder,
    env: { PATH: process.env.PATH, NODE_ENV: 'production' },
    stdio: ['ignore', 'ignore', 'pipe'],
  });
  process.once('exit', () => child.kill('SIGKILL'));
  let words = '';
  child.stderr.setEncoding('utf8').on('data', (text: string) => {
    words = (words + text).slice(-300);
  });
  const url = `http://127.0.0.1:${port}`;
  for (let tries = 0; tries < 300; tries += 1) {
    if (child.exitCode !== null) break;
    const answers = await fetch(url).then(
      () => true,
      () => false,
    );
    if (answers) return { url, pid: child.pid as number, stop: () => endProcess(child) };
    await pause(50);
  }
  await endProcess(child);
  return { missing: `${name}@${peerVersion} did not start: ${words}` };
}

import { type ChildProcess, spawn } from 'node:child_process';
import { dirname, join, resolve } from 'node:path';
import { createInterface } from 'node:readline';
import { fileURLToPath } from 'node:url';

const root = resolve(dirname(fileURLToPath(import.meta.url)), '../..');
const launcher = join(root, 'bin/fairlead');

/** A running demo gateway. `pid` is the gateway's own: the launcher runs it in-process under a Node like this one. */
export interface Running {
  readonly pid: number;
  readonly gateway: string;
  readonly console: string;
  readonly key: string;
  /** What it has written to stderr so far. */
  stderr(): string;
  /** Sends a signal and waits for the end. */
  stop(
    signal: NodeJS.Signals,
  ): Promise<{ readonly code: number | null; readonly signal: NodeJS.Signals | null }>;
}

/** Starts the demo on free ports with the `openai` vendor at `upstream`, and waits for its ready line. */
export async function startGateway(
  data: string,
  upstream: string,
  nodeArgs: readonly string[] = [],
): Promise<Running> {
  const args = [
    'demo',
    '--json',
    '--port',
    '0',
    '--console-port',
    '0',
    '--data',
    data,
    '--vendor',
    `openai=${upstream}`,
  ];
  const child = spawn(process.execPath, [...nodeArgs, launcher, ...args], {
    cwd: root,
    stdio: ['ignore', 'pipe', 'pipe'],
  });
  let stderr = '';
  child.stderr.setEncoding('utf8').on('data', (text: string) => {
    stderr += text;
  });
  const ended = new Promise<{ code: number | null; signal: NodeJS.Signals | null }>((done) => {
    child.on('close', (code, signal) => done({ code, signal }));
  });
  const line = await Promise.race([
    readyLine(child),
    ended.then(({ code, signal }) => {
      throw new Error(`the gateway ended before it was ready (${code ?? signal}):\n${stderr}`);
    }),
  ]);
  const ready = JSON.parse(line) as { gateway: string; console: string; keys: { allowed: string } };
  return {
    pid: child.pid as number,
    gateway: ready.gateway,
    console: ready.console,
    key: ready.keys.allowed,
    stderr: () => stderr,
    stop: (signal) => {
      child.kill(signal);
      return ended;
    },
  };
}

function readyLine(child: ChildProcess): Promise<string> {
  return new Promise((done) => {
    createInterface({ input: child.stdout as NodeJS.ReadableStream }).on('line', (line) => {
      if (line.startsWith('{"ready"')) done(line);
    });
  });
}

/** Runs a `fairlead` command to its end. */
export async function runFairlead(
  ...args: string[]
): Promise<{ code: number | null; stdout: string; stderr: string }> {
  const child = spawn(process.execPath, [launcher, ...args], {
    cwd: root,
    stdio: ['ignore', 'pipe', 'pipe'],
  });
  const out: Buffer[] = [];
  const err: Buffer[] = [];
  child.stdout.on('data', (chunk: Buffer) => out.push(chunk));
  child.stderr.on('data', (chunk: Buffer) => err.push(chunk));
  const code = await new Promise<number | null>((done) => child.on('close', done));
  return { code, stdout: Buffer.concat(out).toString('utf8'), stderr: Buffer.concat(err).toString('utf8') };
}

/** The parts of a ledger entry that the fault tests read. */
export interface ListedEntry {
  readonly kind: string;
  readonly op: string | null;
  readonly decision?: string;
  readonly forwarded?: string | null;
  readonly outcome?: string;
}

/** All entries of a data folder, oldest first. */
export async function listEntries(data: string): Promise<readonly ListedEntry[]> {
  const { code, stdout, stderr } = await runFairlead('ledger', 'list', '--data', data, '--format', 'json');
  if (code !== 0) throw new Error(`ledger list: exit ${code}: ${stderr}`);
  return stdout
    .split('\n')
    .filter((line) => line !== '')
    .map((line) => JSON.parse(line) as ListedEntry);
}

/** What `ledger verify` says of a data folder. */
export async function verifyLedger(
  data: string,
): Promise<{ code: number | null; ok: boolean; size: number; problems: unknown[] }> {
  const { code, stdout, stderr } = await runFairlead('ledger', 'verify', '--data', data, '--format', 'json');
  if (stdout.trim() === '') throw new Error(`ledger verify: exit ${code}: ${stderr}`);
  return { ...JSON.parse(stdout), code };
}

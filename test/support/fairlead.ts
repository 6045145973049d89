import { type ChildProcess, execFile, spawn } from 'node:child_process';
import { mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join, resolve } from 'node:path';
import { pause } from './stub-upstream.ts';

/** Root of the repository. */
export const root = resolve(import.meta.dirname, '../..');
const launcher = join(root, 'bin', 'fairlead');

/** The line that Fairlead prints when it's ready. */
export interface ReadyLine {
  readonly ready: true;
  readonly gateway: string;
  readonly console: string;
  readonly signIn?: string;
  readonly keys: { readonly allowed: string; readonly unlisted: string; readonly outsideStage: string };
  readonly adminToken: string;
  readonly enrolmentCode: string;
}

/** How a process ended. */
export interface Ended {
  readonly code: number | null;
  readonly signal: NodeJS.Signals | null;
}

/** A Fairlead process under test. */
export interface RunningFairlead {
  readonly ready: ReadyLine;
  readonly dataDir: string;
  readonly pid: number;
  stdout(): string;
  stderr(): string;
  /** Resident memory of the process in MiB. */
  rssMiB(): number;
  /** Sends the signal and waits for the end. */
  stop(signal?: NodeJS.Signals): Promise<Ended>;
  readonly ended: Promise<Ended>;
  /** Entries of the ledger, oldest first. */
  entries(): Promise<readonly LedgerLine[]>;
  /** Polls the ledger until an entry satisfies the predicate; throws after `milliseconds`. */
  entry(predicate: (line: LedgerLine) => boolean, milliseconds?: number): Promise<LedgerLine>;
}

/** One line of `fairlead ledger list --format json`, with the members that tests look at. */
export interface LedgerLine {
  readonly kind: string;
  readonly op: string | null;
  readonly decision?: string;
  readonly keyId?: string;
  readonly tokenId?: string;
  readonly policyIds?: readonly string[];
  readonly repository?: string | null;
  readonly repositoryEvidence?: string | null;
  readonly session?: string | null;
  readonly vendor?: string | null;
  readonly model?: string | null;
  readonly endpoint?: string;
  readonly findings?: readonly { detector: string; class: string; kind: string; count: number }[];
  readonly coverage?: {
    inspected: readonly string[];
    skipped: readonly { what: string; why: string }[];
    ruleset: string;
  };
  readonly received?: string | null;
  readonly forwarded?: string | null;
  readonly origin: string;
  readonly outcome?: string;
  readonly status?: number | null;
  readonly response?: string | null;
  readonly responseBytes?: number;
  readonly usage?: { inputTokens: number; outputTokens: number } | null;
  readonly of?: string;
  readonly count?: number;
  readonly what?: string;
  readonly actor?: { readonly pseudonym: string } | null;
  readonly assistant?: { readonly name: string; readonly version: string | null };
  readonly details?: { readonly [name: string]: unknown };
}

/** Options of {@link startFairlead}. */
export interface FairleadOptions {
  /** First arguments, `['demo']` unless given; `--json`, ports and `--data` are added. */
  readonly command?: readonly string[];
  readonly args?: readonly string[];
  /** Vendor id → base URL. */
  readonly vendors?: { readonly [id: string]: string };
  readonly env?: { readonly [name: string]: string };
  /** Kept after the end when given; else a fresh one that {@link cleanUp} deletes. */
  readonly dataDir?: string;
  /** Let the demo make its history of simulated calls; without it a test's entries are its own. */
  readonly history?: boolean;
  /** Start through `npm start --` as a user would. */
  readonly npmStart?: boolean;
  readonly readyWithinMs?: number;
}

const made: string[] = [];
const running = new Set<ChildProcess>();

/** A fresh folder under the system's temporary folder. */
export function freshDir(name: string): string {
  const dir = mkdtempSync(join(tmpdir(), `fairlead-${name}-`));
  made.push(dir);
  return dir;
}

/** Ends what is still running and deletes every folder that {@link freshDir} made. */
export async function cleanUp(): Promise<void> {
  for (const child of running) child.kill('SIGKILL');
  for (const dir of made.splice(0)) rmSync(dir, { recursive: true, force: true });
}

/** Starts Fairlead on free ports and waits for its ready line. */
export async function startFairlead(options: FairleadOptions = {}): Promise<RunningFairlead> {
  // The signing key's folder comes to stand beside the data folder, so both get a parent of their own.
  const dataDir = options.dataDir ?? join(freshDir('demo'), 'data');
  const overrides = Object.entries(options.vendors ?? {}).flatMap(([id, url]) => [
    '--vendor',
    `${id}=${url}`,
  ]);
  const args = ['--json', '--port', '0', '--console-port', '0', '--data', dataDir, ...overrides];
  const isDemo = (options.command ?? ['demo'])[0] === 'demo';
  const quiet = isDemo && !options.history ? ['--no-history'] : [];
  const all = [...args, ...quiet, ...(options.args ?? [])];
  const [program, programArgs] = options.npmStart
    ? ['npm', ['start', '--', ...all]]
    : [process.execPath, [launcher, ...(options.command ?? ['demo']), ...all]];
  const child = spawn(program, programArgs, {
    cwd: root,
    env: { PATH: process.env.PATH, HOME: process.env.HOME, ...options.env },
    stdio: ['ignore', 'pipe', 'pipe'],
  });
  running.add(child);
  let stdout = '';
  let stderr = '';
  child.stdout.setEncoding('utf8').on('data', (text: string) => {
    stdout += text;
  });
  child.stderr.setEncoding('utf8').on('data', (text: string) => {
    stderr += text;
  });
  const ended = new Promise<Ended>((done) => {
    child.on('close', (code, signal) => {
      running.delete(child);
      done({ code, signal });
    });
  });
  const ready = await readyLine(() => stdout, ended, options.readyWithinMs ?? 60_000).catch(
    (error: Error) => {
      child.kill('SIGKILL');
      throw new Error(`${error.message}\n${stderr.slice(-4000)}`);
    },
  );
  const self: RunningFairlead = {
    ready,
    dataDir,
    pid: child.pid as number,
    stdout: () => stdout,
    stderr: () => stderr,
    rssMiB: () => residentMiB(child.pid as number),
    ended,
    stop: (signal = 'SIGTERM') => {
      child.kill(signal);
      return ended;
    },
    entries: () => ledgerEntries(dataDir),
    entry: (predicate, milliseconds) => waitForEntry(dataDir, predicate, milliseconds ?? 30_000),
  };
  return self;
}

async function readyLine(stdout: () => string, ended: Promise<Ended>, withinMs: number): Promise<ReadyLine> {
  let over: Ended | null = null;
  void ended.then((how) => {
    over = how;
  });
  for (const deadline = Date.now() + withinMs; Date.now() < deadline; await pause(20)) {
    const line = stdout()
      .split('\n')
      .slice(0, -1)
      .find((candidate) => candidate.startsWith('{"ready"'));
    if (line) return JSON.parse(line) as ReadyLine;
    if (over) throw new Error(`Fairlead ended before it was ready: ${JSON.stringify(over)}`);
  }
  throw new Error(`Fairlead was not ready within ${withinMs} ms`);
}

function residentMiB(pid: number): number {
  const status = readFileSync(`/proc/${pid}/status`, 'utf8');
  return Number(/VmRSS:\s+(\d+) kB/.exec(status)?.[1] ?? 0) / 1024;
}

/** Runs a `fairlead` command to its end. Never rejects for an exit code. */
export function fairlead(
  args: readonly string[],
  options: { readonly cwd?: string; readonly env?: { readonly [name: string]: string } } = {},
): Promise<{ code: number; stdout: string; stderr: string }> {
  return new Promise((done) => {
    execFile(
      process.execPath,
      [launcher, ...args],
      {
        cwd: options.cwd ?? root,
        env: { PATH: process.env.PATH, HOME: process.env.HOME, ...options.env },
        maxBuffer: 64 * 1024 * 1024,
        timeout: 120_000,
      },
      (error, stdout, stderr) => {
        const code = error ? (typeof error.code === 'number' ? error.code : -1) : 0;
        done({ code, stdout, stderr });
      },
    );
  });
}

/** The whole ledger of a data folder, oldest first. */
export async function ledgerEntries(dataDir: string): Promise<readonly LedgerLine[]> {
  const { code, stdout, stderr } = await fairlead([
    'ledger',
    'list',
    '--data',
    dataDir,
    '--format',
    'json',
    '--limit',
    '100000',
  ]);
  if (code !== 0) throw new Error(`ledger list ended with ${code}: ${stderr}`);
  return stdout
    .split('\n')
    .filter((line) => line !== '')
    .map((line) => JSON.parse(line) as LedgerLine);
}

/** What `fairlead ledger verify --format json` says, with its exit code. */
export async function verifyLedger(dataDir: string): Promise<{
  code: number;
  report: { ok: boolean; size: number; signedSize: number; root: string; problems: unknown[] };
}> {
  const { code, stdout, stderr } = await fairlead([
    'ledger',
    'verify',
    '--data',
    dataDir,
    '--format',
    'json',
  ]);
  try {
    return { code, report: JSON.parse(stdout) };
  } catch {
    throw new Error(`ledger verify ended with ${code} and no JSON: ${stdout}${stderr}`);
  }
}

async function waitForEntry(
  dataDir: string,
  predicate: (line: LedgerLine) => boolean,
  withinMs: number,
): Promise<LedgerLine> {
  for (const deadline = Date.now() + withinMs; ; await pause(100)) {
    const found = (await ledgerEntries(dataDir)).find(predicate);
    if (found) return found;
    if (Date.now() > deadline) throw new Error(`no such ledger entry within ${withinMs} ms`);
  }
}

/*
 * The demo's server under a steady mix of calls for a long time: JSON lines, one every 10 seconds.
 *   node tools/soak.ts --minutes N [--rate 20] [--every 10]
 * Exits 1 when a call that was acknowledged is missing, the ledger doesn't verify, a call ended otherwise than it should,
 * or resident memory grew by more than 1 MB in 10 minutes over at least 15 minutes after warm-up (so 20 minutes in all).
 * The server gets the NODE_OPTIONS of this process too. It reads /proc, so it needs Linux.
 */
import { mkdirSync, mkdtempSync, readdirSync, readFileSync, rmSync, statSync } from 'node:fs';
import { loadavg, tmpdir } from 'node:os';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { parseArgs } from 'node:util';
import { type RunningFairlead, startFairlead } from '../test/support/fairlead.ts';
import { type Calls, startCalls } from './soak/calls.ts';
import { checkRecord } from './soak/record.ts';
import { judgeMemory, type Reading, slopeLimit } from './soak/slope.ts';
import { startVendor } from './soak/vendor.ts';

const { values } = parseArgs({
  options: {
    minutes: { type: 'string', default: '1' },
    rate: { type: 'string', default: '20' },
    every: { type: 'string', default: '10' },
  },
});
const seconds = Number(values.minutes) * 60;
const [perSecond, every] = [Number(values.rate), Number(values.every)];
if (!(seconds > 0) || !(perSecond > 0) || !(every > 0)) {
  process.stderr.write('usage: soak [--minutes N] [--rate CALLS-A-SECOND] [--every SECONDS]\n');
  process.exit(2);
}

function say(line: Record<string, unknown>): void {
  process.stdout.write(`${JSON.stringify(line)}\n`);
}

/** Bytes of the files of a folder, by what they hold. */
function mebibytes(folder: string, part: string): number {
  const files = readdirSync(folder).filter((name) => name.startsWith(part));
  const bytes = files.map((name) => statSync(join(folder, name), { throwIfNoEntry: false })?.size ?? 0);
  return Number((bytes.reduce((sum, size) => sum + size, 0) / 2 ** 20).toFixed(2));
}

interface ThreadFigures {
  readonly heapMiB: number;
  readonly heapTotalMiB: number;
  readonly externalMiB: number;
}

/** What the threads of the server wrote of themselves: the main one in full, of the others their memory. */
function readThreads(folder: string): object {
  const figures = new Map<string, ThreadFigures>();
  for (const name of readdirSync(folder)) {
    const [, thread] = /^thread-(\w+)\.json$/.exec(name) ?? [];
    if (thread !== undefined) figures.set(thread, JSON.parse(readFileSync(join(folder, name), 'utf8')));
  }
  const { main, ...others } = Object.fromEntries(figures);
  const threads = Object.fromEntries(
    Object.entries(others).map(([id, { heapMiB, heapTotalMiB, externalMiB }]) => [
      id,
      [heapMiB, heapTotalMiB, externalMiB],
    ]),
  );
  return { ...main, threads };
}

/** What the resident memory is: the process's own, and pages of files, which the system takes back when it needs them. */
function resident(pid: number): { readonly ownMiB: number; readonly fileMiB: number } {
  const status = readFileSync(`/proc/${pid}/status`, 'utf8');
  const [ownMiB, fileMiB] = ['RssAnon', 'RssFile'].map((name) => {
    const [, kiB = '0'] = new RegExp(`${name}:\\s+(\\d+) kB`).exec(status) ?? [];
    return Number((Number(kiB) / 1024).toFixed(1));
  });
  return { ownMiB: ownMiB!, fileMiB: fileMiB! };
}

function sample(server: RunningFairlead, watchFolder: string, at: number, calls: Calls): Reading {
  const rssMiB = Number(server.rssMiB().toFixed(1));
  say({
    at,
    rssMiB,
    ...resident(server.pid),
    fds: readdirSync(`/proc/${server.pid}/fd`).length,
    ...readThreads(watchFolder),
    ledgerMiB: mebibytes(server.dataDir, 'ledger.db'),
    readModelMiB: mebibytes(server.dataDir, 'metrics.db'),
    calls: { ...calls.counts },
    behind: calls.behind(),
    load: Number(loadavg()[0]!.toFixed(2)),
  });
  return { seconds: at, rssMiB };
}

async function soak(folder: string): Promise<boolean> {
  const vendor = await startVendor();
  const watchFolder = join(folder, 'watch');
  mkdirSync(watchFolder);
  const server = await startFairlead({
    vendors: { openai: vendor.url },
    dataDir: join(folder, 'data'),
    readyWithinMs: 60_000,
    env: {
      NODE_OPTIONS: `${process.env.NODE_OPTIONS ?? ''} --import ${new URL('./soak/watch.ts', import.meta.url).href}`,
      FAIRLEAD_SOAK_FOLDER: watchFolder,
    },
  });
  const { gateway, keys } = server.ready;
  say({ soak: 'started', minutes: seconds / 60, perSecond, node: process.versions.node });
  const calls = startCalls({ gateway, keys, perSecond });
  const readings: Reading[] = [];
  let alive = true;
  void server.ended.then(() => {
    alive = false;
  });
  for (let at = every; at <= seconds && alive; at += every) {
    await sleep(every * 1_000);
    if (alive) readings.push(sample(server, watchFolder, at, calls));
  }
  const survived = alive;
  await calls.stop();
  const { code } = await server.stop();
  await vendor.close();
  const record = await checkRecord(server.dataDir, calls.acknowledged);
  const memory = judgeMemory(readings);
  const unexpected = Object.fromEntries(calls.unexpected);
  const kept = record.verified && record.lost === 0 && record.unclosed === 0;
  const ok = survived && code === 0 && kept && calls.unexpected.size === 0 && memory.met !== false;
  say({
    soak: 'ended',
    ok,
    exit: code,
    ...record,
    acknowledged: calls.acknowledged.size,
    unexpected,
    ...memory,
    slopeLimit,
  });
  if (!ok) process.stderr.write(server.stderr().slice(-4_000));
  return ok;
}

const folder = mkdtempSync(join(tmpdir(), 'fairlead-soak-'));
try {
  process.exitCode = (await soak(folder)) ? 0 : 1;
} finally {
  rmSync(folder, { recursive: true, force: true });
}

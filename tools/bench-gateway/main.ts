// Cost of Fairlead beside the direct path and a peer: `npm run bench:gateway -- [--quick] [--json FILE] …`, JSON lines.
// docs/benchmarks.md says what each row means.
import { appendFileSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { cleanUp } from '../../test/support/fairlead.ts';
import { probeDisk } from '../disk-probe.ts';
import { startChild } from './child.ts';
import { poolWindows, type Window } from './figures.ts';
import { writeLaneResults, writeSkipped } from './lane.ts';
import { type Bench, measureWindow } from './measure.ts';
import { type Options, readOptions } from './options.ts';
import { canReadProcesses } from './process-figures.ts';
import { type Measured, machineLine, type RowResult, reportRow, summaryLine } from './report.ts';
import type { Row } from './rows.ts';
import { direct, fairlead, type MissingSystem, peer, type System } from './systems.ts';

type Say = (line: object) => void;

function sayTo(file: string | null): Say {
  if (file !== null) writeFileSync(file, '');
  return (line) => {
    const text = `${JSON.stringify(line)}\n`;
    process.stdout.write(text);
    if (file !== null) appendFileSync(file, text);
  };
}

/** Runs every system in turn, as often as there are windows, so that what the machine does meanwhile hits all alike. */
async function measureRow(
  bench: Bench,
  row: Row,
  number: number,
  systems: readonly System[],
  folder: string,
  options: Options,
): Promise<Measured> {
  const windows = new Map<string, Window[]>(systems.map(({ name }) => [name, []]));
  const probes: number[] = [];
  const { span } = options;
  const warmUp = options.quick ? 1 : Math.max(2, Math.ceil(16 / row.concurrency));
  for (let turn = 0; turn < options.windows; turn += 1) {
    const taken = probeDisk(folder, options.quick ? 20 : 100);
    probes.push(taken[Math.floor(taken.length / 2)] ?? 0);
    for (const system of systems) {
      const window = await measureWindow(bench, row, system, { span, seed: number + 1, warmUp });
      windows.get(system.name)?.push(window);
    }
  }
  probes.sort((a, b) => a - b);
  return {
    row,
    fdatasyncP50Ms: probes[Math.floor(probes.length / 2)] ?? 0,
    figures: new Map([...windows].map(([name, list]) => [name, poolWindows(list, row.chunks)])),
  };
}

/** Bytes of requests that each of the rows chosen for it sends while a system warms up, and the most requests. */
const warmBytes = 200 * 2 ** 20;
const warmRequests = 20_000;

/**
 * The engine compiles what runs often, and still does after thousands of requests: every system first runs on small and
 * on larger bodies for so many, since what is asked is what a server costs that has been running.
 */
async function warm(bench: Bench, rows: readonly Row[], systems: readonly System[], options: Options) {
  const unpaced = rows.filter((row) => row.paceMs === 0);
  const many = unpaced.filter((row) => row.concurrency > 1);
  const chosen = (many.length > 0 ? many : unpaced).slice(0, options.quick ? 1 : 4);
  const milliseconds = options.quick ? 100 : 2_000;
  for (const system of systems) {
    for (const row of chosen) {
      const requests = options.quick ? 0 : Math.min(warmRequests, Math.ceil(warmBytes / row.bytes));
      await measureWindow(bench, row, system, { span: { milliseconds, requests }, seed: 999, warmUp: 1 });
    }
  }
}

async function benchmark(options: Options, folder: string, say: Say): Promise<RowResult[]> {
  const stub = await startChild('stub');
  const load = await startChild('load');
  const running: System[] = [];
  try {
    const vendor = stub.greeting.told === 'listening' ? stub.greeting.url : '';
    const all: (System | MissingSystem)[] = [];
    for (const name of options.systems) {
      if (name === 'direct') all.push(direct(vendor));
      else if (name === 'fairlead') all.push(await fairlead(vendor, folder, options.profiles));
      else all.push(await peer(vendor));
    }
    running.push(...all.filter((system) => 'url' in system));
    const missing = all.filter((system) => 'missing' in system);
    for (const { name, missing: why } of missing) {
      process.stderr.write(`SKIPPED: no row of the ${name} can be measured: ${why}\n`);
    }
    say(machineLine(options));
    await warm({ stub, load }, options.rows, running, options);
    const results: RowResult[] = [];
    for (const [number, row] of options.rows.entries()) {
      const measured = await measureRow({ stub, load }, row, number, running, folder, options);
      const result = reportRow(measured, missing);
      for (const line of result.lines) say(line);
      results.push(result);
    }
    say(summaryLine(results, missing));
    return results;
  } finally {
    load.stop();
    for (const system of running) await system.stop();
    stub.stop();
  }
}

async function main(): Promise<number> {
  const options = readOptions();
  if (!canReadProcesses) return writeSkipped('the CPU of a process is read from /proc, which only Linux has');
  const folder = mkdtempSync(join(options.folder ?? tmpdir(), 'fairlead-bench-'));
  try {
    const results = await benchmark(options, folder, sayTo(options.json));
    writeLaneResults(results);
    return results.every((result) => result.produced) ? 0 : 1;
  } finally {
    await cleanUp();
    rmSync(folder, { recursive: true, force: true });
  }
}

// Whatever ends this process ends those it started; the stub and the load client see their channel close.
process.once('exit', () => void cleanUp());
for (const signal of ['SIGINT', 'SIGTERM'] as const) process.once(signal, () => process.exit(2));
process.exitCode = await main();

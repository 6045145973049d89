/*
 * Speed of the ledger on this machine: one JSON line a measurement, the disk's own speed first.
 *   node tools/bench-ledger.ts [--seconds 5] [--folder DIR] [--verify]
 * Entries are decisions of about 1 KB with their inputs; each append is one entry and is durable when it is counted.
 */
import { mkdtempSync, rmSync, statSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { parseArgs } from 'node:util';
import { verifyLedger } from '../packages/server/src/features/ledger/cli.ts';
import { type OpenLedger, openLedger } from '../packages/server/src/features/ledger/create.ts';
import { decisionDraft } from '../packages/server/src/features/ledger/testing/entries.ts';
import { probeDisk } from './disk-probe.ts';

const { values } = parseArgs({
  options: {
    seconds: { type: 'string', default: '5' },
    folder: { type: 'string', default: tmpdir() },
    verify: { type: 'boolean', default: false },
  },
});
const milliseconds = Number(values.seconds) * 1000;

function say(line: Record<string, unknown>): void {
  process.stdout.write(`${JSON.stringify(line)}\n`);
}

function quantile(sorted: Float64Array, q: number): number {
  return Number((sorted[Math.min(sorted.length - 1, Math.floor(sorted.length * q))] ?? 0).toFixed(3));
}

function probe(folder: string): void {
  const taken = probeDisk(folder, 500);
  say({ measured: 'fdatasync', p50Ms: quantile(taken, 0.5), p99Ms: quantile(taken, 0.99) });
}

async function appendFor(ledger: OpenLedger, inFlight: number): Promise<void> {
  const latencies: number[] = [];
  const start = performance.now();
  let last = start;
  const worker = async () => {
    while (performance.now() - start < milliseconds) {
      const draft = decisionDraft(ledger.instance);
      const before = performance.now();
      await ledger.append([draft]);
      last = performance.now();
      latencies.push(last - before);
    }
  };
  await Promise.all(Array.from({ length: inFlight }, worker));
  const sorted = Float64Array.from(latencies).sort();
  say({
    measured: 'append',
    inFlight,
    entriesPerSecond: Math.round((latencies.length / (last - start)) * 1000),
    p50Ms: quantile(sorted, 0.5),
    p99Ms: quantile(sorted, 0.99),
    checkpointLag: ledger.state().size - ledger.state().signedSize,
  });
}

const folder = mkdtempSync(join(values.folder, 'fairlead-bench-'));
const dataDir = join(folder, 'data');
try {
  probe(folder);
  const ledger = await openLedger({ dataDir, clock: { now: Date.now } });
  const sample = decisionDraft(ledger.instance);
  const entryBytes = Buffer.byteLength(JSON.stringify(sample.entry));
  const inputBytes = Buffer.byteLength(sample.inputs?.[0]?.json ?? '');
  for (const inFlight of [1, 32, 256]) await appendFor(ledger, inFlight);
  const { size } = ledger.state();
  await ledger.close();
  const perEntry = Math.round(statSync(join(dataDir, 'ledger.db')).size / size);
  say({ measured: 'size', entries: size, entryBytes, inputBytes, diskBytesPerEntry: perEntry });
  if (values.verify) {
    const start = performance.now();
    const { ok } = await verifyLedger({ dataDir });
    say({
      measured: 'verify',
      ok,
      entries: size,
      seconds: Number(((performance.now() - start) / 1000).toFixed(2)),
    });
  }
} finally {
  rmSync(folder, { recursive: true, force: true });
}

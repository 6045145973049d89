/*
 * Speed of the ledger on this machine: JSON lines, the disk's own speed first, the goals last.
 *   node tools/bench-ledger.ts [--seconds 5] [--stores sqlite,postgres] [--folder DIR] [--verify N]
 * Entries are decisions of about 1 KB with their inputs, each different; each append is one entry and is durable when it
 * is counted. Exits 0 when everything was measured, whatever it came to.
 */
import { mkdtempSync, rmSync } from 'node:fs';
import { availableParallelism, loadavg, tmpdir } from 'node:os';
import { join } from 'node:path';
import { parseArgs } from 'node:util';
import { decisionDraft, testInstance } from '../packages/server/src/features/ledger/testing/entries.ts';
import { type AppendFigures, goalsOf, type SizeFigures } from './bench-ledger/goals.ts';
import { appendFor } from './bench-ledger/load.ts';
import { type Measured, openStore, type StoreName } from './bench-ledger/stores.ts';
import { verifyMany } from './bench-ledger/verify.ts';
import { probeDisk } from './disk-probe.ts';

const { values } = parseArgs({
  options: {
    seconds: { type: 'string', default: '5' },
    stores: { type: 'string', default: 'sqlite,postgres' },
    folder: { type: 'string', default: tmpdir() },
    verify: { type: 'string' },
  },
});
const milliseconds = Number(values.seconds) * 1000;
const toVerify = values.verify === undefined ? 0 : Number(values.verify);
const stores = values.stores
  .split(',')
  .filter((name): name is StoreName => /^(?:sqlite|postgres)$/.test(name));
if (!(milliseconds > 0) || !Number.isSafeInteger(toVerify) || stores.length === 0) {
  process.stderr.write(
    'usage: bench-ledger [--seconds N] [--stores sqlite,postgres] [--folder DIR] [--verify N]\n',
  );
  process.exit(2);
}
const probes = 500;
const appends: AppendFigures[] = [];
const sizes: SizeFigures[] = [];

function say(line: Record<string, unknown>): void {
  process.stdout.write(`${JSON.stringify(line)}\n`);
}

function quantile(sorted: Float64Array, q: number): number {
  return Number((sorted[Math.min(sorted.length - 1, Math.floor(sorted.length * q))] ?? 0).toFixed(3));
}

function sayMachine(): void {
  const load = loadavg().map((value) => Number(value.toFixed(2)));
  say({ measured: 'machine', cores: availableParallelism(), load, node: process.versions.node });
}

async function measureStore(store: StoreName, folder: string): Promise<void> {
  let open: Measured;
  try {
    open = await openStore(store, folder);
  } catch (error) {
    const why = (error as Error).message.replaceAll('\n', ' ');
    process.stderr.write(`SKIPPED ${store}: ${why}\n`);
    say({ measured: 'append', store, skipped: why });
    return;
  }
  for (const inFlight of [1, 32, 256]) {
    const { latencies, lags, milliseconds: spent } = await appendFor(open.ledger, inFlight, milliseconds);
    const entriesPerSecond = Math.round((latencies.length / spent) * 1000);
    const [p50Ms, p99Ms] = [quantile(latencies, 0.5), quantile(latencies, 0.99)];
    const [lagP50Ms, lagP99Ms] = [quantile(lags, 0.5), quantile(lags, 0.99)];
    say({
      measured: 'append',
      store,
      inFlight,
      entries: latencies.length,
      entriesPerSecond,
      p50Ms,
      p99Ms,
      lagP50Ms,
      lagP99Ms,
    });
    appends.push({ store, inFlight, entriesPerSecond, p99Ms, lagP99Ms });
  }
  const { size } = open.ledger.state();
  const diskBytes = Math.round((await open.finish()) / size);
  const { entry, inputs = [] } = decisionDraft(testInstance());
  const entryBytes = Buffer.byteLength(JSON.stringify(entry));
  const inputBytes = Buffer.byteLength(inputs[0]?.json ?? '');
  say({ measured: 'size', store, entries: size, entryBytes, inputBytes, diskBytesPerEntry: diskBytes });
  sizes.push({ store, writtenBytes: entryBytes + inputBytes, diskBytes });
}

const folder = mkdtempSync(join(values.folder, 'fairlead-bench-'));
try {
  sayMachine();
  for (const store of stores) {
    const disk = probeDisk(folder, probes);
    say({ measured: 'fdatasync', count: probes, p50Ms: quantile(disk, 0.5), p99Ms: quantile(disk, 0.99) });
    await measureStore(store, folder);
  }
  const verified = toVerify > 0 ? await verifyMany(folder, toVerify) : null;
  if (verified) say({ measured: 'verify', ...verified });
  sayMachine();
  say({ goals: goalsOf(appends, sizes, verified) });
} finally {
  rmSync(folder, { recursive: true, force: true, maxRetries: 20 });
}

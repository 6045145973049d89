// A system call on the ledger's files fails or the process dies in it, once, at every kind of moment (as Tessera's fault
// tests do): whatever was acknowledged is there afterwards, the log verifies, and the folder can be used again.
import { spawn, spawnSync } from 'node:child_process';
import { mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { fileURLToPath } from 'node:url';
import { describe, expect, it } from 'vitest';
import { listEntries, verifyLedger } from '../../packages/server/src/features/ledger/cli.ts';
import { openLedger } from '../../packages/server/src/features/ledger/create.ts';
import { configDraft } from '../../packages/server/src/features/ledger/testing/entries.ts';

const appender = fileURLToPath(
  new URL('../../packages/server/src/features/ledger/testing/appender.ts', import.meta.url),
);
const canTrace = spawnSync('strace', ['-o', '/dev/null', 'true']).status === 0;
if (!canTrace)
  process.stderr.write(
    'SKIPPED: no strace, or tracing is not permitted, so no system call is made to fail\n',
  );

/** How long a process runs on after the fault, milliseconds: it must neither acknowledge nor do damage. */
const afterMs = 750;
const startBoundMs = 20_000;

interface Fault {
  readonly call: 'pwrite64' | 'fsync,fdatasync';
  readonly what: string;
  /** The how-manieth such call on the ledger's files. */
  readonly when: number;
}

const moments = [3, 9, 17, 40, 90];
const faults: readonly Fault[] = [
  ...moments.flatMap((when) =>
    ['error=EIO', 'error=ENOSPC', 'signal=KILL'].map((what) => ({ call: 'pwrite64', what, when }) as const),
  ),
  ...moments
    .slice(0, 4)
    .flatMap((when) =>
      ['error=EIO', 'signal=KILL'].map((what) => ({ call: 'fsync,fdatasync', what, when }) as const),
    ),
];

/** Runs the appender with the fault, and returns the ids it acknowledged. */
async function appendUnder(
  { call, what, when }: Fault,
  dataDir: string,
): Promise<{ acked: string[]; struck: boolean }> {
  const paths = ['ledger.db', 'ledger.db-wal'].flatMap((name) => ['-P', join(dataDir, name)]);
  const inject = `inject=${call}:${what}:when=${when}`;
  const trace = `${dataDir}.trace`;
  const args = ['-f', '-o', trace, ...paths, '-e', `trace=${call}`, '-e', inject];
  const child = spawn('strace', [...args, process.execPath, appender, dataDir], {
    stdio: ['ignore', 'pipe', 'pipe'],
    detached: true,
  });
  let text = '';
  child.stdout.on('data', (chunk: Buffer) => {
    text += chunk.toString();
  });
  child.stderr.resume();
  let ended = false;
  const end = new Promise<void>((done) =>
    child.on('close', () => {
      ended = true;
      done();
    }),
  );
  // Until acknowledgements stop coming: the fault has struck, or the process is gone.
  for (
    let waited = 0, quiet = 0, before = 0;
    quiet < afterMs && waited < startBoundMs && !ended;
    waited += 50
  ) {
    await sleep(50);
    quiet = text.length === before && text.length > 0 ? quiet + 50 : 0;
    before = text.length;
  }
  try {
    process.kill(-(child.pid as number), 'SIGKILL');
  } catch {
    // Nobody is left.
  }
  await end;
  const struck = /\(INJECTED\)|killed by SIGKILL/.test(readFileSync(trace, 'utf8'));
  return { acked: text.split('\n').slice(0, -1), struck };
}

describe.skipIf(!canTrace)('a system call of the ledger that fails', () => {
  it.each(faults)('$call: $what:when=$when loses nothing that was acknowledged', async (fault) => {
    const folder = mkdtempSync(join(tmpdir(), 'fairlead-inject-'));
    const dataDir = join(folder, 'data');
    try {
      // Made without faults, so that what fails is appending, not making.
      const made = await openLedger({ dataDir, clock: { now: Date.now } });
      await made.close();
      const { acked, struck } = await appendUnder(fault, dataDir);
      expect(struck, 'the fault never happened').toBe(true);
      const verdict = await verifyLedger({ dataDir });
      expect(verdict.problems).toEqual([]);
      const there = new Set<string>();
      await listEntries(dataDir, {}, (entry) => void there.add(entry.id));
      expect(acked.filter((id) => !there.has(id))).toEqual([]);

      const again = await openLedger({ dataDir, clock: { now: Date.now } });
      await again.append([configDraft(again.instance)]);
      await again.close();
      expect(await verifyLedger({ dataDir })).toMatchObject({ ok: true, problems: [] });
    } finally {
      rmSync(folder, { recursive: true, force: true });
    }
  });
});

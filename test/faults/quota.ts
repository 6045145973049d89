import { spawn } from 'node:child_process';
import { rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';

/** Databases of a data folder, and what of them is written. */
const besides = ['state.db', 'metrics.db', 'content.db', 'delivery.db'];
const companions = ['', '-wal', '-shm', '.room'];
/** What the system is asked with. */
const question = 'fairlead.room';
const ofLedger = ['ledger.db', 'ledger.reserve', 'streams/archive.jsonl'];

/**
 * Uses the quota of this very process up, as far as a data folder is concerned: every write there gets `EDQUOT`, while the
 * disk shows room. Answers, once it does so, what gives room again.
 */
export async function useUpQuota(
  dataDir: string,
  what: 'everything' | 'besides the ledger' = 'everything',
): Promise<() => Promise<void>> {
  const files = what === 'everything' ? [...besides, ...ofLedger] : besides;
  const names = [...files.flatMap((name) => companions.map((end) => `${name}${end}`)), question];
  const paths = names.flatMap((name) => ['-P', join(dataDir, name)]);
  const calls = 'pwrite64,write';
  const rules = ['-e', `trace=${calls}`, '-e', `inject=${calls}:error=EDQUOT`];
  const args = ['-f', '-q', '-o', `${dataDir}.trace`, ...paths, ...rules, '-p', String(process.pid)];
  const tracer = spawn('strace', args, { stdio: 'ignore' });
  const ended = new Promise<void>((done) => tracer.on('close', () => done()));
  const probe = join(dataDir, question);
  while (canWrite(probe)) await new Promise((done) => setTimeout(done, 20));
  rmSync(probe, { force: true });
  return async () => {
    // It lets go of what it traces.
    tracer.kill('SIGINT');
    await ended;
  };
}

function canWrite(file: string): boolean {
  try {
    writeFileSync(file, 'x');
    return true;
  } catch {
    return false;
  }
}

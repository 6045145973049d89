import type { CommitHooks } from './sqlite-transactions.ts';
import type { LedgerFaults } from './worker-protocol.ts';

/** Commit hooks that fail on purpose, once armed: what no test could make a real disk do at a chosen moment. */
export function commitHooks(faults: LedgerFaults): CommitHooks & { arm(): void } {
  let armed = false;
  let commits = 0;
  return {
    arm: () => {
      armed = true;
    },
    beforeCommit: () => {
      if (!armed) return;
      commits += 1;
      if (faults.stall !== undefined && commits >= faults.stall.from) block(faults.stall.ms);
      if (faults.full !== undefined && commits >= faults.full.from && commits <= faults.full.to)
        throw Object.assign(new Error('injected: no room'), { code: 'SQLITE_FULL' });
      if (commits === faults.failCommit) throw new Error('injected: the commit failed');
    },
    afterCommit: () => {
      if (armed && commits === faults.failAfterCommit) throw new Error('injected: the sync failed');
    },
  };
}

function block(ms: number): void {
  Atomics.wait(new Int32Array(new SharedArrayBuffer(4)), 0, 0, ms);
}

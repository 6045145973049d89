import { setTimeout as sleep } from 'node:timers/promises';
import { type Draft, isUnwritten } from '../api.ts';
import { openLedger } from '../create.ts';
import { decisionDraft, outcomeDraft } from './entries.ts';

/*
 * Appends decisions and outcomes, 32 in flight, and goes on as long as the ledger does: patient-appender.ts DATA. Says
 * `yes ID` of what was confirmed, `no ID` of what certainly wasn't written, `stopped` once the ledger failed for good.
 */

const [dataDir] = process.argv.slice(2) as [string];
const log = (level: string, message: string) => process.stderr.write(`${level} ${message}\n`);
const opening = { dataDir, clock: { now: Date.now }, sealAfterMs: 20, appendBoundMs: 60_000 };
const ledger = await openLedger({ ...opening, disk: { lowBytes: 0, everyMs: 20 }, log });

async function append(draft: Draft): Promise<boolean> {
  const { id } = draft.entry;
  try {
    await ledger.append([draft]);
    process.stdout.write(`yes ${id}\n`);
    return true;
  } catch (error) {
    if (isUnwritten(error) && ledger.state().healthy) process.stdout.write(`no ${id}\n`);
    await sleep(5);
    return false;
  }
}

async function caller(): Promise<void> {
  while (ledger.state().healthy) {
    const decision = decisionDraft(ledger.instance);
    if (await append(decision)) await append(outcomeDraft(ledger.instance, decision.op));
  }
}

await Promise.all(Array.from({ length: 32 }, caller));
process.stdout.write('stopped\n');
// As a server does: it stays up, and admits nothing.
await sleep(600_000);

import { setTimeout as sleep } from 'node:timers/promises';
import { openLedger } from '../create.ts';
import { decisionDraft, outcomeDraft } from './entries.ts';

/*
 * Appends decisions and outcomes, 8 in flight, and prunes what is old by then, over and over: pruning-appender.ts DATA. Says
 * `yes ID` of what was confirmed, `pruned N` and `not pruned REASON` of each pruning, `stopped` once the ledger failed.
 */

const [dataDir] = process.argv.slice(2) as [string];
const opening = { dataDir, clock: { now: Date.now }, sealAfterMs: 20, appendBoundMs: 60_000 };
const ledger = await openLedger({ ...opening, disk: { lowBytes: 0 } });
const say = (line: string) => process.stdout.write(`${line}\n`);
const goesOn = () => ledger.state().healthy;

async function caller(): Promise<void> {
  while (goesOn()) {
    const decision = decisionDraft(ledger.instance);
    const outcome = outcomeDraft(ledger.instance, decision.op);
    for (const draft of [decision, outcome]) {
      const confirmed = await ledger.append([draft]).then(
        () => true,
        () => false,
      );
      if (confirmed) say(`yes ${draft.entry.id}`);
    }
  }
}

async function pruner(): Promise<void> {
  while (goesOn()) {
    await sleep(250);
    await ledger.keeping.prune({ before: Date.now(), classes: {} }, 'operator').then(
      ({ entries }) => say(`pruned ${entries}`),
      (error: Error) => say(`not pruned ${error.message}`),
    );
  }
}

await Promise.all([...Array.from({ length: 8 }, caller), pruner()]);
say('stopped');
await sleep(600_000);

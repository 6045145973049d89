import { openLedger } from '../create.ts';
import { decisionDraft, outcomeDraft } from './entries.ts';

/*
 * Appends decisions and outcomes, 32 in flight, and says each id once it is confirmed, until it is killed or the ledger
 * fails: appender.ts DATA [KEYS POSTGRES-URL]
 */

const [dataDir, keysDir, url] = process.argv.slice(2) as [string, string?, string?];
// What is tried is durability, on machines however slow: not the bound on an append.
const appendBoundMs = 60_000;
const shared = url === undefined ? {} : { keysDir, database: { url, maySign: true } };
const opening = { dataDir, clock: { now: Date.now }, sealAfterMs: 20, appendBoundMs };
const ledger = await openLedger({ ...opening, ...shared });

async function call(): Promise<void> {
  const decision = decisionDraft(ledger.instance);
  await ledger.append([decision]);
  process.stdout.write(`${decision.op}\n`);
  const outcome = outcomeDraft(ledger.instance, decision.op);
  await ledger.append([outcome]);
  process.stdout.write(`${outcome.entry.id}\n`);
}

await Promise.all(
  Array.from({ length: 32 }, async () => {
    for (;;) await call();
  }),
);

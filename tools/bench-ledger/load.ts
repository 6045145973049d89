import type { OpenLedger } from '../../packages/server/src/features/ledger/create.ts';
import { decisionDraft } from '../../packages/server/src/features/ledger/testing/entries.ts';

/** Appends of one entry each, `inFlight` at a time. Times in milliseconds, ascending. */
export interface Appended {
  readonly latencies: Float64Array;
  /** From the confirmed append to the signed checkpoint over it, of every hundredth entry or so. */
  readonly lags: Float64Array;
  readonly milliseconds: number;
}

/** How often the newest checkpoint is looked at; the lags are exact to this. */
const lookEveryMs = 2;
const draftsPerRound = 2_000;

/** Keeps `inFlight` appends under way. Entries are made between the rounds, outside what is measured. */
export async function appendFor(
  ledger: OpenLedger,
  inFlight: number,
  milliseconds: number,
): Promise<Appended> {
  const latencies: number[] = [];
  const lag = watchLag(ledger);
  let spent = 0;
  while (spent < milliseconds) {
    const drafts = Array.from({ length: draftsPerRound }, () => decisionDraft(ledger.instance));
    const start = performance.now();
    const end = start + milliseconds - spent;
    let next = 0;
    const caller = async (): Promise<void> => {
      for (let at = start; next < drafts.length && at < end; ) {
        const draft = drafts[next++]!;
        const [receipt] = await ledger.append([draft]);
        const done = performance.now();
        latencies.push(done - at);
        at = done;
        if (receipt!.index % 97 === 0) lag.durable(receipt!.index, at);
      }
    };
    await Promise.all(Array.from({ length: inFlight }, caller));
    spent += performance.now() - start;
  }
  const lags = await lag.finish();
  return { latencies: Float64Array.from(latencies).sort(), lags, milliseconds: spent };
}

function watchLag(ledger: OpenLedger) {
  const waiting: { readonly index: number; readonly at: number }[] = [];
  const lags: number[] = [];
  const look = (): void => {
    const { signedSize } = ledger.state();
    const now = performance.now();
    while (waiting[0] !== undefined && waiting[0].index < signedSize) lags.push(now - waiting.shift()!.at);
  };
  const timer = setInterval(look, lookEveryMs);
  return {
    durable: (index: number, at: number) => void waiting.push({ index, at }),
    async finish(): Promise<Float64Array> {
      while (waiting.length > 0) await new Promise((done) => setTimeout(done, lookEveryMs));
      clearInterval(timer);
      return Float64Array.from(lags).sort();
    },
  };
}

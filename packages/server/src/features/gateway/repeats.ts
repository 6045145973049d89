import { entryVersion, type RepeatEntry } from '@fairlead/core/ledger';
import { v7 as uuidv7 } from 'uuid';
import { envelope } from './entries.ts';
import type { GatewayDeps } from './types.ts';

interface Refusal {
  readonly op: string;
  readonly reasons: string;
  readonly until: number;
  count: number;
}

/** Folds repeats of one refused (key, body) within the window into a single `repeat` entry. */
export interface Repeats {
  /** The op of the first refusal if this one repeats it, else null. */
  repeatOf(keyId: string, body: string, reasons: readonly string[]): string | null;
  /** Remembers a refusal that has just been recorded. */
  remember(keyId: string, body: string, reasons: readonly string[], op: string): void;
  /** Takes back what was remembered of a refusal that could not be recorded. */
  forget(keyId: string, body: string, op: string): void;
  /** Writes what has ended; `all` also writes windows still open (clean stop). */
  flush(all: boolean): Promise<void>;
}

/** More distinct refusals than this within one window are recorded one by one. */
const maxRemembered = 10_000;

export function createRepeats(
  deps: Pick<GatewayDeps, 'clock' | 'ledger' | 'instance' | 'origin'>,
  windowMs: number,
): Repeats {
  const refusals = new Map<string, Refusal>();
  const keyOf = (keyId: string, body: string) => `${keyId}\n${body}`;

  return {
    repeatOf(keyId, body, reasons) {
      const refusal = refusals.get(keyOf(keyId, body));
      if (!refusal || deps.clock.now() >= refusal.until || refusal.reasons !== reasons.join()) return null;
      refusal.count += 1;
      return refusal.op;
    },
    remember(keyId, body, reasons, op) {
      const key = keyOf(keyId, body);
      // An ended window with counted repeats must be written before its place is taken.
      if (refusals.size >= maxRemembered || (refusals.get(key)?.count ?? 0) > 0) return;
      refusals.set(key, { op, reasons: reasons.join(), until: deps.clock.now() + windowMs, count: 0 });
    },
    forget(keyId, body, op) {
      const key = keyOf(keyId, body);
      // A window of an earlier refusal may still wait to be written.
      if (refusals.get(key)?.op === op) refusals.delete(key);
    },
    async flush(all) {
      const now = deps.clock.now();
      const ended = [...refusals].filter(([, refusal]) => all || now >= refusal.until);
      const counted = ended.filter(([, refusal]) => refusal.count > 0);
      for (const [key] of ended) refusals.delete(key);
      if (counted.length === 0) return;
      try {
        await deps.ledger.append(counted.map(([, refusal]) => ({ entry: repeatEntry(deps, refusal) })));
      } catch (error) {
        // Not recorded, so not forgotten: the next flush tries again.
        for (const [key, refusal] of counted) if (!refusals.has(key)) refusals.set(key, refusal);
        throw error;
      }
    },
  };
}

function repeatEntry(deps: Parameters<typeof createRepeats>[0], refusal: Refusal): RepeatEntry {
  const { v: _, ...rest } = envelope(deps, uuidv7(), null);
  return { v: entryVersion, ...rest, kind: 'repeat', of: refusal.op, count: refusal.count };
}

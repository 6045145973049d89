// What the ledger must say after a fault: held against what the upstream got and what callers saw.
import { setTimeout as sleep } from 'node:timers/promises';
import { expect } from 'vitest';
import type { ListedEntry } from './process.ts';
import type { CountingUpstream } from './upstream.ts';

/** Everything sent upstream has a decision that allowed just those bytes. */
export function expectDecided(entries: readonly ListedEntry[], upstream: CountingUpstream): void {
  const allowed = new Set(
    entries.flatMap(({ kind, decision, forwarded }) =>
      kind === 'decision' && decision === 'allow' && typeof forwarded === 'string' ? [forwarded] : [],
    ),
  );
  expect(
    upstream.digests.filter((digest) => !allowed.has(digest)),
    'upstream calls without a decision',
  ).toEqual([]);
}

/** Every answer that a caller saw is in the ledger. */
export function expectKept(entries: readonly ListedEntry[], acknowledged: ReadonlySet<string>): void {
  const decided = new Set(
    entries.flatMap(({ kind, op }) => (kind === 'decision' && op !== null ? [op] : [])),
  );
  expect(
    [...acknowledged].filter((op) => !decided.has(op)),
    'acknowledged calls that are lost',
  ).toEqual([]);
}

/** Every allowed call is closed exactly once: by its outcome, or as unknown by recovery. Returns the recovered. */
export function expectClosed(entries: readonly ListedEntry[]): number {
  const closed = new Map<string, string[]>();
  for (const { kind, op, outcome } of entries) {
    if (op === null || (kind !== 'outcome' && kind !== 'recovery')) continue;
    if (kind === 'recovery') expect(outcome).toBe('unknown');
    closed.set(op, [...(closed.get(op) ?? []), kind]);
  }
  const open = entries.filter(
    ({ kind, op, decision }) =>
      kind === 'decision' && decision === 'allow' && closed.get(op as string)?.length !== 1,
  );
  expect(open, 'allowed calls that are not closed exactly once').toEqual([]);
  return [...closed.values()].filter(([kind]) => kind === 'recovery').length;
}

/** @throws Error after 20 s, unless told another time */
export async function waitUntil(condition: () => boolean, what: string, withinMs = 20_000): Promise<void> {
  for (let waited = 0; !condition(); waited += 5) {
    if (waited > withinMs) throw new Error(`waited in vain for ${what}`);
    await sleep(5);
  }
}

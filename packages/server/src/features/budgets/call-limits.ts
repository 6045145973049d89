import type { ProgramIndex } from '@fairlead/core/decision';
import { FairleadError } from '@fairlead/core/errors';
import type { Clock } from '@fairlead/core/ports';
import type { CallSlot } from './api.ts';

/** The most that one key may take of what all calls share, so that it can't leave the others without. */
export interface KeyShare {
  /** Calls under way. Each of them has at most one record waiting for the ledger. */
  readonly calls: number;
  /** Bytes of bodies in memory. */
  readonly bytes: number;
}

interface KeyState {
  calls: number;
  bytes: number;
  /** Calls that may begin now, a fraction while the next one is awaited, as of `at` (milliseconds). */
  left: number;
  at: number;
}

const minuteMs = 60_000;

/** Counts the calls of each key. Only of authenticated calls, so the number of keys bounds its memory. */
export function createCallLimits(
  clock: Clock,
  share: KeyShare,
): (index: ProgramIndex, keyId: string) => CallSlot {
  const keys = new Map<string, KeyState>();
  return ({ program }, keyId) => {
    const limits = program.budgets?.calls ?? [];
    const limit =
      limits.find(({ subject }) => subject === keyId) ?? limits.find(({ subject }) => subject === '*');
    const perMinute = limit?.perMinute ?? null;
    const state = keys.get(keyId) ?? { calls: 0, bytes: 0, left: perMinute ?? 0, at: clock.now() };
    keys.set(keyId, state);
    if (state.calls >= share.calls) throw new FairleadError('gateway.key-share', { retryAfter: 1 });
    if (limit?.concurrent != null && state.calls >= limit.concurrent) {
      throw new FairleadError('gateway.concurrency', { retryAfter: 1 });
    }
    if (perMinute !== null) takeOne(state, perMinute, clock.now());
    return occupy(state, share);
  };
}

/** A bucket that holds a minute's calls and fills evenly. */
function takeOne(state: KeyState, perMinute: number, now: number): void {
  const passed = Math.max(0, now - state.at);
  state.left = Math.min(perMinute, state.left + (passed * perMinute) / minuteMs);
  state.at = now;
  if (state.left < 1) {
    const retryAfter = Math.max(1, Math.ceil(((1 - state.left) * minuteMs) / perMinute / 1000));
    throw new FairleadError('gateway.rate', { retryAfter });
  }
  state.left -= 1;
}

function occupy(state: KeyState, share: KeyShare): CallSlot {
  let held = 0;
  let over = false;
  state.calls += 1;
  return {
    hold(bytes) {
      if (state.bytes + bytes > share.bytes) throw new FairleadError('gateway.key-share', { retryAfter: 1 });
      state.bytes += bytes;
      held += bytes;
    },
    release() {
      if (over) return;
      over = true;
      state.calls -= 1;
      state.bytes -= held;
    },
  };
}

import type { ProgramIndex } from '@fairlead/core/decision';
import type { ProgramCallLimit } from '@fairlead/core/program';
import { describe, expect, it } from 'vitest';
import { createCallLimits } from './call-limits.ts';

function limitsOf(calls: readonly ProgramCallLimit[], share = { calls: 4, bytes: 100 }) {
  const clock = { at: 0, now: () => clock.at };
  const index = { program: { budgets: { limits: [], calls } } } as unknown as ProgramIndex;
  const admit = createCallLimits(clock, share);
  return { clock, admit: (key: string) => admit(index, key) };
}

const refused = (code: string, retryAfter: number) =>
  expect.objectContaining({ code, status: 429, retryAfter });

describe('calls of one key', () => {
  it('are limited at the same time, each key on its own', () => {
    const { admit } = limitsOf([{ subject: '*', concurrent: 2, perMinute: null }]);
    const [first] = [admit('a'), admit('a')];
    expect(() => admit('a')).toThrow(refused('gateway.concurrency', 1));
    admit('b');
    first!.release();
    first!.release();
    admit('a');
    expect(() => admit('a')).toThrow(refused('gateway.concurrency', 1));
  });

  it('are limited in a minute, spread evenly', () => {
    const { admit, clock } = limitsOf([{ subject: '*', concurrent: null, perMinute: 3 }]);
    for (let call = 0; call < 3; call += 1) admit('a').release();
    expect(() => admit('a')).toThrow(refused('gateway.rate', 20));
    clock.at = 15_000;
    expect(() => admit('a')).toThrow(refused('gateway.rate', 5));
    clock.at = 20_000;
    admit('a').release();
    expect(() => admit('a')).toThrow(refused('gateway.rate', 20));
    // A refused call takes nothing, and a long rest gives no more than a minute's calls.
    clock.at = 3_600_000;
    for (let call = 0; call < 3; call += 1) admit('a').release();
    expect(() => admit('a')).toThrow(refused('gateway.rate', 20));
  });

  it('are not limited more often by a clock that steps back', () => {
    const { admit, clock } = limitsOf([{ subject: '*', concurrent: null, perMinute: 1 }]);
    clock.at = 60_000;
    admit('a').release();
    clock.at = 0;
    expect(() => admit('a')).toThrow(refused('gateway.rate', 60));
    clock.at = 60_000;
    admit('a').release();
  });

  it('have the limits that name their key instead of those of all', () => {
    const { admit } = limitsOf([
      { subject: '*', concurrent: 1, perMinute: null },
      { subject: 'a', concurrent: 3, perMinute: null },
    ]);
    for (let call = 0; call < 3; call += 1) admit('a');
    expect(() => admit('a')).toThrow(refused('gateway.concurrency', 1));
    admit('b');
    expect(() => admit('b')).toThrow(refused('gateway.concurrency', 1));
  });
});

describe('the share of one key', () => {
  it('bounds its calls without any limit in the program', () => {
    const { admit } = limitsOf([]);
    const slots = Array.from({ length: 4 }, () => admit('a'));
    expect(() => admit('a')).toThrow(refused('gateway.key-share', 1));
    admit('b');
    slots[0]!.release();
    admit('a');
  });

  it('bounds the bytes that its calls hold', () => {
    const { admit } = limitsOf([]);
    const [one, two, other] = [admit('a'), admit('a'), admit('b')];
    one!.hold(60);
    two!.hold(40);
    expect(() => two!.hold(1)).toThrow(refused('gateway.key-share', 1));
    other!.hold(100);
    one!.release();
    two!.hold(60);
  });
});

import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { attributionOf, costByTask, costReport, divide } from './costs.ts';
import type { Seats, SessionAtBranch, UsageCall } from './facts.ts';
import { tasksOf } from './tasks.ts';
import { call, seconds, stay } from './testing/work.ts';

const april = { from: seconds('04-01'), to: seconds('05-01') };
const attribute = (calls: readonly UsageCall[], sessions: readonly SessionAtBranch[]) =>
  attributionOf(calls, sessions, tasksOf([], sessions, new Map(), new Map()));
const byBranch = (calls: readonly UsageCall[], sessions: readonly SessionAtBranch[]) =>
  Object.fromEntries(
    [...costByTask(calls, attribute(calls, sessions))].map(([task, cost]) => [task.split('@')[1]!, cost]),
  );

describe('a session’s cost', () => {
  it('is of the task that it was at', () => {
    expect(byBranch([call('s', '04-02 10:00')], [stay('s', 'a', '04-02 09:00', '04-02 11:00')])).toEqual({
      a: 1_000_000,
    });
  });

  it('is divided by the tokens used after each switch of branches', () => {
    const sessions = [
      stay('s', 'a', '04-02 09:00', '04-02 10:00'),
      stay('s', 'b', '04-02 10:00', '04-02 12:00'),
    ];
    const calls = [
      call('s', '04-02 09:30', { tokens: 300 }),
      call('s', '04-02 10:30', { tokens: 100 }),
      call('s', '04-02 08:00', { tokens: 9_999, cost: 2_000_000 }),
    ];
    expect(byBranch(calls, sessions)).toEqual({ a: 3_000_000, b: 1_000_000 });
  });

  it('is divided in equal parts where nothing says when it switched, or without tokens', () => {
    const together = [
      stay('s', 'a', '04-02 09:00', '04-02 12:00'),
      stay('s', 'b', '04-02 09:00', '04-02 12:00'),
    ];
    expect(byBranch([call('s', '04-02 10:00')], together)).toEqual({ a: 500_000, b: 500_000 });
    const later = [
      stay('s', 'a', '04-02 09:00', '04-02 12:00'),
      stay('s', 'b', '04-02 11:00', '04-02 12:00'),
    ];
    expect(byBranch([call('s', '04-02 10:00', { tokens: 0 })], later)).toEqual({ a: 500_000, b: 500_000 });
  });

  it('belongs to no task for what it did where it wrote nothing, or without a session', () => {
    const sessions = [
      stay('s', 'a', '04-02 09:00', '04-02 10:00'),
      stay('s', 'read', '04-02 10:00', '04-02 12:00', { firstWriteAt: undefined }),
    ];
    const calls = [
      call('s', '04-02 09:30'),
      call('s', '04-02 10:30'),
      call(null, '04-02 10:00'),
      call('t', '04-02 10:00'),
    ];
    const report = costReport(
      { calls, seats: [], activeCounts: [], attribution: attribute(calls, sessions) },
      april,
    );
    expect(report).toMatchObject({ tasks: 1_000_000, unattributed: 3_000_000, total: 4_000_000 });
  });
});

describe('the report of a period', () => {
  const seats: Seats = {
    ...{
      type: 'seats',
      id: 's',
      vendor: 'v',
      plan: 'p',
      from: '2026-03-16',
      to: '2026-04-15',
      seats: 7,
      pricePerMonth: 19.99,
    },
  };
  const report = (
    calls: readonly UsageCall[],
    some: readonly Seats[] = [],
    period = april,
    active: readonly number[] = [],
  ) =>
    costReport(
      {
        calls,
        seats: some,
        attribution: attribute(calls, [stay('s', 'a', '04-02 09:00', '04-02 12:00')]),
        activeCounts: active.map((count, i) => ({
          type: 'active_count',
          id: `${i}`,
          vendor: 'v',
          day: `2026-04-0${i + 1}`,
          active: count,
        })),
      },
      period,
    );

  it('estimates calls without a price by what was set aside, else by the period’s price of a token', () => {
    const calls = [
      call('s', '04-02 10:00', { tokens: 100, cost: 500 }),
      call('s', '04-02 10:01', { tokens: 40, cost: null }),
      call('s', '04-02 10:02', { tokens: 0, cost: null, reserved: 77 }),
      call('s', '04-02 10:03', { denied: true, cost: null }),
    ];
    expect(report(calls)).toMatchObject({ tasks: 500, unpricedEstimate: 277, unpricedCalls: 2, total: 777 });
  });

  it('has seats by the day, and those that nobody used', () => {
    const half = report([], [seats]);
    expect(half).toMatchObject({
      seats: Math.round(19_990_000 * 7) - Math.round((19_990_000 * 7 * 16) / 30),
      seatDays: 98,
    });
    expect(half.idleSeatDays).toBeNull();
    expect(report([], [{ ...seats, active: 5 }]).idleSeatDays).toBe(28);
    expect(report([], [seats], april, [3, 6, 4]).idleSeatDays).toBe(14);
  });

  it('adds up to the cent, whatever was called, and its parts to the whole', () => {
    const anyCall = fc.record({
      session: fc.constantFrom('s', 't', null),
      at: fc.integer({ min: april.from - 86_400, max: april.to + 86_400 }),
      tokens: fc.integer({ min: 0, max: 1e6 }),
      cost: fc.option(fc.integer({ min: 0, max: 1e9 })),
      reserved: fc.option(fc.integer({ min: 0, max: 1e7 })),
      denied: fc.boolean(),
    });
    const whole = { repository: 'git.example.com/shop/web', person: 'ann' };
    const sessions = [
      stay('s', 'a', '04-02', '04-03'),
      stay('s', 'b', '04-10', '04-12'),
      stay('s', 'c', '04-20', '04-22', { firstWriteAt: undefined }),
      stay('t', 'd', '04-05', '04-06'),
      stay('t', 'e', '04-05', '04-06'),
    ];
    fc.assert(
      fc.property(fc.array(anyCall, { maxLength: 40 }), fc.integer({ min: 1, max: 29 }), (some, day) => {
        const calls = some.map((one) => ({ ...whole, ...one }));
        const parts = { calls, seats: [seats], activeCounts: [], attribution: attribute(calls, sessions) };
        const middle = april.from + day * 86_400;
        const of = (from: number, to: number) => costReport(parts, { from, to });
        const [all, before, after] = [of(april.from, april.to), of(april.from, middle), of(middle, april.to)];
        for (const one of [all, before, after])
          expect(one.tasks + one.unattributed + one.unpricedEstimate + one.seats).toBe(one.total);
        expect(before.tasks + after.tasks).toBe(all.tasks);
        expect(before.unattributed + after.unattributed).toBe(all.unattributed);
        expect(before.seats + after.seats).toBe(all.seats);
      }),
      { numRuns: 200 },
    );
  });

  it('divides whole amounts without losing any', () => {
    expect(
      divide(100, [
        ['a', 1],
        ['b', 1],
        ['c', 1],
      ]),
    ).toEqual([
      ['a', 34],
      ['b', 33],
      ['c', 33],
    ]);
    expect(divide(0, [['a', 1]])).toEqual([['a', 0]]);
    expect(
      divide(5, [
        ['a', 2],
        ['b', 1],
      ]),
    ).toEqual([
      ['a', 3],
      ['b', 2],
    ]);
  });
});

import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import type { ChangeEvent, ChangeHistory, Commit } from './facts.ts';
import { timeOf } from './facts.ts';
import { ann, bob, bot, change, commit, cyn, ghost } from './testing/histories.ts';
import { type TimelineOptions, timelineOf } from './timeline.ts';
import { type WorkingCalendar, workingClock } from './working-hours.ts';

const epoch = 1_772_000_000;
const span = 20 * 86_400;
// Few instants, so that many things happen at one second.
const instant = fc.integer({ min: -40, max: 200 }).map((step) => epoch + step * 3_600);
const actor = fc.constantFrom(ann, bob, cyn, bot, ghost);
const kind = fc.constantFrom(
  'draft',
  'ready',
  'closed',
  'reopened',
  'review',
  'inline_comment',
  'dismissed',
  'comment',
  'labeled',
);
const state = fc.constantFrom('approved', 'changes_requested', 'commented', 'pending') as fc.Arbitrary<
  ChangeEvent['state']
>;

const events = fc.array(
  fc.record({
    at: instant,
    kind,
    by: actor,
    state,
    id: fc.integer({ min: 0, max: 30 }),
    of: fc.integer({ min: 0, max: 30 }),
  }),
  { maxLength: 14 },
);
const log = fc.record({
  opened: instant,
  merged: fc.option(instant),
  closed: fc.option(instant),
  isDraft: fc.boolean(),
  events,
  authored: fc.array(fc.record({ at: instant, login: fc.constantFrom('ann', 'bob') }), { maxLength: 4 }),
  deployed: fc.option(instant),
  required: fc.integer({ min: 1, max: 2 }),
});
type Log = typeof log extends fc.Arbitrary<infer Value> ? Value : never;

function build(of: Log, shift = 0): readonly [ChangeHistory, TimelineOptions] {
  const time = (seconds: number) => timeOf(seconds + shift);
  const optional = (seconds: number | null) => (seconds === null ? undefined : time(seconds));
  const dates = { openedAt: time(of.opened), mergedAt: optional(of.merged), closedAt: optional(of.closed) };
  const happened = of.events.map(
    ({ at, id, of: answered, ...rest }): ChangeEvent => ({
      ...rest,
      type: 'event',
      change: 'c1',
      at: time(at),
      id: `e${id}`,
      of: `e${answered}`,
    }),
  );
  const commits = of.authored.map(
    ({ at, login }): Commit => ({ ...commit('01 00:00', login), authoredAt: time(at) }),
  );
  const deployed =
    of.deployed === null
      ? ({ kind: 'pending' } as const)
      : ({ kind: 'deployed', at: of.deployed + shift } as const);
  return [
    { change: { ...change('01 00:00', null), ...dates, isDraft: of.isDraft }, events: happened, commits },
    { now: epoch + span + shift, deployed, requiredApprovals: of.required },
  ];
}

const office: WorkingCalendar = {
  name: 'office',
  zone: 'Europe/Berlin',
  week: [
    ...Array.from(
      { length: 5 },
      () =>
        [
          ['09:00', '12:30'],
          ['13:15', '17:45'],
        ] as const,
    ),
    [],
    [],
  ],
  holidays: ['2026-04-03', '2026-04-06'],
};
const clock = workingClock(office);

describe('any log of a change', () => {
  it('has parts that are never negative and add up, on both clocks', () => {
    fc.assert(
      fc.property(log, (of) => {
        const [history, options] = build(of);
        for (const own of [options, { ...options, clock }]) {
          const { parts, total, cycleTime, leadTime } = timelineOf(history, own)!;
          expect(Object.values(parts).every((seconds) => seconds >= 0 && Number.isInteger(seconds))).toBe(
            true,
          );
          expect(Object.values(parts).reduce((a, b) => a + b)).toBe(total);
          if (cycleTime !== null) expect(cycleTime).toBe(total - parts.closed - parts.deploy);
          if (leadTime !== null) expect(leadTime).toBe(total - parts.closed);
        }
      }),
      { numRuns: 2000 },
    );
  });

  it('does not depend on the order or repetition of its events', () => {
    fc.assert(
      fc.property(log, fc.infiniteStream(fc.nat()), (of, keys) => {
        const [history, options] = build(of);
        const shuffled = [...history.events, ...history.events]
          .map((event) => [keys.next().value as number, event] as const)
          .sort(([a], [b]) => a - b)
          .map(([, event]) => event);
        const commits = [...history.commits].reverse();
        expect(timelineOf({ ...history, events: shuffled, commits }, options)).toEqual(
          timelineOf(history, options),
        );
      }),
      { numRuns: 500 },
    );
  });

  it('moves with time and changes in nothing else', () => {
    fc.assert(
      fc.property(log, fc.integer({ min: -1e8, max: 1e8 }), (of, shift) => {
        const [history, options] = build(of);
        const moved = timelineOf(...build(of, shift))!;
        const here = timelineOf(history, options)!;
        const back = Object.entries(moved.t).map(([name, at]) => [name, at === null ? null : at - shift]);
        expect({ ...moved, t: Object.fromEntries(back) }).toEqual(here);
      }),
      { numRuns: 500 },
    );
  });
});

describe('working hours', () => {
  it('add up over any cut, and never exceed elapsed time', () => {
    const time = fc.integer({ min: epoch - span, max: epoch + 8 * span });
    fc.assert(
      fc.property(fc.tuple(time, time, time), (times) => {
        const [a, b, c] = [...times].sort((x, y) => x - y) as [number, number, number];
        expect(clock.between(a, b) + clock.between(b, c)).toBe(clock.between(a, c));
        expect(clock.between(a, c)).toBeLessThanOrEqual(c - a);
      }),
      { numRuns: 300 },
    );
  });

  const day = (hours: readonly (readonly [string, string])[], zone: string) =>
    workingClock({ name: 'x', zone, week: Array.from({ length: 7 }, () => hours), holidays: [] });
  const between = (own: ReturnType<typeof day>, from: string, to: string) =>
    own.between(Date.parse(from) / 1000, Date.parse(to) / 1000) / 3600;

  it('are an hour shorter on the night that clocks go forward, and longer when they go back', () => {
    const night = day([['00:00', '06:00']], 'Europe/Berlin');
    expect(between(night, '2026-03-28T20:00:00Z', '2026-03-29T20:00:00Z')).toBe(5);
    expect(between(night, '2026-10-24T20:00:00Z', '2026-10-25T20:00:00Z')).toBe(7);
    expect(between(night, '2026-03-27T20:00:00Z', '2026-03-28T20:00:00Z')).toBe(6);
  });

  it('that begin in the skipped hour begin when clocks have gone forward', () => {
    expect(
      between(day([['02:30', '04:00']], 'Europe/Berlin'), '2026-03-28T20:00:00Z', '2026-03-29T20:00:00Z'),
    ).toBe(1);
  });

  it('know holidays, week-ends and far zones', () => {
    const hours = (from: string, to: string) =>
      clock.between(Date.parse(from) / 1000, Date.parse(to) / 1000) / 3600;
    expect(hours('2026-04-02T00:00:00Z', '2026-04-07T22:00:00Z')).toBe(16);
    expect(
      between(
        day([['09:00', '17:00']], 'Pacific/Kiritimati'),
        '2026-01-01T00:00:00Z',
        '2026-01-02T00:00:00Z',
      ),
    ).toBe(8);
  });

  it('refuse a zone and hours that are none', () => {
    expect(() => workingClock({ ...office, zone: 'Mars/Base' })).toThrow(RangeError);
    expect(() => day([['9:00', '17:00']], 'UTC')).toThrow(RangeError);
  });
});

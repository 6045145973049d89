import {
  type Change,
  type DeliveryClock,
  elapsedClock,
  type WorkingCalendar,
  workingClock,
} from '@fairlead/core/delivery';
import type { Program } from '@fairlead/core/program';
import { nodeHash } from '../../platform/crypto/index.ts';
import type { MeasureSet } from './snapshot/measure.ts';
import { elapsedSet } from './snapshot/snapshot.ts';

export type ClockName = 'elapsed' | 'working';

/** Which clock measures a change. */
export interface DeliveryClocks {
  readonly clockOf: (change: Pick<Change, 'repository'>) => DeliveryClock;
  /** What is measured with it in a snapshot. */
  readonly set: MeasureSet;
}

export const elapsedClocks: DeliveryClocks = { clockOf: () => elapsedClock, set: elapsedSet };

type Calendar = NonNullable<Program['teams'][number]['calendar']>;

const weekdays = ['mon', 'tue', 'wed', 'thu', 'fri', 'sat', 'sun'] as const;
/** For repositories that no team owns. */
const usual: Calendar = {
  timeZone: 'UTC',
  days: ['mon', 'tue', 'wed', 'thu', 'fri'],
  from: '09:00',
  to: '17:00',
  holidays: [],
};

/**
 * Working time by the calendar of the team that owns a change's repository in this program: one calendar a change, for
 * all of its life. Other calendars are another set of measures.
 */
export function workingClocks({
  teams,
  repositories,
}: Pick<Program, 'teams' | 'repositories'>): DeliveryClocks {
  const clocks = new Map(
    teams.map(({ id, calendar = usual }) => [id, workingClock(calendarOf(id, calendar))]),
  );
  const owners = new Map(repositories.map(({ id, team }) => [id, team]));
  const unowned = workingClock(calendarOf('no team', usual));
  const calendars = [
    teams.map(({ id, calendar }) => [id, calendar]),
    [...owners].sort(([a], [b]) => (a < b ? -1 : 1)),
  ];
  const digest = Buffer.from(nodeHash.sha256(Buffer.from(JSON.stringify(calendars)))).toString('hex');
  const clockOf: DeliveryClocks['clockOf'] = ({ repository }) =>
    clocks.get(owners.get(repository) ?? '') ?? unowned;
  return {
    clockOf,
    set: { clock: 'working', definitions: `${elapsedSet.definitions} ${digest.slice(0, 32)}`, clockOf },
  };
}

function calendarOf(team: string, { timeZone, days, from, to, holidays }: Calendar): WorkingCalendar {
  return {
    name: `working time of ${team} (${timeZone})`,
    zone: timeZone,
    week: weekdays.map((day) => (days.includes(day) ? [[from, to] as const] : [])),
    holidays,
  };
}

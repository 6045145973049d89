import { otherName, unmappedTeam, type WeekNumber, weekOf, weekStart } from '../delivery/index.ts';
import type { Attribution } from './costs.ts';
import type { Enrolment, UsageCall } from './facts.ts';
import type { Publishable } from './partition.ts';

/** A person's week: enrolled, active, and what it cost. Amounts are micro-dollars. */
export interface PersonWeek extends Publishable {
  readonly enrolled: boolean;
  readonly active: boolean;
  readonly tasks: number;
  readonly unattributed: number;
  readonly unpricedEstimate: number;
}

type Mutable<T> = { -readonly [K in keyof T]: T[K] };

/** The weeks of everyone enrolled, up to the last one with a call, and of everyone else who made calls. */
export function personWeeksOf(
  { calls, enrolments }: { readonly calls: readonly UsageCall[]; readonly enrolments: readonly Enrolment[] },
  attribution: Attribution,
): readonly PersonWeek[] {
  const teams = new Map(enrolments.map(({ person, team }) => [person, team]));
  const found = new Map<string, Mutable<PersonWeek>>();
  const at = (person: string, week: WeekNumber): Mutable<PersonWeek> => {
    const key = `${week} ${person}`;
    const known = found.get(key);
    if (known !== undefined) return known;
    const fresh = {
      ...{ week, team: teams.get(person) ?? unmappedTeam, repository: otherName, people: [person] },
      ...{ enrolled: false, active: false, tasks: 0, unattributed: 0, unpricedEstimate: 0 },
    };
    found.set(key, fresh);
    return fresh;
  };
  const perToken = pricesByWeek(calls);
  for (const call of calls) {
    if (call.person === null || call.denied) continue;
    const week = at(call.person, weekOf(call.at));
    week.active = true;
    if (call.cost === null)
      week.unpricedEstimate += call.reserved ?? Math.round(call.tokens * (perToken.get(week.week) ?? 0));
    else {
      for (const [task, amount] of attribution.of(call))
        week[task === null ? 'unattributed' : 'tasks'] += amount;
    }
  }
  const weeks = calls.map((call) => weekOf(call.at));
  const [first, last] = [
    weeks.reduce((a, b) => Math.min(a, b), Number.POSITIVE_INFINITY),
    weeks.reduce((a, b) => Math.max(a, b), 0),
  ];
  for (const { person, from, until } of enrolments) {
    for (let week = Math.max(first, weekOf(from)); week <= last; week++) {
      if (until !== null && until < weekStart(week)) break;
      at(person, week).enrolled = true;
    }
  }
  return [...found.values()];
}

/** Micro-dollars a token, of the priced calls of each week. */
function pricesByWeek(calls: readonly UsageCall[]): ReadonlyMap<WeekNumber, number> {
  const sums = new Map<WeekNumber, { cost: number; tokens: number }>();
  for (const { at, cost, tokens, denied } of calls) {
    if (cost === null || denied) continue;
    const week = weekOf(at);
    const sum = sums.get(week) ?? { cost: 0, tokens: 0 };
    sums.set(week, sum);
    sum.cost += cost;
    sum.tokens += tokens;
  }
  return new Map([...sums].map(([week, { cost, tokens }]) => [week, tokens === 0 ? 0 : cost / tokens]));
}

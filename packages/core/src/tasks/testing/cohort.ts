import type { ChangeHistory, Deployment, Incident } from '../../delivery/index.ts';
import type { TaskFact, UsageCall } from '../facts.ts';
import type { TaskInput } from '../input.ts';
import { at, call, change, input, repository, seconds, stay } from './work.ts';

/*
 * One week of a team of six, small enough to work out every figure by hand: 24 tasks of four a person, beside six changes of
 * their own. Of the tasks 16 are successes, 2 reversed, 3 closed, 1 merged late, 1 still open, 1 merged against the gate.
 */

export const people = ['ann', 'bob', 'cyn', 'dan', 'eve', 'fay'] as const;
const fates = [
  ...Array.from({ length: 16 }, () => 'success' as const),
  ...(['reversed', 'reversed', 'closed', 'closed', 'closed', 'late', 'open', 'overridden'] as const),
];
type Fate = (typeof fates)[number];

const mergedOn: { readonly [F in Fate]: string | null } = {
  ...{ success: '03-04 12:00', reversed: '03-04 12:00', overridden: '03-04 12:00' },
  ...{ late: '03-25 12:00', closed: null, open: null },
};

export const window = { from: seconds('03-02'), to: seconds('05-01') };
export const now = Date.UTC(2027, 0, 1) / 1000;

/** A task input while it is being made. */
export interface Made {
  readonly histories: ChangeHistory[];
  readonly deployments: Deployment[];
  readonly incidents: Incident[];
  readonly facts: TaskFact[];
  readonly calls: UsageCall[];
}

export function handMadeCohort(): TaskInput {
  const made: Made = { histories: [], deployments: [], incidents: [], facts: [], calls: [] };
  for (const [i, fate] of fates.entries()) addTask(made, fate, i);
  for (const [i, person] of people.entries()) {
    addMerged(
      made,
      change(101 + i, '03-03 10:00', '03-04 10:00', { author: { login: person, kind: 'human' } }),
    );
    for (const day of ['03-03', '03-10', '03-17', '03-24'])
      made.calls.push(call(`chat-${person}`, `${day} 15:00`, { person, cost: 500_000 }));
  }
  made.calls.push(call('chat-ann', '03-03 16:00', { cost: null, reserved: 250_000 }));
  addTrouble(made);
  addSources(made);
  const enrolled = [...people, 'gus', 'hal'];
  return input({
    ...made,
    delivery: made,
    enrolments: enrolled.map((person) => ({ person, team: 'shop', from: seconds('03-01'), until: null })),
  });
}

function addTask(made: Made, fate: Fate, i: number): void {
  const number = i + 1;
  const person = people[i % 6]!;
  const merged = mergedOn[fate];
  const base = change(number, '03-03 10:00', merged, {
    author: { login: person, kind: 'human' },
    ...(fate === 'closed' ? { closedAt: at('03-06') } : {}),
  });
  // Ten of the merged ones are first passes.
  const state = number <= 10 ? ('approved' as const) : ('changes_requested' as const);
  const by = { login: 'rob', kind: 'human' } as const;
  const review = {
    type: 'event',
    change: base.change.id,
    id: `r${number}`,
    at: at('03-04 09:00'),
    kind: 'review',
    by,
    state,
  } as const;
  addMerged(made, { ...base, events: [review] });
  made.facts.push(stay(`s${number}`, `topic-${number}`, '03-03 09:00', '03-03 11:00', { principal: person }));
  made.calls.push(call(`s${number}`, '03-03 09:30', { person, cost: number === 3 ? 25_000_000 : 1_000_000 }));
  if (number <= 12) made.calls.push(call(`s${number}`, '03-03 09:40', { person, cost: null, denied: true }));
  if (merged === null) return;
  const overridden = fate === 'overridden';
  const verdict = overridden ? ('fail' as const) : ('pass' as const);
  made.facts.push({
    type: 'gate',
    id: `g${number}`,
    repository,
    number,
    at: at('03-04 11:00'),
    verdict,
    overridden,
  });
  if (fate !== 'reversed') return;
  const taking = { author: { login: person, kind: 'human' as const }, head: `revert-${number}-topic` };
  addMerged(made, change(200 + number, '03-05 10:00', '03-05 12:00', taking));
}

function addMerged(made: Made, history: ChangeHistory): void {
  made.histories.push(history);
  const { mergedAt, mergeCommit, number } = history.change;
  if (mergedAt === undefined || mergedAt > at('03-08')) return;
  made.deployments.push({
    ...{
      type: 'deployment',
      id: `d${number}`,
      repository,
      service: 'web',
      environment: 'prod',
      result: 'success',
    },
    ...{ startedAt: mergedAt, finishedAt: mergedAt, commit: mergeCommit! },
  });
}

/** Incidents of change 1, and of 2 together with one that no assistant made; four findings; escalations of ten tasks. */
function addTrouble({ incidents, facts }: Made): void {
  const caused = (...numbers: readonly number[]) =>
    numbers.map((number) => ({ rel: 'caused_by' as const, change: `${repository}#${number}` }));
  const times = { startedAt: at('03-06'), reportedAt: at('03-06'), severity: 3 };
  incidents.push({ type: 'incident', id: 'i1', ...times, links: caused(1) });
  incidents.push({ type: 'incident', id: 'i2', ...times, links: caused(2, 101) });
  for (const number of [1, 1, 2, 102])
    facts.push({ type: 'finding', id: `f${facts.length}`, repository, number, at: at('03-06') });
  const escalation = { type: 'escalation', repository, at: at('03-03 12:00') } as const;
  for (let hours = 1; hours <= 6; hours++) {
    const times = {
      deniedAt: at('03-03 09:40'),
      answeredAt: at(`03-03 ${9 + hours}:40`.replace(' 9:', ' 09:')),
    };
    facts.push({ ...escalation, id: `e1-${hours}`, cause: 'E1', number: hours, ...times });
  }
  for (const number of [7, 8]) facts.push({ ...escalation, id: `e2-${number}`, cause: 'E2', number });
  facts.push({ ...escalation, id: 'e3-9', cause: 'E3', branch: 'topic-9' });
  for (const id of ['leak-1', 'bypass-1'])
    facts.push({
      type: 'governance_incident',
      id,
      what: id === 'leak-1' ? 'leak' : 'bypass',
      at: at('03-11'),
    });
}

function addSources({ facts }: Made): void {
  const plan = { vendor: 'example', plan: 'business', seats: 30, active: 20, pricePerMonth: 20 };
  facts.push({ type: 'seats', id: 'seats', from: '2026-03-02', to: '2026-03-09', ...plan });
}

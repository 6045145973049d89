import { describe, expect, it } from 'vitest';
import type { ChangeEvent, ChangeHistory } from '../delivery/index.ts';
import { isFirstPass, judge, judgedAge } from './cohorts.ts';
import type { GateResult, SessionAtBranch } from './facts.ts';
import { branchLives } from './lives.ts';
import type { Provenance } from './provenance.ts';
import { tasksOf } from './tasks.ts';
import { ann, at, change, repository, seconds, stay } from './testing/work.ts';

const now = seconds('06-01');
const none: ReadonlyMap<string, Provenance> = new Map();
const classed = (of: Provenance['class'], ...histories: readonly ChangeHistory[]) =>
  new Map(
    histories.map(({ change: { id } }) => [id, { class: of, strength: null, evidence: [], coverage: null }]),
  );
const shown = (
  histories: readonly ChangeHistory[],
  sessions: readonly SessionAtBranch[],
  provenances = none,
) =>
  tasksOf(histories, sessions, provenances, branchLives(histories, now)).map(({ id, aliases, stays }) => [
    id.replace(`${repository}@`, ''),
    ...aliases.map((alias) => alias.replace(repository, '')),
    stays.length,
  ]);

describe('a task', () => {
  it('is a branch from its first write on, and a change from it is its alias', () => {
    const sessions = [
      stay('s1', 'topic-1', '03-02 09:00', '03-02 10:00', { firstWriteAt: at('03-02 09:30') }),
      stay('s2', 'topic-1', '03-04 09:00', '03-04 10:00'),
    ];
    expect(shown([change(1, '03-03 10:00', '03-05 10:00')], sessions)).toEqual([
      ['topic-1@2026-03-02T09:30:00Z', '#1', 2],
    ]);
  });

  it('is not what a session does without writing, or at a branch that changes are merged into', () => {
    const chat = stay('s1', 'topic-1', '03-02 09:00', '03-02 10:00', { firstWriteAt: undefined });
    expect(shown([], [chat])).toEqual([]);
    const main = stay('s1', 'main', '03-02 09:00', '03-02 10:00');
    expect(shown([change(1, '03-03 10:00', null)], [main])).toEqual([]);
  });

  it('is absorbed by a change opened within 14 days of the first write', () => {
    const writing = [stay('s1', 'topic-1', '03-02 10:00', '03-02 11:00')];
    expect(shown([change(1, '03-16 10:00', null)], writing)).toEqual([
      ['topic-1@2026-03-02T10:00:00Z', '#1', 1],
    ]);
    expect(shown([change(1, '03-16 10:01', null)], writing)).toEqual([['topic-1@2026-03-02T10:00:00Z', 1]]);
  });

  it('joins a change that was open before', () => {
    const sessions = [stay('s1', 'topic-1', '03-04 10:00', '03-04 11:00')];
    expect(shown([change(1, '03-02 10:00', '03-05 10:00')], sessions)).toEqual([
      ['topic-1@2026-03-04T10:00:00Z', '#1', 1],
    ]);
  });

  it('ends with its change: the branch used again is another task', () => {
    const changes = [
      change(1, '03-02 10:00', '03-05 10:00', { head: 'patch' }),
      change(2, '03-08 10:00', '03-09 10:00', { head: 'patch' }),
    ];
    const sessions = [
      stay('s1', 'patch', '03-02 09:00', '03-02 10:00'),
      stay('s2', 'patch', '03-07 09:00', '03-07 10:00'),
    ];
    expect(shown(changes, sessions)).toEqual([
      ['patch@2026-03-02T09:00:00Z', '#1', 1],
      ['patch@2026-03-07T09:00:00Z', '#2', 1],
    ]);
  });

  it('is also a change of class A or B without a session, from its first commit on', () => {
    const history = change(1, '03-03 10:00', null, {}, [{ authoredAt: at('03-01 08:00') }]);
    expect(shown([history], [], classed('A', history))).toEqual([['topic-1@2026-03-01T08:00:00Z', '#1', 0]]);
    expect(shown([history], [], classed('B', history))).toHaveLength(1);
    for (const other of ['C', 'N', 'U', 'automation'] as const)
      expect(shown([history], [], classed(other, history))).toEqual([]);
  });

  it('is answered for by who drove the session, else by the author, or the driver of a bot', () => {
    const person = (history: ChangeHistory, sessions: readonly SessionAtBranch[] = []) =>
      tasksOf([history], sessions, classed('A', history), branchLives([history], now))[0]!.person;
    const bot = { author: { login: 'agent[bot]', kind: 'bot' as const } };
    expect(person(change(1, '03-03', null))).toBe('ann');
    expect(person(change(1, '03-03', null, { ...bot, drivers: ['bob'] }))).toBe('bob');
    expect(person(change(1, '03-03', null, bot))).toBeNull();
    expect(
      person(change(1, '03-03', null), [stay('s', 'topic-1', '03-02', '03-02', { principal: 'cyn' })]),
    ).toBe('cyn');
  });
});

describe('the judgement at 42 days', () => {
  const opened = seconds('03-01');
  const gate = (more: Partial<GateResult> = {}): GateResult => ({
    ...{ type: 'gate', id: 'g', repository, number: 1, at: at('03-02'), verdict: 'pass', overridden: false },
    ...more,
  });
  const of = (history: ChangeHistory | null, gates: readonly GateResult[] = [gate()], reversedAt?: string) =>
    judge(
      { opened, change: history },
      reversedAt === undefined ? undefined : { at: seconds(reversedAt), by: 'x', evidence: 'revert' },
      gates,
    );

  it('is success when merged by day 14 through the gate and kept for 28 days', () => {
    expect(of(change(1, '03-02', '03-03'))).toBe('success');
    expect(of(change(1, '03-02', '03-15'))).toBe('success');
    expect(of(change(1, '03-02', '03-03'), [gate()], '04-01')).toBe('success');
  });

  it('is what else it came to', () => {
    expect(of(change(1, '03-02', '03-03'), [gate()], '03-31')).toBe('reversed');
    expect(of(change(1, '03-02', '03-15 00:01'))).toBe('late_merge');
    expect(of(change(1, '03-02', '04-12'))).toBe('late_merge');
    expect(of(change(1, '03-02', '04-12 00:01'))).toBe('still_open');
    expect(of(change(1, '03-02', null, { closedAt: at('04-01') }))).toBe('closed');
    expect(of(change(1, '03-02', null, { closedAt: at('04-20') }))).toBe('still_open');
    expect(of(change(1, '03-02', null))).toBe('still_open');
    expect(of(null)).toBe('still_open');
  });

  it('does not change after that day', () => {
    const closing = (kind: string, when: string): ChangeEvent => ({
      ...{ type: 'event', change: 'c', id: when, at: at(when), kind, by: ann },
    });
    const reopened = change(1, '03-02', '05-20', {});
    const events = [closing('closed', '03-10'), closing('reopened', '05-01')];
    expect(of({ ...reopened, events })).toBe('closed');
    expect(judgedAge).toBe(42 * 86_400);
  });

  it('is unproved without a result of the gate, overridden against it', () => {
    expect(of(change(1, '03-02', '03-05'), [])).toBe('unproved');
    expect(of(change(1, '03-02', '03-05'), [gate({ at: at('03-06') })])).toBe('unproved');
    expect(of(change(1, '03-02', '03-05'), [gate({ overridden: true })])).toBe('overridden');
    expect(of(change(1, '03-02', '03-05'), [gate({ verdict: 'hold' })])).toBe('overridden');
    const mended = [gate({ verdict: 'fail' }), gate({ id: 'h', at: at('03-04') })];
    expect(of(change(1, '03-02', '03-05'), mended)).toBe('success');
  });
});

describe('a first pass', () => {
  const event = (kind: string, when: string, more: Partial<ChangeEvent> = {}): ChangeEvent => ({
    ...{
      type: 'event',
      change: 'c',
      id: `${kind} ${when}`,
      at: at(when),
      kind,
      by: { login: 'bob', kind: 'human' },
    },
    ...more,
  });
  const late = { sha: 'abcdef9', committedAt: at('03-03 12:00') };
  const of = (
    {
      events = [],
      commits = [],
      more = {},
    }: { events?: readonly ChangeEvent[]; commits?: readonly object[]; more?: object },
    stays: readonly SessionAtBranch[] = [],
    noted: readonly string[] = [],
  ) => {
    const history = { ...change(1, '03-02', '03-05', more, [{}, ...commits]), events };
    const [task] = tasksOf([history], stays, classed('A', history), branchLives([history], now));
    return isFirstPass(task!, new Set(['agent']), new Set(noted));
  };

  it('is merged without changes requested', () => {
    expect(of({ events: [event('review', '03-03', { state: 'approved' })] })).toBe(true);
    expect(of({ events: [event('review', '03-03', { state: 'changes_requested' })] })).toBe(false);
    const bot = { login: 'lint[bot]', kind: 'bot' as const };
    expect(of({ events: [event('review', '03-03', { state: 'changes_requested', by: bot })] })).toBe(true);
    expect(of({ more: { mergedAt: undefined } })).toBe(false);
    expect(of({ more: { unknown: ['reviews'] } })).toBeNull();
  });

  it('is without a human’s code commit after a review was asked for', () => {
    expect(of({ commits: [late] })).toBe(false);
    expect(of({ commits: [late], events: [event('review_requested', '03-04')] })).toBe(true);
    expect(of({ commits: [{ ...late, parents: ['a', 'b'] }] })).toBe(true);
    expect(of({ commits: [{ ...late, message: 'Apply suggestions from code review' }] })).toBe(true);
  });

  it('does not count an assistant’s own commits', () => {
    expect(of({ commits: [{ ...late, author: { login: 'agent' } }] })).toBe(true);
    expect(
      of({ commits: [{ ...late, message: 'x\n\nCo-Authored-By: Claude <noreply@anthropic.com>' }] }),
    ).toBe(true);
    expect(of({ commits: [late] }, [], [`${repository} abcdef9`])).toBe(true);
    expect(of({ commits: [late] }, [stay('s', 'topic-1', '03-03 11:00', '03-03 11:55')])).toBe(true);
    expect(of({ commits: [late] }, [stay('s', 'topic-1', '03-03 11:00', '03-03 11:45')])).toBe(false);
  });
});

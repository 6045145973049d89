import { describe, expect, it } from 'vitest';
import { weekOf } from '../delivery/index.ts';
import type { TaskFact } from './facts.ts';
import { branchLives } from './lives.ts';
import { type Provenance, type ProvenanceSources, provenancesOf } from './provenance.ts';
import { at, change, repository, seconds, stay } from './testing/work.ts';

const now = seconds('06-01');
const none: ProvenanceSources = {
  facts: [],
  agentAccounts: new Set(),
  enrolments: [],
  activeWeeks: new Map(),
};
const enrolled = { person: 'ann', team: 'shop', from: seconds('01-01'), until: null };
const active = new Map([['ann', new Set([weekOf(seconds('03-03'))])]]);
const coverage = (share: number, from = '2026-02-01', to = '2026-04-01'): TaskFact => ({
  ...{ type: 'coverage', id: `coverage-${from}`, repository, from, to, share },
});

function of(history: ReturnType<typeof change>, sources: Partial<ProvenanceSources> = {}): Provenance {
  return provenancesOf([history], { ...none, ...sources }, branchLives([history], now)).get(
    history.change.id,
  )!;
}

const plain = change(1, '03-03 10:00', '03-05 10:00', {}, [{}]);
const byBot = (login: string) =>
  change(1, '03-03 10:00', '03-05 10:00', { author: { login, kind: 'bot' } }, [{}]);

describe('class A', () => {
  it('is an account that the program lists as an assistant’s', () => {
    const found = of(byBot('Agent[bot]'), { agentAccounts: new Set(['agent[bot]']) });
    expect(found).toMatchObject({ class: 'A', evidence: ['account:agent[bot]'], strength: null });
  });

  it('is a session’s attestation of the head, not of an earlier commit', () => {
    const history = change(1, '03-03 10:00', '03-05 10:00', {}, [
      { sha: 'aaaaaaa', committedAt: at('03-03 11:00') },
      { sha: 'bbbbbbb', committedAt: at('03-03 12:00') },
    ]);
    const attested = (commit: string): TaskFact => ({
      type: 'attestation',
      id: 'x',
      repository,
      commit,
      session: 's',
    });
    expect(of(history, { facts: [attested('bbbbbbb')] })).toMatchObject({
      class: 'A',
      evidence: ['attestation:x'],
    });
    expect(of(history, { facts: [attested('aaaaaaa')] }).class).toBe('U');
  });

  it('is half of the added lines matched to edits that hooks recorded, and not less', () => {
    const edits = (matchedLines: number, addedLines = 100): TaskFact => ({
      ...{ type: 'edits', id: 'e', repository, number: 1, matchedLines, addedLines },
    });
    expect(of(plain, { facts: [edits(50)] })).toMatchObject({ class: 'A', evidence: ['edits:e'] });
    expect(of(plain, { facts: [edits(49)] }).class).toBe('U');
    expect(of(plain, { facts: [edits(0, 0)] }).class).toBe('U');
  });
});

describe('automation', () => {
  it('is any other bot, whatever trailers it writes', () => {
    const history = change(1, '03-03 10:00', '03-05 10:00', { author: { login: 'bump[bot]', kind: 'bot' } }, [
      { message: 'Bump\n\nCo-Authored-By: Claude <noreply@anthropic.com>' },
    ]);
    expect(of(history)).toMatchObject({ class: 'automation', evidence: ['account:bump[bot]'] });
  });
});

describe('class B', () => {
  it('is a session at the branch while the change was worked at', () => {
    const found = of(plain, { facts: [stay('s1', 'topic-1', '03-02 09:00', '03-02 10:00')] });
    expect(found).toMatchObject({ class: 'B', strength: 'strong', evidence: ['session:s1@topic-1'] });
  });

  it.each([
    ['another branch', stay('s1', 'other', '03-03 09:00', '03-03 10:00')],
    [
      'another repository',
      stay('s1', 'topic-1', '03-03 09:00', '03-03 10:00', { repository: 'git.example.com/a/b' }),
    ],
    ['long before', stay('s1', 'topic-1', '01-03 09:00', '01-03 10:00')],
    ['after the merge', stay('s1', 'topic-1', '03-06 09:00', '03-06 10:00')],
  ])('is no session at %s', (_, fact) => {
    expect(of(plain, { facts: [fact] }).class).toBe('U');
  });

  it('leaves a session to the change that used the branch before', () => {
    const first = change(1, '03-03 10:00', '03-05 10:00', { head: 'patch' });
    const second = change(2, '03-07 10:00', '03-08 10:00', { head: 'patch' });
    const facts = [stay('s1', 'patch', '03-04 09:00', '03-04 10:00')];
    const found = provenancesOf([first, second], { ...none, facts }, branchLives([first, second], now));
    expect([found.get(first.change.id)!.class, found.get(second.change.id)!.class]).toEqual(['B', 'U']);
  });

  it('is an authorship note on one of its commits that names a session', () => {
    const note = (sessions: number): TaskFact => ({
      ...{ type: 'authorship', id: 'n', repository, commit: 'abc1000', format: 'git-ai' },
      sessions: Array.from({ length: sessions }, (_, i) => ({ id: `s_${i}`, tool: null, lines: 1 })),
    });
    expect(of(plain, { facts: [note(1)] })).toMatchObject({
      class: 'B',
      strength: 'strong',
      evidence: ['git-ai:n'],
    });
    expect(of(plain, { facts: [note(0)] }).class).toBe('U');
  });

  it('is weak when only a trailer or the branch’s name says so', () => {
    const signed = change(1, '03-03 10:00', '03-05 10:00', { head: 'codex/fix' }, [
      {
        sha: 'abcdef1',
        message: 'x\n\nCo-authored-by: Copilot <223556219+Copilot@users.noreply.github.com>',
      },
    ]);
    expect(of(signed)).toMatchObject({
      ...{ class: 'B', strength: 'weak', evidence: ['branch:codex', 'trailer:copilot@abcdef1'] },
    });
    expect(of(signed, { facts: [stay('s', 'codex/fix', '03-03 09:00', '03-03 10:00')] }).strength).toBe(
      'strong',
    );
  });
});

describe('what is left', () => {
  it('is C for an author enrolled and active in its weeks', () => {
    expect(of(plain, { enrolments: [enrolled], activeWeeks: active })).toMatchObject({
      ...{ class: 'C', evidence: ['usage:2026-W10'] },
    });
    expect(of(plain, { enrolments: [enrolled] }).class).toBe('U');
    const elsewhen = new Map([['ann', new Set([weekOf(seconds('05-03'))])]]);
    expect(of(plain, { enrolments: [enrolled], activeWeeks: elsewhen }).class).toBe('U');
  });

  it('is N only for an author who is not enrolled where nearly every machine is seen', () => {
    expect(of(plain, { facts: [coverage(0.95)] })).toMatchObject({ class: 'N', coverage: 0.95 });
    expect(of(plain, { facts: [coverage(0.94)] })).toMatchObject({ class: 'U', coverage: 0.94 });
    expect(of(plain)).toMatchObject({ class: 'U', coverage: null });
    expect(of(plain, { facts: [coverage(1)], enrolments: [enrolled] }).class).toBe('U');
    const expired = { ...enrolled, until: seconds('02-01') };
    expect(of(plain, { facts: [coverage(1)], enrolments: [expired] }).class).toBe('N');
  });

  it('is never N where a week is not covered, for nobody’s change, or with a weak sign', () => {
    expect(of(plain, { facts: [coverage(1, '2026-02-01', '2026-02-20')] })).toMatchObject({
      class: 'U',
      coverage: null,
    });
    const ghost = change(1, '03-03 10:00', '03-05 10:00', { author: { login: null, kind: 'unknown' } });
    expect(of(ghost, { facts: [coverage(1)] }).class).toBe('U');
    const branch = change(1, '03-03 10:00', '03-05 10:00', { head: 'cursor/x' });
    expect(of(branch, { facts: [coverage(1)] }).class).toBe('B');
  });
});

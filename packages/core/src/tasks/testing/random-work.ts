import { type ChangeEvent, type ChangeHistory, timeOf } from '../../delivery/index.ts';
import { seededRandom } from '../../statistics/index.ts';
import type { Enrolment } from '../facts.ts';
import type { TaskInput } from '../input.ts';
import type { Made } from './cohort.ts';

/* Untidy work, for comparing two ways of measuring it: every kind of fact, ties, reused branches, things that don't fit. */

const day = 86_400;
export const randomStart = Date.UTC(2026, 0, 5) / 1000;

interface Draw {
  readonly chance: (share: number) => boolean;
  readonly whole: (below: number) => number;
  readonly pick: <T>(items: readonly T[]) => T;
}

export function randomWork(seed: string, changes = 700, weeks = 26): TaskInput {
  const random = seededRandom(seed);
  const draw: Draw = {
    chance: (share) => random() < share,
    whole: (below) => Math.floor(random() * below),
    pick: (items) => items[Math.floor(random() * items.length)]!,
  };
  const made: Made = { histories: [], deployments: [], incidents: [], facts: [], calls: [] };
  for (let i = 0; i < changes; i++) addChange(made, draw, i + 1, weeks);
  addUsage(made, draw);
  addRest(made, draw, weeks);
  const enrolments = [0, 1, 2].flatMap((team) =>
    [0, 1, 2, 3, 4, 5].map((i): Enrolment => {
      const until = draw.chance(0.2) ? randomStart + draw.whole(weeks) * 7 * day : null;
      return {
        person: `dev-${team}-${i}`,
        team: `team-${team}`,
        from: randomStart + draw.whole(40) * day,
        until,
      };
    }),
  );
  return {
    delivery: made,
    facts: made.facts,
    calls: made.calls,
    enrolments,
    agentAccounts: new Set(['agent[bot]']),
    sessionAliases: new Map([['s_0001', 'session-1']]),
  };
}

const id = (repository: string, number: number) => `${repository}#${number}`;

function addChange(made: Made, draw: Draw, number: number, weeks: number): void {
  const team = draw.whole(3);
  const repository = `git.example.com/team-${team}/repo-${draw.whole(2)}`;
  const start = randomStart + draw.whole(weeks * 7) * day + draw.whole(10) * 3600;
  const person = `dev-${team}-${draw.whole(7)}`;
  const merged = draw.chance(0.8) ? start + draw.whole(20) * day + 3600 : null;
  const head = draw.pick([
    `topic-${number}`,
    `topic-${number}`,
    `shared-${number % 5}`,
    '',
    `codex/${number}`,
  ]);
  const reverts = made.histories.length > 0 && draw.chance(0.06) ? draw.pick(made.histories).change : null;
  const bot = draw.chance(0.1) ? draw.pick(['agent[bot]', 'deps[bot]']) : null;
  const change: ChangeHistory['change'] = {
    ...{ type: 'change', id: id(repository, number), repository, number, openedAt: timeOf(start + 1800) },
    author:
      bot === null
        ? { login: draw.chance(0.03) ? null : person, kind: 'human' }
        : { login: bot, kind: 'bot' },
    ...(bot !== null && draw.chance(0.7) ? { drivers: [person] } : {}),
    ...(merged === null ? {} : { mergedAt: timeOf(merged), mergeCommit: sha(number) }),
    ...(merged === null && draw.chance(0.5) ? { closedAt: timeOf(start + 9 * day) } : {}),
    ...(reverts === null ? {} : { title: `Reverts ${reverts.repository}#${reverts.number}` }),
    ...{
      isDraft: false,
      base: draw.pick(['main', 'main', 'next']),
      head,
      additions: 1,
      deletions: 1,
      files: 1,
    },
    ...(draw.chance(0.1) ? { unknown: ['reviews' as const] } : {}),
  };
  const events = ['approved', 'changes_requested'].flatMap((state, i): ChangeEvent[] =>
    draw.chance(0.4)
      ? [
          {
            ...{ type: 'event', change: change.id, id: `${change.id} ${i}`, at: timeOf(start + 7200 + i) },
            ...{ kind: 'review', state: state as 'approved', by: { login: 'rob', kind: 'human' } },
          },
        ]
      : [],
  );
  const commits = [0, 1].slice(0, 1 + draw.whole(2)).map((i) => ({
    ...{ type: 'commit' as const, repository, change: change.id, sha: `${i}${sha(number)}` },
    ...{
      authoredAt: timeOf(start + i * 9000),
      committedAt: timeOf(start + i * 9000),
      author: { login: person },
    },
    message: draw.chance(0.1) ? 'x\n\nCo-Authored-By: Claude <noreply@anthropic.com>' : '',
  }));
  made.histories.push({ change, events, commits });
  addFacts(made, draw, { repository, number, head, start, person });
  if (change.mergeCommit === undefined || !draw.chance(0.8)) return;
  const at = merged! + draw.whole(2) * day;
  const earlier = draw.pick(made.histories).change.mergeCommit;
  made.deployments.push({
    ...{
      type: 'deployment',
      id: `deploy ${number}`,
      repository,
      service: repository,
      environment: 'production',
    },
    ...{ result: draw.chance(0.9) ? 'success' : 'failed', startedAt: timeOf(at), finishedAt: timeOf(at) },
    commit: draw.chance(0.95) ? change.mergeCommit : 'feedfeed',
    ...(earlier === undefined ? {} : { commits: [earlier] }),
  });
}

const sha = (number: number) => `${number.toString(16).padStart(6, '0')}abcdef`;

function addFacts(
  { facts, histories }: Made,
  draw: Draw,
  {
    repository,
    number,
    head,
    start,
    person,
  }: {
    readonly repository: string;
    readonly number: number;
    readonly head: string;
    readonly start: number;
    readonly person: string;
  },
): void {
  const branch = head === '' ? 'main' : head;
  const times = draw.whole(3);
  for (let i = 0; i < times; i++) {
    const from = start + draw.whole(3) * 3600;
    facts.push({
      ...{ type: 'session', id: `stay ${number} ${i}`, session: `session-${draw.whole(150)}`, repository },
      ...{ branch: draw.chance(0.9) ? branch : 'attempt', from: timeOf(from), until: timeOf(from + 7200) },
      ...(draw.chance(0.8) ? { firstWriteAt: timeOf(from + 60) } : {}),
      ...(draw.chance(0.8) ? { principal: person } : {}),
    });
  }
  const about = { repository, number, at: timeOf(start + 4000) };
  const verdict = draw.pick(['pass', 'fail', 'hold'] as const);
  if (draw.chance(0.5))
    facts.push({ type: 'gate', id: `g${number}`, ...about, verdict, overridden: draw.chance(0.1) });
  if (draw.chance(0.1)) facts.push({ type: 'finding', id: `f${number}`, ...about });
  if (draw.chance(0.15)) {
    const cause = draw.pick(['E1', 'E1', 'E2', 'E3'] as const);
    const at = { deniedAt: timeOf(start + 3000), answeredAt: timeOf(start + 3000 + draw.whole(day)) };
    const where = draw.chance(0.5) ? { number } : { branch };
    facts.push({ type: 'escalation', id: `e${number}`, cause, repository, ...where, at: about.at, ...at });
  }
  const matched = { matchedLines: draw.whole(10), addedLines: 10 };
  if (draw.chance(0.05)) facts.push({ type: 'edits', id: `d${number}`, repository, number, ...matched });
  const commit = draw.pick(histories).commits[0]!.sha;
  if (draw.chance(0.1)) {
    const sessions = [`session-${draw.whole(150)}`, draw.pick(['s_0001', 'unheard-of'])];
    const notes = sessions.map((session) => ({ id: session, tool: null, lines: 3 }));
    facts.push({
      type: 'authorship',
      id: `n${number}`,
      repository,
      commit,
      format: 'git-ai',
      sessions: notes,
    });
  }
  if (draw.chance(0.03))
    facts.push({ type: 'attestation', id: `a${number}`, repository, commit, session: 'session-2' });
}

function addUsage({ facts, calls }: Made, draw: Draw): void {
  for (const fact of facts) {
    if (fact.type !== 'session' || draw.chance(0.2)) continue;
    for (let i = 0; i < 3; i++) {
      const denied = draw.chance(0.2);
      calls.push({
        session: draw.chance(0.9) ? fact.session : null,
        at: Date.parse(fact.from) / 1000 + i * 3000 - 500,
        repository: fact.repository,
        person: draw.chance(0.9) ? (fact.principal ?? null) : null,
        tokens: denied ? 0 : draw.whole(5000),
        ...{ cost: denied || draw.chance(0.1) ? null : draw.whole(2_000_000), denied },
        reserved: draw.chance(0.5) ? draw.whole(10_000) : null,
      });
    }
  }
}

function addRest({ facts, incidents, histories, deployments }: Made, draw: Draw, weeks: number): void {
  for (let i = 0; i < 40; i++) {
    const { change } = draw.pick(histories);
    const at = timeOf(Date.parse(change.openedAt) / 1000 + draw.whole(30) * day);
    const links = draw.pick([
      [],
      [],
      [{ rel: 'caused_by' as const, change: change.id }],
      [
        { rel: 'caused_by' as const, change: change.id },
        { rel: 'caused_by' as const, change: draw.pick(histories).change.id },
        { rel: 'fixed_by' as const, change: draw.pick(histories).change.id },
      ],
      [{ rel: 'caused_by' as const, deployment: draw.pick(deployments).id }],
      [{ rel: 'fixed_by' as const, deployment: draw.pick(deployments).id }],
    ]);
    const base = { startedAt: at, reportedAt: at, severity: 2, links, retracted: draw.chance(0.1) };
    incidents.push({ type: 'incident', id: `i${i}`, service: change.repository, ...base });
  }
  const [from, to] = [dayOf(randomStart), dayOf(randomStart + weeks * 7 * day)];
  for (const repo of [0, 1]) {
    const repository = `git.example.com/team-1/repo-${repo}`;
    facts.push({ type: 'coverage', id: `c${repo}`, repository, from, to, share: repo === 0 ? 0.96 : 0.9 });
  }
  const plan = { vendor: 'v', plan: 'p', from, to, seats: 20, pricePerMonth: 19 };
  facts.push({ type: 'seats', id: 'seats', ...plan, ...(draw.chance(0.5) ? { active: 15 } : {}) });
  const count = { vendor: 'v', day: from, active: 9 };
  facts.push({ type: 'active_count', id: 'active', ...count });
  facts.push({ type: 'governance_incident', id: 'leak', what: 'leak', at: timeOf(randomStart + 40 * day) });
  facts.push({ type: 'connection', id: 'scanners', source: 'scanners', since: from });
  // As a store gives them: by type and id.
  facts.sort((a, b) => (a.type + a.id < b.type + b.id ? -1 : 1));
}

const dayOf = (seconds: number) => timeOf(seconds).slice(0, 10);

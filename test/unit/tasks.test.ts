import { execFileSync } from 'node:child_process';
import { createHash } from 'node:crypto';
import { existsSync, mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { deliveryImportExample } from '@fairlead/core/delivery';
import {
  defaultTaskSimulation,
  simulateTasks,
  taskImportExample,
  taskKpiDefinitions,
} from '@fairlead/core/tasks';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { importInto as importDelivery } from '../../packages/server/src/features/delivery/cli.ts';
import { openLedger } from '../../packages/server/src/features/ledger/create.ts';
import {
  decisionDraft,
  outcomeDraft,
  settlingDraft,
  testInstance,
} from '../../packages/server/src/features/ledger/testing/entries.ts';
import { importInto, provenanceIn, taskRowsIn } from '../../packages/server/src/features/tasks/cli.ts';
import { openTasks } from '../../packages/server/src/features/tasks/create.ts';
import type { TaskFormat } from '../../packages/server/src/features/tasks/import.ts';
import { readTasks } from '../../packages/server/src/features/tasks/read-tasks.ts';

let folder: string;
let data: string;
beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), 'fairlead-tasks-'));
  data = join(folder, 'data');
});
afterEach(() => rmSync(folder, { recursive: true, force: true }));

function file(content: readonly object[] | string, name = 'facts.jsonl'): string {
  const path = join(folder, name);
  writeFileSync(
    path,
    typeof content === 'string' ? content : content.map((line) => JSON.stringify(line)).join('\n'),
  );
  return path;
}

const take = (content: readonly object[] | string, format: TaskFormat = 'tasks', repository?: string) =>
  importInto(data, format, file(content), repository);
const takeDelivery = (facts: readonly object[]) =>
  importDelivery(data, 'jsonl', file(facts, 'delivery.jsonl'), () => undefined);
const name = 'git.example.com/shop/web#7';
const counts = { changed: 0, unchanged: 0, passedOver: 0 };

async function kept() {
  const store = await openTasks(data);
  try {
    return await store.facts();
  } finally {
    await store.close();
  }
}

describe('importing', () => {
  it('takes the documented example, and a second time changes nothing', async () => {
    expect(await take(taskImportExample)).toEqual({ ...counts, added: 3 });
    expect(await take(taskImportExample)).toEqual({ ...counts, added: 0, unchanged: 3 });
  });

  it('leaves no login behind but in the table that can be erased', async () => {
    await take(taskImportExample);
    const [session] = (await kept()).filter(({ type }) => type === 'session');
    expect(session).toMatchObject({ principal: expect.stringMatching(/^p-[0-9a-f]{16}$/) });
    await takeDelivery(deliveryImportExample);
    expect((await provenanceIn(data, name)).tasks).toHaveLength(1);
  });

  it.each([
    ['what is no JSON', '{"type":', 'Line 2: it is not JSON'],
    ['a field nobody knows', JSON.stringify({ ...taskImportExample[1], score: 5 }), 'Line 2: the line'],
    [
      'a repository that is none',
      JSON.stringify({ ...taskImportExample[1], repository: '///' }),
      'repository',
    ],
    [
      'an escalation of nothing',
      JSON.stringify({
        type: 'escalation',
        id: 'e',
        cause: 'E1',
        repository: 'a/b/c',
        at: '2026-03-01T00:00:00Z',
      }),
      'must say which change',
    ],
    [
      'a share above one',
      JSON.stringify({
        type: 'coverage',
        id: 'c',
        repository: 'a/b/c',
        from: '2026-01-01',
        to: '2026-02-01',
        share: 1.2,
      }),
      'share',
    ],
  ])('names the line of %s, and keeps what came before', async (_, line, message) => {
    const bad = take(
      `${JSON.stringify(taskImportExample[2])}\n${line}\n${JSON.stringify(taskImportExample[1])}`,
    );
    await expect(bad).rejects.toMatchObject({
      code: 'delivery.line-invalid',
      message: expect.stringContaining(message),
    });
    expect((await kept()).map(({ type }) => type)).toEqual(['seats']);
  });

  it('says when there is no such file', async () => {
    await expect(importInto(data, 'seats', join(folder, 'none'))).rejects.toMatchObject({
      code: 'delivery.unreadable',
    });
  });

  it('takes active people of Copilot reports as counts, and nobody’s name', async () => {
    const total = {
      day: '2026-03-02',
      daily_active_users: 4,
      weekly_active_users: 6,
      totals_by_ide: [{ ide: 'x' }],
      loc_added_sum: 9,
    };
    expect(
      await take(JSON.stringify({ day_totals: [total], organization_id: '1' }), 'copilot-usage'),
    ).toMatchObject({ added: 1 });
    const users = ['Ann', 'ann', 'bob'].map((user_login) => ({
      day: '2026-03-03',
      user_login,
      loc_added_sum: 1,
    }));
    await take(JSON.stringify({ day_totals: users }), 'copilot-usage');
    const facts = await kept();
    expect(facts).toMatchObject([
      { vendor: 'copilot', day: '2026-03-02', active: 4, activeInWeek: 6 },
      { vendor: 'copilot', day: '2026-03-03', active: 2 },
    ]);
    expect(JSON.stringify(facts)).not.toMatch(/ann|bob|loc/i);
    for (const bad of ['[]', '{"day_totals":[{"day":"yesterday"}]}', '{"day_totals":[]}'])
      await expect(take(bad, 'copilot-usage')).rejects.toMatchObject({ code: 'delivery.line-invalid' });
  });

  it('takes the public reports of Copilot’s current shape', async () => {
    const reports = join(import.meta.dirname, '../../../shared/data/copilot-usage');
    if (!existsSync(reports)) {
      console.warn('SKIPPED: the public Copilot reports do not lie beside the checkout');
      return;
    }
    const text = readFileSync(join(reports, 'organization-28-day-report.json'), 'utf8');
    expect(await take(text, 'copilot-usage')).toMatchObject({ added: 28 });
  });

  it('takes seats as CSV and as JSON, and refuses what doesn’t fit', async () => {
    const csv =
      'vendor,plan,from,to,seats,active,pricePerMonth\nexample,business,2026-03-01,2026-04-01,40,,19\n';
    expect(await take(csv, 'seats')).toMatchObject({ added: 1 });
    const row = {
      vendor: 'example',
      plan: 'business',
      from: '2026-03-01',
      to: '2026-04-01',
      seats: 40,
      pricePerMonth: 19,
    };
    expect(await take(JSON.stringify([row]), 'seats')).toMatchObject({ unchanged: 1 });
    for (const bad of [
      csv.replace('vendor', 'wendor'),
      csv.replace('40', 'many'),
      csv.replace('2026-04-01', '2026-02-01'),
      csv.replace(',19', ''),
      JSON.stringify([{ ...row, seats: -1 }]),
    ])
      await expect(take(bad, 'seats')).rejects.toMatchObject({ code: 'delivery.line-invalid' });
  });
});

describe('authorship', () => {
  const git = (cwd: string, ...args: readonly string[]) =>
    execFileSync('git', ['-c', 'user.name=x', '-c', 'user.email=x@example.com', ...args], {
      cwd,
      encoding: 'utf8',
    }).trim();

  function cloneWithNotes(notes: readonly string[]): readonly [clone: string, commits: readonly string[]] {
    const clone = join(folder, 'clone');
    mkdirSync(clone);
    git(clone, 'init', '--quiet', '-b', 'main');
    git(clone, 'remote', 'add', 'origin', 'https://git.example.com/shop/web.git');
    const commits = notes.map((text, i) => {
      git(clone, 'commit', '--quiet', '--allow-empty', '-m', `Work ${i}`);
      if (text !== '') git(clone, 'notes', '--ref=ai', 'add', '-m', text, 'HEAD');
      return git(clone, 'rev-parse', 'HEAD');
    });
    return [clone, commits];
  }
  const note = (session: string) =>
    `a.ts\n  ${session}::t_00000000000001 1-4\n---\n${JSON.stringify({ schema_version: 'authorship/3.0.0', sessions: { [session]: { agent_id: { tool: 'claude', id: 'x' } } } })}`;

  it('is read from the notes of a clone, and what is none is passed over', async () => {
    const [clone, commits] = cloneWithNotes([note('s_0123456789abcd'), '', 'Reviewed-by: nobody']);
    expect(await importInto(data, 'git-ai', clone)).toEqual({ ...counts, added: 1, passedOver: 1 });
    expect(await kept()).toMatchObject([
      {
        repository: 'git.example.com/shop/web',
        commit: commits[0],
        sessions: [{ id: 's_0123456789abcd', tool: 'claude', lines: 4 }],
      },
    ]);
  });

  it('of Agent Trace needs to be told the repository', async () => {
    const record = {
      ...{
        version: '0.1.0',
        id: 'r-1',
        timestamp: '2026-03-01T10:00:00Z',
        vcs: { type: 'git', revision: '51c07aa9' },
      },
      files: [
        {
          path: 'a',
          conversations: [{ contributor: { type: 'ai' }, ranges: [{ start_line: 1, end_line: 2 }] }],
        },
      ],
    };
    await expect(take([record], 'agent-trace')).rejects.toMatchObject({
      code: 'delivery.repository-invalid',
    });
    expect(await take([record, { version: '9' }], 'agent-trace', 'git.example.com/shop/web')).toMatchObject({
      added: 1,
      passedOver: 1,
    });
    await takeDelivery(deliveryImportExample);
    expect(await provenanceIn(data, name)).toMatchObject({
      class: 'B',
      strength: 'strong',
      evidence: ['agent-trace:r-1'],
    });
  });
});

describe('the provenance of a change', () => {
  it('says its class, evidence and coverage', async () => {
    await takeDelivery(deliveryImportExample);
    expect(await provenanceIn(data, name)).toEqual({
      ...{ change: name, class: 'U', strength: null, evidence: [], coverage: null, tasks: [] },
    });
    await take(taskImportExample);
    expect(await provenanceIn(data, 'https://git.example.com/Shop/Web.git#7')).toEqual({
      ...{ change: name, class: 'B', strength: 'strong', evidence: ['session:stay-1'], coverage: null },
      tasks: ['git.example.com/shop/web@faster-cart@2026-03-01T15:42:00Z'],
    });
  });

  it('knows a trailer by its assistant once the message is gone', async () => {
    const [, , commit] = deliveryImportExample;
    const message =
      'Keep it\n\nCo-Authored-By: Claude <noreply@anthropic.com>\nCo-authored-by: Bob <bob@example.com>';
    await takeDelivery([...deliveryImportExample, { ...commit, message }]);
    expect(await provenanceIn(data, name)).toMatchObject({
      class: 'B',
      strength: 'weak',
      evidence: ['trailer:claude-code@51c07aa9'],
    });
    const stored = readFileSync(join(data, 'delivery.db')).toString('latin1');
    expect(stored).not.toMatch(/Bob|noreply@anthropic|Keep it/);
  });

  it('is refused for what is no change', async () => {
    await expect(provenanceIn(data, name)).rejects.toMatchObject({ code: 'delivery.no-facts' });
    await takeDelivery(deliveryImportExample);
    await expect(provenanceIn(data, 'git.example.com/shop/web#8')).rejects.toMatchObject({
      code: 'delivery.change-unknown',
    });
    await expect(provenanceIn(data, 'web')).rejects.toMatchObject({ code: 'delivery.repository-invalid' });
  });
});

describe('figures of tasks', () => {
  const { start } = defaultTaskSimulation;
  const day = (seconds: number) => new Date(seconds * 1000).toISOString().slice(0, 10);
  const window = { from: day(start), to: day(start + 40 * 7 * 86_400) };

  it('come from imported facts, with those of the ledger unknown', async () => {
    const simulated = simulateTasks({ teams: 3, weeks: 10 });
    const { histories, deployments, incidents } = simulated.delivery;
    const facts = histories.flatMap(({ change, events, commits }) => [change, ...events, ...commits]);
    await takeDelivery([...facts, ...deployments, ...incidents]);
    await take(simulated.facts);
    const rows = await taskRowsIn(data, window);
    const row = (kpi: string) => rows.find((one) => one.kpi === kpi)!;
    expect(row('kept_rate').value).toBeGreaterThan(0.6);
    expect(row('kept_rate').value).toBeLessThan(0.85);
    expect(row('friction').note).toBe('unknown: source not connected (usage)');
    expect(row('cost.seats').value).toBeGreaterThan(0);
    const byTeam = await taskRowsIn(data, { ...window, by: 'team' });
    expect(new Set(byTeam.filter(({ kpi }) => kpi === 'kept_rate').map(({ group }) => group)).size).toBe(3);
  });

  it('refuse a window that is none, and a folder without facts', async () => {
    await expect(taskRowsIn(data, window)).rejects.toMatchObject({ code: 'delivery.no-facts' });
    await takeDelivery(deliveryImportExample);
    for (const none of [
      { from: window.to, to: window.from },
      { from: '2026-06-03', to: '2026-06-04' },
      { from: '2026-02-30', to: window.to },
    ]) {
      await expect(taskRowsIn(data, none)).rejects.toMatchObject({ code: 'delivery.window-invalid' });
    }
  });

  it('have their costs and denials from the ledger, and a note names the session of a change', async () => {
    const session = 'conversation-1';
    const hash = createHash('sha256').update(`claude:${session}`).digest('hex').slice(0, 14);
    const ts = '2026-03-01T15:50:00.000Z';
    const call = {
      session,
      ts,
      assistant: { name: 'claude-code', version: null },
      repository: 'git.example.com/shop/web',
    };
    const instance = testInstance();
    const ledger = await openLedger({ dataDir: data, clock: { now: () => Date.parse(ts) } });
    const allowed = decisionDraft(instance, call);
    const unpriced = decisionDraft(instance, call);
    const going = decisionDraft(instance, call);
    const denied = decisionDraft(instance, { ...call, decision: 'deny' });
    await ledger.append([allowed]);
    await ledger.append([settlingDraft(instance, allowed.op, 1_250_000)]);
    for (const draft of [unpriced, going, denied]) await ledger.append([draft]);
    await ledger.append([outcomeDraft(instance, unpriced.op)]);
    await ledger.close();
    await takeDelivery(deliveryImportExample);
    const noted = {
      type: 'authorship',
      id: 'n-1',
      repository: 'git.example.com/shop/web',
      commit: '51c07aa9',
      format: 'git-ai',
    };
    await take([{ ...noted, sessions: [{ id: `s_${hash}`, tool: 'claude', lines: 3 }] }]);
    const found = await provenanceIn(data, name);
    expect(found).toMatchObject({ class: 'B', evidence: ['git-ai:n-1', `session:n-1/${session}`] });
    expect(found.tasks).toEqual(['git.example.com/shop/web@faster-cart@2026-03-01T15:50:00Z']);
    const rows = await taskRowsIn(data, window);
    // One person’s figures are nobody’s business.
    for (const kpi of ['cost.tasks', 'friction', 'adoption'])
      expect(rows.find((row) => row.kpi === kpi)).toMatchObject({ value: null, suppressed: true });
  });
});

describe('what the control API asks', () => {
  const program = { teams: {}, members: {}, agentAccounts: [], names: { defaultHost: 'github.com' } };
  const window = { from: Date.UTC(2026, 0, 1) / 1000, to: Date.UTC(2026, 6, 1) / 1000 };

  it('is nothing while there are no facts, and no file is made', async () => {
    const reader = readTasks({ dataDir: data }, program, { now: () => Date.UTC(2026, 6, 1) });
    expect([await reader.rows(window), await reader.sources()]).toEqual([[], []]);
    expect(existsSync(data)).toBe(false);
    await reader.close();
  });

  it('is answered again for a minute, then anew', async () => {
    await takeDelivery(deliveryImportExample);
    let now = Date.UTC(2026, 6, 1);
    const reader = readTasks({ dataDir: data }, program, { now: () => now });
    const connected = async () =>
      (await reader.sources()).flatMap(({ source, connected: is }) => (is ? [source] : []));
    expect(await connected()).toEqual(['changes', 'deployments', 'incidents']);
    await take(taskImportExample);
    expect(await connected()).not.toContain('gates');
    now += 61_000;
    expect(await connected()).toEqual(expect.arrayContaining(['gates', 'seats', 'sessions']));
    expect((await reader.rows(window)).map(({ kpi }) => kpi)).toEqual(taskKpiDefinitions.map(({ id }) => id));
    await reader.close();
  });
});

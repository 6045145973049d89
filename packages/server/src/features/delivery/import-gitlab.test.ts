import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { type ChangeHistory, reversalsOf } from '@fairlead/core/delivery';
import fc from 'fast-check';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { importInto, timelineIn } from './cli.ts';
import { openDelivery } from './create.ts';
import { isDraftTitle } from './gitlab-notes.ts';
import { gitlabActor } from './gitlab-types.ts';

let folder: string;
beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), 'fairlead-gitlab-'));
});
afterEach(() => rmSync(folder, { recursive: true, force: true }));

async function take(lines: readonly object[], label?: string) {
  const file = join(folder, 'gitlab.jsonl');
  writeFileSync(file, lines.map((line) => `${JSON.stringify(line)}\n`).join(''));
  return importInto(join(folder, 'data'), 'gitlab', file, () => undefined, { incidentLabel: label });
}

async function opened<Value>(
  use: (store: Awaited<ReturnType<typeof openDelivery>>) => Promise<Value>,
): Promise<Value> {
  const store = await openDelivery(join(folder, 'data'));
  try {
    return await use(store);
  } finally {
    await store.close();
  }
}

const project = 'gitlab.example.com/shop/apps/web';
const on = (resource: string, data: object, more: object = {}) => ({ resource, project, data, ...more });
const at = (time: string) => `2026-03-02T${time}:00.000+00:00`;
const user = (username: string, more: object = {}) => ({ id: 1, username, name: username, ...more });
let id = 0;
const note = (time: string, username: string, body: string, more: object = {}) => ({
  ...{ id: ++id, body, author: user(username), created_at: at(time), system: true },
  ...{ noteable_type: 'MergeRequest', noteable_iid: 12, ...more },
});
const said = { system: false };
const inline = { system: false, type: 'DiffNote' };
const merge = 'f00d'.repeat(10);

const mergeRequest = on('merge_requests', {
  ...{ iid: 12, title: 'Faster cart', author: user('ann'), draft: false, state: 'merged' },
  ...{ created_at: at('09:00'), updated_at: at('14:00'), merged_at: at('14:00'), closed_at: null },
  ...{ target_branch: 'main', source_branch: 'cart', sha: 'a1'.repeat(20) },
  ...{ merge_commit_sha: merge, squash_commit_sha: null, changes_count: '3', assignees: [user('ann')] },
});
const commit = on(
  'commits',
  {
    ...{
      id: 'a1'.repeat(20),
      title: 'Keep the cart',
      message: 'Keep the cart',
      author_email: 'ann@example.com',
    },
    ...{ authored_date: at('08:00'), committed_date: at('08:00'), parent_ids: ['b2'.repeat(20)] },
  },
  { merge_request: 12 },
);
const notes = [
  note('10:00', 'ann', 'marked this merge request as **ready**'),
  note('10:05', 'ann', 'requested review from @bob, @carol-x and @group_9_bot_c0ffee'),
  note('10:10', 'review-helper', 'Have you thought of …', {
    ...inline,
    author: user('review-helper', { bot: true }),
  }),
  note('10:20', 'ann', 'Please look at the cache.', inline),
  note('10:30', 'bob', 'I will look at it.', said),
  note('11:00', 'bob', 'This leaks.', inline),
  note('12:00', 'bob', 'approved this merge request'),
  note('12:30', 'ann', 'reset approvals from @bob by pushing to the branch'),
  note('13:00', 'bob', 'approved this merge request'),
  note('13:05', 'carol-x', 'approved this merge request'),
  note('13:10', 'carol-x', 'unapproved this merge request'),
  note('13:20', 'ann', 'added 1 commit'),
].map((one) => on('notes', one));
const merged = on(
  'resource_state_events',
  { id: 5, user: user('bob'), created_at: at('14:00'), resource_type: 'MergeRequest', state: 'merged' },
  { merge_request: 12 },
);
const deployment = on('deployments', {
  ...{ id: 31, iid: 2, ref: 'main', sha: merge, status: 'success', environment: { name: 'production' } },
  ...{ created_at: at('14:30'), updated_at: at('18:00') },
  deployable: { started_at: at('14:40'), finished_at: at('15:00') },
});
const all = [mergeRequest, commit, ...notes, merged, deployment];

/** Worked out by hand from the times above. */
const parts = {
  ...{ coding: 3600, draft: 3600, pickup: 3600, review: 7200, merge_wait: 3600, deploy: 3600 },
  ...{ closed: 0, unreviewed: 0 },
};

describe('a merge request', () => {
  it('has the life that can be worked out by hand', async () => {
    expect(await take(all)).toMatchObject({ changed: 0 });
    expect(await take(all)).toMatchObject({ added: 0, changed: 0 });
    expect(await timelineIn(join(folder, 'data'), `${project}#12`)).toMatchObject({
      status: 'merged',
      parts,
      total: 25_200,
      state: 'deployed',
      flags: [],
    });
  });

  it('has it whatever order the lines come in, in one file or two', async () => {
    await fc.assert(
      fc.asyncProperty(
        fc.shuffledSubarray(all, { minLength: all.length, maxLength: all.length }),
        async (lines) => {
          rmSync(join(folder, 'data'), { recursive: true, force: true });
          await take(lines);
          expect((await timelineIn(join(folder, 'data'), `${project}#12`)).parts).toEqual(parts);
        },
      ),
      { numRuns: 15 },
    );
  });

  it('keeps what its notes say of people and of nothing else', async () => {
    await take(all);
    const history = (await opened((store) => store.change(project, 12))) as ChangeHistory;
    const kinds = history.events.map(({ kind, by, state }) => [kind, by.kind, ...(state ? [state] : [])]);
    expect(kinds.sort()).toEqual(
      [
        ['ready', 'human'],
        ...Array.from({ length: 3 }, () => ['review_requested', 'human']),
        ['inline_comment', 'bot'],
        ...Array.from({ length: 2 }, () => ['inline_comment', 'human']),
        ['comment', 'human'],
        ...Array.from({ length: 3 }, () => ['review', 'human', 'approved']),
        ...Array.from({ length: 2 }, () => ['dismissed', 'human']),
        ['merged', 'human'],
      ].sort(),
    );
    expect(history.events.filter(({ reviewer }) => reviewer?.kind === 'bot')).toHaveLength(1);
    expect(JSON.stringify(history)).not.toMatch(/leaks|cache|\bann\b|\bbob\b|carol/);
    expect(history.change).toMatchObject({
      files: 3,
      mergeCommit: merge,
    });
    expect(history.change).not.toHaveProperty('drivers');
  });

  it('is a draft as its title says, where nothing else does', async () => {
    const titled = (from: string, to: string) => `changed title from **${from}** to **${to}**`;
    await take([
      mergeRequest,
      on('notes', note('10:00', 'ann', titled('{-Draft: -}Faster cart', 'Faster cart'))),
      on('notes', note('10:30', 'ann', titled('Faster cart', '{+[WIP] +}Faster cart'))),
      on('notes', note('11:00', 'ann', 'unmarked as a **Work In Progress**')),
      on('notes', note('11:30', 'ann', titled('Faster {-cart-}', 'Faster {+basket+}'))),
    ]);
    const timeline = await timelineIn(join(folder, 'data'), `${project}#12`);
    expect(timeline.parts).toMatchObject({ draft: 3600 + 1800, unreviewed: 5 * 3600 - 5400 });
  });

  it('that was fast-forwarded was merged as the last commit of its branch', async () => {
    const forward = { ...mergeRequest, data: { ...mergeRequest.data, merge_commit_sha: null } };
    await take([forward]);
    expect((await opened((store) => store.change(project, 12)))?.change.mergeCommit).toBe('a1'.repeat(20));
  });

  it('is deployed with those that its deployment brought', async () => {
    const other = { ...deployment, data: { ...deployment.data, sha: 'e'.repeat(40) } };
    const brought = [
      { iid: 12, merge_commit_sha: merge },
      { iid: 13, merge_commit_sha: null, sha: 'c3' },
    ];
    const list = on('deployment_merge_requests', brought, { deployment: 31 });
    await expect(take([list])).rejects.toThrow('does not stand before it');
    await take([mergeRequest, other]);
    expect((await timelineIn(join(folder, 'data'), `${project}#12`)).state).toBe('pending');
    await take([other, list]);
    expect((await timelineIn(join(folder, 'data'), `${project}#12`)).state).toBe('deployed');
    expect(await opened((store) => store.deployments())).toMatchObject([{ commits: [merge, 'c3'] }]);
  });

  it('takes approvals of the present where they say since when', async () => {
    const approved = {
      iid: 12,
      approved_by: [{ user: user('bob'), approved_at: at('12:00') }, { user: user('cy') }],
    };
    await take([mergeRequest, on('approvals', approved)]);
    expect((await timelineIn(join(folder, 'data'), `${project}#12`)).parts).toMatchObject({
      pickup: 10_800,
      merge_wait: 7200,
    });
  });
});

describe('issues of GitLab', () => {
  const issue = (iid: number, more: object) =>
    on('issues', {
      ...{ iid, title: 'x', created_at: at('15:00'), updated_at: at('16:00'), closed_at: at('16:00') },
      ...{ labels: [], description: 'Caused by !12\nFixed by #3, shop/other!4', ...more },
    });

  it('are incidents by their type or their label', async () => {
    const lines = [
      issue(1, { issue_type: 'incident', severity: 'CRITICAL' }),
      issue(2, { labels: ['Outage', 'severity::4'] }),
      issue(3, { labels: ['bug'] }),
      issue(4, { labels: ['outage'], severity: 'UNKNOWN' }),
    ];
    await take(lines, 'outage');
    expect(await opened((store) => store.incidents())).toEqual([
      {
        ...{ type: 'incident', id: `${project} issue 1`, service: project, severity: 1 },
        ...{
          startedAt: at('15:00'),
          reportedAt: at('15:00'),
          resolvedAt: at('16:00'),
          updatedAt: at('16:00'),
        },
        links: [
          { rel: 'caused_by', change: `${project}#12` },
          { rel: 'fixed_by', change: 'gitlab.com/shop/other#4' },
        ],
      },
      expect.objectContaining({ id: `${project} issue 2`, severity: 4 }),
      expect.objectContaining({ id: `${project} issue 4`, severity: 3 }),
    ]);
  });
});

describe('a bad line', () => {
  const refused = (line: object, message: RegExp) =>
    expect(take([mergeRequest, line])).rejects.toThrow(message);
  it.each([
    [
      'an unknown resource',
      { resource: 'snippets', project, data: {} },
      /^Line 2: resource “snippets” is none of merge_requests/,
    ],
    ['no project', { resource: 'notes', data: {} }, /^Line 2: project is none/],
    ['a project without its host', { ...mergeRequest, project: 'shop/apps/web' }, /^Line 2: project is none/],
    ['an event of nothing', { ...merged, merge_request: undefined }, /^Line 2: .*add "merge_request"/],
    [
      'a time that is none',
      { ...mergeRequest, data: { ...mergeRequest.data, created_at: 'now' } },
      /^Line 2: created_at: not a time/,
    ],
    ['a merge request without a number', { ...mergeRequest, data: {} }, /^Line 2: iid: /],
  ])('with %s is named', async (_, line, message) => {
    await refused(line, message);
    expect((await opened((store) => store.change(project, 12)))?.change.number).toBe(12);
  });

  it('is none where a note belongs to an issue, or a label was set', async () => {
    const ofIssue = on('notes', note('10:00', 'ann', 'x', { noteable_type: 'Issue', noteable_iid: 3 }));
    const label = on('resource_label_events', { id: 1, action: 'add' });
    expect(await take([ofIssue, label])).toEqual({ added: 0, changed: 0, unchanged: 0 });
  });
});

describe('accounts and titles', () => {
  it.each([
    ['ann', 'human'],
    ['abbot', 'human'],
    ['project_12_bot', 'bot'],
    ['project_12_bot_4ffca233d8298ea1', 'bot'],
    ['renovate-bot', 'bot'],
    ['GitLab-Bot', 'bot'],
    ['ghost', 'unknown'],
    ['ghost1', 'unknown'],
  ])('%s is %s', (username, kind) => {
    expect(gitlabActor({ username }).kind).toBe(kind);
  });

  it.each([
    ['Draft: x', true],
    ['draft: x', true],
    ['[Draft] x', true],
    ['(Draft) x', true],
    ['WIP: x', true],
    ['Draft x', false],
    ['Undraft: x', false],
  ])('%s is a draft: %s', (title, isDraft) => {
    expect(isDraftTitle(title)).toBe(isDraft);
  });
});

describe('what merge requests take back', () => {
  const merged = (iid: number, title: string, day = '02') => ({
    ...mergeRequest,
    data: {
      ...{ ...mergeRequest.data, iid, title, merge_commit_sha: `${iid}`.padStart(40, 'e') },
      ...{ source_branch: `topic-${iid}`, merged_at: `2026-03-${day}T14:00:00Z` },
    },
  });
  const told = (iid: number, message: string) => ({
    ...commit,
    merge_request: iid,
    data: { ...commit.data, id: `${iid}`.padStart(40, 'd'), message },
  });
  const takenBack = () =>
    opened(async (store) => [...reversalsOf(await Array.fromAsync(store.histories())).keys()]);

  it('is a merge request, never an issue of the same number', async () => {
    const first = [1, 2, 3, 4, 5].map((iid) => merged(iid, `Add ${iid}`));
    await take([
      ...[...first, merged(11, 'Fix crash, closes #1', '03'), merged(12, 'Revert "Add 2"', '03')],
      told(12, 'Revert "Merge branch \'two\'"\n\nThis reverts merge request !2'),
      ...[merged(13, 'Fix what !3 brought, closes #4', '03'), merged(14, 'Undo', '03')],
      told(14, 'Undo\n\nReverts shop/apps/web!5 for #4\nReverts #4'),
    ]);
    expect((await takenBack()).sort()).toEqual([`${project}#2`, `${project}#3`, `${project}#5`]);
  });
});

import { createHmac } from 'node:crypto';

/* A host as far as webhooks are concerned: it changes second by second, tells each change, and can be read whole. */

export interface Told {
  readonly event: string;
  readonly payload: object;
}

export type Step =
  | 'push'
  | 'approve'
  | 'request changes'
  | 'comment'
  | 'inline'
  | 'dismiss'
  | 'delete comment'
  | 'draft'
  | 'ready'
  | 'close'
  | 'reopen'
  | 'merge'
  | 'open incident'
  | 'label'
  | 'unlabel'
  | 'resolve'
  | 'deploy'
  | 'deploy state';

export const steps: readonly Step[] = [
  ...(['push', 'approve', 'request changes', 'comment', 'inline', 'dismiss', 'delete comment'] as const),
  ...(['draft', 'ready', 'close', 'reopen', 'merge'] as const),
  ...(['open incident', 'label', 'unlabel', 'resolve', 'deploy', 'deploy state'] as const),
];

const start = Date.parse('2026-03-02T09:00:00Z');
const repositoryOf = { name: 'web', full_name: 'acme/web', html_url: 'https://github.com/acme/web' };
const states = ['queued', 'in_progress', 'failure', 'success', 'inactive'];
const person = (login: string) => ({ login, type: 'User' });

type Row = { [field: string]: unknown };

/** One repository with the pull request 7. */
export function createHost() {
  let second = 0;
  let nextId = 100;
  const at = () => new Date(start + second * 1000).toISOString().replace('.000Z', 'Z');
  const id = () => nextId++;
  const pull: Row = {
    ...{ number: 7, title: 'Faster cart', user: person('ann'), draft: false, state: 'open' },
    ...{ created_at: at(), updated_at: at(), closed_at: null, merged_at: null, merge_commit_sha: null },
    ...{ base: { ref: 'main' }, head: { ref: 'cart' }, assignees: [] },
    ...{ additions: 1, deletions: 0, changed_files: 1 },
  };
  const reviews: Row[] = [];
  const inline: Row[] = [];
  const comments: Row[] = [];
  const issues: Row[] = [];
  const deployments: Row[] = [];
  const statuses: Row[] = [];
  const events: Row[] = [];

  const told = (event: string, action: string, rest: object): readonly Told[] => [
    { event, payload: structuredClone({ action, repository: repositoryOf, sender: person('ann'), ...rest }) },
  ];
  const touched = (action: string, change: Row): readonly Told[] => {
    Object.assign(pull, change, { updated_at: at() });
    events.push({ id: id(), event: action, created_at: at(), actor: person('ann'), issue: null });
    return told('pull_request', action, { number: 7, pull_request: pull });
  };
  const shortPull = () => {
    pull.updated_at = at();
    const { additions: _a, deletions: _d, changed_files: _c, ...rest } = pull;
    return rest;
  };
  const pick = (rows: readonly Row[], n: number) => rows[n % Math.max(rows.length, 1)];
  const review = (state: string, by: string) => {
    const row = { id: id(), user: person(by), state, submitted_at: at() };
    reviews.push(row);
    return told('pull_request_review', 'submitted', {
      review: { ...row, state: state.toLowerCase() },
      pull_request: shortPull(),
    });
  };
  const onIssue = (action: string, row: Row | undefined, change: Row, more: object = {}) => {
    if (row === undefined) return [];
    Object.assign(row, change, { updated_at: at() });
    return told('issues', action, { issue: row, ...more });
  };
  const comment = () => {
    const row = {
      ...{ id: id(), user: person('cy'), created_at: at() },
      ...{ html_url: 'https://github.com/acme/web/pull/7#issuecomment-1' },
      issue_url: 'https://api.github.com/repos/acme/web/issues/7',
    };
    comments.push(row);
    return told('issue_comment', 'created', { comment: row, issue: { number: 7, pull_request: {} } });
  };
  const takenAway = (n: number) => {
    const row = pick(comments, n);
    if (row === undefined) return [];
    comments.splice(comments.indexOf(row), 1);
    return told('issue_comment', 'deleted', { comment: row, issue: { number: 7, pull_request: {} } });
  };
  const dismissed = (n: number) => {
    const row = pick(
      reviews.filter(({ state }) => state !== 'DISMISSED'),
      n,
    );
    if (row === undefined) return [];
    row.state = 'DISMISSED';
    return told('pull_request_review', 'dismissed', {
      review: { ...row, state: 'dismissed' },
      pull_request: shortPull(),
    });
  };
  const incident = [{ name: 'incident' }, { name: 'sev2' }];
  const isOpen = () => pull.closed_at === null;

  const act: { readonly [S in Step]: (n: number) => readonly Told[] } = {
    push: () => touched('synchronize', { additions: (pull.additions as number) + 3 }),
    approve: () => review('APPROVED', 'bob'),
    'request changes': () => review('CHANGES_REQUESTED', 'cy'),
    comment,
    inline() {
      const row = { id: id(), user: person('bob'), created_at: at(), pull_request_review_id: null };
      inline.push(row);
      return told('pull_request_review_comment', 'created', { comment: row, pull_request: shortPull() });
    },
    dismiss: dismissed,
    'delete comment': takenAway,
    draft: () => touched('converted_to_draft', { draft: true }),
    ready: () => touched('ready_for_review', { draft: false }),
    close: () => (isOpen() ? touched('closed', { state: 'closed', closed_at: at() }) : []),
    reopen: () =>
      !isOpen() && pull.merged_at === null ? touched('reopened', { state: 'open', closed_at: null }) : [],
    merge: () =>
      isOpen()
        ? touched('closed', { state: 'closed', closed_at: at(), merged_at: at(), merge_commit_sha: 'f00d' })
        : [],
    'open incident'() {
      const row: Row = {
        number: id(),
        created_at: at(),
        closed_at: null,
        labels: incident,
        body: 'Caused by #7',
      };
      issues.push(row);
      return onIssue('opened', row, {});
    },
    label: (n) => onIssue('labeled', pick(issues, n), { labels: incident }, { label: incident[0] }),
    unlabel: (n) => onIssue('unlabeled', pick(issues, n), { labels: [] }, { label: incident[0] }),
    resolve: (n) => onIssue('closed', pick(issues, n), { closed_at: at() }),
    deploy() {
      const row = { id: id(), sha: 'f00d', environment: 'production', created_at: at() };
      deployments.push(row);
      return told('deployment', 'created', { deployment: row });
    },
    'deploy state'(n) {
      const deployment = pick(deployments, n);
      if (deployment === undefined) return [];
      const url = `https://api.github.com/repos/acme/web/deployments/${deployment.id}`;
      const row = { state: states[n % states.length], created_at: at(), deployment_url: url };
      statuses.push(row);
      return told('deployment_status', 'created', { deployment, deployment_status: row });
    },
  };

  return {
    /** Lets a second pass, does something (`n` picks of what), and returns what the host tells of it. */
    step(name: Step, n: number): readonly Told[] {
      second += 1;
      return act[name](n);
    },
    opened: (): readonly Told[] => told('pull_request', 'opened', { number: 7, pull_request: pull }),
    /** Lines of `--format github` with all there is now. */
    whole(): readonly object[] {
      const lines = (resource: string, rows: readonly Row[]) =>
        rows.map((data) => ({ resource, repository: 'acme/web', pull: 7, data }));
      return structuredClone([
        ...lines('pulls', [pull]),
        ...lines('reviews', reviews),
        ...lines('review_comments', inline),
        ...lines('comments', comments),
        ...lines('events', events),
        ...lines('issues', issues),
        ...lines('deployments', deployments),
        ...lines('deployment_statuses', statuses),
      ]);
    },
  };
}

export function signed(body: string | Uint8Array, secret: string): string {
  return `sha256=${createHmac('sha256', secret).update(body).digest('hex')}`;
}

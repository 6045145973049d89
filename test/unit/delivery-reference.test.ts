import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { ChangeHistory, DevlakeMetrics } from '@fairlead/core/delivery';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { devlakeIn, importInto } from '../../packages/server/src/features/delivery/cli.ts';
import { openDelivery } from '../../packages/server/src/features/delivery/create.ts';
import { hasReference, referenceRows } from '../support/reference.ts';

/* Somebody else's fixtures (Apache DevLake's, Apache-2.0), imported as a user would. */

let folder: string;
beforeAll(() => {
  folder = mkdtempSync(join(tmpdir(), 'fairlead-delivery-'));
});
afterAll(() => rmSync(folder, { recursive: true, force: true }));

const silent = () => undefined;

function writeLines(name: string, lines: readonly object[]): string {
  const file = join(folder, name);
  writeFileSync(file, lines.map((line) => `${JSON.stringify(line)}\n`).join(''));
  return file;
}

/** `2023-4-11 4:53:47` as the fixture writes it, in UTC. */
function utc(text: string): string {
  const [, year, month, day, hour, minute, second] = /^(\d+)-(\d+)-(\d+)[ T](\d+):(\d+):(\d+)/.exec(text)!;
  const two = (part: string | undefined) => part!.padStart(2, '0');
  return `${year}-${two(month)}-${two(day)}T${two(hour)}:${two(minute)}:${two(second)}Z`;
}

describe.skipIf(!hasReference('devlake/dora', 'DevLake’s change lead time'))('change lead time', () => {
  const path = (name: string) => `devlake/dora/change_lead_time/${name}.csv`;
  const person = (login: string) => ({
    login: login === '' ? null : login,
    kind: login === '' ? 'unknown' : 'human',
  });

  function facts(): readonly object[] {
    const repository = 'git.example.com/devlake/repo1';
    const changes = referenceRows(path('pull_requests')).map((row, i) => ({
      type: 'change',
      id: row.id,
      repository,
      number: i + 1,
      author: person(row.author_id!),
      openedAt: utc(row.created_date!),
      ...(row.merged_date === '' ? {} : { mergedAt: utc(row.merged_date!) }),
      isDraft: false,
      base: 'main',
      head: row.id,
      mergeCommit: row.merge_commit_sha,
      additions: 0,
      deletions: 0,
      files: 0,
    }));
    const comments = referenceRows(path('pull_request_comments')).map((row) => ({
      type: 'event',
      change: row.pull_request_id,
      id: row.id,
      at: utc(row.created_date!),
      kind: 'comment',
      by: person(row.account_id!),
    }));
    const commits = referenceRows(path('pull_request_commits')).map((row) => ({
      type: 'commit',
      repository,
      change: row.pull_request_id,
      sha: row.commit_sha,
      authoredAt: utc(row.commit_authored_date!),
      committedAt: utc(row.commit_authored_date!),
      author: {},
      message: 'x',
    }));
    return [...changes, ...comments, ...commits, ...deployments(repository)];
  }

  function deployments(repository: string): readonly object[] {
    const rows = referenceRows(path('cicd_deployment_commits'));
    const diffs = referenceRows(path('commits_diffs'));
    const shas = new Map(rows.map((row) => [row.id, row.commit_sha]));
    return rows.map((row) => {
      const previousCommit = shas.get(row.prev_success_deployment_commit_id);
      const commits = diffs
        .filter(
          (diff) => diff.new_commit_sha === row.commit_sha && diff.old_commit_sha === (previousCommit ?? ''),
        )
        .map((diff) => diff.commit_sha);
      return {
        type: 'deployment',
        id: row.id,
        repository,
        service: row.cicd_scope_id,
        environment: row.environment,
        result: row.result,
        startedAt: utc(row.started_date!),
        finishedAt: utc(row.finished_date!),
        commit: row.commit_sha,
        ...(previousCommit === undefined ? {} : { previousCommit }),
        commits,
      };
    });
  }

  it('comes out as in DevLake’s own fixture, in all 48 cells', async () => {
    const data = join(folder, 'dora');
    await importInto(data, 'jsonl', writeLines('dora.jsonl', facts()), silent);
    const lines: DevlakeMetrics[] = [];
    await devlakeIn(data, (line) => lines.push(line));
    const columns = [
      'first_commit_sha',
      'pr_coding_time',
      'first_review_id',
      'pr_pickup_time',
      'pr_review_time',
      'deployment_commit_id',
      'pr_deploy_time',
      'pr_cycle_time',
    ] as const;
    const ours = lines.map((line) => [line.id, ...columns.map((column) => String(line[column] ?? ''))]);
    const theirs = referenceRows(path('project_pr_metrics')).map((row) => [
      row.id,
      ...columns.map((name) => row[name]),
    ]);
    expect(theirs.flatMap(([, ...cells]) => cells)).toHaveLength(48);
    expect(ours).toEqual(theirs);
  });
});

describe.skipIf(!hasReference('devlake/github_raw', 'DevLake’s extraction of GitHub’s objects'))(
  'raw GitHub objects',
  () => {
    const raw = (table: string) => referenceRows(`devlake/github_raw/_raw_github_api_${table}.csv`);
    const line = (resource: string, row: { readonly [column: string]: string }) => {
      const { Number: pull } = (JSON.parse(row.input === '' ? 'null' : row.input!) ?? {}) as {
        Number?: number;
      };
      const repository = (JSON.parse(row.params!.replace('"ConnectionId":,', '')) as { Name: string }).Name;
      return { resource, repository, ...(pull === undefined ? {} : { pull }), data: JSON.parse(row.data!) };
    };
    const resources = [
      ['pulls', 'pull_requests'],
      ['reviews', 'pull_request_reviews'],
      ['review_comments', 'pull_request_review_comments'],
      ['comments', 'comments'],
      ['events', 'events'],
      ['commits', 'pull_request_commits'],
    ] as const;

    const byNumber = new Map<number, ChangeHistory>();
    beforeAll(async () => {
      const data = join(folder, 'github');
      const lines = resources.flatMap(([resource, table]) => raw(table).map((row) => line(resource, row)));
      const file = writeLines('github.jsonl', lines);
      const first = await importInto(data, 'github', file, silent);
      expect(first.added).toBeGreaterThan(200);
      expect(await importInto(data, 'github', file, silent)).toMatchObject({ added: 0, changed: 0 });
      const store = await openDelivery(data);
      for await (const history of store.histories()) byNumber.set(history.change.number, history);
      await store.close();
    });

    const expected = (name: string) => referenceRows(`devlake/github_expected/${name}.csv`);
    const second = (text: string) => (text === '' ? null : text.slice(0, 19));
    const numbers = () =>
      new Map(
        expected('_tool_github_pull_requests').map((row) => [row.github_id!, Number(row.number)] as const),
      );

    it('give the changes that DevLake lists, and one that it leaves out', () => {
      const theirs = expected('_tool_github_pull_requests').map((row) => [
        Number(row.number),
        second(row.github_created_at!),
        second(row.merged_at!),
        second(row.closed_at!),
        row.merged_at === '' ? null : row.merge_commit_sha,
        row.head_ref,
        row.base_ref,
      ]);
      const ours = theirs.map(([number]) => {
        const { change } = byNumber.get(number as number)!;
        return [
          change.number,
          second(change.openedAt),
          second(change.mergedAt ?? ''),
          second(change.closedAt ?? ''),
          change.mergeCommit ?? null,
          change.head,
          change.base,
        ];
      });
      expect(ours).toEqual(theirs);
      const listed = new Set(theirs.map(([number]) => number));
      const left = raw('pull_requests')
        .map((row) => JSON.parse(row.data!) as { number: number })
        .filter(({ number }) => !listed.has(number));
      expect(left.every(({ number }) => byNumber.has(number))).toBe(true);
      expect(left.length).toBeLessThanOrEqual(1);
    });

    it('give the reviews that DevLake lists', () => {
      const byId = numbers();
      const theirs = expected('_tool_github_pull_request_reviews').map((row) => [
        byId.get(row.pull_request_id!),
        `review-${row.github_id}`,
        second(row.github_submit_at!),
        row.state!.toLowerCase(),
      ]);
      const ours = theirs.map(([number, id]) => {
        const review = byNumber.get(number as number)!.events.find((event) => event.id === id);
        return [number, review?.id, second(review?.at ?? ''), review?.state];
      });
      expect(theirs.length).toBeGreaterThanOrEqual(30);
      expect(ours).toEqual(theirs);
    });

    it('give the comments that DevLake lists, in the code and in the conversation', () => {
      const byId = numbers();
      const theirs = expected('pull_request_comments')
        .filter((row) => row.type !== 'REVIEW')
        .map((row) => {
          const id = row.id!.split(':').at(-1)!;
          const number = byId.get(row.pull_request_id!.split(':').at(-1)!);
          return [number, row.type === 'DIFF' ? `inline-${id}` : `comment-${id}`, second(row.created_date!)];
        });
      const ours = theirs.map(([number, id]) => {
        const comment = byNumber.get(number as number)?.events.find((event) => event.id === id);
        return [number, comment?.id, second(comment?.at ?? '')];
      });
      expect(theirs.length).toBeGreaterThanOrEqual(30);
      expect(ours).toEqual(theirs);
    });

    it('give the commits that DevLake lists, of the changes that are known', () => {
      const byId = numbers();
      const theirs = expected('pull_request_commits').flatMap((row) => {
        const number = byId.get(row.pull_request_id!.split(':').at(-1)!);
        return number === undefined ? [] : [[number, row.commit_sha, second(row.commit_authored_date!)]];
      });
      const ours = theirs.map(([number, sha]) => {
        const commit = byNumber.get(number as number)!.commits.find((one) => one.sha === sha);
        return [number, commit?.sha, second(commit?.authoredAt ?? '')];
      });
      expect(ours).toEqual(theirs);
    });
  },
);

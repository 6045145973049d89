/* The worked examples of docs/reference/delivery-hosts.md, run as they stand there by a shell. */
import { execFile, execFileSync, spawnSync } from 'node:child_process';
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { createServer, type Server } from 'node:http';
import type { AddressInfo } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { promisify } from 'node:util';
import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest';
import { root } from '../support/fairlead.ts';

vi.setConfig({ testTimeout: 180_000 });

const page = readFileSync(join(root, 'docs/reference/delivery-hosts.md'), 'utf8');
const blocks = new Map(
  [...page.matchAll(/^```bash (\S+)\n([\s\S]*?)^```$/gm)].map(([, name, text]) => [name!, text!]),
);
const hasTools = ['curl', 'jq'].every((tool) => spawnSync(tool, ['--version']).status === 0);
if (!hasTools) process.stderr.write('SKIPPED: the example of GitLab needs curl and jq\n');

let folder: string;
beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), 'fairlead-hosts-'));
});
afterEach(() => rmSync(folder, { recursive: true, force: true }));

/** What a block of the page prints. */
async function run(name: string, env: NodeJS.ProcessEnv = {}): Promise<string> {
  const path = `${join(root, 'bin')}:${process.env.PATH}`;
  const text = `set -euo pipefail\n${blocks.get(name)!}`;
  const options = { cwd: folder, env: { ...process.env, PATH: path, ...env } };
  return (await promisify(execFile)('bash', ['-c', text], options)).stdout;
}

function git(...args: readonly string[]): void {
  const env = { ...process.env, GIT_CONFIG_GLOBAL: '/dev/null', GIT_CONFIG_NOSYSTEM: '1' };
  const who = ['-c', 'user.name=A', '-c', 'user.email=a@example.com'];
  execFileSync('git', [...who, ...args], { cwd: join(folder, 'web'), env, stdio: 'ignore' });
}

describe('GitLab', () => {
  let server: Server;
  const asked: string[] = [];
  afterEach(() => new Promise((resolve) => server?.close(resolve)));

  const at = (time: string) => `2026-03-02T${time}:00.000Z`;
  const user = (username: string) => ({ username });
  const request = {
    ...{
      iid: 12,
      title: 'Faster cart',
      author: user('ann'),
      created_at: at('09:00'),
      updated_at: at('13:00'),
    },
    ...{
      merged_at: at('13:00'),
      target_branch: 'main',
      source_branch: 'cart',
      merge_commit_sha: 'm'.repeat(40),
    },
  };
  const commits = Array.from({ length: 130 }, (_, i) => ({
    ...{ id: String(i).padStart(40, '0'), title: 'Work', author_email: 'ann@example.com' },
    authored_date: '2026-03-01T09:00:00.000Z',
  }));
  const answers: { readonly [path: string]: unknown } = {
    merge_requests: [request, { ...request, iid: 13, merged_at: null, merge_commit_sha: null }],
    'merge_requests/12/notes': [
      {
        id: 1,
        body: 'requested review from @bob',
        author: user('ann'),
        created_at: at('09:30'),
        system: true,
      },
    ],
    'merge_requests/12/approvals': { approved_by: [{ user: user('bob'), approved_at: at('12:00') }] },
    'merge_requests/12/commits': commits,
    'merge_requests/12/resource_state_events': [
      { id: 5, user: user('ann'), created_at: at('13:00'), resource_type: 'MergeRequest', state: 'merged' },
    ],
    'merge_requests/13/approvals': { approved_by: [] },
    deployments: [
      {
        ...{ id: 7, sha: 'd'.repeat(40), status: 'success', created_at: at('14:00') },
        ...{ finished_at: at('15:00'), environment: { name: 'production' } },
      },
    ],
    'deployments/7/merge_requests': [request],
    issues: [{ iid: 3, issue_type: 'incident', created_at: at('16:00'), description: 'Caused by !12' }],
  };

  async function listening(): Promise<string> {
    server = createServer((incoming, response) => {
      const url = new URL(incoming.url!, 'http://host');
      asked.push(`${url.pathname}${url.search}`);
      const path = url.pathname.replace('/api/v4/projects/shop%2Fweb/', '');
      const isKnown = incoming.headers['private-token'] === 'secret' && path !== url.pathname;
      const all = answers[path] ?? [];
      const [size, number] = ['per_page', 'page'].map((name) => Number(url.searchParams.get(name)));
      const some = Array.isArray(all) ? all.slice(size! * (number! - 1), size! * number!) : all;
      response.writeHead(isKnown ? 200 : 401, { 'content-type': 'application/json' });
      response.end(JSON.stringify(isKnown ? some : { message: '401 Unauthorized' }));
    });
    await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
    return `http://127.0.0.1:${(server.address() as AddressInfo).port}/api/v4`;
  }

  it.skipIf(!hasTools)('is exported by the script, imported, and its figures are there', async () => {
    const api = await listening();
    writeFileSync(join(folder, 'gitlab-export.sh'), blocks.get('gitlab-export.sh')!);
    const env = { GITLAB_API: api, GITLAB_TOKEN: 'secret' };
    const said = await run('gitlab', env);
    expect(said).toContain('"added":');
    // From the first commit to the deployment that GitLab says brought it.
    expect(said).toMatch(/lead\s*time\s+1 d 6 h/i);
    const lines = readFileSync(join(folder, 'gitlab.jsonl'), 'utf8')
      .trim()
      .split('\n')
      .map((line) => JSON.parse(line));
    expect(lines.filter(({ resource }) => resource === 'commits')).toHaveLength(130);
    expect(lines.find(({ resource }) => resource === 'deployment_merge_requests')).toMatchObject({
      deployment: 7,
    });
    expect(readFileSync(join(folder, 'figures.csv'), 'utf8')).toContain('cycle_time.p50');
    expect(asked.join('\n')).not.toContain('secret');
    await expect(run('gitlab', { ...env, GITLAB_TOKEN: 'wrong' })).rejects.toThrow('401');
  });
});

describe('a clone', () => {
  it('gives changes, and what deployments brought', async () => {
    execFileSync('git', ['init', '--quiet', '--initial-branch=main', join(folder, 'web')]);
    git('commit', '--quiet', '--allow-empty', '-m', 'First');
    git('tag', 'v1');
    git('checkout', '--quiet', '-b', 'cart');
    git('commit', '--quiet', '--allow-empty', '-m', 'Work');
    git('checkout', '--quiet', 'main');
    git('merge', '--quiet', '--no-ff', '-m', 'Merge pull request #7 from shop/cart', 'cart');
    git('commit', '--quiet', '--allow-empty', '-m', 'Release');
    git('tag', 'v2');
    expect(await run('clone')).toContain('Not known, and why:');
    const said = await run('clone-deployments');
    expect(said).toContain('"ranges":1');
    expect(said).toContain('deployed');
  });
});

describe('any other host', () => {
  it('is a file of lines', async () => {
    const said = await run('jsonl');
    const [counts, timeline] = said
      .trim()
      .split('\n')
      .map((line) => JSON.parse(line));
    expect(counts).toMatchObject({ added: 5 });
    expect(timeline).toMatchObject({ state: 'deployed', lead_time: 78_600, flags: [] });
  });
});

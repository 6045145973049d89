import { gitLines } from '../../../platform/git/index.ts';

/** A commit as git keeps it. Times are RFC 3339. */
export interface GitCommit {
  readonly sha: string;
  readonly parents: readonly string[];
  readonly authoredAt: string;
  readonly committedAt: string;
  readonly email: string;
  readonly message: string;
}

const end = '\u001e';
const field = '\u001f';

/** Every commit that `ref` reaches, children before their parents. @throws FairleadError `git.*` */
export async function readLog(repository: string, ref: string): Promise<ReadonlyMap<string, GitCommit>> {
  const commits = new Map<string, GitCommit>();
  const format = ['%H', '%P', '%aI', '%cI', '%ae', '%B'].join('%x1f');
  let text = '';
  for await (const line of gitLines(repository, [
    'log',
    '--topo-order',
    `--format=${format}%x1e`,
    ref,
    '--',
  ])) {
    text += text === '' ? line : `\n${line}`;
    if (!text.endsWith(end)) continue;
    const commit = parse(text.slice(0, -1));
    commits.set(commit.sha, commit);
    text = '';
  }
  return commits;
}

function parse(text: string): GitCommit {
  const [sha = '', parents = '', authoredAt = '', committedAt = '', email = '', message = ''] = text
    .replace(/^\n+/, '')
    .split(field);
  return {
    sha,
    parents: parents === '' ? [] : parents.split(' '),
    authoredAt,
    committedAt,
    email: email.toLowerCase(),
    message: message.trim(),
  };
}

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

/** No message holds it. Each field ends with one, the last as well. */
const end = '\0';
const fields = ['%H', '%P', '%aI', '%cI', '%ae', '%B'];

/** Every commit that `ref` reaches, children before their parents. @throws FairleadError `git.*` */
export async function readLog(repository: string, ref: string): Promise<ReadonlyMap<string, GitCommit>> {
  const commits = new Map<string, GitCommit>();
  // What a person's config may add to it is switched off.
  const args = ['log', '--topo-order', '--no-show-signature', '--encoding=UTF-8'];
  const format = `--format=tformat:${fields.map((field) => `${field}%x00`).join('')}`;
  let lines: string[] = [];
  let ends = 0;
  for await (const line of gitLines(repository, [...args, format, ref, '--'])) {
    lines.push(line);
    ends += line.split(end).length - 1;
    if (ends < fields.length) continue;
    const commit = parse(lines.join('\n'));
    commits.set(commit.sha, commit);
    [lines, ends] = [[], 0];
  }
  return commits;
}

function parse(text: string): GitCommit {
  const [sha = '', parents = '', authoredAt = '', committedAt = '', email = '', message = ''] =
    text.split(end);
  const committed = timeIn(committedAt) ?? '1970-01-01T00:00:00Z';
  return {
    sha,
    parents: parents === '' ? [] : parents.split(' '),
    authoredAt: timeIn(authoredAt) ?? committed,
    committedAt: committed,
    email: email.toLowerCase(),
    message: message.trim(),
  };
}

/** Null for one that can't be: git keeps whatever a commit was written with. */
function timeIn(text: string): string | null {
  return Number.isNaN(Date.parse(text)) ? null : text;
}

import { FairleadError } from '@fairlead/core/errors';
import { type Authorship, readAgentTrace, readGitAiNote } from '@fairlead/core/tasks';
import { normaliseRepository, type RepositoryNames } from '@fairlead/core/wire';
import { git, gitLines } from '../../platform/git/index.ts';
import { linesOf, parseJson } from './import-lines.ts';

const end = '\u001e';
const field = '\u001f';

/** What was read, and how many notes or records are not as their standard says. */
export interface ReadAuthorship {
  readonly facts: readonly Authorship[];
  readonly passedOver: number;
}

/** The git-ai notes (`refs/notes/ai`) of a clone. @throws FairleadError `git.*`, `delivery.repository-invalid` */
export async function readGitAiNotes(
  clone: string,
  name: string | undefined,
  names: RepositoryNames,
): Promise<ReadAuthorship> {
  const repository = normaliseRepository(name ?? (await remoteOf(clone)), names);
  if (repository === null) throw new FairleadError('delivery.repository-invalid');
  const facts: Authorship[] = [];
  let passedOver = 0;
  let text = '';
  const args = ['log', '--all', '--notes=refs/notes/ai', `--format=%H%x1f%N%x1e`];
  for await (const line of gitLines(clone, args)) {
    text += text === '' ? line : `\n${line}`;
    if (!text.endsWith(end)) continue;
    const [commit = '', note = ''] = text.slice(0, -1).replace(/^\n+/, '').split(field);
    text = '';
    if (note.trim() === '') continue;
    const sessions = readGitAiNote(note.trimEnd());
    if (sessions === null) passedOver += 1;
    else if (sessions.length > 0)
      facts.push({
        type: 'authorship',
        id: `${repository}@${commit}`,
        repository,
        commit,
        format: 'git-ai',
        sessions,
      });
  }
  return { facts, passedOver };
}

async function remoteOf(clone: string): Promise<string> {
  const [url = ''] = await git(clone, ['config', '--get-all', 'remote.origin.url']).catch(() => []);
  return url;
}

/** Agent Trace records, one a line, of a repository. @throws FairleadError `delivery.*` */
export async function readAgentTraces(
  file: string,
  name: string | undefined,
  names: RepositoryNames,
): Promise<ReadAuthorship> {
  const repository = name === undefined ? null : normaliseRepository(name, names);
  if (repository === null) {
    throw new FairleadError('delivery.repository-invalid', {
      message: 'Nothing says which repository the records are of.',
      fix: 'Give --repository host/owner/name.',
    });
  }
  const facts: Authorship[] = [];
  let passedOver = 0;
  for await (const [text, line] of linesOf(file)) {
    const record = readAgentTrace(parseJson(text, line));
    if (record === null) passedOver += 1;
    else facts.push({ type: 'authorship', repository, format: 'agent-trace', ...record });
  }
  return { facts, passedOver };
}

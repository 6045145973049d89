import { type TaskFact, taskFactSchema } from '@fairlead/core/tasks';
import { normaliseRepository, type RepositoryNames } from '@fairlead/core/wire';
import { branchWithout, type Pseudonyms } from '../delivery/api.ts';
import { readAgentTraces, readGitAiNotes } from './authorship-notes.ts';
import { invalidLine, linesOf, parseJson, textOf } from './import-lines.ts';
import type { TaskStore, TaskUpsertCounts } from './store.ts';
import { readCopilotUsage, readSeats } from './vendor-reports.ts';

export const taskFormats = ['tasks', 'copilot-usage', 'seats', 'git-ai', 'agent-trace'] as const;
export type TaskFormat = (typeof taskFormats)[number];

export interface TaskImport {
  readonly format: TaskFormat;
  /** `-`: standard input; of `git-ai` a clone. */
  readonly file: string;
  readonly names: RepositoryNames;
  readonly repository?: string | undefined;
  /** Pseudonyms of logins, given where there was none. */
  readonly pseudonyms: (logins: readonly string[]) => Promise<Pseudonyms>;
}

export interface TaskImportCounts extends TaskUpsertCounts {
  /** Notes and records that are not as their standard says. */
  readonly passedOver: number;
}

const bite = 2_000;

/**
 * Takes facts of what assistants did. What was taken stays taken when a later line is bad; the same again changes nothing.
 * @throws FairleadError `delivery.unreadable`, `delivery.line-invalid`, `delivery.repository-invalid`, `git.*`
 */
export async function importTaskFacts(store: TaskStore, options: TaskImport): Promise<TaskImportCounts> {
  const total = { added: 0, changed: 0, unchanged: 0, passedOver: 0 };
  const take = async (facts: readonly TaskFact[]) => {
    const counts = await store.upsert(await withPseudonyms(facts, options.pseudonyms));
    for (const name of ['added', 'changed', 'unchanged'] as const) total[name] += counts[name];
  };
  const { format, file, repository, names } = options;
  if (format === 'tasks') await takeLines(file, names, take);
  else if (format === 'copilot-usage') await take(readCopilotUsage(await textOf(file)));
  else if (format === 'seats') await take(readSeats(await textOf(file)));
  else {
    const read = format === 'git-ai' ? readGitAiNotes : readAgentTraces;
    const { facts, passedOver } = await read(file, repository, names);
    total.passedOver = passedOver;
    await take(facts);
  }
  return total;
}

async function takeLines(
  file: string,
  names: RepositoryNames,
  take: (facts: readonly TaskFact[]) => Promise<void>,
) {
  let facts: TaskFact[] = [];
  try {
    for await (const [text, line] of linesOf(file)) {
      facts.push(factOf(parseJson(text, line), line, names));
      if (facts.length < bite) continue;
      const full = facts;
      facts = [];
      await take(full);
    }
  } finally {
    // What came before a bad line is taken: the same import goes on from there.
    if (facts.length > 0) await take(facts);
  }
}

/**
 * Takes some facts as lines of an import would be; people in them are logins until here.
 * @throws FairleadError `delivery.line-invalid`, with the place in the list as its line
 */
export async function takeTaskFacts(
  store: Pick<TaskStore, 'upsert'>,
  facts: readonly unknown[],
  { names, pseudonyms }: Pick<TaskImport, 'names' | 'pseudonyms'>,
): Promise<TaskUpsertCounts> {
  const valid = facts.map((fact, i) => factOf(fact, i + 1, names));
  return store.upsert(await withPseudonyms(valid, pseudonyms));
}

function factOf(value: unknown, line: number, names: RepositoryNames): TaskFact {
  const result = taskFactSchema.safeParse(value);
  if (!result.success) {
    const [issue] = result.error.issues;
    const path = issue?.path.join('.') ?? '';
    throw invalidLine(line, `${path === '' ? 'the line' : path}: ${issue?.message ?? 'not valid'}`);
  }
  const fact = result.data;
  if (!('repository' in fact)) return fact;
  const repository = normaliseRepository(fact.repository, names);
  if (repository === null) throw invalidLine(line, 'repository is no name of a repository');
  return { ...fact, repository };
}

async function withPseudonyms(
  facts: readonly TaskFact[],
  pseudonyms: TaskImport['pseudonyms'],
): Promise<readonly TaskFact[]> {
  const logins = facts.flatMap((fact) =>
    fact.type === 'session' && fact.principal !== undefined ? [fact.principal.toLowerCase()] : [],
  );
  if (logins.length === 0) return facts;
  const known = await pseudonyms(logins);
  return facts.map((fact) =>
    fact.type === 'session' && fact.principal !== undefined
      ? {
          ...fact,
          branch: branchWithout(fact.branch, fact.principal, known),
          principal: known.get(fact.principal.toLowerCase()) ?? 'p-unknown',
        }
      : fact,
  );
}

import {
  type Compare,
  type Comparison,
  type Deployment,
  rangesWanted,
  withRange,
} from '@fairlead/core/delivery';
import { FairleadError } from '@fairlead/core/errors';
import { commitsAnswer, comparisonAnswer } from './answers.ts';
import type { CollectorDeps } from './deps.ts';
import type { OpenRepository } from './repository.ts';

/** Facts that are taken at once. */
const atOnce = 20;
const perPage = 100;
/** Of one comparison. Whoever deploys more at once has changed how, or where from. */
const mostPages = 50;

/**
 * Finds out which commits deployments brought, by comparing each with the one before it; GraphQL compares branches only,
 * so that the REST API is asked, once for each pair. @returns of how many it was found out.
 */
export async function collectRanges(
  repository: OpenRepository,
  deps: CollectorDeps,
  signal: AbortSignal,
  counted: (counts: Awaited<ReturnType<OpenRepository['take']>>) => void,
): Promise<number> {
  if (repository.state.ranges) return 0;
  const wanted = rangesWanted(await deps.store.deployments(repository.name));
  const mayRead = onceOnly(() => checkAccess(repository, deps, signal));
  const compare = remembering(async (base, head) => {
    const found = await comparisonOf(repository, base, head, deps, signal);
    // A host says “not found” of what a token may not see, too.
    if (found === null) await mayRead();
    return found;
  });
  let read = 0;
  for (let i = 0; i < wanted.length; i += atOnce) {
    const facts: Deployment[] = [];
    for (const one of wanted.slice(i, i + atOnce)) facts.push(await withRange(one, compare));
    counted(await repository.take({ whole: [], facts }, repository.state));
    read += facts.length;
    const progress = { read, total: wanted.length, budget: deps.client.budget() };
    deps.onProgress({ repository: repository.name, stage: 'ranges', ...progress });
  }
  await repository.take({ whole: [], facts: [] }, { ...repository.state, ranges: true });
  return read;
}

/** Several environments go through the same commits. */
function remembering(compare: Compare): Compare {
  const known = new Map<string, Comparison | null>();
  return async (base, head) => {
    const key = `${base} ${head}`;
    const found = known.get(key) ?? (known.has(key) ? null : await compare(base, head));
    known.set(key, found);
    return found;
  };
}

function onceOnly(act: () => Promise<void>): () => Promise<void> {
  let done: Promise<void> | null = null;
  return () => {
    done ??= act();
    return done;
  };
}

/** @throws FairleadError `collection.forbidden` when no commit can be read at all. */
async function checkAccess(
  { name }: OpenRepository,
  { client }: CollectorDeps,
  signal: AbortSignal,
): Promise<void> {
  const got = await client.get(`${pathOf(name)}/commits?per_page=1`, commitsAnswer, signal);
  if (got.kind !== 'found') throw new FairleadError('collection.forbidden');
}

async function comparisonOf(
  repository: OpenRepository,
  base: string,
  head: string,
  { client }: CollectorDeps,
  signal: AbortSignal,
): Promise<Comparison | null> {
  const commits: string[] = [];
  for (let page = 1; ; page++) {
    const path = () =>
      `${pathOf(repository.name)}/compare/${base}...${head}?per_page=${perPage}&page=${page}`;
    let got = await client.get(path(), comparisonAnswer, signal);
    if (got.kind === 'moved') {
      await repository.refresh();
      got = await client.get(path(), comparisonAnswer, signal);
    }
    if (got.kind !== 'found') return null;
    const { status, total_commits: total, commits: some } = got.value;
    commits.push(...some.map(({ sha }) => sha));
    const isCut = commits.length < total;
    if (!isCut || some.length === 0 || page === mostPages)
      return { status, commits, ...(isCut && { isCut: true }) };
  }
}

function pathOf(repository: string): string {
  const [, ...names] = repository.split('/');
  return `/repos/${names.map(encodeURIComponent).join('/')}`;
}

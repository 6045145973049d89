import { type Compare, type Comparison, rangesWanted, withRange } from '@fairlead/core/delivery';
import { FairleadError } from '@fairlead/core/errors';
import { commitsAnswer, comparisonAnswer } from './answers.ts';
import type { CollectorDeps } from './deps.ts';
import { wholeHistory } from './history.ts';
import type { OpenRepository } from './repository.ts';

/** Of fewer deployments each is asked for by itself. */
const fewRanges = 20;
/** Deployments between two words of how far it has come. */
const tellEvery = 20;
const perPage = 100;
/** Of one comparison. Whoever deploys more at once has changed how, or where from. */
const mostPages = 50;

/**
 * Finds out which commits deployments brought, by comparing each with the one before it. GraphQL compares branches only,
 * so that the REST API is asked, once for each pair; where the whole history has at most half as many pages as there are pairs,
 * that is read instead. @returns of how many it was found out.
 */
export async function collectRanges(
  repository: OpenRepository,
  deps: CollectorDeps,
  signal: AbortSignal,
): Promise<number> {
  if (repository.state.ranges) return 0;
  await repository.taken();
  const wanted = rangesWanted(await deps.store.deployments(repository.name));
  const compare = remembering(await comparing(repository, wanted.length, deps, signal));
  let read = 0;
  for (const one of wanted) {
    const fact = await withRange(one, compare);
    await repository.take({ whole: [], facts: [fact] }, repository.state);
    read++;
    if (read % tellEvery !== 0 && read !== wanted.length) continue;
    const progress = { read, total: wanted.length, budget: deps.client.budget() };
    deps.onProgress({ repository: repository.name, stage: 'ranges', ...progress });
  }
  await repository.take({ whole: [], facts: [] }, { ...repository.state, ranges: true });
  return read;
}

/**
 * From the history where that is read, else by asking. The points that it costs are those of everything else, so that it
 * has to save two requests for each.
 */
async function comparing(
  repository: OpenRepository,
  pairs: number,
  deps: CollectorDeps,
  signal: AbortSignal,
): Promise<Compare> {
  const history = pairs < fewRanges ? null : await wholeHistory(repository, pairs / 2, deps, signal);
  const mayRead = onceOnly(() => checkAccess(repository, deps, signal));
  return async (base, head) => {
    const known = history?.compare(base, head, mostPages * perPage) ?? null;
    if (known !== null) return known;
    const found = await comparisonOf(repository, base, head, deps, signal);
    // A host says “not found” of what a token may not see, too.
    if (found === null) await mayRead();
    return found;
  };
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

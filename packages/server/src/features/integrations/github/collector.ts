import type { ChangeHistory } from '@fairlead/core/delivery';
import { isFairleadError } from '@fairlead/core/errors';
import { normaliseRepository } from '@fairlead/core/wire';
import type { CollectCounts } from '../../delivery/api.ts';
import { changePages, historiesOf, numberedChanges } from './changes.ts';
import { collectDeployments } from './deployments.ts';
import type { CollectorDeps } from './deps.ts';
import { historyOf } from './facts.ts';
import { collectIncidents } from './incidents.ts';
import { changesForAPoint } from './queries.ts';
import { collectRanges } from './ranges.ts';
import { recheck } from './recheck.ts';
import { type OpenRepository, openRepository } from './repository.ts';
import { resumeFrom, withMark } from './state.ts';
import type { RepositoryReport } from './types.ts';

/** Reads repositories of one GitHub host into the delivery facts. One caller at a time. */
export interface GithubCollector {
  /**
   * Reads what is new of a repository, `host/owner/name`. A failure ends it and stands in the report; what was read
   * before it stays. @throws the signal's reason.
   */
  collect(repository: string, signal: AbortSignal): Promise<RepositoryReport>;
  /**
   * Reads one change whole and takes it. Null: the host doesn't know it.
   * @throws FairleadError `collection.*`; the signal's reason.
   */
  fetchChange(repository: string, number: number, signal: AbortSignal): Promise<ChangeHistory | null>;
  /** Reads what webhooks hinted at, of these repositories. @returns how many changes were read. */
  collectHints(repositories: readonly string[], signal: AbortSignal): Promise<number>;
}

export function createGithubCollector(deps: CollectorDeps): GithubCollector {
  return {
    collect: (asked, signal) => collectRepository(asked, deps, signal),
    async fetchChange(repository, number, signal) {
      const [history] = await fetchChanges(repository, [number], deps, signal);
      return history ?? null;
    },
    collectHints: (repositories, signal) => collectHints(repositories, deps, signal),
  };
}

async function collectRepository(
  asked: string,
  deps: CollectorDeps,
  signal: AbortSignal,
): Promise<RepositoryReport> {
  const report = {
    ...{ repository: asked, changes: 0, deployments: 0, ranges: 0, incidents: 0, rechecked: null },
    ...{ upTo: null, added: 0, changed: 0, forgotten: 0, failure: null },
  } as { -readonly [Name in keyof RepositoryReport]: RepositoryReport[Name] };
  const counted = ({ added, changed, forgotten }: CollectCounts) => {
    report.added += added;
    report.changed += changed;
    report.forgotten += forgotten;
  };
  let repository: OpenRepository | null = null;
  try {
    repository = await openRepository(asked, deps, signal, counted);
    report.changes = await collectChanges(repository, deps, signal);
    report.deployments = await collectDeployments(repository, deps, signal);
    report.incidents = await collectIncidents(repository, deps, signal);
    report.rechecked = await recheck(repository, deps, signal);
    // Last, since a token that may not read commits has been enough for the rest.
    report.ranges = await collectRanges(repository, deps, signal);
    await repository.taken();
  } catch (error) {
    report.failure = await failureOf(error, repository, signal);
  }
  if (repository === null) return report;
  report.upTo = repository.state.changes.at(-1)?.at ?? null;
  report.repository = repository.name;
  const before = normaliseRepository(asked, { defaultHost: deps.host });
  return before === null || before === repository.name ? report : { ...report, renamedFrom: before };
}

/** Code of the error that ended a collection; what was read before the host failed stays. @throws every other error. */
async function failureOf(
  error: unknown,
  repository: OpenRepository | null,
  signal: AbortSignal,
): Promise<string> {
  if (signal.aborted) {
    await repository?.settled();
    throw signal.reason;
  }
  await repository?.taken();
  if (!isFairleadError(error)) throw error;
  return error.code;
}

async function collectChanges(
  repository: OpenRepository,
  { client, sizes, overlapMs, onProgress }: CollectorDeps,
  signal: AbortSignal,
): Promise<number> {
  const { node, changes } = repository.state;
  let read = 0;
  for await (const page of changePages(client, node, resumeFrom(changes, overlapMs), sizes, signal)) {
    await repository.called(page.name);
    const whole = page.whole.map((one) => historyOf(one, repository.name));
    const at = page.nodes.at(-1)?.updatedAt;
    if (at !== undefined && page.cursor !== null) {
      const marks = withMark(repository.state.changes, { at, cursor: page.cursor }, overlapMs);
      await repository.take({ whole, facts: [] }, { ...repository.state, changes: [...marks] });
    }
    read += page.nodes.length;
    onProgress({
      repository: repository.name,
      stage: 'changes',
      read,
      total: page.total,
      budget: client.budget(),
    });
  }
  return read;
}

async function fetchChanges(
  asked: string,
  numbers: readonly number[],
  deps: CollectorDeps,
  signal: AbortSignal,
): Promise<readonly ChangeHistory[]> {
  const repository = await openRepository(asked, deps, signal);
  const { name, nodes } = await numberedChanges(
    deps.client,
    repository.state.node,
    numbers,
    deps.sizes,
    signal,
  );
  await repository.called(name);
  const whole = await historiesOf(deps.client, nodes, repository.name, signal);
  await repository.takeNow({ whole, facts: [] });
  return whole;
}

const hintsAtOnce = 200;

async function collectHints(
  repositories: readonly string[],
  deps: CollectorDeps,
  signal: AbortSignal,
): Promise<number> {
  const aliases = await deps.store.aliases();
  const nameOf = (text: string) => normaliseRepository(text, { defaultHost: deps.host, aliases });
  const ours = new Set(repositories.map(nameOf));
  const hints = await deps.store.takeHints(hintsAtOnce);
  let read = 0;
  for (const [repository, some] of Map.groupBy(hints, (hint) => nameOf(hint.repository))) {
    // Of what isn't read here a hint is worth nothing: nobody else takes it either.
    if (repository === null || !ours.has(repository)) continue;
    const numbers = some.map(({ number }) => number);
    for (let i = 0; i < numbers.length; i += changesForAPoint) {
      const found = await fetchChanges(repository, numbers.slice(i, i + changesForAPoint), deps, signal);
      read += found.length;
    }
  }
  return read;
}

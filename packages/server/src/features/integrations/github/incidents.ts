import type { Incident } from '@fairlead/core/delivery';
import { incidentOf, issueId } from '../../delivery/api.ts';
import { type IssueNode, incidentsAnswer, issuesAnswer } from './answers.ts';
import type { GithubClient } from './client.ts';
import type { CollectorDeps } from './deps.ts';
import { incidentsQuery, issuesQuery } from './queries.ts';
import type { OpenRepository } from './repository.ts';

/** Reads the issues that carry the label of incidents, in order of their last update. @returns how many were read. */
export async function collectIncidents(
  repository: OpenRepository,
  deps: CollectorDeps,
  signal: AbortSignal,
): Promise<number> {
  const { client, incidentLabel: label, overlapMs } = deps;
  const known = repository.state.incidents;
  const since = known?.label === label ? new Date(Date.parse(known.at) - overlapMs).toISOString() : null;
  let after: string | null = null;
  let read = 0;
  for (let isLast = false; !isLast; ) {
    const page = await incidentsPage(client, { id: repository.state.node, after, label, since }, signal);
    await repository.called(page.nameWithOwner);
    const { nodes, pageInfo, totalCount: total } = page.issues;
    after = pageInfo.endCursor;
    isLast = !pageInfo.hasNextPage || after === null;
    read += nodes.length;
    const at = nodes.at(-1)?.updatedAt;
    if (at !== undefined) {
      const facts = nodes.flatMap((one) => incidentFacts(one, repository.name, deps));
      await repository.take({ whole: [], facts }, { ...repository.state, incidents: { label, at } });
    }
    deps.onProgress({
      repository: repository.name,
      stage: 'incidents',
      read,
      total,
      budget: client.budget(),
    });
  }
  return read;
}

interface IncidentsVariables {
  readonly id: string;
  readonly after: string | null;
  readonly label: string;
  readonly since: string | null;
}

async function incidentsPage(client: GithubClient, which: IncidentsVariables, signal: AbortSignal) {
  const variables = { ...which, first: 100 };
  const query = { text: incidentsQuery, variables, answer: incidentsAnswer };
  return (await client.ask(query, signal)).node;
}

/** Reads incidents again by their number: an issue that lost its label is in no list of the label's any more. */
export async function recheckIncidents(
  repository: OpenRepository,
  deps: CollectorDeps,
  signal: AbortSignal,
): Promise<void> {
  const prefix = issueId(repository.name, 0).slice(0, -1);
  await repository.taken();
  const ids = await deps.store.incidentIds(prefix);
  // The newest are the ones that people still look at.
  const numbers = ids
    .map((id) => Number(id.slice(prefix.length)))
    .filter(Number.isSafeInteger)
    .sort((a, b) => b - a)
    .slice(0, mostIncidents);
  for (let i = 0; i < numbers.length; i += 50) {
    const text = issuesQuery(numbers.slice(i, i + 50));
    const variables = { id: repository.state.node };
    const { node } = await deps.client.ask({ text, variables, answer: issuesAnswer }, signal);
    const { nameWithOwner, ...found } = node;
    await repository.called(nameWithOwner);
    const issues = Object.values(found as { readonly [alias: string]: IssueNode | null });
    const facts = issues.flatMap((one) => (one === null ? [] : incidentFacts(one, repository.name, deps)));
    await repository.take({ whole: [], facts }, repository.state);
  }
}

const mostIncidents = 500;

function incidentFacts(node: IssueNode, repository: string, deps: CollectorDeps): readonly Incident[] {
  const issue = {
    number: node.number,
    created_at: node.createdAt,
    closed_at: node.closedAt,
    updated_at: node.updatedAt,
    labels: node.labels.nodes,
    body: node.body,
  };
  return incidentOf(issue, { repository, names: { defaultHost: deps.host }, label: deps.incidentLabel });
}

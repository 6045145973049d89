/* `compare/BASE...HEAD` of the made-up host: two commits and what the second has that the first has not. */
import type { FakeRepository, FakeWorld } from './model.ts';

export interface FakeComparison {
  readonly status: 'ahead' | 'identical' | 'behind' | 'diverged';
  readonly ahead_by: number;
  readonly behind_by: number;
  readonly total_commits: number;
  readonly base_commit: { readonly sha: string };
  readonly commits: readonly { readonly sha: string }[];
}

/** Null: one of them isn't known. */
export function comparisonIn(
  { graph }: FakeRepository,
  base: string,
  head: string,
  page: { readonly number: number; readonly size: number } | null = null,
): FakeComparison | null {
  if (!graph.has(base) || !graph.has(head)) return null;
  const [before, after] = [reachable(graph, base), reachable(graph, head)];
  const ahead = [...after].filter((oid) => !before.has(oid)).reverse();
  const behind = [...before].filter((oid) => !after.has(oid)).length;
  const status =
    ahead.length === 0 ? (behind === 0 ? 'identical' : 'behind') : behind === 0 ? 'ahead' : 'diverged';
  // Without pages the host lists 250.
  const from = page === null ? 0 : (page.number - 1) * page.size;
  const commits = ahead.slice(from, from + (page?.size ?? 250)).map((sha) => ({ sha }));
  return {
    ...{ status, ahead_by: ahead.length, behind_by: behind, total_commits: ahead.length },
    ...{ base_commit: { sha: base }, commits },
  };
}

function reachable(graph: FakeRepository['graph'], from: string): ReadonlySet<string> {
  const seen = new Set<string>();
  for (const queue = [from]; queue.length > 0; ) {
    const oid = queue.pop()!;
    if (seen.has(oid)) continue;
    seen.add(oid);
    queue.push(...(graph.get(oid) ?? []));
  }
  return seen;
}

/** Everything that is reachable from a commit, itself first. */
export function historyIn({ graph }: Pick<FakeRepository, 'graph'>, from: string): readonly string[] {
  return [...reachable(graph, from)];
}

type RestAnswer = readonly [status: number, body: object, headers?: { [name: string]: string }];

/** `/repos/OWNER/NAME/compare/BASE...HEAD` and `/repos/OWNER/NAME/commits`. */
export function restAnswer({ repositories }: FakeWorld, address: string): RestAnswer {
  const url = new URL(address, 'http://host');
  const [, name = '', what = ''] = /^\/repos\/([^/]+\/[^/]+)\/(.+)$/.exec(url.pathname) ?? [];
  const asked = name.toLowerCase();
  const repository = repositories.find((one) => one.nameWithOwner.toLowerCase() === asked);
  if (repository === undefined) {
    return repositories.some(({ earlier }) => earlier.includes(asked))
      ? [301, { message: 'Moved Permanently' }, { location: '/repositories/1' }]
      : [404, { message: 'Not Found' }];
  }
  if (what === 'commits') return [200, [{ sha: repository.main }]];
  const [, base = '', head = ''] = /^compare\/([0-9a-f]+)\.\.\.([0-9a-f]+)$/.exec(what) ?? [];
  const number = (name: string) => Number(url.searchParams.get(name));
  const page = { number: number('page'), size: Math.min(100, number('per_page')) };
  const found = comparisonIn(repository, base, head, page);
  return found === null ? [404, { message: 'Not Found' }] : [200, found];
}

import type { DeliveryStore } from '../../delivery/api.ts';
import type { GithubCollector } from './collector.ts';
import type { RepositoryReport } from './types.ts';

/** What one round over all repositories came to. */
export interface CollectReport {
  /** RFC 3339 UTC. */
  readonly from: string;
  readonly to: string;
  readonly repositories: readonly RepositoryReport[];
  /** Whether everything was read. */
  readonly complete: boolean;
}

export interface Rounds {
  readonly collector: GithubCollector;
  readonly repositories: readonly string[];
  readonly now: () => number;
}

/** What webhooks hinted at first, then one repository after another; a failure of one keeps no other from its turn. */
export async function collectRound(
  { collector, repositories, now }: Rounds,
  signal: AbortSignal,
  onReport: (report: RepositoryReport) => void = () => undefined,
): Promise<CollectReport> {
  const from = new Date(now()).toISOString();
  const reports: RepositoryReport[] = [];
  for (const repository of repositories) {
    const report = await collector.collect(repository, signal);
    reports.push(report);
    onReport(report);
  }
  const complete = reports.every(({ failure }) => failure === null);
  return { from, to: new Date(now()).toISOString(), repositories: reports, complete };
}

/** Earlier names that a program lists become those of the repositories' facts. */
export async function takeAliases(
  store: DeliveryStore,
  repositories: readonly { readonly id: string; readonly aliases: readonly string[] }[],
  at: number,
): Promise<void> {
  const known = await store.aliases();
  for (const { id, aliases } of repositories) {
    for (const alias of aliases)
      if (!Object.hasOwn(known, alias) && alias !== id) await store.rename(alias, id, at);
  }
}

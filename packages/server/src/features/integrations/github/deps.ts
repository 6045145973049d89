import type { DeliveryStore } from '../../delivery/api.ts';
import type { GithubClient } from './client.ts';
import type { PageSizes } from './queries.ts';
import type { CollectorPorts, CollectProgress } from './types.ts';

/** What reading repositories of one host needs. */
export interface CollectorDeps extends CollectorPorts {
  readonly store: DeliveryStore;
  readonly client: GithubClient;
  /** `github.com`, or that of a GitHub Enterprise Server. */
  readonly host: string;
  /** Label of the issues that are incidents. */
  readonly incidentLabel: string;
  readonly sizes: PageSizes;
  /** Changes that are taken at once where the host answers fast. */
  readonly takeAtOnce: number;
  /** What was read this long before the newest is read again. */
  readonly overlapMs: number;
  /** Closed changes that are read again each day. */
  readonly recheck: number;
  readonly onProgress: (progress: CollectProgress) => void;
}

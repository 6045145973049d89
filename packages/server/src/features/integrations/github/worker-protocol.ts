import type { StateLocation } from '../../../platform/db/index.ts';
import type { Account } from '../../delivery/api.ts';
import type { HostAccess } from './open.ts';
import type { CollectionStatus } from './status.ts';

/** What the worker is started with. */
export interface CollectSetup {
  readonly location: StateLocation;
  readonly access: HostAccess;
  /** `host/owner/name`, with earlier names. */
  readonly repositories: readonly { readonly id: string; readonly aliases: readonly string[] }[];
  /** Whose accounts are whose. */
  readonly accounts: readonly Account[];
  /** Environments that are production. */
  readonly production: readonly string[];
  /** Between the beginnings of two rounds. */
  readonly everyMs: number;
  /** Between two looks for what webhooks hinted at. */
  readonly hintsEveryMs: number;
  /** Names this process among those that share the database. */
  readonly holder: string;
}

/** Worker to main thread. */
export type CollectMessage =
  | { readonly type: 'status'; readonly status: CollectionStatus }
  | { readonly type: 'trouble'; readonly message: string };

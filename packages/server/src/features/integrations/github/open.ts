import { isIP } from 'node:net';
import { FairleadError } from '@fairlead/core/errors';
import { normaliseRepository } from '@fairlead/core/wire';
import { systemClock } from '../../../platform/clock/index.ts';
import { nodeRandom } from '../../../platform/crypto/index.ts';
import { isLoopback } from '../../../platform/http/index.ts';
import type { DeliveryStore } from '../../delivery/api.ts';
import { createEgress, type ProxyEnvironment } from '../../gateway/egress/api.ts';
import { createGithubClient, type GithubClient } from './client.ts';
import { createGithubCollector, type GithubCollector } from './collector.ts';
import { defaultSizes } from './queries.ts';
import { realSleep } from './sleep.ts';
import type { CollectProgress, CollectWait } from './types.ts';

/** Which host is asked, and as whom. */
export interface HostAccess {
  /** `github.com`, or that of a GitHub Enterprise Server. */
  readonly host: string;
  /** Address of its GraphQL API; where GitHub has it on that host unless told. */
  readonly api?: string | undefined;
  readonly token: string;
  readonly incidentLabel: string;
  /** Hosts or ranges whose private addresses may be called. */
  readonly allowPrivate: readonly string[];
  readonly proxy: ProxyEnvironment;
}

export interface CollectNews {
  readonly onProgress: (progress: CollectProgress) => void;
  readonly onWait: (wait: CollectWait) => void;
}

export interface OpenCollector {
  readonly collector: GithubCollector;
  readonly client: GithubClient;
  close(): Promise<void>;
}

const takeAtOnce = 500;
/** What was read this long before the newest is read again. */
const overlapMs = 300_000;
/** Closed changes that are read again each day, of each repository. */
const recheck = 100;
const egressLimits = { upstreamTimeoutMs: 60_000, maxHeaderBytes: 16_384, connectTimeoutMs: 10_000 };

/** @throws FairleadError `collection.host-invalid`. */
export function openCollector(store: DeliveryStore, access: HostAccess, news: CollectNews): OpenCollector {
  const api = apiOf(access.host, access.api);
  // Named for this machine alone, it may be reached there.
  const local = isLoopback(hostnameOf(api)) ? [hostnameOf(api)] : [];
  const egress = createEgress([...access.allowPrivate, ...local], egressLimits, access.proxy);
  const ports = { clock: systemClock, random: nodeRandom, sleep: realSleep };
  const client = createGithubClient({ ...ports, api, token: access.token, egress, onWait: news.onWait });
  const { host, incidentLabel } = access;
  const collector = createGithubCollector({
    ...ports,
    ...{ store, client, host, incidentLabel, sizes: defaultSizes, takeAtOnce, overlapMs, recheck },
    onProgress: news.onProgress,
  });
  return { collector, client, close: () => client.close() };
}

/** The address that a token is sent to: https, or http on this machine. @throws FairleadError `collection.host-invalid` */
export function apiOf(host: string, told: string | undefined): URL {
  const usual = host === 'github.com' ? 'https://api.github.com/graphql' : `https://${host}/api/graphql`;
  const text = told ?? usual;
  if (!URL.canParse(text)) throw new FairleadError('collection.host-invalid');
  const url = new URL(text);
  const isSafe = url.protocol === 'https:' || (url.protocol === 'http:' && isLoopback(hostnameOf(url)));
  if (!isSafe || url.username !== '' || url.password !== '' || url.search !== '' || url.hash !== '') {
    throw new FairleadError('collection.host-invalid');
  }
  return url;
}

function hostnameOf({ hostname }: URL): string {
  const plain = hostname.replace(/^\[|\]$/g, '');
  return isIP(plain) === 0 ? hostname : plain;
}

/**
 * Repositories by their one spelling, and the host they are all of: a token is for one host.
 * @throws FairleadError `delivery.repository-invalid`, `collection.host-invalid`.
 */
export function repositoriesOf(
  names: readonly string[],
  defaultHost: string,
): { readonly host: string; readonly repositories: readonly string[] } {
  const repositories = names.map((name) => {
    const repository = normaliseRepository(name, { defaultHost });
    if (repository === null || repository.split('/').length !== 3) {
      throw new FairleadError('delivery.repository-invalid', { place: { path: name.slice(0, 200) } });
    }
    return repository;
  });
  const hosts = new Set(repositories.map((name) => name.slice(0, name.indexOf('/'))));
  const [host] = hosts;
  if (host === undefined || hosts.size > 1) {
    throw new FairleadError('collection.host-invalid', {
      message:
        host === undefined ? 'Nothing says what to collect.' : 'These repositories are of several hosts.',
      fix: 'Give --repository host/owner/name once or more, all of one host, or --program DIR.',
    });
  }
  return { host, repositories: [...new Set(repositories)] };
}

import { isFairleadError } from '@fairlead/core/errors';
import { systemClock } from '../../../platform/clock/index.ts';
import { type DeliveryStore, describeTrouble } from '../../delivery/api.ts';
import { type CollectNews, type OpenCollector, openCollector } from './open.ts';
import { collectRound, takeAliases } from './rounds.ts';
import { realSleep } from './sleep.ts';
import { type CollectionStatus, noCollection } from './status.ts';
import type { CollectSetup } from './worker-protocol.ts';

export interface JobNews {
  readonly onStatus: (status: CollectionStatus) => void;
  /** Something beside the host failed, such as the store: a word, nothing of what was read. */
  readonly onTrouble: (message: string) => void;
}

/** Until then nobody else collects, should this process die. */
const leaseMs = 120_000;
const lease = 'lease of the github collector';

/**
 * Collects in rounds until the signal ends it, and between them reads what webhooks hint at. Of several processes on one
 * database one collects.
 */
export async function runCollection(
  setup: CollectSetup,
  store: DeliveryStore,
  news: JobNews,
  signal: AbortSignal,
): Promise<void> {
  let status: CollectionStatus = { ...noCollection, host: setup.access.host };
  const tell = (change: Partial<CollectionStatus>) => {
    status = { ...status, ...change };
    news.onStatus(status);
  };
  const renew = () => store.lease(lease, setup.holder, systemClock.now() + leaseMs, systemClock.now());
  const open = openCollector(store, setup.access, newsFor(tell));
  let nextAt = 0;
  try {
    while (!signal.aborted) {
      try {
        if (!(await renew())) tell({ state: 'elsewhere', doing: null, nextAt: null });
        else if (systemClock.now() >= nextAt) {
          nextAt = systemClock.now() + setup.everyMs;
          await readAll(setup, store, open, { tell, renew }, signal);
          tell({ state: 'waiting', doing: null, nextAt: new Date(nextAt).toISOString() });
        } else {
          const names = setup.repositories.map(({ id }) => id);
          await open.collector.collectHints(names, signal);
        }
      } catch (error) {
        if (signal.aborted) break;
        const told = describeTrouble(error, setup.location.kind === 'sqlite' ? setup.location.file : '');
        news.onTrouble(isFairleadError(told) ? told.code : ((told as Error).name ?? 'unknown'));
      }
      await realSleep(setup.hintsEveryMs, signal).catch(() => undefined);
    }
  } finally {
    await open.close();
    // Whoever is next need not wait.
    await store.lease(lease, setup.holder, 0, systemClock.now()).catch(() => false);
  }
}

function newsFor(tell: (change: Partial<CollectionStatus>) => void): CollectNews {
  return {
    onProgress: ({ repository, stage, read, budget }) =>
      tell({ doing: `${repository}: ${stage} ${read}`, budget }),
    onWait: ({ reason, milliseconds }) =>
      tell({ doing: `waiting ${Math.ceil(milliseconds / 1000)} s (${reason})` }),
  };
}

async function readAll(
  { repositories, accounts, production }: CollectSetup,
  store: DeliveryStore,
  { collector }: OpenCollector,
  { tell, renew }: { tell(change: Partial<CollectionStatus>): void; renew(): Promise<boolean> },
  signal: AbortSignal,
): Promise<void> {
  tell({ state: 'reading', nextAt: null });
  await store.takeAccounts(accounts);
  await store.takeProduction(production);
  await takeAliases(store, repositories, systemClock.now());
  // A long round keeps its lease by renewing it.
  const own = new AbortController();
  const timer = setInterval(() => {
    renew().then(
      (ours) => ours || own.abort(new Error('another process collects')),
      () => undefined,
    );
  }, leaseMs / 4);
  try {
    const rounds = { collector, repositories: repositories.map(({ id }) => id), now: systemClock.now };
    const report = await collectRound(rounds, AbortSignal.any([signal, own.signal]));
    tell({ repositories: report.repositories, ...(report.complete && { completeAt: report.to }) });
  } finally {
    clearInterval(timer);
  }
}

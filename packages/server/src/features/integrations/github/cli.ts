/* What the command line needs of the collection from GitHub. */
import { FairleadError } from '@fairlead/core/errors';
import { deliveryPlace } from '../../../app/delivery-place.ts';
import { systemClock } from '../../../platform/clock/index.ts';
import {
  accountsOf,
  defaultIncidentLabel,
  describePlace,
  type NamedPlace,
  openFacts,
  productionOf,
} from '../../delivery/api.ts';
import { dayOf, loadProgram } from '../../program/api.ts';
import { type CollectNews, openCollector, repositoriesOf } from './open.ts';
import { type CollectReport, collectRound, takeAliases } from './rounds.ts';
import { realSleep } from './sleep.ts';

export type { CollectNews, CollectReport };

export interface CollectFlags {
  readonly place: NamedPlace;
  /** Names of repositories; those of the program where there are none. */
  readonly repository: readonly string[];
  readonly program?: string | undefined;
  /** Name of the environment variable whose value is the host's token. */
  readonly credential: string;
  readonly api?: string | undefined;
  readonly allowPrivate: readonly string[];
  readonly incidentLabel?: string | undefined;
  /** One round only. */
  readonly once: boolean;
  /** Minutes between the beginnings of two rounds. */
  readonly every: number;
}

/**
 * Collects into a data folder or a database, also beside running servers, until the signal ends it or once.
 * @param onReport is told what each round came to.
 * @throws FairleadError `server.credential-missing`, `collection.host-invalid`, `delivery.repository-invalid`, and those
 * of reading the program; `delivery.no-room`, `delivery.busy`, `delivery.unwritable`; `replica.other-store`; the signal's reason.
 */
export async function collectInto(
  flags: CollectFlags,
  env: NodeJS.ProcessEnv,
  { onReport, ...news }: CollectNews & { readonly onReport: (report: CollectReport) => void },
  signal: AbortSignal,
): Promise<void> {
  const token = env[flags.credential]?.trim();
  if (!token) throw new FairleadError('server.credential-missing', { place: { path: flags.credential } });
  const { listed, accounts, production, allowPrivate, host, repositories } = await wantedOf(flags);
  const { HTTPS_PROXY, https_proxy, NO_PROXY, no_proxy } = env;
  const proxy = { HTTPS_PROXY, https_proxy, NO_PROXY, no_proxy } as { [name: string]: string };
  const { api, incidentLabel = defaultIncidentLabel } = flags;
  const place = deliveryPlace(flags.place);
  const store = await openFacts(place, 'apart');
  try {
    const open = openCollector(store, { host, api, token, incidentLabel, allowPrivate, proxy }, news);
    try {
      if (accounts !== null) await store.takeAccounts(accounts);
      if (production !== null) await store.takeProduction(production);
      await takeAliases(store, listed, systemClock.now());
      const rounds = { collector: open.collector, repositories, now: systemClock.now };
      for (;;) {
        const began = systemClock.now();
        onReport(await collectRound(rounds, signal));
        if (flags.once) return;
        await realSleep(Math.max(0, began + flags.every * 60_000 - systemClock.now()), signal);
      }
    } finally {
      await open.close();
    }
  } catch (error) {
    throw describePlace(error, place);
  } finally {
    await store.close();
  }
}

async function wantedOf(flags: CollectFlags) {
  if (flags.program === undefined) {
    return {
      listed: [],
      accounts: null,
      production: null,
      allowPrivate: flags.allowPrivate,
      ...repositoriesOf(flags.repository, 'github.com'),
    };
  }
  const { program } = await loadProgram(flags.program, { today: dayOf(systemClock.now()) });
  const { defaultHost } = program.organisation;
  const ofHost = program.repositories.filter(({ id }) => id.startsWith(`${defaultHost}/`));
  const names = flags.repository.length > 0 ? flags.repository : ofHost.map(({ id }) => id);
  return {
    listed: ofHost,
    accounts: accountsOf(program),
    production: productionOf(program),
    allowPrivate: [...program.network.allowPrivate, ...flags.allowPrivate],
    ...repositoriesOf(names, defaultHost),
  };
}

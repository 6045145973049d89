/*
 * What comes into delivery facts by itself: webhooks of hosts, what is read from them, and incidents that other systems
 * report.
 */
import { join } from 'node:path';
import { defaultIncidentLabel, type SharedDelivery } from '../features/delivery/api.ts';
import { accountsOf, deliveryLocation, productionOf, shareDelivery } from '../features/delivery/create.ts';
import type { ProxyEnvironment } from '../features/gateway/egress/api.ts';
import type { Collection } from '../features/integrations/github/api.ts';
import { openCollection } from '../features/integrations/github/create.ts';
import type { IncidentReports } from '../features/integrations/incidents/api.ts';
import { createIncidentReports } from '../features/integrations/incidents/service.ts';
import type { Webhooks } from '../features/integrations/webhooks/api.ts';
import { readHookSecret } from '../features/integrations/webhooks/secret.ts';
import { createWebhooks } from '../features/integrations/webhooks/service.ts';
import { systemClock } from '../platform/clock/index.ts';
import { secretsDirOf } from './places.ts';
import type { Closers, Parts } from './types.ts';

export interface Intake {
  readonly facts: SharedDelivery;
  readonly webhooks: Webhooks;
  readonly collection: Collection;
  readonly incidents: IncidentReports;
}

type IntakeParts = Pick<Parts, 'options' | 'bundle' | 'ledger' | 'log'>;

/** Name of the secret's file in the folder of secrets, where the command line names none. */
const hookSecretFile = 'github-webhook.secret';

export function openIntake(parts: IntakeParts, closers: Closers): Intake {
  const { options, bundle } = parts;
  const { dataDir, database, githubWebhookSecret, incidentLabel = defaultIncidentLabel } = options;
  const secretFile = githubWebhookSecret ?? join(secretsDirOf(options), hookSecretFile);
  const secret = readHookSecret(secretFile, githubWebhookSecret !== undefined);
  const facts = shareDelivery(dataDir, database, productionOf(bundle.index.program));
  closers.push(() => facts.close());
  const common = {
    clock: systemClock,
    store: facts.open,
    names: () => ({ defaultHost: bundle.index.program.organisation.defaultHost }),
    onFacts: options.onFacts ?? (() => undefined),
  };
  const webhooks = createWebhooks({
    ...common,
    secret,
    incidentLabel,
    rename: async (from, to, at) => (await facts.open()).rename(from, to, at),
  });
  const collection = collectionOf(parts, incidentLabel);
  closers.push(() => collection.close());
  return { facts, webhooks, collection, incidents: createIncidentReports(common) };
}

function collectionOf({ options, bundle, ledger, log }: IntakeParts, incidentLabel: string): Collection {
  const { dataDir, database, collect, allowPrivate, environment } = options;
  const { organisation, network, repositories } = bundle.index.program;
  const { HTTPS_PROXY, https_proxy, NO_PROXY, no_proxy } = environment;
  const proxy = { HTTPS_PROXY, https_proxy, NO_PROXY, no_proxy } as ProxyEnvironment;
  return openCollection({
    access:
      collect === undefined
        ? null
        : {
            ...{
              host: organisation.defaultHost,
              api: collect.api,
              token: collect.token,
              incidentLabel,
              proxy,
            },
            allowPrivate: [...network.allowPrivate, ...allowPrivate],
          },
    location: deliveryLocation(dataDir, database),
    repositories,
    accounts: accountsOf(bundle.index.program),
    production: productionOf(bundle.index.program),
    everyMs: (collect?.everyMinutes ?? 5) * 60_000,
    holder: ledger.instance.incarnation,
    log: (level, message) => log[level](message),
  });
}

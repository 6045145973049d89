/* What comes into delivery facts by itself: webhooks of hosts, and incidents that other systems report. */
import { join } from 'node:path';
import { defaultIncidentLabel, type SharedDelivery } from '../features/delivery/api.ts';
import { shareDelivery } from '../features/delivery/create.ts';
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
  readonly incidents: IncidentReports;
}

/** Name of the secret's file in the folder of secrets, where the command line names none. */
const hookSecretFile = 'github-webhook.secret';

export function openIntake({ options, bundle }: Pick<Parts, 'options' | 'bundle'>, closers: Closers): Intake {
  const { dataDir, database, githubWebhookSecret, incidentLabel = defaultIncidentLabel } = options;
  const secretFile = githubWebhookSecret ?? join(secretsDirOf(options), hookSecretFile);
  const secret = readHookSecret(secretFile, githubWebhookSecret !== undefined);
  const facts = shareDelivery(dataDir, database);
  closers.push(() => facts.close());
  const common = {
    store: facts.open,
    names: () => ({ defaultHost: bundle.index.program.organisation.defaultHost }),
    onFacts: options.onFacts ?? (() => undefined),
  };
  const webhooks = createWebhooks({
    ...common,
    secret,
    clock: systemClock,
    incidentLabel,
    rename: async () => undefined,
  });
  return { facts, webhooks, incidents: createIncidentReports(common) };
}

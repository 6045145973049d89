/* The composition root of the control listener: every route of every feature, wired to what it needs. */
import { callAction } from '@fairlead/core/decision';
import type { Registry } from 'prom-client';
import type { AccessLog } from './features/audit/access-log.ts';
import type { AuditIndex } from './features/audit/api.ts';
import { noteReading } from './features/audit/note-reading.ts';
import { auditRoutes } from './features/audit/routes.ts';
import type { Budgets } from './features/budgets/api.ts';
import { budgetRoutes } from './features/budgets/routes.ts';
import type { Console } from './features/console/create.ts';
import type { Content } from './features/content/api.ts';
import { contentRoutes } from './features/content/routes.ts';
import { controlStateRoutes } from './features/controls/routes.ts';
import { peopleRoutes } from './features/delivery/people-routes.ts';
import { deliveryReadRoutes } from './features/delivery/read-routes.ts';
import type { DeliveryReader } from './features/delivery/reader.ts';
import { deliveryRoutes } from './features/delivery/routes.ts';
import type { Devices } from './features/devices/api.ts';
import { deviceRoutes } from './features/devices/routes.ts';
import { runRoutes } from './features/devices/run-routes.ts';
import type { ActiveBundle } from './features/gateway/api.ts';
import type { Identity } from './features/identity/api.ts';
import { identityRoutes } from './features/identity/routes.ts';
import type { Collection } from './features/integrations/github/api.ts';
import { collectionRoutes } from './features/integrations/github/routes.ts';
import type { IncidentReports } from './features/integrations/incidents/api.ts';
import { incidentRoutes } from './features/integrations/incidents/routes.ts';
import type { Webhooks } from './features/integrations/webhooks/api.ts';
import { webhookRoutes } from './features/integrations/webhooks/routes.ts';
import type { OpenLedger } from './features/ledger/create.ts';
import { ledgerRoutes } from './features/ledger/routes.ts';
import { liveRoutes } from './features/overview/live-routes.ts';
import { overviewRoutes } from './features/overview/routes.ts';
import { programRoutes } from './features/program/routes.ts';
import type { ReplicaStanding } from './features/replicas/api.ts';
import type { Retention } from './features/retention/api.ts';
import { retentionRoutes } from './features/retention/routes.ts';
import { savedViewRoutes } from './features/saved-views/routes.ts';
import type { SavedViewDeps } from './features/saved-views/service.ts';
import type { Streams } from './features/streams/api.ts';
import { streamRoutes } from './features/streams/routes.ts';
import type { TaskReader } from './features/tasks/reader.ts';
import { systemClock } from './platform/clock/index.ts';
import { type ControlApp, routesOf, systemRoutes } from './platform/http/index.ts';

/** What the routes of the control listener need. */
export interface ControlParts {
  readonly registry: Registry;
  readonly ledger: Omit<OpenLedger, 'close'>;
  readonly identity: Identity;
  readonly devices: Devices;
  readonly budgets: Budgets;
  readonly audit: AuditIndex;
  readonly delivery: Omit<DeliveryReader, 'close'>;
  readonly tasks: Omit<TaskReader, 'close'>;
  readonly streams: Pick<Streams, 'status'>;
  readonly content: Pick<Content, 'status' | 'open' | 'erase' | 'counts' | 'expire'>;
  readonly retention: Pick<Retention, 'run' | 'lastRun'>;
  readonly access: Pick<AccessLog, 'note'>;
  readonly views: SavedViewDeps['store'];
  readonly webhooks: Webhooks;
  readonly collection: Pick<Collection, 'status'>;
  readonly incidents: IncidentReports;
  readonly bundle: ActiveBundle;
  /** Milliseconds since the epoch. */
  readonly activatedAt: number;
  readonly origin: 'live' | 'demo';
  readonly standing: Pick<ReplicaStanding, 'isCurrent'>;
  readonly isOpen: () => boolean;
  /** Known once the gateway listens, which is after the control plane does. */
  readonly address: { readonly gateway: string };
  readonly console: Pick<Console, 'routes' | 'mayDo' | 'sessions'>;
}

/** Adds every route of the control listener. */
export function controlRoutes(app: ControlApp, parts: ControlParts): void {
  const { registry, ledger, identity, devices, audit, budgets, activatedAt, console } = parts;
  const { mayDo } = console;
  const clock = systemClock;
  const bundle = () => parts.bundle;
  systemRoutes(app, registry, () => isReady(parts));
  ledgerRoutes(app, ledger, (request, bundle) =>
    noteReading(parts, request, { what: 'bundle', filter: [], id: bundle }),
  );
  identityRoutes(app, identity, mayDo);
  deviceRoutes(app, devices);
  runRoutes(app, { devices, index: () => bundle().index, gateway: () => parts.address.gateway });
  programRoutes(app, { bundle, activatedAt, unsigned: true });
  overviewRoutes(app, { audit, ledger, bundle, clock, mayDo });
  liveRoutes(app, { ledger, mayDo, isLive: console.sessions.isLive, isTokenLive: identity.isTokenLive });
  const source = { clock, instance: ledger.instance, origin: parts.origin };
  auditRoutes(app, {
    ...source,
    index: audit,
    access: parts.access,
    ledger,
    identity,
    bundle,
  });
  contentRoutes(app, { ...source, content: parts.content, ledger, holds: () => ledger.keeping.holds() });
  deliveryRoutes(app, { ...source, ledger });
  webhookRoutes(app, parts.webhooks);
  collectionRoutes(app, parts.collection);
  const index = () => bundle().index;
  deliveryReadRoutes(app, { ...source, reader: parts.delivery, tasks: parts.tasks, audit, index, mayDo });
  peopleRoutes(app, {
    ...source,
    reader: parts.delivery,
    ledger,
    holds: () => ledger.keeping.holds(),
    index,
  });
  incidentRoutes(app, parts.incidents);
  const program = () => bundle().index.program;
  const { content, retention } = parts;
  retentionRoutes(app, { ...source, ledger, content, audit, program, retention });
  savedViewRoutes(app, { store: parts.views, clock, program });
  budgetRoutes(app, { budgets, ledger, audit, program, listKeys: identity.listKeys, clock });
  const apiActions = () => actionsOf(app);
  controlStateRoutes(app, { bundle, activatedAt, audit, ledger, gatewayActions: [callAction], apiActions });
  streamRoutes(app, parts.streams);
  console.routes(app);
}

/** Actions that the routes of this server ask policy about. */
function actionsOf(app: ControlApp): readonly string[] {
  return routesOf(app).flatMap(({ access }) =>
    access.kind === 'granted' && access.action !== null ? [access.action] : [],
  );
}

/** Whether calls are admitted. */
export function isReady({ isOpen, ledger, standing }: Pick<ControlParts, 'isOpen' | 'ledger' | 'standing'>) {
  return isOpen() && isSound(ledger) && standing.isCurrent();
}

/** A log whose witness saw another tree must not go on as if nothing were wrong, nor one whose disk is nearly full. */
function isSound(ledger: Pick<OpenLedger, 'state'>): boolean {
  const { healthy, witness, disk = 'ok' } = ledger.state();
  return healthy && witness !== 'conflict' && disk === 'ok';
}

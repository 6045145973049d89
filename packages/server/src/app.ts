/* The composition root of a running server: one process with its listeners, alone or one of several on a database. */
import { FairleadError } from '@fairlead/core/errors';
import { Registry } from 'prom-client';
import { openKeptContent } from './app/content.ts';
import { openControl } from './app/control.ts';
import { openGateway } from './app/gateway.ts';
import { openIdentity } from './app/identity.ts';
import { checkPlaces, markDatabase, refuseOtherStore } from './app/places.ts';
import { type OpenRecord, openRecord } from './app/record.ts';
import { openStatus } from './app/status.ts';
import type { App, AppOptions, Closers, Parts } from './app/types.ts';
import { createBudgets } from './features/budgets/create.ts';
import type { SignIn } from './features/console/api.ts';
import { defaultLimits } from './features/gateway/api.ts';
import { makeRoomToStart, tellMissing } from './features/ledger/reserve.ts';
import { onlyReplica, type ReplicaStanding } from './features/replicas/api.ts';
import { systemClock } from './platform/clock/index.ts';
import { nodeHash } from './platform/crypto/index.ts';
import { describeDatabase } from './platform/db/index.ts';
import { checkListener, isLoopback, type ListenerSecurity } from './platform/http/index.ts';
import { acquireWriterLock, createDataFolder, exposuresOf } from './platform/lock/index.ts';
import { createLog } from './platform/log/index.ts';
import { checkEnvironment, checkNodeVersion } from './platform/process/index.ts';
import { fairleadVersion } from './platform/process/version.ts';
import { openTelemetry } from './platform/telemetry/index.ts';

export type { App, AppOptions, Role } from './app/types.ts';

/**
 * Starts everything, or nothing: when one part can't start, those before it are closed again.
 * @throws FairleadError of the part that could not start.
 */
export async function startApp(options: AppOptions): Promise<App> {
  checkNodeVersion();
  checkEnvironment();
  checkPlaces(options);
  const security = checkListener(options.listener);
  if (!isLoopback(options.listener.host)) throw new FairleadError('bundle.unsigned');
  const closers: Closers = [];
  let closing: Promise<void> | null = null;
  const close = async () => {
    for (const step of closers.splice(0).reverse()) await step();
  };
  try {
    const app = await start(options, security, closers, () => closing === null);
    return {
      ...app,
      close: () => {
        closing ??= close();
        return closing;
      },
    };
  } catch (error) {
    await close();
    const told = describeDatabase(error);
    throw options.database === undefined ? tellMissing(told, options.dataDir) : told;
  }
}

async function start(
  options: AppOptions,
  security: ListenerSecurity,
  closers: Closers,
  isOpen: () => boolean,
): Promise<Omit<App, 'close'>> {
  const { dataDir, environment, role = 'all' } = options;
  createDataFolder(dataDir);
  let gaveReserve = false;
  const lock = acquireWriterLock(dataDir, undefined, () => {
    gaveReserve = makeRoomToStart(dataDir);
  });
  closers.push(() => lock.release());
  refuseOtherStore(options);
  const log = options.log ?? createLog();
  if (gaveReserve) log.warn(`There was hardly room to start at ${dataDir}, so the reserve was given up.`);
  for (const exposure of exposuresOf(dataDir)) log.warn(exposure);
  const parts = await openParts({ ...options, log }, security, closers, isOpen);
  const telemetry = await openTelemetry({
    environment,
    registry: parts.registry,
    version: fairleadVersion,
    instanceId: parts.ledger.instance.id,
  });
  closers.push(() => telemetry.close());
  const control = role === 'gateway' ? null : await openControl(parts, closers);
  if (control !== null) lock.publish({ controlSocket: control.socketPath, tokenFile: control.tokenFile });
  const statusUrl = role === 'gateway' ? await openStatus(parts, closers) : '';
  const gateway = role === 'control' ? '' : await openGateway(parts, telemetry, closers);
  parts.address.gateway = options.gatewayUrl ?? gateway;
  const { identity, devices } = parts;
  return {
    gateway,
    statusUrl,
    console: control?.url ?? '',
    identity,
    devices,
    signIn: control?.signIn ?? noSignIn,
  };
}

/** What both listeners are made of, the program in force and what is followed of other replicas included. */
async function openParts(
  options: AppOptions & Pick<Parts, 'log'>,
  security: ListenerSecurity,
  closers: Closers,
  isOpen: () => boolean,
): Promise<Parts> {
  const { log, origin } = options;
  const registry = new Registry();
  const record = await openRecord(options, log, closers);
  markDatabase(options);
  const { ledger, bundle, inForce } = record;
  let standing: ReplicaStanding = onlyReplica;
  const current = () => {
    standing.assertCurrent();
    return bundle.index;
  };
  const { identity, devices } = await openIdentity(
    options,
    ledger,
    { index: () => bundle.index, current },
    closers,
    (message) => log.warn(message),
  );
  const { instance } = ledger;
  const share = defaultLimits.keyShare;
  const common = { ledger, clock: systemClock, hash: nodeHash, log, registry, instance, origin };
  const budgets = await createBudgets({ ...common, share, isShared: record.replica !== null });
  // The limits in force are those of the program in force.
  if (inForce.digest === bundle.digest) await budgets.activate(bundle.index.program);
  const opened = { ledger, identity, devices, budgets, bundle, activatedAt: inForce.activatedAt };
  standing = await followOthers(record, { identity, devices, budgets, log });
  const say = (level: 'warn' | 'error', message: string) => log[level](message);
  const content = await openKeptContent(options, ledger, say, closers);
  return { options, security, log, registry, ...opened, content, standing, isOpen, address: { gateway: '' } };
}

async function followOthers(
  { replica, bundle, inForce }: OpenRecord,
  { identity, devices, budgets, log }: Pick<Parts, 'identity' | 'devices' | 'budgets' | 'log'>,
): Promise<ReplicaStanding> {
  if (replica === null) return onlyReplica;
  const mirrors = {
    identity: () => identity.refresh(),
    devices: () => devices.refresh(),
    budgets: () => budgets.refresh(),
  };
  return replica.follow(
    mirrors,
    { digest: bundle.digest, inForce },
    { clock: systemClock, log: (level, message) => log[level](message) },
  );
}

const noSignIn: SignIn = {
  issueLink: async () => {
    throw new FairleadError('server.route-unknown', { message: 'This replica has no console.' });
  },
};

/* The composition root of a running server: one process, one data folder, both listeners. */
import { join } from 'node:path';
import { indexProgram } from '@fairlead/core/decision';
import { FairleadError, isFairleadError } from '@fairlead/core/errors';
import type { LoadedProgram } from '@fairlead/core/program';
import type { Logger } from 'pino';
import { Registry } from 'prom-client';
import { type Besides, openBesides } from './besides.ts';
import { controlRoutes } from './control-routes.ts';
import type { AuditIndex } from './features/audit/api.ts';
import { openAudit } from './features/audit/create.ts';
import type { Budgets } from './features/budgets/api.ts';
import { createBudgets } from './features/budgets/create.ts';
import type { SignIn } from './features/console/api.ts';
import { consoleDist } from './features/console/build.ts';
import { createConsole } from './features/console/create.ts';
import type { Devices } from './features/devices/api.ts';
import { createDevices, defaultTokenLifeSeconds } from './features/devices/create.ts';
import {
  type ActiveBundle,
  createGatewayMetrics,
  defaultLimits,
  startGateway,
  type VendorAccess,
} from './features/gateway/api.ts';
import { tokenAccess } from './features/identity/access.ts';
import type { Identity } from './features/identity/api.ts';
import { createIdentity, stateFile } from './features/identity/create.ts';
import type { Inspection } from './features/inspection/api.ts';
import { createInspection } from './features/inspection/create.ts';
import { type OpenLedger, openLedger } from './features/ledger/create.ts';
import { defaultKeysDir } from './features/ledger/keys.ts';
import { createPolicy } from './features/policy/create.ts';
import { activationEntries } from './features/program/activation.ts';
import { systemClock } from './platform/clock/index.ts';
import { loadSecret, nodeHash, nodeRandom } from './platform/crypto/index.ts';
import {
  checkListener,
  createControlServer,
  createSocketToken,
  guardConnections,
  isLoopback,
  type ListenerOptions,
  type ListenerSecurity,
  openControlSocket,
} from './platform/http/index.ts';
import { acquireWriterLock, createDataFolder } from './platform/lock/index.ts';
import { createLog } from './platform/log/index.ts';
import { checkEnvironment, checkNodeVersion } from './platform/process/index.ts';
import { fairleadVersion } from './platform/process/version.ts';
import { openTelemetry, type Telemetry } from './platform/telemetry/index.ts';

export interface AppOptions {
  /** A local, unsigned program: it runs on loopback only. */
  readonly loaded: LoadedProgram;
  readonly dataDir: string;
  readonly listener: ListenerOptions;
  /** 0 picks a free one. */
  readonly port: number;
  readonly consolePort: number;
  /** Host names answered to, beside those of the program. */
  readonly hosts: readonly string[];
  readonly vendors: VendorAccess;
  /** Addresses that may be called beside those the program allows. */
  readonly allowPrivate: readonly string[];
  readonly origin: 'live' | 'demo';
  /** HTTPS_PROXY for the way to vendors, OTEL_* for telemetry. */
  readonly environment: { readonly [name: string]: string | undefined };
  /** Folder of the built console; where it stands in a checkout unless told. */
  readonly consoleFolder?: string;
  readonly witnesses?: readonly { readonly url: string; readonly vkey: string }[];
  /** Life of the tokens that assistants renew. */
  readonly tokenLifeSeconds?: number;
  /** Where clients reach the gateway, when that isn't where it listens. */
  readonly gatewayUrl?: string;
  /** Where streams to files are written; in the data folder unless told. */
  readonly streamFolder?: string;
  readonly log?: Logger;
}

export interface App {
  /** `http(s)://host:port`. */
  readonly gateway: string;
  readonly console: string;
  readonly identity: Identity;
  readonly devices: Devices;
  readonly signIn: SignIn;
  /** Lets calls in flight finish, writes what is pending, signs the log, and releases the data folder. */
  close(): Promise<void>;
}

/** Steps to undo, the last one first. */
type Closers = (() => Promise<void> | void)[];

/**
 * Starts everything, or nothing: when one part can't start, those before it are closed again.
 * @throws FairleadError of the part that could not start.
 */
export async function startApp(options: AppOptions): Promise<App> {
  checkNodeVersion();
  checkEnvironment();
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
    throw error;
  }
}

async function start(
  options: AppOptions,
  security: ListenerSecurity,
  closers: Closers,
  isOpen: () => boolean,
): Promise<Omit<App, 'close'>> {
  const log = options.log ?? createLog();
  const { dataDir, origin } = options;
  createDataFolder(dataDir);
  const lock = acquireWriterLock(dataDir);
  closers.push(() => lock.release());
  const registry = new Registry();
  const { ledger, bundle, activatedAt } = await openRecord(options, log, closers);
  const { identity, devices } = await openIdentity(options, ledger, bundle, closers);
  const keysDir = defaultKeysDir(dataDir);
  const inspection = createInspection({
    hash: nodeHash,
    findingsKey: loadSecret(join(keysDir, 'findings.key')),
  });
  closers.push(() => inspection.close());
  const { instance } = ledger;
  const share = defaultLimits.keyShare;
  const common = { ledger, clock: systemClock, hash: nodeHash, log, registry, instance, origin };
  const budgets = await createBudgets({ ...common, share });
  await budgets.activate(bundle.index.program);
  const { environment } = options;
  const telemetry = await openTelemetry({
    environment,
    registry,
    version: fairleadVersion,
    instanceId: instance.id,
  });
  closers.push(() => telemetry.close());
  const audit = await openAudit(dataDir, (level, message) => log[level](message));
  closers.push(() => audit.close());
  const besides = await openBesides(
    options,
    { ledger, registry, log: (level, message) => log[level](message) },
    closers,
  );
  const opened = {
    ...besides,
    ledger,
    identity,
    devices,
    inspection,
    budgets,
    telemetry,
    audit,
    bundle,
    activatedAt,
  };
  const parts = { log, registry, ...opened, origin, isOpen, address: { gateway: '' } };
  const control = await openControl(options, security, parts, closers);
  lock.publish({ controlSocket: control.socketPath, tokenFile: control.tokenFile });
  const gateway = await openGateway(options, security, parts);
  parts.address.gateway = options.gatewayUrl ?? gateway.url;
  // Pushed last, so it drains first: what its calls write needs everything else.
  closers.push(() => gateway.close());
  return { gateway: gateway.url, console: control.url, identity, devices, signIn: control.signIn };
}

interface Parts extends Besides {
  readonly log: Logger;
  readonly registry: Registry;
  readonly ledger: OpenLedger;
  readonly identity: Identity;
  readonly devices: Devices;
  readonly inspection: Inspection;
  readonly budgets: Budgets;
  readonly telemetry: Telemetry;
  readonly audit: AuditIndex;
  readonly origin: 'live' | 'demo';
  readonly bundle: ActiveBundle;
  /** Milliseconds since the epoch. */
  readonly activatedAt: number;
  readonly isOpen: () => boolean;
  /** Known once the gateway listens, which is after the control plane does. */
  readonly address: { gateway: string };
}

/** Keys, people, devices and their tokens. */
async function openIdentity(
  { dataDir, origin, tokenLifeSeconds = defaultTokenLifeSeconds }: AppOptions,
  ledger: OpenLedger,
  bundle: ActiveBundle,
  closers: Closers,
): Promise<{ readonly identity: Identity; readonly devices: Devices }> {
  const location = { kind: 'sqlite', file: stateFile(dataDir) } as const;
  const deps = {
    ledger,
    clock: systemClock,
    random: nodeRandom,
    index: () => bundle.index,
    instance: ledger.instance,
    origin,
  };
  const identity = await createIdentity(location, deps);
  closers.push(() => identity.close());
  const devices = await createDevices(location, defaultKeysDir(dataDir), {
    ...deps,
    identity,
    tokenLifeSeconds,
  });
  closers.push(() => devices.close());
  return { identity, devices };
}

/** The ledger, and the program in force as its first entry of this run. */
async function openRecord(
  { loaded, dataDir, origin, vendors, witnesses }: AppOptions,
  log: Logger,
  closers: Closers,
): Promise<Pick<Parts, 'ledger' | 'bundle' | 'activatedAt'>> {
  const { program, digest } = loaded;
  const policy = createPolicy({
    shadow: {
      oneIn: 1_000,
      onDisagreement: (set) => log.error({ digest: set }, 'two policy engines disagree: calls are refused'),
    },
  });
  const { engine, findings } = policy.activate(loaded);
  if (engine === null) {
    const [first] = findings;
    throw new FairleadError('program.invalid', {
      message: first?.message,
      place: first && { file: first.file, line: first.line, column: first.column },
    });
  }
  const ledger = await openLedger({
    dataDir,
    clock: systemClock,
    origin,
    witnesses,
    log: (level, message) => log[level](message),
  });
  closers.push(() => ledger.close());
  const entries = activationEntries({
    program,
    digest,
    engine,
    version: fairleadVersion,
    credentials: [...vendors.credentials.keys()],
    baseUrls: vendors.baseUrls,
    source: { clock: systemClock, instance: ledger.instance, origin },
  });
  const receipts = await ledger.append(entries.map((entry) => ({ entry })));
  const configEpoch = receipts[0]?.index ?? 0;
  const bundle = { digest, index: indexProgram(program), engine, configEpoch };
  return { ledger, bundle, activatedAt: Date.parse(entries[0].ts) };
}

interface OpenControl {
  readonly url: string;
  readonly signIn: SignIn;
  readonly socketPath: string;
  readonly tokenFile: string;
}

async function openControl(
  options: AppOptions,
  security: ListenerSecurity,
  parts: Parts,
  closers: Closers,
): Promise<OpenControl> {
  const { listener, consolePort, hosts, loaded, dataDir, origin } = options;
  const { log, ledger, identity, bundle } = parts;
  const socketToken = createSocketToken(dataDir);
  let url = '';
  const console = await createConsole({
    location: { kind: 'sqlite', file: stateFile(dataDir) },
    keysDir: defaultKeysDir(dataDir),
    ledger,
    identity,
    clock: systemClock,
    random: nodeRandom,
    instance: ledger.instance,
    origin,
    bundle: () => bundle,
    tokens: tokenAccess(identity, socketToken.matches),
    logOrigin: ledger.vkey.split('+')[0] ?? '',
    security,
    url: () => url,
    pages: { folder: options.consoleFolder ?? consoleDist },
  });
  closers.push(() => console.close());
  const app = await createControlServer({
    access: console.access,
    hosts: [...loaded.program.network.hosts, ...hosts],
    tls: security.tls,
    behindTls: security.behindTls,
    log,
    version: fairleadVersion,
  });
  controlRoutes(app, { ...parts, console });
  guardConnections(app.server, security);
  closers.push(() => app.close());
  url = await listening(consolePort, () => app.listen({ host: listener.host, port: consolePort }));
  const socket = await openControlSocket(app, dataDir);
  closers.push(() => socket.close());
  return { url, signIn: console, socketPath: socket.path, tokenFile: socketToken.file };
}

function openGateway(options: AppOptions, security: ListenerSecurity, parts: Parts) {
  const { listener, port, hosts, loaded, vendors, allowPrivate, origin, environment, dataDir } = options;
  const { network } = loaded.program;
  const { log, registry, ledger, identity, devices, inspection, budgets, telemetry, bundle, content } = parts;
  const deps = {
    bundle: () => bundle,
    identity: callersOf(identity, devices),
    ledger,
    inspection,
    budgets,
    content,
    vendors,
    clock: systemClock,
    hash: nodeHash,
    sessionKey: loadSecret(join(defaultKeysDir(dataDir), 'session.key')),
    log,
    metrics: createGatewayMetrics(registry),
    telemetry,
    instance: ledger.instance,
    origin,
    limits: defaultLimits,
  };
  const gatewayOptions = {
    host: listener.host,
    port,
    hosts: [...network.hosts, ...hosts],
    allowPrivate: [...network.allowPrivate, ...allowPrivate],
    tls: security.tls,
    environment,
  };
  return listening(port, () => startGateway(deps, gatewayOptions));
}

/** Keys and the tokens of devices, told apart by their prefix. */
function callersOf(identity: Identity, devices: Devices): Pick<Identity, 'authenticate' | 'isRevoked'> {
  return {
    authenticate: (key) => (key.startsWith('fla_') ? devices.authenticate(key) : identity.authenticate(key)),
    isRevoked: (caller) => devices.isRevoked(caller) || identity.isRevoked(caller),
  };
}

/** The system's own refusal to open a port, in our words. */
async function listening<Result>(port: number, open: () => Promise<Result>): Promise<Result> {
  try {
    return await open();
  } catch (cause) {
    if (isFairleadError(cause)) throw cause;
    const { code = 'unknown' } = cause as { code?: string };
    throw new FairleadError('server.listen-failed', {
      message: `Port ${port} can’t be opened (${code}).`,
      cause,
    });
  }
}

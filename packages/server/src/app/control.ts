/* The control plane and the console. */
import { controlRoutes } from '../control-routes.ts';
import { openAudit } from '../features/audit/create.ts';
import type { SignIn } from '../features/console/api.ts';
import { consoleDist } from '../features/console/build.ts';
import { createConsole } from '../features/console/create.ts';
import { tokenAccess } from '../features/identity/access.ts';
import type { ControlCaller } from '../features/identity/api.ts';
import { systemClock } from '../platform/clock/index.ts';
import { nodeRandom } from '../platform/crypto/index.ts';
import {
  createControlServer,
  createSocketToken,
  guardConnections,
  openControlSocket,
} from '../platform/http/index.ts';
import { fairleadVersion } from '../platform/process/version.ts';
import { openBesides } from './besides.ts';
import { openIntake } from './intake.ts';
import { listening } from './listening.ts';
import { secretsDirOf, stateLocation } from './places.ts';
import { openRetention } from './retention.ts';
import type { Closers, Parts } from './types.ts';

export interface OpenControl {
  readonly url: string;
  readonly signIn: SignIn;
  readonly socketPath: string;
  readonly tokenFile: string;
}

export async function openControl(parts: Parts, closers: Closers): Promise<OpenControl> {
  const { options, security, log, ledger, identity, bundle, standing } = parts;
  const { listener, consolePort, hosts, loaded, dataDir, origin, database } = options;
  const audit = await openAudit(dataDir, (level, message) => log[level](message), database);
  closers.push(() => audit.close());
  const besides = await openBesides(parts, closers);
  const intake = openIntake(parts, closers);
  const retention = openRetention(parts, audit, closers);
  const socketToken = createSocketToken(dataDir);
  let url = '';
  const console = await createConsole({
    location: stateLocation(options),
    keysDir: secretsDirOf(options),
    ledger,
    identity,
    clock: systemClock,
    random: nodeRandom,
    instance: ledger.instance,
    origin,
    bundle: () => {
      standing.assertCurrent();
      return bundle;
    },
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
    onRefused: (caller, route) => besides.refusals.note({ caller: caller as ControlCaller | null, route }),
  });
  controlRoutes(app, { ...parts, ...besides, ...intake, audit, origin, console, retention });
  guardConnections(app.server, security);
  closers.push(() => app.close());
  url = await listening(consolePort, () => app.listen({ host: listener.host, port: consolePort }));
  const socket = await openControlSocket(app, dataDir);
  closers.push(() => socket.close());
  return { url, signIn: console, socketPath: socket.path, tokenFile: socketToken.file };
}

/* Health, readiness and metrics of a gateway that has no control plane of its own. */
import { isReady } from '../control-routes.ts';
import { tokenAccess } from '../features/identity/access.ts';
import { createControlServer, guardConnections, systemRoutes } from '../platform/http/index.ts';
import { fairleadVersion } from '../platform/process/version.ts';
import { listening } from './listening.ts';
import type { Closers, Parts } from './types.ts';

/** URL of the listener; empty when none was asked for. */
export async function openStatus(parts: Parts, closers: Closers): Promise<string> {
  const { options, security, log, registry, identity } = parts;
  const { listener, statusPort, hosts, loaded } = options;
  if (statusPort === undefined) return '';
  const app = await createControlServer({
    access: tokenAccess(identity, () => false),
    hosts: [...loaded.program.network.hosts, ...hosts],
    tls: security.tls,
    behindTls: security.behindTls,
    log,
    version: fairleadVersion,
  });
  systemRoutes(app, registry, () => isReady(parts));
  guardConnections(app.server, security);
  closers.push(() => app.close());
  return listening(statusPort, () => app.listen({ host: listener.host, port: statusPort }));
}

/* The data plane. */
import { FairleadError, isFairleadError } from '@fairlead/core/errors';
import { createGatewayMetrics, defaultLimits, startGateway } from '../features/gateway/api.ts';
import { createInspection } from '../features/inspection/create.ts';
import { type Ledger, nothingWritten } from '../features/ledger/api.ts';
import type { ReplicaStanding } from '../features/replicas/api.ts';
import { systemClock } from '../platform/clock/index.ts';
import { loadSecret, nodeHash } from '../platform/crypto/index.ts';
import type { Telemetry } from '../platform/telemetry/index.ts';
import { callersOf } from './identity.ts';
import { listening } from './listening.ts';
import { secretFile } from './places.ts';
import type { Closers, Parts } from './types.ts';

/** Starts it, and pushes what drains it last, so that it comes first: what its calls write needs everything else. */
export async function openGateway(parts: Parts, telemetry: Telemetry, closers: Closers): Promise<string> {
  const { options, security, log, registry, identity, devices, budgets, standing, bundle } = parts;
  const { listener, port, hosts, loaded, vendors, allowPrivate, origin, environment } = options;
  const { network } = loaded.program;
  const findingsKey = loadSecret(secretFile(options, 'findings'));
  const inspection = createInspection({ hash: nodeHash, findingsKey });
  closers.push(() => inspection.close());
  const deps = {
    bundle: () => {
      standing.assertCurrent();
      return bundle;
    },
    identity: callersOf(identity, devices),
    ledger: decidingWhileCurrent(parts.ledger, standing),
    inspection,
    budgets,
    content: parts.content,
    vendors,
    clock: systemClock,
    hash: nodeHash,
    sessionKey: loadSecret(secretFile(options, 'session')),
    log,
    metrics: createGatewayMetrics(registry),
    telemetry,
    instance: parts.ledger.instance,
    origin,
    limits: defaultLimits,
  };
  const gateway = await listening(port, () =>
    startGateway(deps, {
      host: listener.host,
      port,
      hosts: [...network.hosts, ...hosts],
      allowPrivate: [...network.allowPrivate, ...allowPrivate],
      tls: security.tls,
      environment,
    }),
  );
  closers.push(() => gateway.close());
  return gateway.url;
}

/** A call that began while this replica was current and is decided when it isn't any more must not be allowed. */
function decidingWhileCurrent(ledger: Ledger, standing: ReplicaStanding): Pick<Ledger, 'append' | 'state'> {
  return {
    state: () => ledger.state(),
    append(drafts, mayWait) {
      const allows = drafts.some(({ entry }) => entry.kind === 'decision' && entry.decision !== 'deny');
      try {
        if (allows) assertCurrent(standing);
      } catch (error) {
        return Promise.reject(error);
      }
      return ledger.append(drafts, mayWait);
    },
  };
}

function assertCurrent(standing: ReplicaStanding): void {
  try {
    standing.assertCurrent();
  } catch (error) {
    if (!isFairleadError(error)) throw error;
    throw new FairleadError(error.code, { cause: nothingWritten, retryAfter: 1 });
  }
}

/* What stands beside the audit: delivery facts, streams to other systems, saved views, and who reads. */
import { type AccessLog, createAccessLog } from '../features/audit/access-log.ts';
import { createRefusalLog, type RefusalLog } from '../features/console/refusal-log.ts';
import { openDeliveryReader } from '../features/delivery/create.ts';
import type { DeliveryReader } from '../features/delivery/reader.ts';
import type { ViewStore } from '../features/saved-views/api.ts';
import { openViewStore } from '../features/saved-views/store-sql.ts';
import type { Streams } from '../features/streams/api.ts';
import { openStreams } from '../features/streams/create.ts';
import { openTaskReader } from '../features/tasks/create.ts';
import type { TaskReader } from '../features/tasks/reader.ts';
import { systemClock } from '../platform/clock/index.ts';
import { stateLocation } from './places.ts';
import type { Closers, Parts } from './types.ts';

export interface Besides {
  readonly streams: Streams;
  readonly views: ViewStore;
  readonly access: AccessLog;
  readonly refusals: RefusalLog;
  readonly delivery: DeliveryReader;
  readonly tasks: TaskReader;
}

export async function openBesides(
  { options, ledger, registry, log }: Pick<Parts, 'options' | 'ledger' | 'registry' | 'log'>,
  closers: Closers,
): Promise<Besides> {
  const { loaded, dataDir, database, vendors, allowPrivate, environment, origin, streamFolder } = options;
  const location = stateLocation(options);
  const say = (level: 'warn' | 'error', message: string) => log[level](message);
  const common = { clock: systemClock, instance: ledger.instance, origin, ledger, log: say };
  const streams = await openStreams({
    ...common,
    dataDir,
    database,
    cursors: location,
    streams: loaded.program.streams ?? [],
    credentials: vendors.credentials,
    allowPrivate: [...loaded.program.network.allowPrivate, ...allowPrivate],
    environment,
    registry,
    folder: streamFolder,
  });
  closers.push(() => streams.close());
  const views = await openViewStore(location);
  closers.push(() => views.close());
  const access = createAccessLog(common);
  closers.push(() => access.close());
  const refusals = createRefusalLog(common);
  closers.push(() => refusals.close());
  const delivery = openDeliveryReader(options, loaded.program, (message) =>
    say('error', `Delivery facts: ${message}`),
  );
  closers.push(() => delivery.close());
  const tasks = openTaskReader(options, loaded.program, (message) => say('error', `Tasks: ${message}`));
  closers.push(() => tasks.close());
  return { streams, views, access, refusals, delivery, tasks };
}

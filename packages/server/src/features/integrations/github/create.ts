import type { ProgramRepository } from '@fairlead/core/program';
import type { StateLocation } from '../../../platform/db/index.ts';
import { startSqliteThread } from '../../../platform/threads/index.ts';
import type { Account } from '../../delivery/api.ts';
import type { Collection } from './api.ts';
import { apiOf, type HostAccess } from './open.ts';
import { type CollectionStatus, noCollection } from './status.ts';
import type { CollectMessage, CollectSetup } from './worker-protocol.ts';

// From source the worker is a .ts file, bundled it lies beside as .js.
const workerUrl = new URL(
  `./collect.worker${import.meta.url.endsWith('.ts') ? '.ts' : '.js'}`,
  import.meta.url,
);

export interface CollectionOptions {
  /** Null: nothing is collected. */
  readonly access: HostAccess | null;
  readonly location: StateLocation;
  /** All of the program; those of the host are collected. */
  readonly repositories: readonly ProgramRepository[];
  readonly accounts: readonly Account[];
  /** Environments that are production. */
  readonly production: readonly string[];
  readonly everyMs: number;
  readonly hintsEveryMs?: number;
  readonly holder: string;
  readonly log: (level: 'warn' | 'error', message: string) => void;
}

const usualHintsMs = 2_000;

/** Starts the thread that collects; none without access. @throws FairleadError `collection.host-invalid`. */
export function openCollection(options: CollectionOptions): Collection {
  const {
    access,
    location,
    accounts,
    production,
    everyMs,
    hintsEveryMs = usualHintsMs,
    holder,
    log,
  } = options;
  if (access === null) return { status: () => noCollection, close: async () => undefined };
  apiOf(access.host, access.api);
  const repositories = options.repositories
    .filter(({ id }) => id.startsWith(`${access.host}/`))
    .map(({ id, aliases }) => ({ id, aliases }));
  const setup: CollectSetup = {
    ...{ location, access, repositories, accounts, production, everyMs, hintsEveryMs, holder },
  };
  const worker = startSqliteThread(workerUrl, 'fairlead-collection', setup);
  let status: CollectionStatus = { ...noCollection, state: 'reading', host: access.host };
  let isClosing = false;
  const failures = new Map<string, string | null>();
  worker.on('message', (message: CollectMessage) => {
    if (message.type === 'trouble') log('error', `Collection: ${message.message}`);
    else {
      status = message.status;
      // Each failure once, until it is another one.
      for (const { repository, failure } of status.repositories) {
        if (failure !== null && failures.get(repository) !== failure)
          log('warn', `${repository} cannot be collected: ${failure}`);
        failures.set(repository, failure);
      }
    }
  });
  worker.on('error', (error) => log('error', `Collection: ${error.message}`));
  const ended = new Promise<void>((resolve) =>
    worker.once('exit', () => {
      status = { ...status, state: 'off', doing: null };
      if (!isClosing) log('error', 'Collection: its thread ended');
      resolve();
    }),
  );
  return {
    status: () => status,
    async close() {
      isClosing = true;
      worker.postMessage('close');
      await ended;
    },
  };
}

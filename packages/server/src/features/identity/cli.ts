/* What the command line needs of the identity feature: administration through a server, or without one. */
import { existsSync } from 'node:fs';
import { request as httpRequest } from 'node:http';
import { request as httpsRequest } from 'node:https';
import { FairleadError, isErrorCode } from '@fairlead/core/errors';
import { contentKeyFile, refuseDatabaseFolder, usesDatabase } from '../../app/places.ts';
import { systemClock } from '../../platform/clock/index.ts';
import { nodeRandom } from '../../platform/crypto/index.ts';
import { checkDatabaseUrl } from '../../platform/db/index.ts';
import { readIfPresent } from '../../platform/files/index.ts';
import { type ControlApp, createControlServer } from '../../platform/http/index.ts';
import { acquireWriterLock, readWriterInfo } from '../../platform/lock/index.ts';
import { createLog } from '../../platform/log/index.ts';
import { fairleadVersion } from '../../platform/process/version.ts';
import { folderContent } from '../content/folder.ts';
import { contentRoutes } from '../content/routes.ts';
import { openDeliveryFolder } from '../delivery/create.ts';
import { peopleRoutes } from '../delivery/people-routes.ts';
import { deliveryRoutes } from '../delivery/routes.ts';
import { createDevices, defaultTokenLifeSeconds } from '../devices/create.ts';
import { deviceRoutes } from '../devices/routes.ts';
import { openLedger } from '../ledger/create.ts';
import { defaultKeysDir } from '../ledger/keys.ts';
import type { ControlCaller } from './api.ts';
import { createIdentity, stateFile } from './create.ts';
import { type Grant, type GrantKind, grantsIn } from './grants.ts';
import { identityRoutes } from './routes.ts';

/** Where an administrative command goes. */
export interface AdministrationTarget {
  /** URL of a control listener, with its token: `--server`, `FAIRLEAD_SERVER`, `FAIRLEAD_TOKEN`. */
  readonly server?: string;
  readonly token?: string;
  /** Data folder of a server on this machine. */
  readonly dataDir?: string;
}

/** Sends one call of the control API and returns its JSON. @throws FairleadError with the server's own code. */
export type ControlCall = (method: 'GET' | 'POST', path: string, body?: object) => Promise<unknown>;

/**
 * The way to a running server: by URL, or by the socket that the data folder's writer listens on. Null when the folder
 * has no writer. @throws FairleadError `store.locked` when there is one that can't be reached.
 */
export function connectControl(target: AdministrationTarget): ControlCall | null {
  if (target.server !== undefined) {
    return (method, path, body) =>
      send({ url: target.server as string, token: target.token ?? '' }, method, path, body);
  }
  const writer = target.dataDir === undefined ? null : readWriterInfo(target.dataDir);
  if (writer === null) return null;
  const token = writer.tokenFile === null ? null : readIfPresent(writer.tokenFile);
  if (writer.controlSocket === null || token === null) throw new FairleadError('store.locked');
  const socketPath = writer.controlSocket;
  return (method, path, body) => send({ socketPath, token: token.trim() }, method, path, body);
}

interface Address {
  readonly url?: string;
  readonly socketPath?: string;
  readonly token: string;
}

async function send(address: Address, method: string, path: string, body?: object): Promise<unknown> {
  const { status, text } = await exchange(address, method, path, body);
  return resultOf(status, text);
}

function resultOf(status: number, text: string): unknown {
  const json = parse(text);
  if (status < 400) return json;
  const error = (json as { error?: { code?: string; message?: string; fix?: string } } | null)?.error;
  const code = error?.code ?? '';
  if (!isErrorCode(code))
    throw new FairleadError('server.internal', { message: `The server answered ${status}.` });
  throw new FairleadError(code, { message: error?.message, fix: error?.fix });
}

function parse(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    return null;
  }
}

function exchange(
  { url, socketPath, token }: Address,
  method: string,
  path: string,
  body?: object,
): Promise<{ status: number; text: string }> {
  const payload = body === undefined ? undefined : JSON.stringify(body);
  const headers = {
    authorization: `Bearer ${token}`,
    ...(payload === undefined
      ? {}
      : { 'content-type': 'application/json', 'content-length': Buffer.byteLength(payload) }),
  };
  return new Promise((resolve, reject) => {
    const fail = (cause: Error) => reject(new FairleadError('server.unreachable', { cause }));
    const options = { method, headers, timeout: 30_000 };
    const full = url === undefined ? null : new URL(path, url);
    const request =
      full === null
        ? httpRequest({ ...options, socketPath, path, host: 'localhost' })
        : (full.protocol === 'https:' ? httpsRequest : httpRequest)(full, options);
    request.on('timeout', () => request.destroy(new Error('no answer in time')));
    request.on('error', fail);
    request.on('response', (response) => {
      const chunks: Buffer[] = [];
      response.on('data', (chunk: Buffer) => chunks.push(chunk));
      response.on('error', fail);
      response.on('end', () =>
        resolve({ status: response.statusCode ?? 0, text: Buffer.concat(chunks).toString('utf8') }),
      );
    });
    request.end(payload);
  });
}

/** A way to administer identity, to be closed after use. */
export interface Administration {
  readonly call: ControlCall;
  close(): Promise<void>;
}

/**
 * Through a server where there is one; else the data folder itself, under its writer lock, with the same routes.
 * @throws FairleadError `store.locked`, `server.unreachable`, and those of opening the stores.
 */
export async function openAdministration(target: AdministrationTarget): Promise<Administration> {
  const remote = connectControl(target);
  if (remote !== null) return { call: remote, close: async () => undefined };
  if (target.dataDir === undefined) throw new FairleadError('server.unreachable');
  if (!existsSync(target.dataDir)) {
    throw noFolder(target.dataDir);
  }
  return administerFolder(target.dataDir);
}

function noFolder(dataDir: string): FairleadError {
  return new FairleadError('store.unreadable', {
    message: 'There is no data folder at this path.',
    place: { file: dataDir },
    fix: 'Name the data folder of a server that has been started, or start one first.',
  });
}

async function administerFolder(dataDir: string): Promise<Administration> {
  refuseDatabaseFolder(dataDir);
  const lock = acquireWriterLock(dataDir);
  const closers: (() => Promise<void> | void)[] = [() => lock.release()];
  const close = async () => {
    for (const step of closers.splice(0).reverse()) await step();
  };
  try {
    const ledger = await openLedger({ dataDir, clock: systemClock });
    closers.push(() => ledger.close());
    const { instance } = ledger;
    const deps = { ledger, clock: systemClock, random: nodeRandom, index: () => null, instance };
    const location = { kind: 'sqlite' as const, file: stateFile(dataDir) };
    const identity = await createIdentity(location, { ...deps, origin: 'live' });
    closers.push(() => identity.close());
    const operator: ControlCaller = { kind: 'operator', by: 'operator', scope: 'admin' };
    const access = { authenticate: () => operator, mayUse: () => true };
    const log = createLog({ level: 'warn' });
    const app = await createControlServer({ access, hosts: [], tls: null, log, version: fairleadVersion });
    closers.push(() => app.close());
    const tokens = { ...deps, identity, origin: 'live' as const, tokenLifeSeconds: defaultTokenLifeSeconds };
    const devices = await createDevices(location, defaultKeysDir(dataDir), tokens);
    closers.push(() => devices.close());
    identityRoutes(app, identity, () => false);
    deviceRoutes(app, devices);
    deliveryRoutes(app, { ledger, clock: systemClock, instance, origin: 'live' });
    const delivery = openDeliveryFolder(dataDir);
    closers.push(() => delivery.close());
    peopleRoutes(app, { ...deps, reader: delivery, holds: ledger.keeping.holds, origin: 'live' });
    const content = folderContent(dataDir, contentKeyFile({ dataDir }));
    closers.push(() => content.close());
    contentRoutes(app, { ...deps, content, holds: ledger.keeping.holds, origin: 'live' });
    return { call: (method, path, body) => inject(app, method, path, body), close };
  } catch (error) {
    await close();
    throw error;
  }
}

async function inject(
  app: ControlApp,
  method: 'GET' | 'POST',
  path: string,
  body?: object,
): Promise<unknown> {
  const answer = await app.inject({
    method,
    url: path,
    headers: { host: 'localhost' },
    ...(body && { payload: body }),
  });
  return resultOf(answer.statusCode, answer.body);
}

/**
 * Every key, token or device of a data folder or a database, newest first. What the folder's server keeps in PostgreSQL is
 * asked of it.
 * @throws FairleadError `replica.other-store` when that isn't running, and those of `grantsIn`
 */
export async function listGrants(
  place: { readonly dataDir: string } | { readonly database: string },
  kind: GrantKind,
): Promise<readonly Grant[]> {
  if ('database' in place) {
    checkDatabaseUrl(place.database);
    return grantsIn({ kind: 'postgres', url: place.database, readonly: true }, kind);
  }
  const { dataDir } = place;
  if (usesDatabase(dataDir)) {
    const call = connectControl({ dataDir });
    if (call !== null) return (await call('GET', `/api/${kind}`)) as readonly Grant[];
    refuseDatabaseFolder(dataDir);
  }
  const file = stateFile(dataDir);
  if (!existsSync(file)) throw noFolder(dataDir);
  return grantsIn({ kind: 'sqlite', file, options: { readonly: true } }, kind);
}

/** What a server that is named answers. @throws FairleadError with the server's own code */
export async function askGrants(
  target: { readonly server: string; readonly token?: string | undefined },
  kind: GrantKind,
): Promise<readonly Grant[]> {
  return (await connectControl(target)?.('GET', `/api/${kind}`)) as readonly Grant[];
}

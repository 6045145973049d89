import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { type App, type AppOptions, startApp } from '../../packages/server/src/app.ts';
import { loadProgram } from '../../packages/server/src/features/program/service.ts';
import { createLog } from '../../packages/server/src/platform/log/index.ts';
import { type Incoming, open, send } from '../support/client.ts';

const programDir = fileURLToPath(new URL('../../program', import.meta.url));

/** A whole server with the example program, in this process, on free ports. */
export interface RunningApp extends App {
  readonly dataDir: string;
  /** Signs a person in as a browser does; the headers of its later requests. */
  signedIn(principal: string): Promise<Headers>;
  /** A fresh token of a scope. */
  token(scope: 'admin' | 'metrics' | 'witness' | 'audit' | 'keys' | 'incidents'): Promise<Headers>;
  /** One request to the control listener. */
  call(method: string, path: string, headers?: Headers, body?: unknown): Promise<Incoming>;
  /** Only the status: answers that never end are broken off. */
  status(method: string, path: string, headers?: Headers, body?: unknown): Promise<number>;
  stop(): Promise<void>;
}

export type Headers = { readonly [name: string]: string };

/** The example program with its days moved to today. */
export function loadedExample() {
  return loadProgram(programDir, { today: new Date().toISOString().slice(0, 10), shiftDates: true });
}

/** A server on free ports of this machine, without vendors, that logs nothing. */
export function quietOptions(): Omit<AppOptions, 'loaded' | 'dataDir'> {
  return {
    listener: { host: '127.0.0.1' },
    port: 0,
    consolePort: 0,
    hosts: [],
    vendors: { baseUrls: new Map(), credentials: new Map() },
    allowPrivate: [],
    origin: 'live',
    environment: {},
    log: createLog({ level: 'silent' }),
  };
}

export async function runningApp(options: Partial<AppOptions> = {}): Promise<RunningApp> {
  const folder = mkdtempSync(join(tmpdir(), 'fairlead-app-'));
  const dataDir = join(folder, 'data');
  const loaded = options.loaded ?? (await loadedExample());
  const app = await startApp({
    dataDir,
    ...quietOptions(),
    ...options,
    loaded,
  });
  const outgoing = (method: string, path: string, headers: Headers = {}, body?: unknown) => ({
    method,
    path,
    headers: [
      ...Object.entries(headers).flat(),
      ...(body === undefined ? [] : ['content-type', 'application/json']),
    ],
    ...(body !== undefined && { body: JSON.stringify(body) }),
  });
  const call: RunningApp['call'] = (...request) => send(app.console, outgoing(...request));
  return {
    ...app,
    dataDir,
    call,
    status: (...request) =>
      new Promise((resolve, reject) => {
        const sent = open(app.console, outgoing(...request));
        sent.on('error', reject);
        sent.on('response', (response) => {
          resolve(response.statusCode ?? 0);
          sent.destroy();
        });
      }),
    async signedIn(principal) {
      const { url } = await app.signIn.issueLink(principal, 'operator');
      const token = new URL(url).hash.slice('#sign-in='.length);
      const page = { origin: app.console, 'sec-fetch-site': 'same-origin' };
      const answer = await call('POST', '/api/sign-in', page, { token });
      if (answer.status !== 200) throw new Error(answer.text);
      const cookie = String(answer.headers['set-cookie']).split(';')[0] as string;
      return { ...page, cookie, 'x-fairlead-session': answer.json.sessionToken };
    },
    async token(scope) {
      const { token } = await app.identity.issueToken(
        { scope, expiresAt: Date.now() + 3_600_000 },
        'operator',
      );
      return { authorization: `Bearer ${token}` };
    },
    async stop() {
      await app.close();
      rmSync(folder, { recursive: true, force: true });
    },
  };
}

/* Starts an organisation's own program (`fairlead up`). No demo code is loaded from here. */
import { FairleadError } from '@fairlead/core/errors';
import { type App, type Role, startApp } from './app.ts';
import { builtConsole } from './features/console/build.ts';
import { dayOf, loadProgram } from './features/program/api.ts';

export interface UpOptions {
  readonly programDir: string;
  readonly dataDir: string;
  readonly host: string;
  readonly port: number;
  readonly consolePort: number;
  /** Names of environment variables whose values are vendor credentials; naming one confirms it. */
  readonly credential: readonly string[];
  readonly allowHost: readonly string[];
  readonly tlsCert?: string;
  readonly tlsKey?: string;
  readonly behindProxy: readonly string[];
  /** Life of the tokens that assistants renew; 600 when absent. */
  readonly tokenLifeSeconds?: number;
  /** Where clients reach the gateway, when that isn't where it listens. */
  readonly gatewayUrl?: string;
  /** Where streams to files are written. */
  readonly streamDir?: string;
  /** Free MiB on the data folder's disk below which no call is admitted. */
  readonly diskLow?: number | undefined;
  /** Witnesses that cosign every checkpoint. */
  readonly witness?: readonly { readonly url: string; readonly vkey: string }[];
  /** URL of a PostgreSQL database that replicas share; SQLite in the data folder without one. */
  readonly database?: string;
  /** MiB that the database may have. */
  readonly databaseLimit?: number | undefined;
  readonly role?: Role;
  /** File of the key that signs the log. */
  readonly signingKey?: string;
  /** Folder of the secrets that replicas share. */
  readonly secrets?: string;
  readonly statusPort?: number;
  /** Put a program in force again that another one has replaced. */
  readonly activate?: boolean;
  /** File of the secret that GitHub's webhooks are signed with. */
  readonly githubWebhookSecret?: string;
  /** Label of the issues that are incidents. */
  readonly incidentLabel?: string;
  /** Name of the environment variable whose value is the git host's token; without it nothing is collected. */
  readonly collect?: string;
  /** Address of the git host's API, where it isn't the usual one. */
  readonly collectApi?: string;
  /** Minutes between two rounds. */
  readonly collectEvery?: number;
}

export interface Up {
  readonly ready: {
    readonly ready: true;
    readonly gateway: string | null;
    readonly console: string | null;
    readonly status?: string;
  };
  /** What to show on a terminal instead. */
  readonly welcome: string;
  close(): Promise<void>;
}

const mebibyte = 1024 * 1024;

/** @throws FairleadError of whatever keeps it from starting; nothing is left running then. */
export async function startUp(options: UpOptions, env: NodeJS.ProcessEnv = process.env): Promise<Up> {
  const credentials = readCredentials(options.credential, env);
  const loaded = await loadProgram(options.programDir, { today: dayOf(Date.now()) });
  const { host, tlsCert, tlsKey, behindProxy, port, consolePort, dataDir, role } = options;
  const app = await startApp({
    loaded,
    dataDir,
    listener: { host, tlsCert, tlsKey, behindProxy },
    port,
    consolePort,
    hosts: options.allowHost,
    vendors: { baseUrls: new Map(), credentials },
    allowPrivate: [],
    witnesses: options.witness,
    diskLowBytes: options.diskLow === undefined ? undefined : options.diskLow * mebibyte,
    tokenLifeSeconds: options.tokenLifeSeconds,
    gatewayUrl: options.gatewayUrl,
    streamFolder: options.streamDir,
    origin: 'live',
    database: options.database,
    databaseLimitBytes: options.databaseLimit === undefined ? undefined : options.databaseLimit * mebibyte,
    role,
    signingKey: options.signingKey,
    secretsDir: options.secrets,
    activate: options.activate,
    statusPort: options.statusPort,
    githubWebhookSecret: options.githubWebhookSecret,
    incidentLabel: options.incidentLabel,
    ...(options.collect !== undefined && { collect: collectOf(options, options.collect, env) }),
    ...(role !== 'gateway' && { consoleFolder: await builtConsole() }),
    environment: env,
  });
  const { gateway, console, statusUrl } = app;
  return {
    ready: {
      ready: true,
      gateway: gateway || null,
      console: console || null,
      ...(statusUrl && { status: statusUrl }),
    },
    welcome: welcome(app, loaded.program, dataDir),
    close: app.close,
  };
}

/** A credential that was named and isn't there is a mistake that every call would meet: better to say it now. */
function readCredentials(names: readonly string[], env: NodeJS.ProcessEnv): ReadonlyMap<string, string> {
  return new Map(
    names.map((name) => {
      const value = env[name]?.trim();
      if (!value) throw new FairleadError('server.credential-missing', { place: { path: name } });
      return [name, value];
    }),
  );
}

function collectOf(
  { collectApi: api, collectEvery: everyMinutes }: UpOptions,
  name: string,
  env: NodeJS.ProcessEnv,
) {
  const token = readCredentials([name], env).get(name) ?? '';
  return { token, ...(api !== undefined && { api }), ...(everyMinutes !== undefined && { everyMinutes }) };
}

function welcome(
  { gateway, console }: App,
  { organisation, policies }: { organisation: { name: string }; policies: readonly unknown[] },
  dataDir: string,
): string {
  const onGateway = [`  gateway   ${gateway}   (OpenAI-shaped clients: ${gateway}/v1)`];
  const onConsole = [
    `  console   ${console}   (sign in: fairlead sign-in --data ${dataDir} --principal ID)`,
    'People start assistants with `fairlead run`, once their machine is enrolled:',
    `  fairlead enroll code --principal ID --data ${dataDir}`,
    `  fairlead enroll --server ${console} --code CODE`,
  ];
  return [
    `Fairlead governs ${organisation.name}: ${policies.length} policy files are in force.`,
    ...(gateway ? onGateway : []),
    ...(console ? onConsole : []),
    'The program is unsigned, so it runs on loopback only; the ledger says so. Ctrl-C stops.',
    '',
  ].join('\n');
}

import type { LoadedProgram } from '@fairlead/core/program';
import type { Logger } from 'pino';
import type { Registry } from 'prom-client';
import type { Budgets } from '../features/budgets/api.ts';
import type { SignIn } from '../features/console/api.ts';
import type { Content } from '../features/content/api.ts';
import type { Devices } from '../features/devices/api.ts';
import type { ActiveBundle, VendorAccess } from '../features/gateway/api.ts';
import type { Identity } from '../features/identity/api.ts';
import type { OpenLedger } from '../features/ledger/create.ts';
import type { ReplicaStanding } from '../features/replicas/api.ts';
import type { ListenerOptions, ListenerSecurity } from '../platform/http/index.ts';

/** `gateway`: the data plane; `control`: the control plane and the console; `all`: both. */
export type Role = 'all' | 'gateway' | 'control';

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
  /** Free bytes on the data folder's disk below which no call is admitted. */
  readonly diskLowBytes?: number | undefined;
  readonly witnesses?: readonly { readonly url: string; readonly vkey: string }[];
  /** Life of the tokens that assistants renew. */
  readonly tokenLifeSeconds?: number;
  /** Where clients reach the gateway, when that isn't where it listens. */
  readonly gatewayUrl?: string;
  /** Where streams to files are written; in the data folder unless told. */
  readonly streamFolder?: string;
  readonly log?: Logger;
  /** URL of a PostgreSQL database that other replicas use too; SQLite in the data folder without one. */
  readonly database?: string;
  /** Bytes that the database may have; calls are refused a little before. */
  readonly databaseLimitBytes?: number | undefined;
  /** `all` unless told; another one needs `database`. */
  readonly role?: Role;
  /** The key that signs the log (PKCS #8 in PEM), where it doesn't lie beside the data folder. */
  readonly signingKey?: string;
  /** Folder of the secrets that replicas share; the one beside the data folder unless told. */
  readonly secretsDir?: string;
  /** Where a gateway without a control plane says how it is; nowhere unless told. */
  readonly statusPort?: number;
  /** Put this program in force again, though another one has replaced it. */
  readonly activate?: boolean;
  /** File of the secret that GitHub's webhooks are signed with; `github-webhook.secret` among the secrets unless told. */
  readonly githubWebhookSecret?: string;
  /** Label of the issues that are incidents; `incident` unless told. */
  readonly incidentLabel?: string;
  /** Collect the program's repositories from their git host, as whom and how often. */
  readonly collect?: { readonly token: string; readonly api?: string; readonly everyMinutes?: number };
  /** Told the ids of changes, deployments and incidents of which facts came in by themselves. */
  readonly onFacts?: (ids: readonly string[]) => void;
}

export interface App {
  /** `http(s)://host:port`; empty for a replica that is no gateway. */
  readonly gateway: string;
  /** Empty for a replica without a control plane. */
  readonly console: string;
  /** Health, readiness and metrics of a gateway alone; empty where there is none. */
  readonly statusUrl: string;
  readonly identity: Identity;
  readonly devices: Devices;
  readonly signIn: SignIn;
  /** Lets calls in flight finish, writes what is pending, signs the log, and releases the data folder. */
  close(): Promise<void>;
}

/** Steps to undo, the last one first. */
export type Closers = (() => Promise<void> | void)[];

/** What both listeners are made of. */
export interface Parts {
  readonly options: AppOptions;
  readonly security: ListenerSecurity;
  readonly log: Logger;
  readonly registry: Registry;
  readonly ledger: OpenLedger;
  readonly identity: Identity;
  readonly devices: Devices;
  readonly budgets: Budgets;
  readonly bundle: ActiveBundle;
  readonly content: Content;
  /** Milliseconds since the epoch. */
  readonly activatedAt: number;
  /** Whether this replica may decide now. */
  readonly standing: ReplicaStanding;
  readonly isOpen: () => boolean;
  /** Known once the gateway listens, which is after the control plane does. */
  readonly address: { gateway: string };
}

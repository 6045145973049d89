/* The demo: the example program on loopback, fresh keys, and a sample vendor where no other one is named. */
import { randomBytes } from 'node:crypto';
import { existsSync, readdirSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import { FairleadError } from '@fairlead/core/errors';
import type { LoadedProgram, Program } from '@fairlead/core/program';
import { type App, type AppOptions, startApp } from '../../app.ts';
import { isLoopback } from '../../platform/http/index.ts';
import { builtConsole } from '../console/build.ts';
import { deliveryFile } from '../delivery/create.ts';
import type { Identity } from '../identity/api.ts';
import { listEntries } from '../ledger/cli.ts';
import { dayOf, loadProgram } from '../program/api.ts';
import { fillDelivery } from './delivery-facts.ts';
import { historyLabel } from './history/grants.ts';
import { type History, type HistoryProgress, startHistory } from './history/history.ts';
import { type SampleVendor, startSampleVendor } from './sample-vendor.ts';
import { type DemoReady, welcome } from './welcome.ts';

export interface DemoOptions {
  /** 0 picks a free one. */
  readonly port: number;
  readonly consolePort: number;
  readonly dataDir: string;
  /** Vendor id → base URL on loopback; vendors that are not named are played by the sample vendor. */
  readonly vendorUrls: ReadonlyMap<string, string>;
  /** Make a history of simulated calls; only ever with the sample vendor and where neither calls nor facts were recorded. */
  readonly history: boolean;
  /** Over how long, milliseconds; 40 s unless given. */
  readonly historyMs?: number;
  /** Life of the tokens that assistants renew. */
  readonly tokenLifeSeconds?: number;
}

export interface Demo {
  readonly ready: DemoReady;
  readonly welcome: string;
  /** Begins the history in the background. Null when there is none to make. */
  begin(onProgress?: (progress: HistoryProgress) => void): Promise<HistoryProgress> | null;
  /** Stops the history, lets calls in flight end, and closes everything. */
  close(): Promise<void>;
}

const programDir = fileURLToPath(new URL('../../../../../program', import.meta.url));
const demoLabel = 'demo';
const lifetimeMs = 24 * 3_600_000;
const historySeed = 'acme';
const historyMs = 40_000;

/** Who the three keys belong to, in the example program. */
const holders = {
  allowed: { principal: 'dana.moss', repository: 'github.com/acme/payments-api' },
  unlisted: { principal: 'dana.moss', repository: 'github.com/acme/skunkworks' },
  outsideStage: { principal: 'mila.novak', repository: 'github.com/acme/web-shop' },
} as const;

/** Whom the sign-in link is for: somebody who sees the figures, the ledger and the configuration, and issues keys. */
const visitor = 'robin.vale';

/** @throws FairleadError `server.vendor-override` and those of the app. */
export async function runDemo(options: DemoOptions): Promise<Demo> {
  const loaded = await loadProgram(programDir, { today: dayOf(Date.now()), shiftDates: true });
  const { program } = loaded;
  for (const [id, url] of options.vendorUrls) checkOverride(program, id, url);
  const wanted = options.history && options.vendorUrls.size === 0;
  const withHistory = wanted && (await isUnused(options.dataDir));
  const word = randomBytes(4).toString('hex');
  const sample = await startSampleVendor({ word });
  let app: App | null = null;
  let history: History | null = null;
  let [closing, delivery] = [false, Promise.resolve()];
  const close = async () => {
    closing = true;
    await history?.stop();
    await delivery;
    await app?.close();
    await sample.close();
  };
  try {
    app = await startApp({ ...appOptions(loaded, options, sample), consoleFolder: await builtConsole() });
    const { identity, gateway } = app;
    const ready = await grantKeys(app);
    return {
      ready,
      welcome: welcome(ready, {
        dataDir: options.dataDir,
        history: withHistory ? 'begins' : wanted ? 'stands' : 'unwanted',
      }),
      begin(onProgress) {
        if (!withHistory || history) return null;
        const now = Math.floor(Date.now() / 1000);
        delivery = fillDelivery(options.dataDir, program, { seed: historySeed, now, isOver: () => closing });
        // Pages without figures are all that fails with them; the pages say so.
        delivery.catch(() => undefined);
        const overMs = options.historyMs ?? historyMs;
        history = startHistory({ program, seed: historySeed, gateway, identity, word, overMs, onProgress });
        return history.over;
      },
      close,
    };
  } catch (error) {
    await close();
    throw error;
  }
}

/**
 * Whether a folder is empty or not there, or holds nothing but what a start leaves that failed, on a port in use for
 * example: a ledger without a call, and no facts. What can't be read is in use; the start says what is wrong with it.
 */
async function isUnused(dataDir: string): Promise<boolean> {
  if (!existsSync(dataDir) || readdirSync(dataDir).length === 0) return true;
  if (existsSync(deliveryFile(dataDir))) return false;
  let calls = 0;
  const count = () => {
    calls += 1;
  };
  return listEntries(dataDir, { kind: 'decision', limit: 1 }, count).then(
    () => calls === 0,
    () => false,
  );
}

function appOptions(loaded: LoadedProgram, options: DemoOptions, sample: SampleVendor): AppOptions {
  return {
    loaded,
    dataDir: options.dataDir,
    listener: { host: '127.0.0.1' },
    port: options.port,
    consolePort: options.consolePort,
    hosts: [],
    vendors: vendorAccess(loaded.program, sample, options.vendorUrls),
    allowPrivate: ['127.0.0.0/8', '::1', 'localhost'],
    origin: 'demo',
    tokenLifeSeconds: options.tokenLifeSeconds,
    // Its vendors are on this machine: a proxy's address would only be in the way.
    environment: telemetryOnly(process.env),
  };
}

async function grantKeys({ identity, devices, gateway, console, signIn }: App): Promise<DemoReady> {
  await endEarlierGrants(identity);
  const keys = {
    allowed: await demoKey(identity, 'allowed'),
    unlisted: await demoKey(identity, 'unlisted'),
    outsideStage: await demoKey(identity, 'outsideStage'),
  };
  const expiresAt = Date.now() + lifetimeMs;
  const { token } = await identity.issueToken({ scope: 'admin', label: demoLabel, expiresAt }, 'operator');
  const request = { principal: holders.allowed.principal, loginExpiresAt: expiresAt };
  const { code: enrolmentCode } = await devices.issueCode(request, 'operator');
  const { url } = await signIn.issueLink(visitor, 'operator');
  return { ready: true, gateway, console, signIn: url, keys, adminToken: token, enrolmentCode };
}

function telemetryOnly(env: NodeJS.ProcessEnv): NodeJS.ProcessEnv {
  return Object.fromEntries(Object.entries(env).filter(([name]) => name.startsWith('OTEL_')));
}

function checkOverride(program: Program, id: string, url: string): void {
  const known = program.vendors.some((vendor) => vendor.id === id);
  const parsed = URL.canParse(url) ? new URL(url) : null;
  const local =
    parsed !== null &&
    /^https?:$/.test(parsed.protocol) &&
    isLoopback(parsed.hostname.replace(/^\[|\]$/g, ''));
  if (known && local) return;
  throw new FairleadError('server.vendor-override', {
    message: known
      ? `${id}: only an http(s) URL on loopback can stand in for a vendor.`
      : `There is no vendor "${id}".`,
  });
}

/** Every vendor on loopback, and a word in place of each credential: the demo never reads a real one. */
function vendorAccess({ vendors }: Program, sample: SampleVendor, urls: ReadonlyMap<string, string>) {
  const baseUrls = new Map(vendors.map(({ id }) => [id, urls.get(id) ?? sample.url]));
  const names = vendors.flatMap(({ credential }) =>
    credential.mode === 'vendor-key' ? [credential.name] : [],
  );
  return { baseUrls, credentials: new Map(names.map((name) => [name, 'sample-credential'])) };
}

/** Keys and tokens of the last start are on some terminal; they end with it. */
async function endEarlierGrants(identity: Identity): Promise<void> {
  const ours = new Set<string | null>([demoLabel, historyLabel]);
  const live = <Row extends { readonly label: string | null; readonly revokedAt: number | null }>(
    rows: readonly Row[],
  ) => rows.filter(({ label, revokedAt }) => revokedAt === null && ours.has(label));
  for (const { id } of live(identity.listKeys()))
    await identity.revokeKey(id, 'the demo was started again', 'operator');
  for (const { id } of live(identity.listTokens())) {
    await identity.revokeToken(id, 'the demo was started again', 'operator');
  }
}

async function demoKey(identity: Identity, which: keyof typeof holders): Promise<string> {
  const { principal, repository } = holders[which];
  const request = { principal, repositories: [repository], assistant: 'claude-code', label: demoLabel };
  const { key } = await identity.issueKey({ ...request, expiresAt: Date.now() + lifetimeMs }, 'operator');
  return key;
}
